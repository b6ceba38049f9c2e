import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { decodeCommit } from "../journal/commit-record.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { checkFolder, type CheckedFolder } from "./check-folder.ts";

let circle: TestCircle;
let directory: string;

beforeAll(async () => {
  circle = await foundTestCircle(["aurelia", "borealia"]);
  const one = await circle.start("aurelia");
  const other = await circle.start("borealia");
  await circle.exchange(one, other);
  const file = { name: "map.txt", type: "text/plain", data: toBase64(encodeUtf8("a map")) };
  must(await one.say(circle.channel, letterTo("borealia", "a letter", [file])));
  must(await one.seal(circle.channel));
  await circle.exchange(one, other);
  await one.close();
  await other.close();
  directory = circle.seat("aurelia").directory;
});

afterAll(async () => circle.close());

const check = (): Promise<CheckedFolder> =>
  checkFolder({ self: "aurelia", directory, channels: [{ id: circle.channel, charter: circle.charter }], peers: ["borealia"] });

/** Numbers below 2^32 from a seed (xorshift), the same on every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>>= 0);
  };
}

/** Where the newest record of a log keeps what nothing covers until the log grows. */
function uncovered(path: string, bytes: Uint8Array): (at: number) => boolean {
  const newest = readdirSync(join(directory, path, "..")).toSorted().at(-1) === path.slice(path.lastIndexOf("/") + 1);
  const record = path.includes("_cs/commit/") && newest ? decodeCommit(bytes) : undefined;
  if (record?.ok !== true) return () => false;
  const text = new TextDecoder().decode(bytes);
  const spans = [record.value.nonce, record.value.time, ...(record.value.head === undefined ? [] : [JSON.stringify(record.value.head)])].map(
    (value): [number, number] => [text.indexOf(value), value.length],
  );
  return (at) => spans.some(([from, length]) => at >= from && at < from + length);
}

describe("a node's folder, read again", () => {
  it("finds nothing in a sound one", async () => {
    const { damage, remarks, files } = await check();
    expect([damage, remarks]).toEqual([[], []]);
    expect(files).toBeGreaterThan(20);
  });

  it("R15 notices one changed bit wherever it is, and calls it damage", { timeout: 60_000 }, async () => {
    const next = seeded(20_220_126);
    // Nothing under `view/` is relied on (see below), so nothing there is damage.
    const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((found) => found.isFile())
      .map((found) => join(found.parentPath, found.name).slice(directory.length + 1))
      .filter((path) => !path.startsWith("view/"));
    const unnoticed: string[] = [];
    let tried = 0;
    let of = 0;
    for (const path of paths.toSorted()) {
      const whole = readFileSync(join(directory, path));
      const passes = uncovered(path, whole);
      of += whole.length;
      const count = Math.min(whole.length, Math.max(12, Math.ceil(whole.length / 150)));
      for (let turn = 0; turn < count; turn += 1) {
        const at = next() % whole.length;
        const bit = 1 << (next() % 8);
        if (passes(at)) continue;
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ bit;
        writeFileSync(join(directory, path), changed);
        tried += 1;
        if ((await check()).damage.length === 0) unnoticed.push(`${path} byte ${at} bit ${bit}`);
      }
      writeFileSync(join(directory, path), whole);
    }
    console.log(`One changed bit each in ${tried} of ${of} bytes of ${paths.length} files.`);
    expect(unnoticed).toEqual([]);
  });

  it("R12 says the same whatever stands under view/, which can be made again", async () => {
    const before = await check();
    const folder = join(directory, "view", circle.channel);
    const names = readdirSync(folder).filter((name) => !name.startsWith("."));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) writeFileSync(join(folder, name), "something else");
    expect(await check()).toEqual(before);
    rmSync(join(directory, "view"), { recursive: true });
    expect(await check()).toEqual(before);
  });

  it("notices a missing file and says whose copy has it", async () => {
    const folder = `logs/${circle.channel}/file`;
    const [name = ""] = readdirSync(join(directory, folder));
    const bytes = readFileSync(join(directory, folder, name));
    rmSync(join(directory, folder, name));
    expect((await check()).damage).toEqual([
      { path: `${folder}/${name}`, what: "A file that a statement names is missing.", from: ["borealia"], remedy: "fetched" },
    ]);
    writeFileSync(join(directory, folder, name), bytes);
  });
});
