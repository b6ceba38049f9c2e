import { beforeAll, describe, expect, it } from "vitest";
import type { PartyId } from "../bytes/fields.ts";
import { KeyRing, ringAfter } from "../channel/key-ring.ts";
import { placed, readEntries } from "../channel/record.ts";
import { kinds } from "../kinds.ts";
import { flip, forge } from "./_forge.ts";
import { holder, rememberingVerify, SmallRecord } from "./_small-record.ts";
import { readTar } from "./tar.ts";
import { verifyBundle } from "./verify.ts";
import { writeBundle, writeContinuingBundle, type WholeBundle } from "./write.ts";

const verify = rememberingVerify();
let record: SmallRecord;
let holdings: WholeBundle;
let since: Uint8Array;

/** Aurelia changes its statement key at 1; the bundle begins at 3 of its log and at 1 of borealia's. */
beforeAll(async () => {
  record = await new SmallRecord().begin();
  const { root, statement } = record.log("aurelia").keys;
  const next = holder("aurelia", "root/statement-2");
  const body = { add: [{ role: "statement", key: next.named, kinds: "all-but-receive" }], retire: [statement.named.name] };
  await record.say("aurelia", "key-change", body, [], root);
  const begun = record.log("aurelia").entries.length;
  for (let turn = begun; turn < 4; turn += 1) await record.say("aurelia", "receive", {}, [], next);
  const rings = new Map<PartyId, KeyRing>();
  for (const { id } of record.charter.parties) {
    const before = KeyRing.of(record.charter, id);
    rings.set(id, ringAfter(before, await readEntries(placed(record.log(id).entries), before, record.channel, verify)));
  }
  holdings = { ...(await record.holdings()), rings };
  since = written(new Map([["aurelia", 3], ["borealia", 1]]));
});

function written(from: ReadonlyMap<PartyId, number>): Uint8Array {
  const bundle = writeContinuingBundle(holdings, from);
  if (!bundle.ok) throw new Error(bundle.refusal.sentence);
  return bundle.value;
}

const codes = async (bytes: Uint8Array) => (await verifyBundle(bytes, { verify, kinds })).problems.map(({ code }) => code);
const paths = (bytes: Uint8Array) => readTar(bytes).members.map(({ path }) => path);

describe("a bundle that continues", () => {
  it("R18 holds what follows, and of what is before only what changes keys", async () => {
    expect(await codes(since)).toEqual([]);
    expect(paths(since).filter((path) => path.startsWith("entries/"))).toEqual(["entries/aurelia/1", "entries/aurelia/3"]);
    expect(paths(since).some((path) => path.includes("tile/entries"))).toBe(false);
    const { observations, findings } = await verifyBundle(since, { verify, kinds });
    expect(observations[0]?.text).toMatch(/aurelia from entry 3 \(root \S+\), borealia from entry 1 \(root \S+\)\. It has 2 of 5 entries\./);
    expect(findings).toEqual([]);
    expect(written(new Map([["aurelia", 3], ["borealia", 1]]))).toEqual(since);
  });

  it("R18 begins anywhere from nothing to all that is there, and nowhere else", async () => {
    expect(await codes(written(new Map()))).toEqual([]);
    expect(await codes(written(new Map([["aurelia", 4], ["borealia", 1]])))).toEqual([]);
    expect(writeContinuingBundle(holdings, new Map([["aurelia", 5]])).ok).toBe(false);
  });

  it("R18 names a part that lacks, one that nothing needs, and a beginning that does not fit", async () => {
    expect(await codes(forge(since, (parts) => parts.delete("entries/aurelia/3")))).toContain("entry-missing");
    expect(await codes(forge(since, (parts) => flip(parts, "entries/aurelia/3", 200)))).toContain("entry-differs");
    const entries = record.log("aurelia").entries;
    expect(await codes(forge(since, (parts) => parts.set("entries/aurelia/0", entries[0] ?? new Uint8Array(0))))).toContain("entry-needless");
    const from = (...starts: [string, number][]) => ({ from: starts.map(([party, size]) => ({ party, size })) });
    expect(await codes(forge(since, () => undefined, from(["borealia", 1], ["aurelia", 3])))).toContain("from-differs");
    expect(await codes(forge(since, () => undefined, from(["aurelia", 3])))).toContain("from-differs");
    expect(await codes(forge(since, () => undefined, from(["aurelia", 99], ["borealia", 1])))).toContain("from-differs");
    expect(await codes(forge(since, () => undefined, { extent: "whole" }))).toEqual(["manifest-malformed"]);
    const whole = writeBundle(holdings);
    expect(whole.ok && (await codes(forge(whole.value, () => undefined, { extent: "since" })))).toEqual(["manifest-malformed"]);
  });
});
