import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { CommitLog } from "../journal/commit-log.ts";
import { PeerClient } from "../mirror/peer-client.ts";
import { DiskStore } from "../objects/disk.ts";
import { encodeChecked } from "../objects/checked-json.ts";
import { under } from "../objects/object-store.ts";
import { partySigners } from "../private/keys.ts";
import { checkFolder } from "./check-folder.ts";
import { checkLog } from "./check-log.ts";
import { repairFolder } from "./repair-folder.ts";
import { repairLog } from "./repair-log.ts";
import { StoredFiles } from "./stored-files.ts";

let circle: TestCircle;
let directory: string;
let said: readonly string[];

beforeAll(async () => {
  circle = await foundTestCircle(["aurelia", "borealia"]);
  const one = await circle.start("aurelia");
  const other = await circle.start("borealia");
  await circle.exchange(one, other);
  const file = { name: "map.txt", type: "text/plain", data: toBase64(encodeUtf8("a map")) };
  must(await one.say(circle.channel, letterTo("borealia", "a letter", [file])));
  must(await other.say(circle.channel, letterTo("aurelia", "another")));
  await circle.exchange(one, other);
  said = one.state(circle.channel).all.map(({ id }) => id);
  await one.close();
  directory = circle.seat("aurelia").directory;
  cpSync(directory, `${directory}-sound`, { recursive: true });
});

/** Each test has the folder as it was. */
beforeEach(() => {
  rmSync(directory, { recursive: true });
  cpSync(`${directory}-sound`, directory, { recursive: true });
});

afterAll(async () => circle.close());

const channels = () => [{ id: circle.channel, charter: circle.charter }];
const check = () => checkFolder({ self: "aurelia", directory, channels: channels(), peers: ["borealia"] });

async function repair(reachable: boolean): Promise<string[]> {
  const [party] = circle.charter.parties;
  if (party === undefined) throw new Error("no party");
  const signers = must(await partySigners(directory, party));
  const { channel } = circle;
  const { base } = circle.seat("borealia");
  const peer = new PeerClient({ id: "borealia", base, channel, signers: [signers.node], fetch, signal: new AbortController().signal });
  return repairFolder({ self: "aurelia", directory, channels: channels(), peers: () => (reachable ? [peer] : []), clock: circle.clock }, await check());
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(join(directory, path));
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(join(directory, path), bytes);
}

const log = (party: string, rest: string) => `logs/${circle.channel}/log/${party}/${rest}`;
const last = (folder: string) => `${folder}/${readdirSync(join(directory, folder)).toSorted().at(-1) ?? ""}`;

async function startsAgain(): Promise<void> {
  const node = await circle.start("aurelia");
  expect(node.state(circle.channel).all.map(({ id }) => id)).toEqual(said);
  expect(node.observations(circle.channel)).toEqual([]);
  must(await node.say(circle.channel, letterTo("borealia", "after")));
  await node.close();
  expect((await check()).damage).toEqual([]);
}

describe("mending a node's folder", () => {
  const mended: [what: string, damage: () => void][] = [
    ["an entry of the own log", () => flip(log("aurelia", "_cs/commit/000000000002"), 400)],
    ["the newest entry of the own log", () => flip(last(log("aurelia", "_cs/commit")), 400)],
    ["the first record of a copy", () => flip(log("borealia", "_cs/commit/000000000000"), 30)],
    ["an entry of a copy", () => flip(log("borealia", "_cs/commit/000000000001"), 500)],
    ["records that are not there", () => rmSync(join(directory, log("borealia", "_cs/commit/000000000001")))],
    ["the newest signed head", () => flip(last(log("aurelia", "_cs/head")), 200)],
    ["the newest cosigned head", () => flip(last(log("borealia", "_cs/head")), 200)],
    ["a checkpoint", () => flip(log("aurelia", "checkpoint"), 200)],
    ["a receipt", () => flip(`logs/${circle.channel}/receipt/aurelia`, 300)],
    ["how often something was noticed", () => writeFileSync(join(directory, `logs/${circle.channel}/recurrences`), "{")],
    ["a head of which a part was taken", () => (mkdirSync(join(directory, `logs/${circle.channel}/promised`)), writeFileSync(join(directory, `logs/${circle.channel}/promised/borealia`), "{"))],
    ["what was signed at most", () => flip(`keys/.signed/${circle.channel}`, 20)],
    ["a file", () => flip(last(`logs/${circle.channel}/file`), 1)],
  ];
  /** Commit records have a new nonce and time when they are written again, receipts are learnt anew: the rest comes back to the letter. */
  const anew = /\/_cs\/commit\/|\/receipt\//;
  const contents = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((found) => found.isFile())
      .map((found) => join(found.parentPath, found.name).slice(directory.length + 1))
      .filter((path) => /^(?:keys|logs|private)\//.test(path) && !anew.test(path))
      .toSorted()
      .map((path) => [path, readFileSync(join(directory, path), "base64")]);
  for (const [what, damage] of mended)
    it(`R12 R15 brings back ${what}, and the node goes on`, async () => {
      const before = contents();
      damage();
      expect((await check()).damage).not.toEqual([]);
      await repair(true);
      expect(contents()).toEqual(before);
      expect((await check()).damage).toEqual([]);
      await startsAgain();
    });

  it("R15 says of what nobody else has that only a copy of the folder gives it back, and leaves it where it is", async () => {
    const { channel } = circle;
    mkdirSync(join(directory, "logs", channel, "observation"), { recursive: true });
    const noted = { code: "rolled-back", log: "borealia", at: circle.clock.at, sentence: "One.", heads: [] };
    writeFileSync(join(directory, "logs", channel, "observation", "000000"), encodeChecked(noted));
    const only = ["keys/test/root.json", "keys/storage.key", `logs/${channel}/observation/000000`];
    expect((await check()).damage).toEqual([]);
    for (const path of only) flip(path, 40);
    await repair(true);
    const { damage } = await check();
    for (const path of only) expect(damage).toContainEqual(expect.objectContaining({ path, remedy: "copy" }));
    expect(damage.every(({ remedy }) => remedy === "copy")).toBe(true);
    for (const path of only) flip(path, 40);
    expect((await check()).damage).toEqual([]);
  });

  it("changes nothing in a log whose entries nobody gives, and keeps what it moves", async () => {
    const path = log("borealia", "_cs/commit/000000000001");
    flip(path, 500);
    const bytes = readFileSync(join(directory, path));
    expect(await repair(false)).toEqual([expect.stringContaining("Nothing was changed in it.")]);
    expect(readFileSync(join(directory, path))).toEqual(bytes);
    await repair(true);
    const kept = readdirSync(join(directory, "damaged"), { recursive: true, withFileTypes: true }).filter((found) => found.name === "000000000001");
    expect(kept.map((found) => readFileSync(join(found.parentPath, found.name)))).toContainEqual(bytes);
  });

  it("R12 makes tiles and bundles again from the records, and records from bundles", async () => {
    const [party] = circle.charter.parties;
    if (party === undefined) throw new Error("no party");
    const folder = "logs/long/log/aurelia";
    const store = await DiskStore.open(join(directory, "logs/long"));
    const part = under(store, "log/aurelia");
    const long = must(await CommitLog.open(part, party.keys.log.name, circle.clock.now()));
    for (let at = 0; at < 300; at += 100) must(await long.append(Array.from({ length: 100 }, (_, index) => encodeUtf8(`entry ${at + index}`)), circle.clock.now()));
    const root = long.tree.root();
    const read = async () => {
      const files = await StoredFiles.list(directory, [folder]);
      return checkLog({ files, folder, logKey: party.keys.log, mirrors: undefined, keepers: [], highest: { path: "signed", size: 300, root } });
    };
    expect((await read()).damage).toEqual([]);
    for (const tile of ["tile/0/000", "tile/entries/000"]) {
      const sound = readFileSync(join(directory, folder, tile));
      flip(`${folder}/${tile}`, 100);
      expect((await read()).damage.map(({ path, remedy }) => [path, remedy])).toEqual([[`${folder}/${tile}`, "derived"]]);
      writeFileSync(join(directory, folder, tile), sound);
    }
    // The bundle gives back what the record lost.
    rmSync(join(directory, folder, "_cs/commit/000000000001"));
    const checked = await read();
    expect(checked.entries.includes(undefined)).toBe(false);
    expect(checked.tree.root()).toEqual(root);
    const none = await repairLog({ log: "aurelia", logKey: party.keys.log, store: part, checked, peers: [], clock: circle.clock, isCopy: false, setAside: async () => undefined });
    // No head is kept here, so nothing says that these entries are those that were signed.
    expect(none.ok).toBe(false);
    await store.close();
  });
});
