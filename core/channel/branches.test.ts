/** A log in several versions: one party tells each of the others another story, and later all of it lies on one table. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concern } from "../consult/concern.ts";
import { reply } from "../consult/reply.ts";
import { kinds } from "../kinds.ts";
import { testRecord, type TestRecord } from "./_test-record.ts";
import { Fold, foldRecord, type State } from "./fold.ts";
import { partedLogs, versionNumbers, type Parted } from "./parted.ts";
import type { HeldBranch, HeldLog, HeldRecord } from "./record.ts";

const LIAR = "aurelia";
/** Each hears another story. */
const HEARERS = ["borealia", "carpathia", "pomeria"] as const;

const words = (en: string) => ({ en });

function ask(record: TestRecord, author: string, minute: number, text: string, sees?: Record<string, number>): string {
  const at = new Date(Date.UTC(2027, 1, 2, 9, minute)).toISOString().replace(".000", "");
  return record.say(author, concern, { title: words("Q"), text: words(text) }, at, sees === undefined ? {} : { sees });
}

/** What was the same for all, and then each story with its own hearer. */
function stories(common: number, tell: (record: TestRecord, hearer: string, story: number) => void, count = 2): readonly TestRecord[] {
  return HEARERS.slice(0, count).map((hearer, story) => {
    const record = testRecord();
    for (let minute = 0; minute < common; minute++) ask(record, LIAR, minute, `said to all ${minute}`);
    tell(record, hearer, story);
    return record;
  });
}

/** All that was said, with the stories in the given order as versions of one log. */
function laidTogether(told: readonly TestRecord[], order: readonly number[] = told.map((_, story) => story)): HeldRecord {
  const records = told.map((record) => record.record());
  const [first, ...others] = order.map((story) => held(records[story], LIAR));
  const [any] = records;
  if (first === undefined || any === undefined) throw new Error("no story");
  const branches = others.map((other): HeldBranch => {
    let from = 0;
    while (from < other.tree.size && from < first.tree.size && other.tree.rootText(from + 1) === first.tree.rootText(from + 1)) from += 1;
    return { from, entries: other.entries.slice(from), tree: other.tree };
  });
  const logs = new Map<string, HeldLog>(any.logs);
  for (const [story, hearer] of HEARERS.entries()) logs.set(hearer, held(records[story] ?? any, hearer));
  logs.set(LIAR, { ...first, branches });
  return { ...any, logs };
}

function held(record: HeldRecord | undefined, party: string): HeldLog {
  const log = record?.logs.get(party);
  if (log === undefined) throw new Error(`no log of ${party}`);
  return log;
}

/** What a reader can tell of a state, whichever version was held first. */
function told(state: State): unknown {
  return [
    state.all.map(({ id, time }) => [id, time]),
    state.inert.map(({ author, index, why }) => `${author} ${index} ${why.code}`).toSorted(),
    state.parted,
  ];
}

describe("a log in several versions", () => {
  test("R16 beyond the parting only what another party's statement saw has effect, in either version", () => {
    const seen: string[] = [];
    const unseen: string[] = [];
    const records = stories(2, (record, hearer, story) => {
      seen.push(ask(record, LIAR, 10, `story ${story}`));
      seen.push(ask(record, hearer, 11, `heard ${story}`));
      unseen.push(ask(record, LIAR, 12, `nobody heard ${story}`));
    });
    const state = foldRecord(laidTogether(records), kinds);
    expect(seen.map((id) => state.get(id)?.author)).toEqual([LIAR, "borealia", LIAR, "carpathia"]);
    expect(unseen.map((id) => state.get(id))).toEqual([undefined, undefined]);
    expect(state.inert).toMatchObject([
      { author: LIAR, index: 4, why: { code: "entry-after-fork" }, waiting: false },
      { author: LIAR, index: 4, why: { code: "entry-after-fork" }, waiting: false, branch: 1 },
    ]);
    expect(state.parted).toEqual([{ party: LIAR, from: 3 }]);
  });

  test("R16 what stands in a further version is marked with it, and the log that was held first keeps its places", () => {
    const records = stories(1, (record, hearer, story) => {
      ask(record, LIAR, 10, `story ${story}`);
      ask(record, hearer, 11, `heard ${story}`);
    });
    const state = foldRecord(laidTogether(records), kinds);
    expect(state.by(LIAR).map(({ index, branch = 0 }) => `${index} in ${branch}`).toSorted()).toEqual(["0 in 0", "1 in 0", "2 in 0", "2 in 1"]);
    expect(state.at(LIAR, 2)?.body).toMatchObject({ text: words("story 0") });
    expect(foldRecord(laidTogether(records, [1, 0]), kinds).at(LIAR, 2)?.body).toMatchObject({ text: words("story 1") });
  });

  test("R16 readers are told in which versions an entry stands, by numbers that do not depend on which came first", () => {
    const records = stories(1, (record, hearer, story) => {
      // The first two go on together for one entry more.
      ask(record, LIAR, 10, story < 2 ? "told to two" : "told to one");
      ask(record, LIAR, 11, `story ${story}`);
      ask(record, hearer, 12, `heard ${story}`);
    }, 3);
    const numbersOf = (order: readonly number[]) => {
      const parted = partedLogs(laidTogether(records, order));
      const branchOf = (story: number) => order.indexOf(story);
      expect(versionNumbers(parted, LIAR, 1, 0)).toEqual([]);
      expect(versionNumbers(parted, "borealia", 2, 0)).toEqual([]);
      return [0, 1, 2].map((story) => [2, 3].map((index) => versionNumbers(parted, LIAR, index, branchOf(story))));
    };
    const [zero, one, two] = numbersOf([0, 1, 2]);
    expect(zero?.[0]).toHaveLength(2);
    expect(one?.[0]).toEqual(zero?.[0]);
    expect([zero?.[1], one?.[1], two?.[1]].flat().toSorted((a = 0, b = 0) => a - b)).toEqual([1, 2, 3]);
    expect(two?.[0]).toEqual(two?.[1]);
    expect(numbersOf([2, 1, 0])).toEqual([zero, one, two]);
  });

  test("R16 each hearer saw its own story and not the other's", () => {
    const asked: string[] = [];
    const answered: string[] = [];
    const records = stories(1, (record, hearer, story) => {
      asked.push(ask(record, LIAR, 10, `story ${story}`));
      answered.push(record.say(hearer, reply, { to: asked[story] ?? "", text: words("answer") }, "2027-02-02T10:00:00Z"));
    });
    const state = foldRecord(laidTogether(records), kinds);
    const statements = (ids: readonly string[]) => ids.map((id) => state.get(id) ?? expect.fail(`no ${id}`));
    const [questions, answers] = [statements(asked), statements(answered)];
    const sees = answers.map((answer) => questions.map((question) => state.saw(answer, question)));
    expect(sees).toEqual([[true, false], [false, true]]);
  });

  test("R16 a statement that stands in two versions has effect once, in the same place for every reader", () => {
    const records = stories(1, (record, hearer, story) => {
      if (story === 1) ask(record, LIAR, 9, "one more in this story");
      // The same salt needs the same count of statements before it: the other hearer's own one comes first here.
      else ask(record, hearer, 9, "heard nothing yet", { [LIAR]: 2 });
      ask(record, LIAR, 10, "in both", { [LIAR]: 2, borealia: 1, carpathia: 1 });
      ask(record, hearer, 11, `heard ${story}`);
    });
    const states = [[0, 1], [1, 0]].map((order) => foldRecord(laidTogether(records, order), kinds));
    const both = states[0]?.all.filter(({ body }) => (body as { text?: { en?: string } }).text?.en === "in both") ?? [];
    expect(both).toHaveLength(1);
    expect(states[0]?.inert.map(({ why }) => why.code)).toEqual(["entry-repeated"]);
    expect(told(states[0] ?? expect.fail("no state"))).toEqual(told(states[1] ?? expect.fail("no state")));
  });

  test("R16 a fold that was begun before a version or another party's word of it came is begun anew", () => {
    const records = stories(1, (record, hearer, story) => {
      ask(record, LIAR, 10, `story ${story}`);
      ask(record, hearer, 11, `heard ${story}`);
    });
    const whole = laidTogether(records);
    const { branches = [], ...first } = held(whole, LIAR);
    const told_ = held(whole, "carpathia");
    const hearsNothing = { ...told_, entries: told_.entries.slice(0, -1) };
    const logs = new Map<string, HeldLog>([...whole.logs, [LIAR, first], ["carpathia", hearsNothing]]);
    const fold = new Fold({ ...whole, logs }, kinds);
    fold.goOn();
    expect(fold.isOutdated).toBe(false);
    logs.set(LIAR, { ...first, branches });
    expect(fold.isOutdated).toBe(true);
    const next = new Fold({ ...whole, logs }, kinds);
    expect(next.goOn().by(LIAR)).toHaveLength(3);
    logs.set("carpathia", told_);
    expect(next.isOutdated).toBe(true);
    expect(foldRecord({ ...whole, logs }, kinds).by(LIAR)).toHaveLength(4);
  });

  const story = fc.array(fc.record({ liar: fc.boolean(), minute: fc.integer({ min: 1, max: 600 }), lag: fc.integer({ min: 0, max: 3 }) }), { maxLength: 8 });

  test("R8 R16 which version was held first changes nothing, and exactly what others saw has effect", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), fc.array(story, { minLength: 2, maxLength: 3 }), fc.func(fc.integer()), (common, told_, order) => {
        const heard: number[] = [];
        const records = stories(
          common,
          (record, hearer, number) => {
            ask(record, LIAR, 10, `begins story ${number}`);
            for (const { liar, minute, lag } of told_[number] ?? []) {
              const sees = { [LIAR]: Math.max(1, record.size(LIAR) - lag) };
              if (liar) ask(record, LIAR, minute, `story ${number}`, sees);
              else {
                ask(record, hearer, minute, `heard ${number}`, sees);
                heard[number] = Math.max(heard[number] ?? 0, sees[LIAR] ?? 0);
              }
            }
          },
          told_.length,
        );
        const inOrder = records.map((_, position) => position);
        const states = [inOrder, inOrder.toSorted((a, b) => order(a) - order(b) || a - b), inOrder.toReversed()].map((one) => foldRecord(laidTogether(records, one), kinds));
        for (const state of states) expect(told(state)).toEqual(told(states[0] ?? state));
        const parting = common + 1;
        const orders = [inOrder, inOrder.toReversed()].map((one) => partedLogs(laidTogether(records, one)));
        const plain = (parted: readonly Parted[]) => parted.map(({ party, from, versions }) => ({ party, from, versions: versions.map(({ number, size, root, kept, seenBy }) => ({ number, size, root, kept, seenBy: seenBy.map(({ party: by, size: most }) => [by, most]) })) }));
        expect(plain(orders[1] ?? [])).toEqual(plain(orders[0] ?? []));
        for (const [number, record] of records.entries()) {
          const version = orders[0]?.[0]?.versions.find(({ branch }) => branch === number);
          const seen = heard[number] ?? 0;
          expect(version).toMatchObject({ size: record.size(LIAR), kept: Math.max(parting, seen) });
          expect(version?.seenBy.map(({ party, size }) => [party, size])).toEqual(seen > parting ? [[HEARERS[number], seen]] : []);
        }
        const applied = (states[0] ?? expect.fail("no state")).by(LIAR).map(({ index, branch = 0 }) => `${branch} ${index}`);
        const wanted = records.flatMap((record, number) =>
          Array.from({ length: record.size(LIAR) }, (_, index) => index)
            .filter((index) => (index < parting ? number === 0 : index < (heard[number] ?? 0)))
            .map((index) => `${number} ${index}`),
        );
        expect(applied.toSorted()).toEqual(wanted.toSorted());
      }),
      { numRuns: 60, seed: 16 },
    );
  });
});
