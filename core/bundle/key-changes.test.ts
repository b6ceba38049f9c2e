import { describe, expect, it } from "vitest";
import type { PartyId } from "../bytes/fields.ts";
import { KeyRing, ringAfter } from "../channel/key-ring.ts";
import { placed, readEntries } from "../channel/record.ts";
import { kinds } from "../kinds.ts";
import { holder, rememberingVerify, SmallRecord } from "./_small-record.ts";
import { verifyBundle } from "./verify.ts";
import { writeBundle, type BundleBranch } from "./write.ts";

const verify = rememberingVerify();
const next = holder("borealia", "root/mirror-2");

/** Borealia has cosigned with its first mirror key, and changes it. */
async function changed(): Promise<SmallRecord> {
  const record = await new SmallRecord().begin();
  const { root, mirror } = record.log("borealia").keys;
  const body = { add: [{ role: "mirror", key: next.named }], retire: [mirror.named.name] };
  await record.say("borealia", "key-change", body, [], root);
  return record;
}

async function ringsOf(record: SmallRecord): Promise<Map<PartyId, KeyRing>> {
  const rings = new Map<PartyId, KeyRing>();
  for (const { id } of record.charter.parties) {
    const before = KeyRing.of(record.charter, id);
    const held = await readEntries(placed(record.log(id).entries), before, record.channel, verify);
    rings.set(id, ringAfter(before, held));
  }
  return rings;
}

async function verdictOf(record: SmallRecord) {
  const written = writeBundle({ ...(await record.holdings()), rings: await ringsOf(record) });
  if (!written.ok) throw new Error(written.refusal.sentence);
  return verifyBundle(written.value, { verify, kinds });
}

describe("a bundle of a channel whose keys have changed", () => {
  it("R14 counts cosignatures of a mirror key that was retired, and of the one after it", async () => {
    const record = await changed();
    const before = await verdictOf(record);
    expect(before.problems).toEqual([]);
    expect(before.parties[0]?.cosignedBy.map(({ id }) => id)).toEqual(["borealia"]);
    record.mirrors.set("borealia", next);
    const after = await verdictOf(record);
    expect(after.problems).toEqual([]);
    expect(after.parties[0]?.cosignedBy.map(({ id }) => id)).toEqual(["borealia"]);
    expect(after.parties[1]?.fingerprints.mirror).not.toBe(before.parties[0]?.fingerprints.mirror);
  });

  it("R14 counts none of a mirror key that was revoked", async () => {
    const record = await changed();
    const { root, mirror } = record.log("borealia").keys;
    await record.say("borealia", "revocation", { key: mirror.named.name, lastSound: 0, why: { en: "Lost" } }, [], root);
    const verdict = await verdictOf(record);
    expect(verdict.problems).toEqual([]);
    expect(verdict.parties[0]?.cosignedBy).toEqual([]);
    expect(verdict.observations.map(({ code, where }) => [code, where])).toContainEqual(["not-stored-by", "aurelia"]);
  });

  it("R14 takes no line of a key that the logs in it do not give", async () => {
    const record = await changed();
    record.mirrors.set("borealia", next);
    const rings = await ringsOf(record);
    const { branches, ...rest } = await record.holdings();
    record.rewind("borealia", 1);
    const short = await record.branch("borealia");
    const written = writeBundle({
      ...rest,
      rings,
      branches: [...branches.filter(({ party }) => party !== "borealia"), short],
    });
    if (!written.ok) throw new Error(written.refusal.sentence);
    const verdict = await verifyBundle(written.value, { verify, kinds });
    expect(verdict.problems).toEqual([]);
    expect(verdict.parties[0]?.cosignedBy).toEqual([]);
  });

  it("R15 proves by a statement against the log it lies in, though its key came after the charter, in the first branch and in the second", async () => {
    const record = await new SmallRecord().begin();
    const { root, statement } = record.log("aurelia").keys;
    const first = await record.branch("aurelia");
    const successor = holder("aurelia", "root/statement-2");
    const add = [{ role: "statement", key: successor.named, kinds: "all-but-receive" }];
    await record.say("aurelia", "key-change", { add, retire: [statement.named.name] }, [], root);
    await record.say("aurelia", "release", { statements: ["11".repeat(32)] }, [], successor);
    await record.say("aurelia", "release", { statements: ["22".repeat(32)] }, [], successor);
    const said = record.log("aurelia").entries.at(-1) ?? expect.fail("nothing said");
    record.rewind("aurelia", 2);
    await record.say("aurelia", "release", { statements: ["33".repeat(32)] }, [], successor);
    // It says that another entry stood before it than the one that stands there.
    record.append("aurelia", said);
    const contradicting = await record.branch("aurelia");
    const forksOf = async (branches: readonly BundleBranch[]) => {
      const { branches: held, ...rest } = await record.holdings();
      const written = writeBundle({ ...rest, branches: [...branches, ...held.filter(({ party }) => party !== "aurelia")] });
      if (!written.ok) throw new Error(written.refusal.sentence);
      const { problems } = await verifyBundle(written.value, { verify, kinds });
      return problems.filter(({ code }) => code === "fork").map(({ where }) => where);
    };
    expect(await forksOf([contradicting])).toEqual(["aurelia 3"]);
    // A first branch in which the key was never added takes nothing from the second.
    record.rewind("aurelia", 1);
    await record.say("aurelia", "release", { statements: ["44".repeat(32)] });
    const other = await record.branch("aurelia");
    expect(other.head).not.toBe(first.head);
    expect(await forksOf([other, contradicting])).toEqual(["log/aurelia/branch-1", "aurelia 3"]);
  });

  it("R14 says when two parties have added the same key", async () => {
    const record = await new SmallRecord().begin();
    const { pair } = holder("aurelia", "root/mirror-2").named;
    for (const party of ["aurelia", "borealia"]) {
      const added = { role: "mirror", key: { name: `${party}.example/small/root/mirror-2`, pair } };
      await record.say(party, "key-change", { add: [added], retire: [] }, [], record.log(party).keys.root);
    }
    const verdict = await verdictOf(record);
    expect(verdict.ok).toBe(true);
    expect(verdict.observations.map(({ code, where }) => [code, where])).toEqual([["shared-key", "borealia"]]);
  });

  it("R14 says which entries their owner calls doubtful, in the owner's words", async () => {
    const record = await new SmallRecord().begin();
    const { root, statement } = record.log("aurelia").keys;
    await record.say("aurelia", "release", { statements: ["00".repeat(32)] });
    const successor = { role: "statement", key: holder("aurelia", "root/statement-2").named, kinds: "all-but-receive" };
    await record.say("aurelia", "key-change", { add: [successor], retire: [] }, [], root);
    const body = { key: statement.named.name, lastSound: 0, why: { en: "A card was copied." } };
    await record.say("aurelia", "revocation", body, [], root);
    const verdict = await verdictOf(record);
    expect(verdict.ok).toBe(true);
    expect(verdict.inert).toEqual([]);
    expect(verdict.observations.filter(({ code }) => code === "doubtful-key")).toEqual([
      {
        code: "doubtful-key",
        where: "aurelia 1",
        text: expect.stringMatching(/from entry 1 on: A card was copied\.$/),
      },
    ]);
  });
});
