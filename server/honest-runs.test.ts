import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { playHonestly, type HonestRun, type Step } from "./_honest-run.ts";
import { NO_FAULTS } from "./_wire.ts";

const who = fc.nat(4);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant("say" as const), who }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant("exchange" as const), who }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 600 }) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("cut" as const), who, from: who }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom("restart" as const, "copy" as const, "restore" as const), who }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant("damage" as const), who, file: fc.nat(9999), how: fc.constantFrom("bit" as const, "cut" as const, "gone" as const) }),
  },
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
  steps: fc.array(step, { minLength: 8, maxLength: 22 }),
});

describe("a circle in which all are honest and much goes wrong", () => {
  it("R8 R13 R15 accuses nobody, notes only what was so, and comes to one record", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(run, async (made) => {
        const { noted, standing, parties, observer, said, applied } = await playHonestly(made);
        const spread = Math.max(0, ...made.skews) - Math.min(0, ...made.skews);
        const failing = made.steps.some(({ does }) => does === "cut") || Object.values(made.faults).some((often) => often > 0);
        const allowed = new Set<string>();
        // A byte that changed on the way makes an answer or a note of it unreadable; what was put back is behind for a while.
        if (failing) for (const code of ["unreachable", "withheld"]) allowed.add(code);
        if (made.faults.changed > 0 || made.faults.short > 0) allowed.add("damaged-copy");
        if (spread > 300) allowed.add("future-dated");
        const codes = new Set([...noted].map((note) => note.split(" ")[1] ?? ""));
        expect([...codes].filter((code) => !allowed.has(code))).toEqual([]);
        expect(standing.filter((note) => !note.includes(" damaged-copy "))).toEqual([]);
        expect(new Set(parties).size).toBe(1);
        expect(parties[0]?.startsWith(`${observer} `)).toBe(true);
        expect(said.filter((id) => !applied.has(id))).toEqual([]);
      }),
      { seed: 20_270_311, numRuns: 20 },
    );
  });
});
