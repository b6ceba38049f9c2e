/** Writes the logs of a folder that a measurement is made on: as a node would have them whose statements came long before. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { formatInstant } from "@countersign/core/bytes/instant.ts";
import { accept, type Result } from "@countersign/core/refusal.ts";
import { CommitLog } from "./journal/commit-log.ts";
import { under, type ObjectStore } from "./objects/object-store.ts";

export { partySigners } from "./private/keys.ts";

/**
 * `folder`: the channel's, under `logs`. Entries stand in commit records of `batch.size` each; in a copy of another party's log these
 * name the signed head that they were checked against.
 */
export async function writeMadeLog(
  folder: string,
  party: string,
  origin: string,
  entries: readonly Uint8Array[],
  batch: { readonly size: number; readonly head?: string },
): Promise<Result<void>> {
  const time = formatInstant(1_900_000_000);
  const kept = await CommitLog.open(under(quickStore(folder), `log/${party}`), origin, time);
  if (!kept.ok) return kept;
  for (let at = 0; at < entries.length; at += batch.size) {
    const appended = await kept.value.append(entries.slice(at, at + batch.size), time, batch.head);
    if (!appended.ok) return appended;
  }
  return accept(undefined);
}

/** Flushes nothing: what it writes is measured, never relied on. */
function quickStore(folder: string): ObjectStore {
  const get = async (key: string) => readFile(join(folder, key)).catch(() => undefined);
  const write = async (key: string, bytes: Uint8Array) => {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, `${key}.new`), bytes);
    await rename(join(folder, `${key}.new`), join(folder, key));
  };
  return {
    get,
    putNew: async (key, bytes) => {
      if ((await get(key)) !== undefined) return "exists";
      await write(key, bytes);
      return "created";
    },
    replaceIf: async (key, expected, bytes) => {
      const held = await get(key);
      if (held === undefined || expected === undefined ? held !== expected : !equalBytes(held, expected)) return false;
      await write(key, bytes);
      return true;
    },
  };
}
