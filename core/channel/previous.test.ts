import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findings } from "../assure/findings.ts";
import { toBase64 } from "../bytes/base64.ts";
import type { PartyId } from "../bytes/fields.ts";
import { addSeconds } from "../bytes/instant.ts";
import { holdings } from "../declare/holdings.ts";
import { site } from "../declare/site.ts";
import { declaredSites } from "../declare/sites.ts";
import { letter } from "../exchange/letter.ts";
import { papers } from "../exchange/letters.ts";
import { agreedExercise, exercise, signText, supportWording, testSite, textOf, words } from "../inspect/_exercise-record.ts";
import { inspections } from "../inspect/inspections.ts";
import { signedReports } from "../inspect/signed-reports.ts";
import { makeStep, MOROZNA, STEPS } from "../inspect/_visit.ts";
import { kinds } from "../kinds.ts";
import { MerkleTree } from "../log/merkle.ts";
import { agreementInForce } from "../terms/in-force.ts";
import { termsSchema } from "../terms/terms.ts";
import { growing, testRecord, type TestRecord } from "./_test-record.ts";
import { channelId } from "./charter.ts";
import { doubtful } from "./doubtful.ts";
import { Fold, foldRecord, type State } from "./fold.ts";
import { EARLIER_LIMIT, headsOf, refuseContinuing, refusePrevious } from "./previous.ts";
import type { BodyOf } from "./kind.ts";
import { delivery } from "./receipts.ts";
import { receive } from "./receive.ts";
import { openStatements, release } from "./release.ts";
import type { HeldEntry, HeldLog, HeldRecord } from "./record.ts";

const terms = termsSchema.parse(JSON.parse(readFileSync(new URL("../../regimes/exercise.json", import.meta.url), "utf8")));
const START = "2027-03-01T09:00:00Z";

type Act = readonly [by: PartyId, what: "letter" | "site" | "holdings" | "receive", name: "S-01" | "S-02"];

const acts = fc.array(
  fc.tuple(fc.constantFrom("aurelia", "borealia"), fc.constantFrom("letter", "site", "holdings", "receive"), fc.constantFrom("S-01", "S-02")) as fc.Arbitrary<Act>,
  { minLength: 1, maxLength: 14 },
);

function letterTo(to: PartyId, title: string): BodyOf<typeof letter> {
  return { form: "note", title: words(title), text: words(title), to: [to], answers: [], asksReply: false, venues: [], sources: [], confirmed: true };
}

function play(record: TestRecord, [by, what, name]: Act, step: number): string {
  const at = addSeconds(START, 60 * step);
  const other = by === "aurelia" ? "borealia" : "aurelia";
  if (what === "site") return record.say(by, site, { ...testSite(name, "canister-bay"), name: words(`${step}`) }, at);
  if (what === "holdings") return record.say(by, holdings, { site: name, on: "2027-02-20", items: [] }, at);
  if (what === "receive") return record.say(by, receive, {}, at);
  return record.say(by, letter, letterTo(other, `${step}`), at);
}

/** All acts, in as many channels as there are cuts and one more. */
function chainOf(steps: readonly Act[], cuts: readonly number[]): TestRecord {
  let record = testRecord();
  for (const [step, act] of steps.entries()) {
    for (const cut of cuts) if (cut === step) record = testRecord({ continues: record.record(), begins: addSeconds(START, 60 * step) });
    play(record, act, step);
  }
  return record;
}

/** What was said and follows, without the ids, which are different in another channel. */
function told(state: State) {
  return {
    said: state.all.flatMap(({ kind, author, at, time, body }) => (kind === "receive" || kind === "sign" ? [] : [{ kind, author, at, time, body }])),
    sites: declaredSites(state).map(({ site: { id, name }, owner, holdings: held }) => [id, name, owner, held?.time]),
    papers: papers([state], "2028-01-01T00:00:00Z").length,
  };
}

/** As far as each log goes by these sizes. */
function cutTo(record: HeldRecord, sizes: ReadonlyMap<PartyId, number>): HeldRecord {
  const logs = [...record.logs].map(([party, log]): [PartyId, HeldLog] => [party, logOf(party, log.entries.slice(0, sizes.get(party) ?? log.entries.length))]);
  return { ...record, logs: new Map(logs) };
}

function logOf(party: PartyId, entries: readonly HeldEntry[]): HeldLog {
  const tree = new MerkleTree();
  for (const { leafHash } of entries) tree.append(leafHash);
  return { party, entries, tree };
}

describe("the state that a channel begins with", () => {
  test("R1.8 what is said in a chain of channels gives the state that it would give in one, to every moment", () => {
    fc.assert(
      fc.property(acts, fc.array(fc.nat({ max: 13 }), { maxLength: 2 }), fc.nat({ max: 14 }), (steps, cuts, moment) => {
        const one = chainOf(steps, []);
        const chain = chainOf(steps, [...cuts].sort((a, b) => a - b));
        expect(told(chain.fold())).toEqual(told(one.fold()));
        const asOf = addSeconds(START, 60 * moment - 30);
        expect(told(chain.fold(asOf))).toEqual(told(one.fold(asOf)));
      }),
      { numRuns: 40 },
    );
  });

  test("R8 R1.8 any order in which the new logs grow gives the same state on the previous one", () => {
    fc.assert(
      fc.property(acts, fc.nat({ max: 6 }), fc.infiniteStream(fc.nat({ max: 4 })), (steps, cut, choices) => {
        const whole = chainOf(steps, [cut % steps.length]).record();
        const parties = [...whole.logs.keys()];
        const { record: begun, take } = growing(whole);
        const record: HeldRecord = { ...begun, files: whole.files };
        let fold = new Fold(record, kinds);
        for (let left = true; left; ) {
          left = take(parties[choices.next().value ?? 0] ?? "") || parties.some(take);
          if (fold.isOutdated) fold = new Fold(record, kinds);
          fold.goOn();
        }
        expect(fold.goOn().all).toEqual(foldRecord(whole, kinds).all);
      }),
      { numRuns: 30 },
    );
  });

  test("R1.8 R1.10 a text is settled, signed and in force over the change of channels, whoever of its signatories is still a party", () => {
    const made = exercise(terms);
    const { draft, record: first } = made;
    supportWording(made, "borealia", "hours-16", START);
    for (const by of ["aurelia", "meridia"]) signText(made, by, "2027-03-01T09:30:00Z");
    const parties = first.charter.parties.filter(({ id }) => id !== "meridia").map(({ id, role, side }) => ({ id, role, ...(side === undefined ? {} : { side }) }));
    const record = testRecord({ continues: first.record(), begins: "2027-03-01T10:00:00Z", parties: [...parties, { id: "newland", role: "party", side: "borealia" }] });
    const later = { ...made, record };
    expect(textOf(later).provisions).toEqual(textOf(made).provisions);
    signText(later, "borealia", "2027-03-01T12:00:00Z");
    const state = record.fold();
    expect(state.inert).toEqual([]);
    expect(agreementInForce(state)?.since).toBe("2027-03-01T12:00:00Z");
    // And what was in force stays so in the next channel.
    const next = testRecord({ continues: record.record(), begins: "2027-03-02T09:00:00Z" });
    expect(agreementInForce(next.fold())?.sha256).toBe(agreementInForce(state)?.sha256);
    expect(next.fold().get(draft)?.earlier).toEqual({ channel: first.channel, back: 2 });
  });

  test("R1.8 R1.9 an inspection goes on over the change of channels at whatever step: seals open, the draw is the same joint one, the finding follows", () => {
    const told = (state: State) => findings(state, "2027-06-01T00:00:00Z").map(({ obligation, site: at, claim, verdict, coverage }) => [obligation, at, claim, verdict, coverage]);
    const uncut = agreedExercise(terms);
    for (const step of STEPS) makeStep(uncut, MOROZNA, step);
    for (let cut = 0; cut <= STEPS.length; cut += 1) {
      const first = agreedExercise(terms);
      for (const step of STEPS.slice(0, cut)) makeStep(first, MOROZNA, step);
      const made = { ...first, record: testRecord({ continues: first.record.record(), begins: "2027-03-02T15:00:00Z" }) };
      // A seed is opened under the channel in which it was sealed, whichever record it is opened in.
      for (const step of STEPS.slice(cut)) makeStep(made, MOROZNA, step);
      const state = made.record.fold();
      expect([cut, state.inert]).toEqual([cut, []]);
      expect([cut, signedReports(state).length, inspections(state)[0]?.draw?.cells?.length]).toEqual([cut, 1, inspections(uncut.record.fold())[0]?.draw?.cells?.length]);
      expect(told(state)).toEqual(told(uncut.record.fold()));
    }
  });

  test("R1.9 everything said in the new channel saw all that was there at the heads, and nothing of it is dated before", () => {
    const first = testRecord();
    const before = first.say("borealia", letter, letterTo("aurelia", "before"), "2027-03-05T09:00:00Z");
    const record = testRecord({ continues: first.record(), begins: "2027-03-01T09:00:00Z" });
    const after = record.say("meridia", letter, letterTo("aurelia", "after"), "2027-03-02T09:00:00Z", { sees: { borealia: 1 } });
    const state = record.fold();
    const [one, other] = [state.get(before), state.get(after)];
    if (one === undefined || other === undefined) expect.fail("not applied");
    expect([state.saw(other, one), state.saw(one, other), other.time]).toEqual([true, false, one.time]);
    expect(state.of(letter).map(({ id }) => id)).toEqual([before, after]);
    expect([state.by("borealia").length, state.at("borealia", 1), state.previous?.at("borealia", 1)?.id]).toEqual([1, undefined, before]);
  });

  test("R1.9 what concerns the previous channel's logs and keys stays there: receipts and who received what, releases, signatures of its charter", () => {
    const first = testRecord();
    const said = first.say("borealia", letter, letterTo("aurelia", "said"), START);
    first.say("aurelia", receive, {}, "2027-03-01T09:30:00Z");
    for (const by of ["aurelia", "borealia"]) first.say(by, release, { statements: [said] }, "2027-03-01T10:00:00Z");
    const record = testRecord({ continues: first.record(), begins: "2027-03-02T09:00:00Z" });
    for (const by of ["aurelia", "borealia"]) record.say(by, release, { statements: [said] }, "2027-03-02T10:00:00Z");
    const state = record.fold();
    expect(new Set(state.all.flatMap(({ kind, earlier }) => (earlier === undefined ? [] : [kind])))).toEqual(new Set(["letter"]));
    expect([...openStatements(state)]).toEqual([]);
    expect([...openStatements(first.fold()).keys()]).toEqual([said]);
    expect(doubtful(state)).toEqual([]);
    const letterSaid = state.get(said);
    if (letterSaid === undefined) expect.fail("not taken over");
    expect(delivery(letterSaid, state, []).received.get("aurelia")).toBe("2027-03-01T09:30:00Z");
  });

  test("R1.11 without the previous record, or on another one, nothing has effect, and what waits says why", () => {
    const first = testRecord();
    const record = testRecord({ continues: first.record(), begins: START });
    record.say("aurelia", letter, letterTo("borealia", "said"), START);
    const { previous, ...alone } = record.record();
    const state = foldRecord(alone, kinds);
    expect([state.all.length, state.previous]).toEqual([0, undefined]);
    expect(state.inert.every(({ waiting, why }) => waiting && why.code === "previous-missing" && why.sentence.includes(first.channel))).toBe(true);
    expect(new Fold(alone, kinds).weigh("aurelia", { leafHash: new Uint8Array(32) }, first.record().files)?.code).toBe("previous-missing");
    if (previous === undefined) expect.fail("no previous record");
    const shorter = foldRecord({ ...alone, previous: cutTo(previous, new Map([["aurelia", 0]])) }, kinds);
    expect(shorter.inert.map(({ why }) => why.code)).toEqual(state.inert.map(() => "previous-cut-short"));
  });
});

describe("the heads that a charter continues", () => {
  test("R1.7 a previous record that is one entry shorter or longer in any log, or has another one, is refused, and the sentence names log and size", () => {
    fc.assert(
      fc.property(acts, fc.constantFrom("aurelia", "borealia", "meridia"), (steps, party) => {
        const first = chainOf(steps, []);
        const held = first.record();
        const { charter } = testRecord({ continues: held, signed: false });
        expect(refusePrevious({ charter, previous: held })).toBeUndefined();
        const size = first.size(party);
        const shorter = refusePrevious({ charter, previous: cutTo(held, new Map([[party, size - 1]])) });
        expect([shorter?.code, shorter?.where]).toEqual(["previous-cut-short", party]);
        expect(shorter?.sentence).toContain(`${party} in ${first.channel} at ${size} entries`);
        const log = held.logs.get(party) ?? expect.fail("no log");
        const other = { ...held, logs: new Map([...held.logs, [party, logOf(party, log.entries.map((entry, index) => (index === size - 1 ? { leafHash: new Uint8Array(32) } : entry)))]]) };
        expect(refusePrevious({ charter, previous: other })?.code).toBe("previous-differs");
        first.say(party, receive, {}, "2027-06-01T09:00:00Z");
        const longer = refusePrevious({ charter, previous: first.record() });
        expect([longer?.code, longer?.where]).toEqual(["previous-grown", party]);
      }),
      { numRuns: 15 },
    );
  });

  test("R1.7 a log that was signed in two versions is continued with both, or not at all", () => {
    const first = testRecord();
    first.say("aurelia", letter, letterTo("borealia", "one"), START);
    const held = first.record();
    const log = held.logs.get("aurelia") ?? expect.fail("no log");
    const second = { leafHash: new Uint8Array(32).fill(7) };
    const branch = { from: 1, entries: [second], tree: logOf("aurelia", [...log.entries.slice(0, 1), second]).tree };
    const forked: HeldRecord = { ...held, logs: new Map([...held.logs, ["aurelia", { ...log, branches: [branch] }]]) };
    const { charter } = testRecord({ continues: forked, signed: false });
    expect(headsOf(forked).map(({ log: of, size }) => `${of} ${size}`).slice(0, 3)).toEqual(["aurelia 2", "aurelia 2", "borealia 1"]);
    expect(refusePrevious({ charter, previous: forked })).toBeUndefined();
    expect(refusePrevious({ charter, previous: held })?.code).toBe("previous-differs");
    // One that was found afterwards is no part of what the charter continues.
    const { charter: unaware } = testRecord({ continues: held, signed: false });
    expect(refusePrevious({ charter: unaware, previous: forked })?.code).toBe("previous-more");
  });

  test("R1.7 another channel's record, one of another nature, one that nobody named, and heads in another order are refused", () => {
    const held = testRecord().record();
    const { charter } = testRecord({ continues: held, signed: false });
    const other = testRecord({ tolerances: { clockSeconds: 1, receiveHours: 1 } }).record();
    expect(refusePrevious({ charter, previous: other })?.code).toBe("previous-other-channel");
    // A record that only says that it is the one named.
    expect(refusePrevious({ charter, previous: { ...other, channel: held.channel } })?.code).toBe("previous-other-channel");
    expect(refusePrevious({ charter: { ...charter, nature: "real" }, previous: held })?.code).toBe("previous-other-nature");
    expect(refusePrevious({ charter: other.charter, previous: held })?.code).toBe("previous-not-named");
    const heads = headsOf(held);
    for (const turned of [heads.toReversed(), [...heads, heads[0] ?? expect.fail("no head")]])
      expect(refusePrevious({ charter: { ...charter, previous: { channel: held.channel, heads: turned } }, previous: held })?.code).toBe("previous-heads-order");
  });

  test("R1.7 a log key of the previous channel is refused: the two logs would look like one in two versions", () => {
    const held = testRecord().record();
    const { charter } = testRecord({ continues: held, signed: false });
    const before = held.charter.parties[1] ?? expect.fail("no party");
    for (const change of [{ name: before.keys.log.name }, { pair: { ...before.keys.log.pair, mldsa44: toBase64(new Uint8Array(1312)) } }]) {
      const parties = charter.parties.map((party, position) => (position === 0 ? { ...party, keys: { ...party.keys, log: { ...party.keys.log, ...change } } } : party));
      expect(refusePrevious({ charter: { ...charter, parties }, previous: held })?.code).toBe("previous-log-key");
    }
    // Nor one of a channel further back.
    const second = testRecord({ continues: held, begins: START }).record();
    const { charter: third } = testRecord({ continues: second, signed: false });
    const old = { ...third, parties: third.parties.map((party, position) => (position === 0 ? { ...party, keys: { ...party.keys, log: before.keys.log } } : party)) };
    expect(refusePrevious({ charter: old, previous: second })?.code).toBe("previous-log-key");
  });

  test("R1.7 a chain is at most so long, and no channel is continued that not all have signed", () => {
    let record = testRecord();
    for (let count = 1; count <= EARLIER_LIMIT; count += 1) record = testRecord({ continues: record.record(), begins: START });
    expect(refusePrevious(record.record())).toBeUndefined();
    expect(refuseContinuing(record.record())?.code).toBe("previous-too-many");
    const longer = testRecord({ continues: record.record(), begins: START });
    expect(refusePrevious(longer.record())?.code).toBe("previous-too-many");
    expect(refuseContinuing(testRecord({ signed: false }).record())?.code).toBe("previous-unsigned");
    expect(refuseContinuing(testRecord().record())).toBeUndefined();
  });

  test("R1.6 the heads are part of the charter, so of the channel's id", () => {
    const first = testRecord();
    const one = testRecord({ continues: first.record(), signed: false }).charter;
    first.say("aurelia", receive, {}, START);
    const other = testRecord({ continues: first.record(), signed: false }).charter;
    expect(channelId(one)).not.toBe(channelId(other));
  });
});
