import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holder, rememberingVerify, SmallRecord, type Holder } from "../bundle/_small-record.ts";
import { toBase64 } from "../bytes/base64.ts";
import { kinds } from "../kinds.ts";
import { leafHash, MerkleTree } from "../log/merkle.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import type { NamedPair } from "./charter.ts";
import { doubtful } from "./doubtful.ts";
import { foldRecord, type State } from "./fold.ts";
import type { AddedKey, KeyChange } from "./key-change.ts";
import { FileMap } from "./held-files.ts";
import { KeyRing, ringAfter } from "./key-ring.ts";
import { placed, readEntries, type HeldEntry, type HeldLog } from "./record.ts";

const verify = rememberingVerify();
const small = () => new SmallRecord().begin();
const RELEASE = { statements: ["00".repeat(32)] };

const newKey = (party: string, role: string): Holder => holder(party, `root/${role}`);
const statementKey = (named: NamedPair): AddedKey => ({ role: "statement", key: named, kinds: "all-but-receive" });

function changes(
  record: SmallRecord,
  party: string,
  body: KeyChange,
  key = record.log(party).keys.root,
): Promise<string> {
  return record.say(party, "key-change", body, [], key);
}

const speaks = (record: SmallRecord, party: string, key?: Holder): Promise<string> =>
  record.say(party, "release", RELEASE, [], key);

async function rotates(record: SmallRecord, party: string, from: Holder, number: number): Promise<Holder> {
  const next = newKey(party, `statement-${number}`);
  await changes(record, party, { add: [statementKey(next.named)], retire: [from.named.name] });
  return next;
}

/** Reads a log in parts of these sizes, each with the ring of those before, as a node does that pulls. */
async function readIn(record: SmallRecord, party: string, parts: readonly number[], check: VerifySignatures = verify) {
  const { entries } = record.log(party);
  const held: HeldEntry[] = [];
  let ring = KeyRing.of(record.charter, party);
  for (const part of [...parts, entries.length]) {
    const read = await readEntries(
      placed(entries.slice(held.length, held.length + part), held.length),
      ring,
      record.channel,
      check,
    );
    ring = ringAfter(ring, read, held.length);
    held.push(...read);
  }
  return { held, ring };
}

async function problems(record: SmallRecord, party: string): Promise<(string | undefined)[]> {
  return (await readIn(record, party, [])).held.map(({ problem }) => problem?.code);
}

async function folded(
  record: SmallRecord,
  order: readonly string[] = ["aurelia", "borealia"],
  check = verify,
): Promise<State> {
  const logs = new Map<string, HeldLog>();
  for (const party of order) {
    const { held } = await readIn(record, party, [], check);
    const tree = new MerkleTree();
    for (const entry of record.log(party).entries) tree.append(leafHash(entry));
    logs.set(party, { party, entries: held, tree });
  }
  return foldRecord({ channel: record.channel, charter: record.charter, logs, files: new FileMap(record.files) }, kinds);
}

describe("the keys of a party over time", () => {
  it("R11 what is wrong in a root-signed entry is told in few letters, however many its author has written", async () => {
    const record = await small();
    await changes(record, "aurelia", { add: [], retire: [], ["x".repeat(40_000)]: 1 } as KeyChange);
    const { held } = await readIn(record, "aurelia", []);
    expect(held[1]?.problem?.code).toBe("entry-body-malformed");
    expect(held[1]?.problem?.sentence.length).toBeLessThan(500);
  });

  it("R14 a key signs from the entry after the one that adds it, and not from the one on that retires it", async () => {
    const record = await small();
    const first = record.log("aurelia").keys.statement;
    const second = newKey("aurelia", "statement-2");
    await speaks(record, "aurelia");
    await speaks(record, "aurelia", second);
    await rotates(record, "aurelia", first, 2);
    await speaks(record, "aurelia", second);
    await speaks(record, "aurelia", first);
    await speaks(record, "aurelia", second);
    expect(await problems(record, "aurelia")).toEqual([
      undefined,
      undefined,
      "entry-key-too-early",
      undefined,
      undefined,
      "entry-key-retired",
      undefined,
    ]);
    const state = await folded(record);
    expect(state.by("aurelia").map(({ index }) => index)).toEqual([0, 1, 3, 4, 6]);
    expect(state.inert.map(({ why }) => why.sentence)).toContainEqual(
      expect.stringContaining("was retired by entry 3"),
    );
  });

  it("R14 a stolen statement key changes and revokes nothing, and its owner gets rid of it", async () => {
    const record = await small();
    const stolen = record.log("aurelia").keys.statement;
    const thief = newKey("aurelia", "statement-9");
    await changes(record, "aurelia", { add: [statementKey(thief.named)], retire: [stolen.named.name] }, stolen);
    await record.say(
      "aurelia",
      "revocation",
      { key: stolen.named.name, lastSound: 0, why: { en: "Thief" } },
      [],
      stolen,
    );
    await speaks(record, "aurelia", thief);
    const own = await rotates(record, "aurelia", stolen, 2);
    await speaks(record, "aurelia", own);
    await changes(record, "aurelia", { add: [statementKey(thief.named)], retire: [own.named.name] }, stolen);
    await speaks(record, "aurelia", own);
    expect(await problems(record, "aurelia")).toEqual([
      undefined,
      "entry-not-by-root",
      "entry-not-by-root",
      "entry-unknown-key",
      undefined,
      undefined,
      "entry-not-by-root",
      undefined,
    ]);
  });

  it("R14 an entry that names the root key without its signature changes nothing", async () => {
    const record = await small();
    const { root, statement } = record.log("aurelia").keys;
    const next = newKey("aurelia", "statement-2");
    const pretends: Holder = { named: root.named, signer: statement.signer };
    await changes(record, "aurelia", { add: [statementKey(next.named)], retire: [] }, pretends);
    await speaks(record, "aurelia", next);
    expect(await problems(record, "aurelia")).toEqual([undefined, "entry-badly-signed", "entry-unknown-key"]);
  });

  it("R14 a root key signs nothing but key changes and revocations", async () => {
    const record = await small();
    await speaks(record, "aurelia", record.log("aurelia").keys.root);
    expect(await problems(record, "aurelia")).toEqual([undefined, "entry-by-root"]);
  });

  it("R14 a new key may sign the kinds that its entry gives it", async () => {
    const record = await small();
    const key = newKey("aurelia", "statement-2");
    await changes(record, "aurelia", { add: [{ role: "statement", key: key.named, kinds: ["letter"] }], retire: [] });
    await speaks(record, "aurelia", key);
    expect(await problems(record, "aurelia")).toEqual([undefined, undefined, "entry-key-not-for-kind"]);
  });

  it("R14 a revocation retires its key and lists what it signed since the last sound entry; that keeps its effect", async () => {
    const record = await small();
    const { statement: stolen, root } = record.log("aurelia").keys;
    for (let index = 1; index <= 4; index += 1) await speaks(record, "aurelia");
    const next = await rotates(record, "aurelia", stolen, 2);
    await speaks(record, "aurelia", next);
    const revoked = await record.say(
      "aurelia",
      "revocation",
      { key: stolen.named.name, lastSound: 2, why: { en: "A safe was opened" } },
      [],
      root,
    );
    await speaks(record, "aurelia", next);
    const state = await folded(record);
    expect(state.inert).toEqual([]);
    expect(doubtful(state).map(({ author, index, key, revocation }) => [author, index, key, revocation.id])).toEqual([
      ["aurelia", 3, stolen.named.name, revoked],
      ["aurelia", 4, stolen.named.name, revoked],
    ]);
  });

  it("R14 a key that stands is retired by its revocation, if the role keeps another one", async () => {
    const record = await small();
    const { statement: stolen, root } = record.log("aurelia").keys;
    const revoke = () =>
      record.say("aurelia", "revocation", { key: stolen.named.name, lastSound: 0, why: { en: "Lost" } }, [], root);
    await revoke();
    await changes(record, "aurelia", { add: [statementKey(newKey("aurelia", "statement-2").named)], retire: [] });
    await revoke();
    await speaks(record, "aurelia", stolen);
    expect(await problems(record, "aurelia")).toEqual([
      undefined,
      "key-role-empty",
      undefined,
      undefined,
      "entry-key-retired",
    ]);
  });
});

describe("a key that may not be added", () => {
  const record = new SmallRecord();
  const aurelia = record.log("aurelia").keys;
  const borealia = record.log("borealia").keys;
  const ring = KeyRing.of(record.charter, "aurelia");
  const under = (name: string) => `${aurelia.root.named.name}/${name}`;
  const refusedIn = (before: KeyRing, body: KeyChange) => before.obstacle(9, { kind: "key-change", body })?.code;
  const refused = (added: AddedKey) => refusedIn(ring, { add: [added], retire: [] });
  const second = newKey("aurelia", "statement-2").named;

  it.each([
    ["its root key", aurelia.root],
    ["its log key", aurelia.log],
    ["its mirror key", aurelia.mirror],
    ["its statement key", aurelia.statement],
    ["another party's log key", borealia.log],
    ["another party's statement key", borealia.statement],
  ])("R14 is one of the charter in a second role: %s", (_, { named }) => {
    expect(refused(statementKey({ name: under("statement-2"), pair: named.pair }))).toBe("key-reused");
    expect(refused({ role: "node", key: { name: under("node-2"), ed25519: named.pair.ed25519 } })).toBe("key-reused");
  });

  it("R14 is one that was retired, in its own role or another", () => {
    const body: KeyChange = { add: [statementKey(second)], retire: [aurelia.statement.named.name] };
    const third = newKey("aurelia", "statement-3").named;
    const later = ring
      .after([{ index: 3, act: { kind: "key-change", body } }])
      .after([{ index: 4, act: { kind: "key-change", body: { add: [statementKey(third)], retire: [second.name] } } }]);
    const again: AddedKey[] = [
      { role: "mirror", key: { name: under("mirror-2"), pair: second.pair } },
      { role: "node", key: { name: under("node-2"), ed25519: second.pair.ed25519 } },
      statementKey({ name: under("statement-4"), pair: second.pair }),
      statementKey({
        name: under("statement-4"),
        pair: { ...newKey("aurelia", "statement-4").named.pair, mldsa44: third.pair.mldsa44 },
      }),
    ];
    expect(again.map((added) => refusedIn(later, { add: [added], retire: [] }))).toEqual(again.map(() => "key-reused"));
    expect(refusedIn(later, { add: [statementKey(second)], retire: [] })).toBe("key-name-used");
  });

  it("R14 stands twice in one entry, or has a name twice", () => {
    const pair = newKey("aurelia", "statement-3").named.pair;
    expect(
      refusedIn(ring, {
        add: [statementKey(second), { role: "mirror", key: { name: under("m"), pair: second.pair } }],
        retire: [],
      }),
    ).toBe("key-reused");
    expect(
      refusedIn(ring, { add: [statementKey(second), statementKey({ name: second.name, pair })], retire: [] }),
    ).toBe("key-name-used");
  });

  it("R14 has a name that could be another party's, or none that a note can carry", () => {
    for (const name of [
      "aurelia.example/small/statement-2",
      `${borealia.root.named.name}/statement-2`,
      under("a b"),
      under("a+b"),
      under("a".repeat(255)),
    ])
      expect(refused(statementKey({ name, pair: second.pair }))).toBe("key-name");
  });

  it("R14 is weak: of small order, or no point at all", () => {
    const weak = (ed25519: Uint8Array) =>
      refused(statementKey({ name: second.name, pair: { ...second.pair, ed25519: toBase64(ed25519) } }));
    expect(weak(new Uint8Array(32))).toBe("key-small-order");
    expect(weak(new Uint8Array(32).fill(0xff))).toBe("key-not-canonical");
  });

  it("R14 nothing is retired that does not stand, and no role is left without a key", () => {
    expect(refusedIn(ring, { add: [], retire: [aurelia.root.named.name] })).toBe("key-not-standing");
    expect(refusedIn(ring, { add: [], retire: [aurelia.log.named.name] })).toBe("key-not-standing");
    expect(refusedIn(ring, { add: [], retire: [borealia.mirror.named.name] })).toBe("key-not-standing");
    expect(refusedIn(ring, { add: [], retire: [aurelia.mirror.named.name] })).toBe("key-role-empty");
    expect(refusedIn(ring, { add: [], retire: [] })).toBe("key-change-empty");
  });

  it("R14 a revocation names a key of its owner and an entry before itself", () => {
    const revoke = (key: string, lastSound: number) =>
      ring.obstacle(9, { kind: "revocation", body: { key, lastSound, why: { en: "W" } } })?.code;
    expect(revoke(borealia.statement.named.name, 0)).toBe("key-unknown");
    expect(revoke(aurelia.log.named.name, 0)).toBe("key-unknown");
    expect(revoke(aurelia.statement.named.name, 9)).toBe("revocation-position");
  });
});

describe("key changes and the fold", () => {
  const anything: VerifySignatures = async (checks) => checks.map(() => true);

  it("R14 the parts in which a log arrives change nothing", async () => {
    const record = await small();
    let key = record.log("aurelia").keys.statement;
    for (let number = 2; number < 6; number += 1) {
      await speaks(record, "aurelia", key);
      const old = key;
      key = await rotates(record, "aurelia", key, number);
      await speaks(record, "aurelia", old);
    }
    const whole = await readIn(record, "aurelia", [], anything);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 12 }), async (parts) => {
        const read = await readIn(record, "aurelia", parts, anything);
        expect(read.held).toEqual(whole.held);
        expect(read.ring.keys).toEqual(whole.ring.keys);
      }),
    );
  });

  it("R14 any interleaving of two parties' rotations has the same entries in effect, whatever the order of the logs (R8)", async () => {
    const effect = async (turns: readonly boolean[]) => {
      const record = await small();
      const steps = new Map(["aurelia", "borealia"].map((party) => [party, acts(record, party)]));
      for (const turn of turns) await steps.get(turn ? "aurelia" : "borealia")?.shift()?.();
      for (const rest of steps.values()) for (const step of rest) await step();
      const state = await folded(record, ["aurelia", "borealia"], anything);
      const turned = await folded(record, ["borealia", "aurelia"], anything);
      expect(turned.all).toEqual(state.all);
      expect(turned.inert).toEqual(state.inert);
      return {
        applied: ["aurelia", "borealia"].map((party) =>
          state.by(party).map(({ index, kind, keyId }) => [index, kind, keyId]),
        ),
        inert: state.inert.map(({ author, index, why }) => [author, index, why.code]),
        doubtful: doubtful(state).map(({ author, index, key }) => [author, index, key]),
      };
    };
    const one = await effect([]);
    expect(one.doubtful).toHaveLength(2);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 8, maxLength: 12 }), async (turns) => {
        expect(await effect(turns)).toEqual(one);
      }),
      { numRuns: 12 },
    );
  });

  /** Speaks, changes keys, tries the old one, changes again, revokes. */
  function acts(record: SmallRecord, party: string): (() => Promise<unknown>)[] {
    const { statement: first, root } = record.log(party).keys;
    const second = newKey(party, "statement-2");
    const third = newKey(party, "statement-3");
    return [
      () => speaks(record, party, first),
      () => changes(record, party, { add: [statementKey(second.named)], retire: [first.named.name] }),
      () => speaks(record, party, second),
      () => speaks(record, party, first),
      () => changes(record, party, { add: [statementKey(third.named)], retire: [second.named.name] }),
      () => record.say(party, "revocation", { key: second.named.name, lastSound: 2, why: { en: "Lost" } }, [], root),
      () => speaks(record, party, third),
    ];
  }
});
