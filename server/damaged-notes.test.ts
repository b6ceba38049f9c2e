/** What a node writes down beside its logs, cut short or changed while it rests: mended by asking again, or a start refused in words. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { foundTestCircle, letterTo, must, type TestCircle } from "./_circle.ts";

let circle: TestCircle | undefined;
afterEach(async () => {
  await circle?.close();
  circle = undefined;
});

const DAMAGES = [
  (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1),
  () => Buffer.alloc(0),
  (bytes: Buffer) => Buffer.alloc(bytes.length),
];

async function damage(folder: string, change: (bytes: Buffer) => Buffer): Promise<number> {
  const files = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile() && !entry.name.startsWith("."));
  for (const { name } of files) await writeFile(join(folder, name), change(await readFile(join(folder, name))));
  return files.length;
}

/** Two parties and an observer that have heard of each other. */
async function spoken() {
  const here = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
  circle = here;
  const [aurelia, borealis, lookout] = [await here.start("aurelia"), await here.start("borealis"), await here.start("lookout")];
  await here.exchange(aurelia, borealis, lookout);
  must(await aurelia.say(here.channel, letterTo("borealis", "before the damage")));
  for (let round = 0; round < 2; round += 1) await here.exchange(aurelia, borealis, lookout);
  return { here, aurelia, borealis, lookout, logs: (id: string) => join(here.seat(id).directory, "logs", here.channel) };
}

describe("a damaged note", () => {
  it("R13 of receipts is learnt anew from the others, and keeps no node from starting", async () => {
    const { here, aurelia, borealis, lookout, logs } = await spoken();
    const before = aurelia.receipts(here.channel);
    await aurelia.close();
    for (const change of DAMAGES) {
      expect(await damage(join(logs("aurelia"), "receipt"), change)).toBe(2);
      const again = await here.start("aurelia");
      await here.exchange(again, borealis, lookout);
      const sizes = (receipts: typeof before) => receipts.map(({ log, storedBy, witnessedBy }) => [log, storedBy, witnessedBy]);
      expect(sizes(again.receipts(here.channel))).toEqual(sizes(before));
      await again.close();
    }
  });

  it("R15 of an observation refuses the start, because it may be the proof of a fork", async () => {
    const { here, aurelia, logs } = await spoken();
    await aurelia.close();
    await mkdir(join(logs("aurelia"), "observation"), { recursive: true });
    await writeFile(join(logs("aurelia"), "observation", "000000"), "{");
    await expect(here.start("aurelia")).rejects.toThrow(/observation number 0 of this node is damaged/);
  });

  it("R13 of how far a log was signed refuses the start: without it nothing is signed", async () => {
    const { here, aurelia } = await spoken();
    await aurelia.close();
    for (const change of DAMAGES) {
      expect(await damage(join(here.seat("aurelia").directory, "keys", ".signed"), change)).toBe(1);
      await expect(here.start("aurelia")).rejects.toThrow(/without it nothing is signed/);
    }
  });
});
