import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkFolder, type CheckedFolder } from "./check-folder.ts";
import { folderFlips } from "./_folder-flips.ts";
import { keptFolders, type KeptFolders } from "./_kept-folders.ts";
import { NOT_CHECKED } from "./not-checked.ts";

let kept: KeptFolders;

beforeAll(async () => {
  kept = await keptFolders();
});

afterAll(async () => kept.circle.close());

const check = (): Promise<CheckedFolder> => checkFolder(kept.full);

describe("a node's folder, read again", () => {
  it("finds nothing in a sound one", async () => {
    for (const options of [kept.small, kept.full, kept.observer]) {
      const { damage, remarks, files } = await checkFolder(options);
      expect([damage, remarks]).toEqual([[], []]);
      expect(files).toBeGreaterThan(15);
    }
  });

  // A part of what `npm run bits` does for every byte.
  it("R15 notices one changed bit wherever it is, and calls it damage", { timeout: 60_000 }, async () => {
    for (const [name, every] of [["small", 331], ["full", 2003], ["observer", 997]] as const) {
      const { tried, of, unnoticed } = await folderFlips(kept[name], 17, every);
      expect(tried).toBeGreaterThanOrEqual(Math.floor((of - 17) / every));
      expect([name, unnoticed]).toEqual([name, []]);
    }
  });

  it("R12 says the same, and the node starts with the same state, whatever becomes of what is not checked", async () => {
    const { circle, full } = kept;
    const { directory } = full;
    const before = await check();
    const start = async () => {
      const node = await circle.start("aurelia");
      const told = [node.state(circle.channel).all.map(({ id }) => id), node.observations(circle.channel).map(({ code }) => code)];
      await node.close();
      return told;
    };
    const state = await start();
    const examples = [
      ...readdirSync(join(directory, "view", circle.channel)).filter((name) => !name.startsWith(".")).map((name) => `view/${circle.channel}/${name}`),
      `logs/${circle.channel}/.temporary/half-written`,
      "damaged/keys/storage.key",
      ".lock",
      "lock",
      "node.json",
      "public-keys.json",
      `policies/${circle.channel}/channel.policy`,
    ];
    for (const { path } of NOT_CHECKED) expect(examples.filter((example) => path.test(example))).not.toEqual([]);
    for (const example of examples.filter((one) => one !== ".lock")) {
      await mkdir(dirname(join(directory, example)), { recursive: true });
      await writeFile(join(directory, example), "something else");
    }
    rmSync(join(directory, ".lock"), { force: true });
    expect(await check()).toEqual(before);
    expect(await start()).toEqual(state);
    rmSync(join(directory, "view"), { recursive: true });
    expect(await start()).toEqual(state);
  });

  it("notices a missing file and says whose copy has it", async () => {
    const { circle, full } = kept;
    const folder = `logs/${circle.channel}/file`;
    const body = readdirSync(join(full.directory, folder)).find((name) => readFileSync(join(full.directory, folder, name), "utf8") === "a map") ?? "";
    const bytes = readFileSync(join(full.directory, folder, body));
    rmSync(join(full.directory, folder, body));
    expect((await check()).damage).toEqual([
      { path: `${folder}/${body}`, what: "A file that a statement names is missing.", from: ["borealis", "corvia"], remedy: "fetched" },
    ]);
    writeFileSync(join(full.directory, folder, body), bytes);
  });
});
