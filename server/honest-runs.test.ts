import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { playHonestly, type HonestRun, type Outcome, type Step } from "./_honest-run.ts";
import { NO_FAULTS } from "./_wire.ts";

const RUNS = 16;

const who = fc.nat(4);
const doing = <Name extends string>(...names: Name[]) => fc.record({ does: fc.constantFrom(...names), who });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: doing("say") },
  { weight: 8, arbitrary: doing("exchange") },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 600 }) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom("cut" as const, "carry" as const), who, from: who }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("kill" as const), who, after: fc.nat(20) }) },
  { weight: 2, arbitrary: doing("restart", "copy", "restore", "restore") },
  { weight: 2, arbitrary: doing("break", "mend") },
);
const often = fc.constantFrom(0, 0, 30, 200);
const faults = fc.oneof(
  fc.constant(NO_FAULTS),
  fc.record({ lost: often, answerLost: often, doubled: often, changed: often, short: often, late: often }),
);
const run: fc.Arbitrary<HonestRun> = fc.record({
  parties: fc.integer({ min: 2, max: 4 }),
  skews: fc.array(fc.constantFrom(0, 120, -120, 299, 900, -900), { minLength: 1, maxLength: 4 }),
  faults,
  seed: fc.nat(),
  steps: fc.array(step, { minLength: 8, maxLength: 20 }),
});

/** What is noted of someone who did nothing, and why. */
function isSo({ faults: wire, skews, steps }: HonestRun, { restored }: Outcome, code: string, from: string): boolean {
  const did = (...names: Step["does"][]) => steps.some(({ does }) => names.includes(does));
  switch (code) {
    // It did not answer, or not with all: the way was at fault, or its disk.
    case "unreachable":
    case "withheld":
      return did("cut", "kill", "break") || Object.values(wire).some((times) => times > 0);
    // Bytes did not come as they went.
    case "unreadable-answer":
    case "damaged-copy":
      return wire.changed > 0 || wire.short > 0;
    // It went back to an older copy of its folder.
    case "rolled-back":
      return restored.has(from);
    case "future-dated":
      return Math.max(0, ...skews) - Math.min(0, ...skews) > 300;
    default:
      return false;
  }
}

const PASSING = ["unreachable", "unreadable-answer", "withheld", "future-dated"];

describe("a circle in which all are honest and much goes wrong", () => {
  it("R8 R13 R15 accuses nobody, notes only what was so, and comes to one record", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(run, async (made) => {
        const outcome = await playHonestly(made);
        const { noted, standing, failures, heads, states, said, applied } = outcome;
        expect(noted.filter(({ code, from }) => !isSo(made, outcome, code, from))).toEqual([]);
        expect(failures).toEqual([]);
        expect(standing.filter(({ code }) => PASSING.includes(code))).toEqual([]);
        expect(new Set(heads).size, heads.join("\n")).toBe(1);
        expect(new Set(states).size, states.join("\n")).toBe(1);
        expect(said.filter((id) => !applied.has(id))).toEqual([]);
      }),
      { seed: 20_270_311, numRuns: RUNS, interruptAfterTimeLimit: 240_000 },
    );
  });
});
