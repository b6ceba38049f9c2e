/** A node that was away for long catches up with thousands of entries, is killed in the middle, and goes on from what it has on its disk. */
import { spawn, type ChildProcess } from "node:child_process";
import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { formatInstant } from "@countersign/core/bytes/instant.ts";
import { charterBytes } from "@countersign/core/channel/charter.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "./_circle.ts";
import { partyOf, signed } from "./_hostile-node.ts";
import { partySigners, writeMadeLog } from "./made-log.ts";

const SCRIPT = fileURLToPath(new URL("_process-node.ts", import.meta.url));
/** Entries. */
const MONTHS = 2400;
/** Entry bundles that are given before the kill. */
const GIVEN = 4;

let circle: TestCircle;
const running = new Set<ChildProcess>();
afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  await circle.close();
});

function begin(config: string): ChildProcess {
  const child = spawn(process.execPath, [SCRIPT, config], { stdio: ["ignore", "ignore", "inherit"] });
  running.add(child);
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once("exit", resolve));
  running.delete(child);
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** What Aurelia said in the meantime, after the entries with these hashes. */
async function lettersAfter(hashes: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const { channel, clock } = circle;
  const { statement: key } = must(await partySigners(circle.seat("aurelia").directory, partyOf(circle, "aurelia")));
  const tree = new MerkleTree();
  for (const hash of hashes) tree.append(hash);
  const letters: Uint8Array[] = [];
  const { kind, body } = letterTo("borealis", "In the meantime.");
  for (let number = 0; number < MONTHS; number += 1) {
    const seen = [{ log: "aurelia", size: tree.size, root: tree.rootText(tree.size) }];
    const salt = new Uint8Array(16);
    new DataView(salt.buffer).setUint32(0, number);
    const letter = await signed({ channel, author: "aurelia", at: clock.at, seen, kind, body, files: [], salt: toBase64(salt) }, key);
    letters.push(letter);
    tree.append(leafHash(letter));
  }
  return letters;
}

it("R12 R13 goes on after a kill in the middle of a long catch-up from what is durable, and fetches nothing of that again", async () => {
  circle = await foundTestCircle(["aurelia", "borealis"]);
  const { channel, charter, clock } = circle;
  // The other node is a process of its own, with the machine's clock.
  clock.at = formatInstant(Math.floor(Date.now() / 1000));
  const away = await circle.start("borealis");
  let aurelia = await circle.start("aurelia");
  await circle.exchange(aurelia, away);
  await away.close();
  const held = aurelia.record(channel).logs.get("aurelia");
  if (held === undefined) throw new Error("no log");
  const first = held.tree.size;
  await aurelia.close();
  const { directory } = circle.seat("aurelia");
  const origin = partyOf(circle, "aurelia").keys.log.name;
  must(await writeMadeLog(join(directory, "logs", channel), "aurelia", origin, await lettersAfter(held.entries.map(({ leafHash: hash }) => hash)), { size: TILE_WIDTH }));
  aurelia = await circle.start("aurelia");
  const size = first + MONTHS;
  expect(aurelia.record(channel).logs.get("aurelia")?.entries.length).toBe(size);

  const asked: number[] = [];
  let give = (number: number): boolean => number < GIVEN;
  const seat = circle.seat("aurelia");
  const { answer } = seat;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  seat.answer = async (request) => {
    const [, number] = /\/aurelia\/tile\/entries\/(\d{3})/.exec(new URL(request.url).pathname) ?? [];
    if (number !== undefined) asked.push(Number(number));
    if (number !== undefined && !give(Number(number))) await opened;
    return answer(request);
  };
  const folder = circle.seat("borealis").directory;
  const charterFile = join(folder, "charter.json");
  await writeFile(charterFile, charterBytes(charter));
  const config = join(folder, "config.json");
  await writeFile(config, JSON.stringify({ id: "borealis", directory: folder, charter: charterFile, channel, port: 0, peers: [{ id: "aurelia", base: seat.base }], says: null }));
  const full = (number: number) => join(folder, "logs", channel, "log", "aurelia", "tile", "entries", String(number).padStart(3, "0"));

  const life = begin(config);
  while (!(await isThere(full(GIVEN - 1)))) await setTimeout(10);
  life.kill("SIGKILL");
  await ended(life);
  expect(await isThere(full(GIVEN))).toBe(false);
  expect(Math.min(...asked)).toBe(0);

  asked.length = 0;
  give = () => true;
  open();
  const again = begin(config);
  while (!(await isThere(full(Math.floor(size / TILE_WIDTH) - 1)))) await setTimeout(10);
  expect(Math.min(...asked)).toBe(GIVEN);
  // And the last of them, which fill no bundle: it cosigns the whole.
  again.kill("SIGKILL");
  await ended(again);
  const back = await circle.start("borealis");
  await back.exchangeNow();
  await aurelia.exchangeNow();
  const receipts = aurelia.receipts(channel).find(({ log }) => log === "aurelia");
  expect(receipts?.storedBy).toMatchObject([{ party: "borealis", size }]);
  expect(back.observations(channel)).toEqual([]);
  expect(aurelia.observations(channel)).toEqual([]);
});
