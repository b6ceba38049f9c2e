import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concern } from "../consult/concern.ts";
import { reply } from "../consult/reply.ts";
import { kinds } from "../kinds.ts";
import { growing, testRecord, type TestRecord } from "./_test-record.ts";
import { Fold, foldRecord, type State } from "./fold.ts";
import { FileMap } from "./held-files.ts";

/** Parties speak at random hours, with or without a file, having seen a random part of what the others said; some answer what they may not have seen. */
const history = fc.array(
  fc.record({
    who: fc.integer({ min: 0, max: 4 }),
    minute: fc.integer({ min: 0, max: 9 }),
    lag: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 }),
    what: fc.constantFrom("concern", "concern", "file", "reply"),
  }),
  { maxLength: 25 },
);

function play(steps: readonly { who: number; minute: number; lag: readonly number[]; what: string }[]): TestRecord {
  const record = testRecord();
  const ids = record.charter.parties.map(({ id }) => id);
  const concerns: string[] = [];
  for (const [number, { who, minute, lag, what }] of steps.entries()) {
    const author = ids[who] ?? "aurelia";
    const sees = Object.fromEntries(ids.map((id, position) => [id, id === author ? record.size(id) : Math.max(1, record.size(id) - (lag[position] ?? 0))]));
    const at = `2027-02-02T10:0${minute}:00Z`;
    const [to] = concerns.slice(-1 - (minute % 3));
    if (what === "reply" && to !== undefined) record.say(author, reply, { to, text: { en: "A" } }, at, { sees });
    else concerns.push(record.say(author, concern, { title: { en: "Q" }, text: { en: `${number}` } }, at, { sees, ...(what === "file" ? { files: [new Uint8Array([number])] } : {}) }));
  }
  return record;
}

/** All that a reader can tell of a state. */
function told(state: State): unknown {
  const all = [...state.all];
  return {
    all: all.map(({ id, time, author, index }) => [id, time, author, index]),
    inert: state.inert,
    kinds: [...kinds.values()].map((kind) => state.of(kind).map(({ id }) => id)),
    by: state.charter.parties.map(({ id }) => state.by(id).map(({ index }) => index)),
    found: all.map(({ id, author, index }) => [state.get(id)?.id, state.at(author, index)?.id]),
    saw: all.map((later) => all.filter((earlier) => state.saw(later, earlier)).map(({ id }) => id)),
  };
}

describe("a fold that goes on", () => {
  test("R8 gives the state of a fresh fold at every step, in whatever order entries and files come, and leaves earlier states as they were", () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat({ max: 6 })), (steps, choices) => {
        const whole = play(steps).record();
        const parties = [...whole.logs.keys()];
        const { record, files, take } = growing(whole);
        const held = [...whole.files];
        const given: { readonly state: State; readonly before: unknown }[] = [];
        let fold = new Fold(record, kinds);
        for (let left = true; left; ) {
          const { value: choice = 0 } = choices.next();
          const file = choice === 6 ? held.shift() : undefined;
          if (file !== undefined) files.set(...file);
          else left = take(parties[choice % parties.length] ?? "") || parties.some(take) || held.some(([name, bytes]) => !files.has(name) && files.set(name, bytes).size > 0);
          if (fold.isOutdated) fold = new Fold(record, kinds);
          const state = fold.goOn();
          const then = told(state);
          expect(then).toEqual(told(foldRecord(record, kinds)));
          given.push({ state, before: then });
        }
        for (const { state, before } of given) expect(told(state)).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  test("R8 lists made only after the fold went on are those of the earlier moment", () => {
    fc.assert(
      fc.property(history, (steps) => {
        const whole = play(steps).record();
        const { record, files, take } = growing(whole);
        for (const file of whole.files) files.set(...file);
        const fold = new Fold(record, kinds);
        const given: { readonly state: State; readonly before: unknown }[] = [];
        for (const [party, { entries }] of whole.logs)
          for (let count = 0; count < entries.length; count += 1) {
            take(party);
            if (fold.isOutdated) return;
            given.push({ state: fold.goOn(), before: told(foldRecord(record, kinds)) });
          }
        for (const { state, before } of given) expect(told(state)).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  test("R8 weighs an entry as the fold judges it once it is there, and changes nothing", () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat({ max: 4 })), (steps, choices) => {
        const whole = play(steps).record();
        const parties = [...whole.logs.keys()];
        const { record, nextOf, take } = growing(whole);
        const files = new FileMap(whole.files);
        const full = { ...record, files };
        for (let count = 0; count < 12; count += 1) {
          const party = parties[(choices.next().value ?? 0) % parties.length] ?? "";
          const entry = nextOf(party);
          if (entry === undefined) continue;
          const index = record.logs.get(party)?.entries.length;
          const fold = new Fold(record, kinds);
          const before = told(fold.goOn());
          const why = fold.weigh(party, entry, files);
          expect(told(fold.goOn())).toEqual(before);
          // With no file held beforehand, its own come with it; what it saw may wait for others, which are held where it is judged.
          if ([...record.logs.values()].some(({ entries }) => entries.some(({ statement }) => (statement?.payload.files.length ?? 0) > 0))) break;
          take(party);
          if (why === undefined || why.code !== "entry-before-charter")
            expect(foldRecord(full, kinds).inert.find((one) => one.author === party && one.index === index)?.why.code).toBe(why?.code);
        }
      }),
      { numRuns: 40 },
    );
  });
});
