import { describe, expect, it } from "vitest";
import { holder, rememberingVerify, SmallRecord, type Holder } from "../bundle/_small-record.ts";
import { toBase64 } from "../bytes/base64.ts";
import { KeyRing, ringAfter } from "../channel/key-ring.ts";
import { placed, readEntries, readKeyRing } from "../channel/record.ts";
import { openHead } from "./checkpoint.ts";
import { checkForkProof, findForkInStatement, forkProofBytes, keyThatSigned, readForkProof, type ForkProof } from "./fork.ts";

const verify = rememberingVerify();
const RELEASE = { statements: ["00".repeat(32)] };

const statementKey = (number: number): Holder => holder("aurelia", `root/statement-${number}`);

/** Aurelia changes its statement key this often, says something with the newest one, and then signs a head over another story. */
async function forked(changes: number): Promise<{ proof: ForkProof; key: Holder; record: SmallRecord }> {
  const record = await new SmallRecord().begin();
  const { root, statement, log } = record.log("aurelia").keys;
  let key = statement;
  for (let number = 2; number < changes + 2; number += 1) {
    const added = { role: "statement", key: statementKey(number).named, kinds: "all-but-receive" };
    await record.say("aurelia", "key-change", { add: [added], retire: [key.named.name] }, [], root);
    // Neither has an effect on the keys: one comes again, the other is signed by somebody else.
    await record.say("aurelia", "key-change", { add: [added], retire: [] }, [], root);
    await record.say("aurelia", "key-change", { add: [], retire: [statementKey(number).named.name] }, [], statementKey(number));
    key = statementKey(number);
    await record.say("aurelia", "release", RELEASE, [], key);
  }
  await record.say("aurelia", "release", RELEASE, [], key);
  const said = record.log("aurelia").entries.at(-1) ?? new Uint8Array(0);
  const { size } = record.log("aurelia").tree;
  const leaves = placed(record.log("aurelia").entries);
  const ring = await readKeyRing(leaves, KeyRing.of(record.charter, "aurelia"), record.channel, verify);
  const keyEntries = ring.leadingTo(key.named.name).map((index) => ({
    index,
    leaf: record.log("aurelia").entries[index] ?? new Uint8Array(0),
  }));
  // The statement saw all entries before it. The head is over other ones, from the last on that it saw.
  record.rewind("aurelia", size - 2);
  for (let more = 0; more < 3; more += 1) await record.say("aurelia", "release", { statements: ["11".repeat(32)] }, [], key);
  const opened = await openHead((await record.branch("aurelia")).head, log.named, verify);
  if (!opened.ok) throw new Error(opened.refusal.sentence);
  const { channel, charter } = record;
  const context = { channel, log: log.named, charter, larger: record.log("aurelia").tree, keyEntries };
  const proof = findForkInStatement(context, opened.value, said, key.named);
  if (proof === undefined) throw new Error("no fork");
  const read = readForkProof(forkProofBytes(proof));
  if (!read.ok) throw new Error(read.refusal.sentence);
  return { proof: read.value, key, record };
}

async function codeOf(proof: ForkProof): Promise<string> {
  const checked = await checkForkProof(proof, undefined, verify);
  return checked.ok ? "proof" : checked.refusal.code;
}

describe("the proof of a fork by a statement whose key came after the charter", () => {
  it("R15 convinces who has nothing but the document, after one change of keys and after several", async () => {
    for (const changes of [1, 2, 3]) {
      const { proof } = await forked(changes);
      expect(proof.keyEntries).toHaveLength(changes);
      const checked = await checkForkProof(proof, undefined, verify);
      expect(checked).toMatchObject({ ok: true, value: { party: "aurelia", keyFrom: "charter" } });
      if (checked.ok) expect(checked.value.claims.map(({ signed }) => signed)).toEqual(["head", "statement"]);
    }
  });

  it("R15 carries of the revocations before the key only those that changed anything", async () => {
    const record = await new SmallRecord().begin();
    const { root, statement } = record.log("aurelia").keys;
    const second = statementKey(2);
    const third = statementKey(3);
    const add = (key: Holder) => [{ role: "statement", key: key.named, kinds: "all-but-receive" }];
    const revokes = { key: statement.named.name, lastSound: 0, why: { en: "Lost" } };
    await record.say("aurelia", "key-change", { add: add(second), retire: [] }, [], root);
    for (let again = 0; again < 3; again += 1) await record.say("aurelia", "revocation", revokes, [], root);
    await record.say("aurelia", "key-change", { add: add(third), retire: [second.named.name] }, [], root);
    await record.say("aurelia", "revocation", { ...revokes, key: third.named.name }, [], root);
    const leaves = placed(record.log("aurelia").entries);
    const begin = KeyRing.of(record.charter, "aurelia");
    const ring = await readKeyRing(leaves, begin, record.channel, verify);
    expect(ring.leadingTo(second.named.name)).toEqual([1]);
    expect(ring.leadingTo(third.named.name)).toEqual([1, 2, 5]);
    for (const name of [statement.named.name, "nobody.example/key"]) expect(ring.leadingTo(name)).toEqual([]);
    const leading = leaves.filter(({ index }) => ring.leadingTo(third.named.name).includes(index));
    const again = await readKeyRing(leading, begin, record.channel, verify);
    expect(again.keys).toEqual(ring.within(6).keys);
  });

  it("R15 names a revocation of the key that is known, with its last sound entry, in the sentence", async () => {
    const { proof, key, record } = await forked(1);
    const { root } = record.log("aurelia").keys;
    const third = statementKey(9);
    const adds = { add: [{ role: "statement", key: third.named, kinds: "all-but-receive" }], retire: [] };
    await record.say("aurelia", "key-change", adds, [], root);
    const lastSound = record.log("aurelia").tree.size - 3;
    await record.say("aurelia", "revocation", { key: key.named.name, lastSound, why: { en: "Stolen" } }, [], root);
    const at = record.log("aurelia").tree.size - 1;
    const ring = await readKeyRing(placed(record.log("aurelia").entries), KeyRing.of(record.charter, "aurelia"), record.channel, verify);
    const told = await checkForkProof(proof, undefined, verify, [], ring);
    if (!told.ok) return expect.fail(told.refusal.sentence);
    expect(told.value.revoked).toEqual({ name: key.named.name, lastSound, at });
    expect(told.value.sentence).toContain(`With entry ${at} of its log aurelia revoked the key ${key.named.name}, which signed the statement, for everything after entry ${lastSound}`);
    const alone = await checkForkProof(proof, undefined, verify);
    expect(alone.ok && alone.value.revoked).toBeUndefined();
    // The sentence of a key that stands is as it was.
    expect(alone.ok && told.value.sentence.startsWith(alone.value.sentence)).toBe(true);
  });

  it("R15 is made with the key that has signed, where its owner has made two keys with one id", async () => {
    const record = await new SmallRecord().begin();
    const { root } = record.log("aurelia").keys;
    // Found by trying names: both Ed25519 halves have the same id under them.
    const [first, second] = [[2, 35_498] as const, [3, 4828] as const].map(([key, name]): Holder => {
      const { named, signer } = statementKey(key);
      return { named: { name: `${root.named.name}/${name}`, pair: named.pair }, signer };
    });
    if (first === undefined || second === undefined) return expect.fail("no keys");
    for (const { named } of [first, second])
      await record.say("aurelia", "key-change", { add: [{ role: "statement", key: named, kinds: "all-but-receive" }], retire: [] }, [], root);
    await record.say("aurelia", "release", RELEASE, [], second);
    const leaves = placed(record.log("aurelia").entries);
    const held = await readEntries(leaves, KeyRing.of(record.charter, "aurelia"), record.channel, verify);
    const ring = ringAfter(KeyRing.of(record.charter, "aurelia"), held);
    const keys = ring.statementKeysOf(held[3]?.statement?.keyId ?? "");
    expect(keys.map(({ name }) => name)).toEqual([first.named.name, second.named.name]);
    const said = leaves[3]?.leaf ?? new Uint8Array(0);
    expect(await keyThatSigned(said, keys, verify)).toEqual(second.named);
    expect(await keyThatSigned(said, [first.named], verify)).toBeUndefined();
  });

  it("R15 carries no key changes where the charter names the key", async () => {
    const { proof } = await forked(0);
    expect(proof.keyEntries).toBeUndefined();
    expect(await codeOf(proof)).toBe("proof");
  });

  it("R15 accuses nobody when a key change that leads to the key is left out, stands elsewhere, or is not the owner's", async () => {
    const { proof, record } = await forked(2);
    const [first, second] = proof.keyEntries ?? [];
    if (first === undefined || second === undefined) throw new Error("no key changes");
    const { keyEntries: _, ...bare } = proof;
    const withEntries = (...keyEntries: NonNullable<ForkProof["keyEntries"]>): ForkProof => ({ ...bare, keyEntries });
    expect(await codeOf(bare)).toBe("fork-statement-key");
    // The second one retires what the first one adds.
    expect(await codeOf(withEntries(second))).toBe("fork-key-entries");
    expect(await codeOf(withEntries(first))).toBe("fork-statement-key");
    expect(await codeOf(withEntries(second, first))).toBe("fork-key-entries");
    expect(await codeOf(withEntries(first, first, second))).toBe("fork-key-entries");
    expect(await codeOf(withEntries(first, { ...second, index: first.index }))).toBe("fork-key-entries");
    const forged = await record.say("aurelia", "key-change", { add: [], retire: [] }, [], statementKey(2));
    expect(forged).not.toBe("");
    const entry = toBase64(record.log("aurelia").entries.at(-1) ?? new Uint8Array(0));
    expect(await codeOf(withEntries(first, second, { index: second.index + 1, entry }))).toBe("fork-key-entries");
    expect(await codeOf(withEntries(first, second, { index: second.index + 1, entry: "AAAA" }))).toBe("fork-key-entries");
    const { charter: __, ...nameless } = proof;
    expect(await codeOf(nameless)).toBe("fork-key-entries");
  });
});
