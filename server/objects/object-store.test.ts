import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DiskStore } from "./disk.ts";
import { MemoryStore } from "./memory.ts";
import { objectStoreContract } from "./object-store.contract.ts";
import { putNewDecided, under, type PutOutcome } from "./object-store.ts";

const folders: string[] = [];
const stores: DiskStore[] = [];

afterAll(async () => {
  for (const store of stores) await store.close();
  for (const folder of folders) await rm(folder, { recursive: true });
});

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-objects-"));
  folders.push(folder);
  return folder;
}

async function disk(folder: string): Promise<DiskStore> {
  const store = await DiskStore.open(folder);
  stores.push(store);
  return store;
}

objectStoreContract("in memory", async () => new MemoryStore());
objectStoreContract("on disk", async () => disk(await freshFolder()));
objectStoreContract("under a prefix", async () => under(new MemoryStore(), "part/of"));

describe("objects on disk", () => {
  it("clears away what a killed process left half written and keeps what was written", async () => {
    const folder = await freshFolder();
    const first = await disk(folder);
    await first.putNew("tile/0/000", Uint8Array.of(1, 2));
    await writeFile(join(folder, ".temporary", "half"), "half");
    const second = await disk(folder);
    expect(await readdir(join(folder, ".temporary"))).toEqual([]);
    expect(await second.get("tile/0/000")).toEqual(Uint8Array.of(1, 2));
  });

  it("lets one of two stores over one folder create a key", async () => {
    const folder = await freshFolder();
    const pair = [await disk(folder), await disk(folder)];
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (pair[index % 2] ?? pair[0])?.putNew("_cs/commit/7", Uint8Array.of(index)),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "created")).toHaveLength(1);
  });
});

describe("an outcome that is not known", () => {
  it("is asked again with the same bytes until it is decided", async () => {
    const inner = new MemoryStore();
    let losses = 2;
    const store = {
      ...under(inner, "a"),
      putNew: async (key: string, bytes: Uint8Array): Promise<PutOutcome> => {
        const outcome = await inner.putNew(`a/${key}`, bytes);
        return losses-- > 0 ? "unknown" : outcome;
      },
    };
    // The first attempt did land: the repeated one finds its own bytes.
    expect(await putNewDecided(store, "k", Uint8Array.of(9))).toBe("exists");
    expect(await inner.get("a/k")).toEqual(Uint8Array.of(9));
  });
});
