import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalJson } from "@countersign/core/bytes/canonical.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { Observation } from "@countersign/wire/endpoints.ts";
import { foundTestCircle, must, type TestCircle } from "../_circle.ts";
import { HostileNode, partyOf } from "../_hostile-node.ts";
import { DiskStore } from "../objects/disk.ts";
import { Observations } from "./observations.ts";

const AT = "2027-03-11T02:07:00Z";
const LATER = "2027-03-11T02:08:00Z";

function noted(number: number, more: Partial<Observation> = {}): Observation {
  const heads = [{ size: number, root: toBase64(sha256(encodeUtf8(`${number}`))), heardFrom: "aurelia" }];
  return { code: "damaged-copy", log: "aurelia", from: "aurelia", at: AT, sentence: `Number ${number}.`, heads, ...more };
}

describe("what a node noted", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "countersign-observations-"));
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await rm(folder, { recursive: true });
  });
  const opened: DiskStore[] = [];
  const open = async () => {
    const store = await DiskStore.open(folder);
    opened.push(store);
    return must(await Observations.open(store, () => undefined));
  };

  it("R15 is counted where it comes again: first, last and how often, also after a start", async () => {
    const observations = await open();
    await observations.note(noted(1));
    for (let times = 0; times < 4; times += 1) await observations.note(noted(1, { at: LATER }));
    await observations.note(noted(2, { code: "unreachable", at: AT }));
    await observations.note(noted(2, { code: "unreachable", at: LATER, sentence: "Still." }));
    const [kept, passing] = observations.all;
    expect(kept).toEqual({ ...noted(1), last: LATER, times: 5 });
    expect(passing).toMatchObject({ at: AT, last: LATER, times: 2, sentence: "Still." });
    await observations.save(true);
    expect((await open()).all).toEqual([kept]);
    await writeFile(join(folder, "recurrences"), "{");
    expect((await open()).all).toEqual([noted(1)]);
  });

  it("R15 has bounded room for each kind of note of what one node served of one log, and drowns none of another", async () => {
    const observations = await open();
    for (let number = 0; number < 500; number += 1) await observations.note(noted(number));
    const drowned = [noted(1, { code: "other-answer" }), noted(1, { log: "borealis" }), noted(1, { from: "borealis" })];
    for (const other of drowned) await observations.note(other);
    const { all } = observations;
    expect(all).toHaveLength(10 + drowned.length);
    expect(all.slice(10)).toEqual(drowned);
    expect(all[9]).toMatchObject({ sentence: "Number 9.", times: 491 });
    expect(await readdir(join(folder, "observation"))).toHaveLength(10 + drowned.length);
  });
});

describe("a proof of a fork that does not hold", () => {
  let circle: TestCircle;
  beforeEach(async () => {
    circle = await foundTestCircle(["aurelia", "borealis", "carpathia"]);
  });
  afterEach(() => circle.close());

  it("R15 is fetched and checked once, and so many of them at most from one node", async () => {
    const { channel } = circle;
    const aurelia = await circle.start("aurelia");
    const borealis = await circle.start("borealis");
    await circle.exchange(aurelia, borealis);
    const hostile = await HostileNode.behind(circle, aurelia);
    const log = partyOf(circle, "borealis").keys.log;
    const proofs = Array.from({ length: 20 }, (_, number) =>
      canonicalJson({ type: "fork-proof", version: 1, channel, log, head: `${number}`, against: { head: "x" } }),
    );
    let told = 0;
    let fetched = 0;
    hostile.alter({
      forks: () => [{ log: "carpathia", proof: toHex(sha256(proofs[told] ?? new Uint8Array(0))) }],
      proof: async (hash) => {
        fetched += 1;
        return proofs.find((proof) => toHex(sha256(proof)) === hash);
      },
    });
    for (let round = 0; round < 3; round += 1) await borealis.exchangeNow();
    expect(fetched).toBe(1);
    for (told = 1; told < proofs.length; told += 1) await borealis.exchangeNow();
    expect(fetched).toBe(8);
    expect(borealis.observations(channel).filter(({ code }) => code === "fork")).toEqual([]);
  });
});
