import { afterEach, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { writeBundle } from "@countersign/core/bundle/write.ts";
import { decodeBundle } from "@countersign/core/log/tiles.ts";
import { readTar, writeTar } from "@countersign/core/bundle/tar.ts";
import { verifyBundle, type Verdict } from "@countersign/core/bundle/verify.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "./_circle.ts";
import { readSoundBundle, type ImportedBundle } from "./import-bundle.ts";
import type { CountersignNode } from "./node.ts";
import { Journal } from "./journal/journal.ts";
import { MemoryStore } from "./objects/memory.ts";
import { partySigners } from "./private/keys.ts";
import { nativeVerify } from "./signing.ts";

let circle: TestCircle;

afterEach(async () => circle.close());

/** What a node holds of each log, and `giver` too where one is named. */
const sizesAt = (node: CountersignNode, giver: CountersignNode = node) =>
  new Map(
    node.receipts(circle.channel).map(({ log, size }, position): [string, number] => [
      log,
      Math.min(size, giver.receipts(circle.channel)[position]?.size ?? 0),
    ]),
  );

const written = async (node: CountersignNode, since?: ReadonlyMap<string, number>) =>
  must(await node.bundle(circle.channel, { asOf: "record", ...(since === undefined ? {} : { since }) }));

async function take(node: CountersignNode, bytes: Uint8Array, from: string): Promise<ImportedBundle> {
  return must(await node.importBundle(circle.channel, must(await readSoundBundle(bytes)), from));
}

/** Files go to and fro until neither has anything new for the other. */
async function carry(one: CountersignNode, other: CountersignNode, continuing: boolean): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await take(other, await written(one, continuing ? sizesAt(other, one) : undefined), one.id);
    await take(one, await written(other, continuing ? sizesAt(one, other) : undefined), other.id);
  }
}

const verdict = async (bytes: Uint8Array): Promise<Verdict> => verifyBundle(bytes, { verify: nativeVerify, kinds });

const whole = (node: CountersignNode) =>
  node
    .state(circle.channel)
    .all.map(({ id, author, index, time }) => [id, author, index, time]);

async function refused(bytes: Uint8Array, node: CountersignNode): Promise<string> {
  const sound = await readSoundBundle(bytes);
  if (!sound.ok) return sound.refusal.code;
  const taken = await node.importBundle(circle.channel, sound.value, "aurelia");
  return taken.ok ? "taken" : taken.refusal.code;
}

describe("a channel whose parties only carry files", () => {
  for (const continuing of [false, true])
    it(`R18 comes to the same state as one on the network, by ${continuing ? "bundles that continue" : "whole bundles"}`, async () => {
      circle = await foundTestCircle(["aurelia", "borealia", "cimmeria", "dorland"]);
      const [one, other, third, fourth] = [
        await circle.start("aurelia", { peers: [] }),
        await circle.start("borealia", { peers: [] }),
        await circle.start("cimmeria", { peers: [] }),
        await circle.start("dorland", { peers: [] }),
      ];
      const all = [one, other, third, fourth];
      const round = async () => {
        for (const from of all) for (const to of all) if (from !== to) await take(to, await written(from, continuing ? sizesAt(to, from) : undefined), from.id);
      };
      await round();
      await round();
      const file = { name: "map.txt", type: "text/plain", data: toBase64(encodeUtf8("a map")) };
      must(await one.say(circle.channel, letterTo("borealia", "first", [file])));
      must(await other.say(circle.channel, letterTo("aurelia", "second")));
      await round();
      await round();
      await round();
      for (const node of all) {
        expect(whole(node)).toEqual(whole(one));
        expect(node.state(circle.channel).inert).toEqual([]);
        expect(node.receipts(circle.channel)).toEqual(one.receipts(circle.channel));
        expect(node.observations(circle.channel)).toEqual([]);
        expect([...node.record(circle.channel).files].map(([, bytes]) => new TextDecoder().decode(bytes))).toEqual(["a map"]);
      }
      expect(one.state(circle.channel).all.filter(({ kind }) => kind === "receive").map(({ author }) => author).toSorted()).toContain("borealia");
      for (const { size, storedBy } of one.receipts(circle.channel)) expect(storedBy.map((stored) => stored.size)).toEqual([size, size, size]);
      // All hold the same, so all write the same bytes.
      const bytes = await written(one);
      for (const node of all) expect(toBase64(await written(node))).toBe(toBase64(bytes));
      expect(toBase64(await written(one))).toBe(toBase64(bytes));
      expect((await verdict(bytes)).observations).toEqual([]);
    });
});

describe("one bundle of a long exchange", () => {
  it("R5 R18 goes into an empty folder at once, however often the logs saw each other in turns", async () => {
    circle = await foundTestCircle(["aurelia", "borealia", "cimmeria"]);
    const one = await circle.start("aurelia", { peers: [], acknowledges: false });
    const other = await circle.start("borealia", { peers: [], acknowledges: false });
    const third = await circle.start("cimmeria", { peers: [], acknowledges: false });
    for (const [from, to] of [[third, one], [third, other], [one, other], [other, one]] as const) await take(to, await written(from), from.id);
    for (let turn = 0; turn < 12; turn += 1) {
      const [speaker, hearer] = turn % 2 === 0 ? [one, other] : [other, one];
      must(await speaker.say(circle.channel, letterTo(hearer.id, `turn ${turn}`)));
      await take(hearer, await written(speaker, sizesAt(hearer, speaker)), speaker.id);
    }
    const taken = await take(third, await written(one), "aurelia");
    expect(taken.logs.filter(({ log }) => log !== "cimmeria").every(({ to, offered }) => to === offered)).toBe(true);
    expect(whole(third)).toEqual(whole(one));
    expect(third.state(circle.channel).inert).toEqual([]);
  });
});

describe("a bundle that continues", () => {
  it("R18 says from where, holds no finding, and goes in only where it fits", async () => {
    circle = await foundTestCircle(["aurelia", "borealia"]);
    const one = await circle.start("aurelia", { peers: [] });
    const other = await circle.start("borealia", { peers: [] });
    await carry(one, other, false);
    const before = await written(one);
    const sizes = sizesAt(other);
    must(await one.say(circle.channel, letterTo("borealia", "more")));
    const since = await written(one, sizes);
    const read = await verdict(since);
    expect([read.ok, read.problems]).toEqual([true, []]);
    expect(read.observations[0]?.text).toMatch(/continues what its reader holds: aurelia from entry \d+ \(root .+\), borealia from entry \d+ \(root/);
    expect(since.length).toBeLessThan((await written(one)).length);
    // Beyond what is held.
    must(await one.say(circle.channel, letterTo("borealia", "and more")));
    const later = await written(one, sizesAt(one));
    expect(await refused(later, other)).toBe("bundle-gap");
    expect(sizesAt(other)).toEqual(sizes);
    const taken = await take(other, since, "aurelia");
    const [log] = taken.logs;
    expect([log?.from, log?.to, taken.said]).toEqual([sizes.get("aurelia"), (sizes.get("aurelia") ?? 0) + 1, 1]);
    // What is older than what is held brings nothing and is no fault.
    const again = await take(other, before, "aurelia");
    expect(again.logs.every(({ from, to }) => from === to)).toBe(true);
    expect([again.observations, again.said]).toEqual([[], 0]);
    expect((await one.bundle(circle.channel, { since: new Map([["aurelia", 99]]) })).ok).toBe(false);
  });

  it("R18 refuses one that is cut short, changed, of another channel, or no bundle, and writes nothing", async () => {
    circle = await foundTestCircle(["aurelia", "borealia"]);
    const one = await circle.start("aurelia", { peers: [] });
    const other = await circle.start("borealia", { peers: [] });
    const bytes = await written(one);
    const sizes = sizesAt(other);
    expect(await refused(bytes.slice(0, bytes.length - 2000), other)).toBe("tar-cut-short");
    expect(await refused(encodeUtf8("hello"), other)).toBe("tar-unknown");
    for (const at of [600, 5000, bytes.length - 1500]) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await refused(changed, other)).not.toBe("taken");
    }
    const { members } = readTar(bytes);
    expect(await refused(writeTar([...members, { path: "extra", bytes: new Uint8Array(1) }]), other)).not.toBe("taken");
    const strange = await foundTestCircle(["aurelia", "borealia"]);
    const stranger = await strange.start("aurelia", { peers: [] });
    expect(await refused(must(await stranger.bundle(strange.channel)), other)).toBe("bundle-other-channel");
    await strange.close();
    expect(sizesAt(other)).toEqual(sizes);
    expect(await refused(bytes, other)).toBe("taken");
  });

  it("R15 R18 brings a fork with its proof, whether as another log or as a second branch, and covers no more of that log", async () => {
    circle = await foundTestCircle(["aurelia", "borealia"]);
    const { charter, channel, clock } = circle;
    const one = await circle.start("aurelia", { peers: [] });
    const other = await circle.start("borealia", { peers: [] });
    await carry(one, other, false);
    const party = charter.parties.find(({ id }) => id === "aurelia");
    if (party === undefined) throw new Error("no such party");
    const { log } = must(await partySigners(circle.seat("aurelia").directory, party));
    const second = must(await Journal.open({ store: new MemoryStore(), key: log, clock }));
    for (const text of ["another", "log", "altogether"]) must(await second.append(encodeUtf8(text)));
    const entries = await second.entries(0, second.size);
    const common = { charter, asOf: clock.now(), files: new Map<string, Uint8Array>() };
    const forked = must(writeBundle({ ...common, branches: [{ party: "aurelia", head: second.note, entries }] }));
    const sizes = sizesAt(other);
    const taken = await take(other, forked, "aurelia");
    expect(taken.observations.map(({ code, log: about }) => [code, about])).toEqual([["fork", "aurelia"]]);
    expect(taken.observations[0]?.proof).toMatch(/^[0-9a-f]{64}$/);
    expect(sizesAt(other)).toEqual(sizes);
    must(await one.say(channel, letterTo("borealia", "after")));
    expect((await take(other, await written(one), "aurelia")).logs[0]).toMatchObject({ from: sizes.get("aurelia"), to: sizes.get("aurelia") });
    // A reader who held nothing learns of it from the two branches of one bundle.
    await other.close();
    await rm(join(circle.seat("borealia").directory, "logs"), { recursive: true });
    await rm(join(circle.seat("borealia").directory, "keys", ".signed"), { recursive: true });
    const fresh = await circle.start("borealia", { peers: [] });
    const honest = await one.logs(channel).tile("aurelia", { level: "entries", number: 0, width: sizesAt(one).get("aurelia") ?? 0 });
    const branches = [
      { party: "aurelia", head: new TextDecoder().decode(await one.logs(channel).checkpoint("aurelia")), entries: must(decodeBundle(honest ?? new Uint8Array(0), sizesAt(one).get("aurelia") ?? 0)) },
      { party: "aurelia", head: second.note, entries },
    ];
    const both = must(await readSoundBundle(must(writeBundle({ ...common, branches }))));
    expect(must(await fresh.importBundle(channel, both, "aurelia")).observations.map(({ code }) => code)).toEqual(["fork"]);
  });
});
