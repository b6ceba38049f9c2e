import { mkdtemp, open, readdir, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { Journal } from "../journal/journal.ts";
import { nativeSigner } from "../signing.ts";
import { DiskStore } from "./disk.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-disk-"));
});

afterEach(async () => rm(folder, { recursive: true }));

/** A disk that, from now on, fails at one step of every write. */
function failing(step: "writeFile" | "sync", code: string): { openFile: typeof open; begin: () => void } {
  let fails = false;
  const fail = async () => {
    if (fails) throw Object.assign(new Error(code), { code });
  };
  const openFile = async (...values: Parameters<typeof open>): Promise<FileHandle> => {
    const handle = await open(...values);
    const own = handle[step].bind(handle) as (...more: unknown[]) => Promise<void>;
    return Object.assign(handle, {
      [step]: async (...more: unknown[]) => {
        await fail();
        await own(...more);
      },
    });
  };
  return { openFile, begin: () => (fails = true) };
}

const signer = nativeSigner({ ed25519: new Uint8Array(32).fill(1), mldsa44: new Uint8Array(32).fill(2) });
const key = { named: { name: "aurelia.example/test/log", pair: signer.pair }, signer };
const clock = { now: () => "2027-03-11T02:07:00Z" };

describe("a disk that takes nothing more", () => {
  for (const [what, step, code, sentence] of [
    ["is full", "writeFile", "ENOSPC", /^This node cannot write: its disk is full\./],
    ["has no more for this account", "writeFile", "EDQUOT", /^This node cannot write: its disk is full\./],
    ["turns out full when it is flushed", "sync", "ENOSPC", /^This node cannot write: its disk is full\./],
    ["fails to flush", "sync", "EIO", /^This node cannot write: a flush to its disk failed\. See to the disk/],
  ] as const)
    it(`R12 that ${what} ends writing with one sentence, tears nothing, and after a restart the log goes on`, async () => {
      const { openFile, begin } = failing(step, code);
      const store = await DiskStore.open(folder, openFile);
      const opened = await Journal.open({ store, key, clock });
      if (!opened.ok) throw new Error(opened.refusal.sentence);
      const journal = opened.value;
      expect((await journal.append(encodeUtf8("one"), "1")).ok).toBe(true);
      expect([store.unwritable, journal.stopped]).toEqual([undefined, undefined]);
      const before = journal.note;
      begin();
      const refused = await journal.append(encodeUtf8("two"), "2");
      expect(refused.ok ? "" : refused.refusal.sentence).toMatch(sentence);
      expect(store.unwritable).toMatch(sentence);
      expect(journal.stopped?.sentence).toMatch(sentence);
      // Reading goes on: what was said is served.
      expect([journal.note, journal.size]).toEqual([before, 1]);
      expect(await journal.entries(0, 1)).toEqual([encodeUtf8("one")]);
      expect((await journal.append(encodeUtf8("three"), "3")).ok).toBe(false);
      await journal.close();
      await store.close();
      expect(await readdir(join(folder, ".temporary"))).toEqual([]);

      const again = await DiskStore.open(folder);
      const reopened = await Journal.open({ store: again, key, clock });
      if (!reopened.ok) throw new Error(reopened.refusal.sentence);
      expect(reopened.value.note).toBe(before);
      expect(await reopened.value.append(encodeUtf8("two"), "2")).toMatchObject({ ok: true, value: { index: 1 } });
      await reopened.value.close();
      await again.close();
    });
});
