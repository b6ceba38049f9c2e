import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concern } from "../consult/concern.ts";
import { reply } from "../consult/reply.ts";
import { kinds } from "../kinds.ts";
import { MerkleTree } from "../log/merkle.ts";
import { bytesNamed, testRecord, type TestRecord } from "./_test-record.ts";
import { foldRecord, type State } from "./fold.ts";
import { FileMap } from "./held-files.ts";
import { kind, type Kind } from "./kind.ts";
import type { HeldRecord } from "./record.ts";
import { receive } from "./receive.ts";
import { sign } from "./sign.ts";

const words = (en: string) => ({ en });
const ask = (record: TestRecord, author: string, at: string, sees?: Record<string, number>) =>
  record.say(author, concern, { title: words("Q"), text: words(`asked at ${at}`) }, at, sees === undefined ? {} : { sees });

/** What a reader can tell of a state, as text. */
const told = (state: State): string => JSON.stringify([state.all.map(({ id, time }) => [id, time]), state.inert]);

describe("the fold", () => {
  test("R1 nothing applies before its author saw every party's signature of the charter", () => {
    const record = testRecord({ signed: false });
    for (const { id } of record.charter.parties.slice(1)) record.say(id, sign, { document: record.channel, what: "charter", form: "sign" }, "2027-02-01T09:00:00Z");
    const early = ask(record, "borealia", "2027-02-01T10:00:00Z");
    record.say("aurelia", sign, { document: record.channel, what: "charter", form: "sign" }, "2027-02-01T11:00:00Z");
    const late = ask(record, "borealia", "2027-02-01T12:00:00Z");
    expect(record.refusal(early)?.code).toBe("entry-before-charter");
    expect(record.refusal(late)).toBeUndefined();
  });

  test("R1 a log that does not begin with its owner's signature of the charter has no effect", () => {
    const record = testRecord({ signed: false });
    const first = ask(record, "aurelia", "2027-02-01T10:00:00Z");
    expect(record.refusal(first)?.code).toBe("entry-before-charter");
  });

  test("R5 a statement waits, inert, for a log that is not held far enough, and blocks nobody", () => {
    const record = testRecord();
    const asked = ask(record, "borealia", "2027-02-02T09:00:00Z");
    const answered = record.say("aurelia", reply, { to: asked, text: words("A") }, "2027-02-02T10:00:00Z");
    const other = ask(record, "aurelia", "2027-02-02T11:00:00Z", { borealia: 1 });
    const state = foldRecord(record.record({ borealia: 1 }), kinds);
    expect(state.inert).toMatchObject([{ author: "aurelia", waiting: true, why: { code: "entry-waits-for-log" } }]);
    expect(state.get(answered)).toBeUndefined();
    expect(state.get(other)).toBeDefined();
    expect(record.fold().get(answered)).toBeDefined();
  });

  test("R5 a statement waits for its body file", () => {
    const record = testRecord();
    const bytes = new Uint8Array([1, 2, 3]);
    const id = record.say("aurelia", concern, { title: words("Q"), text: words("with a file") }, "2027-02-02T09:00:00Z", { files: [bytes] });
    const held = record.record();
    expect(foldRecord({ ...held, files: new FileMap() }, kinds).inert).toMatchObject([{ waiting: true, why: { code: "entry-waits-for-file" } }]);
    expect(foldRecord(held, kinds).get(id)).toBeDefined();
  });

  test("R6 a file of another size than the statement says makes it inert for good, for everyone who holds the file", () => {
    const record = testRecord();
    const id = record.say("aurelia", concern, { title: words("Q"), text: words("with a file") }, "2027-02-02T09:00:00Z", { files: [new Uint8Array([1, 2, 3])] });
    const held = record.record();
    const [[name] = [""]] = held.files;
    const state = foldRecord({ ...held, files: new FileMap([[name, new Uint8Array(5)]]) }, kinds);
    expect(state.get(id)).toBeUndefined();
    expect(state.inert).toMatchObject([{ waiting: false, why: { code: "entry-file-size-differs" } }]);
  });

  test("R5 a statement that saw another log than the one held is inert for good", () => {
    const record = testRecord();
    ask(record, "borealia", "2027-02-02T09:00:00Z");
    ask(record, "aurelia", "2027-02-02T10:00:00Z");
    const held = record.record();
    const borealia = held.logs.get("borealia");
    const last = borealia?.entries.at(-1);
    if (borealia === undefined || last === undefined) throw new Error("no log");
    const tree = new MerkleTree();
    const entries = borealia.entries.map((entry, index) => (index === 1 ? { ...entry, leafHash: new Uint8Array(32) } : entry));
    for (const { leafHash } of entries) tree.append(leafHash);
    const forked: HeldRecord = { ...held, logs: new Map([...held.logs, ["borealia", { party: "borealia", entries, tree }]]) };
    expect(foldRecord(forked, kinds).inert).toMatchObject([{ author: "aurelia", waiting: false, why: { code: "entry-saw-another-log" } }]);
  });

  test("R5 seeing goes through what was seen", () => {
    const record = testRecord();
    const first = ask(record, "borealia", "2027-02-02T09:00:00Z");
    const second = record.say("carpathia", receive, {}, "2027-02-02T10:00:00Z");
    // Meridia names Carpathia's log alone, and so has seen what Carpathia saw.
    const third = ask(record, "meridia", "2027-02-02T11:00:00Z", { borealia: 1, aurelia: 1, pomeria: 1 });
    const state = record.fold();
    const of = (id: string) => state.get(id) ?? expect.fail(id);
    expect(state.saw(of(second), of(first))).toBe(true);
    expect(state.saw(of(third), of(first))).toBe(true);
    expect(state.saw(of(first), of(third))).toBe(false);
  });

  test("R9 the record's time is never before what a statement saw, whatever its author says", () => {
    const record = testRecord();
    const asked = ask(record, "borealia", "2027-02-10T09:00:00Z");
    const backdated = record.say("aurelia", reply, { to: asked, text: words("A") }, "2027-02-03T09:00:00Z");
    const after = ask(record, "aurelia", "2027-02-04T09:00:00Z", { borealia: 1 });
    const state = record.fold();
    expect(state.get(backdated)).toMatchObject({ at: "2027-02-03T09:00:00Z", time: "2027-02-10T09:00:00Z" });
    expect(state.get(after)?.time).toBe("2027-02-10T09:00:00Z");
  });

  test("R9 an entry that R5 or R6 keeps from effect, for now or for good, moves the time of no later one; a rule's refusal does", () => {
    const record = testRecord();
    const missing = { sha256: "a".repeat(64), size: 5, type: "text/plain", name: "missing.txt" };
    const body = { title: words("Q"), text: words("?") };
    record.say("aurelia", concern, body, "2027-02-20T09:00:00Z", { named: [missing] });
    record.say("aurelia", concern, body, "2027-02-21T09:00:00Z", { named: [{ ...missing, size: 5_000_000 }] });
    const next = ask(record, "aurelia", "2027-02-10T09:00:00Z");
    record.say("aurelia", reply, { to: "0".repeat(64), text: words("A") }, "2027-02-12T09:00:00Z");
    const last = ask(record, "aurelia", "2027-02-11T09:00:00Z");
    const state = record.fold();
    expect(state.inert.map(({ waiting }) => waiting)).toEqual([true, false, false]);
    expect([next, last].map((id) => state.get(id)?.time)).toEqual(["2027-02-10T09:00:00Z", "2027-02-12T09:00:00Z"]);
  });

  test("R11 an entry of unknown kind is kept, listed, and harms nothing else", () => {
    const record = testRecord();
    const strange = record.say("aurelia", kind("from-the-future", concern.body), { title: words("Q"), text: words("?") }, "2027-02-02T11:00:00Z");
    const next = ask(record, "aurelia", "2027-02-02T10:00:00Z");
    expect(record.refusal(strange)?.code).toBe("entry-unknown-kind");
    expect(record.refusal(next)).toBeUndefined();
    // A later version that knows the kind must give what follows the same time.
    const later = new Map([...kinds, ["from-the-future", kind("from-the-future", concern.body) as unknown as Kind<never>]]);
    expect(foldRecord(record.record(), later).get(next)?.time).toBe(record.fold().get(next)?.time);
  });

  test("R3 the same statement a second time is inert", () => {
    const record = testRecord();
    ask(record, "aurelia", "2027-02-02T09:00:00Z");
    const held = record.record();
    const aurelia = held.logs.get("aurelia");
    const last = aurelia?.entries.at(-1);
    if (aurelia === undefined || last === undefined) throw new Error("no log");
    const entries = [...aurelia.entries, last];
    const tree = new MerkleTree();
    for (const { leafHash } of entries) tree.append(leafHash);
    const state = foldRecord({ ...held, logs: new Map([...held.logs, ["aurelia", { party: "aurelia", entries, tree }]]) }, kinds);
    expect(state.inert).toMatchObject([{ author: "aurelia", index: 2, why: { code: "entry-repeated" } }]);
  });

  /** Parties speak at random hours, having seen a random part of what the others said. */
  const history = fc.array(
    fc.record({ who: fc.integer({ min: 0, max: 4 }), minute: fc.integer({ min: 0, max: 5000 }), lag: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 }) }),
    { maxLength: 25 },
  );
  const play = (steps: readonly { who: number; minute: number; lag: readonly number[] }[]): TestRecord => {
    const record = testRecord();
    const ids = record.charter.parties.map(({ id }) => id);
    for (const { who, minute, lag } of steps) {
      const author = ids[who] ?? "aurelia";
      const sees = Object.fromEntries(ids.map((id, position) => [id, id === author ? record.size(id) : Math.max(1, record.size(id) - (lag[position] ?? 0))]));
      const at = `2027-02-0${2 + (minute % 7)}T${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}:00Z`;
      ask(record, author, at, sees);
    }
    return record;
  };

  test("R8 the order in which logs are held or listed changes nothing", () => {
    fc.assert(
      fc.property(history, fc.func(fc.integer()), (steps, order) => {
        const record = play(steps).record();
        const shuffled: HeldRecord = { ...record, logs: new Map([...record.logs].toSorted(([a], [b]) => order(a) - order(b))) };
        expect(told(foldRecord(shuffled, kinds))).toBe(told(foldRecord(record, kinds)));
      }),
      { numRuns: 60 },
    );
  });

  test("R8 what applied goes on applying when more is held, and its time never goes back", () => {
    fc.assert(
      fc.property(history, fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 5, maxLength: 5 }), (steps, cuts) => {
        const record = play(steps);
        const ids = record.charter.parties.map(({ id }) => id);
        const part = foldRecord(record.record(Object.fromEntries(ids.map((id, position) => [id, cuts[position] ?? 1]))), kinds);
        const whole = record.fold();
        for (const { id, time } of part.all) {
          const now = whole.get(id)?.time ?? expect.fail(`${id} applied and does no longer`);
          // While an earlier entry of its log waits, the time of that entry is not known yet.
          if (part.inert.length === 0) expect(now).toBe(time);
          else expect(now >= time).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("R9 as of a moment: exactly the statements of that time or before, and a closed past", () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 9 }), (steps, day) => {
        const record = play(steps);
        const moment = `2027-02-0${day}T12:00:00Z`;
        const whole = record.fold();
        const then = record.fold(moment);
        expect(then.all.map(({ id }) => id)).toEqual(whole.all.filter(({ time }) => time <= moment).map(({ id }) => id));
        for (const statement of then.all) for (const other of whole.all) if (whole.saw(statement, other)) expect(then.get(other.id)).toBeDefined();
      }),
      { numRuns: 60 },
    );
  });

  test("R8 seeing is a strict order", () => {
    fc.assert(
      fc.property(history, (steps) => {
        const state = play(steps).fold();
        for (const a of state.all) {
          expect(state.saw(a, a)).toBe(false);
          for (const b of state.all) if (state.saw(a, b)) expect(state.saw(b, a)).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("R2 a salt keeps equal statements apart", () => {
    expect(bytesNamed("salt 1", 16)).not.toBe(bytesNamed("salt 2", 16));
  });
});
