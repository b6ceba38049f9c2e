/** A party's folder, as `serve` reads it, whose channel holds a made record: the own log in small batches, as they come, and a copy of the other's. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { formatInstant } from "@countersign/core/bytes/instant.ts";
import { channelId, charterBytes, type CharterParty } from "@countersign/core/channel/charter.ts";
import type { Result } from "@countersign/core/refusal.ts";
import { CommitLog } from "@countersign/server/journal/commit-log.ts";
import { under, type ObjectStore } from "@countersign/server/objects/object-store.ts";
import { createKeys } from "@countersign/server/private/keys.ts";
import { writeNew, writeNodeFile } from "../node-folder.ts";
import { branchesOf, makeRecord, newWriter, writerFrom, type Writer } from "./record.ts";

/** Statements that came together in the own log; a copy is pulled bundle by bundle. */
const OWN_BATCH = 8;
const COPY_BATCH = 256;

/** The channel's id. */
export async function makeNodeFolder(directory: string, statements: number): Promise<string> {
  const id = "aurelia";
  const keys = must(await createKeys(directory, id, "bench"));
  const party: CharterParty = { id, name: { en: id }, role: "party", side: id, keys };
  const own = must(await writerFrom(directory, party));
  const record = await makeRecord(statements, true, [own, newWriter("borealia")]);
  const channel = channelId(record.charter);
  must(await writeNodeFile(directory, { type: "node", id, name: { en: id }, role: "party", peers: [] }));
  must(await writeNew(join(directory, "charters", `${channel}.json`), charterBytes(record.charter)));
  const branches = await branchesOf(record);
  for (const writer of record.writers) {
    const head = branches.find((branch) => branch.party === writer.id)?.head;
    const store = under(quickStore(join(directory, "logs", channel)), `log/${writer.id}`);
    await writeLog(store, writer, writer === own ? OWN_BATCH : COPY_BATCH, writer === own ? undefined : head);
  }
  return channel;
}

async function writeLog(store: ObjectStore, { log, entries }: Writer, batch: number, head: string | undefined): Promise<void> {
  const time = formatInstant(1_900_000_000);
  const kept = must(await CommitLog.open(store, log.named.name, time));
  for (let at = 0; at < entries.length; at += batch) must(await kept.append(entries.slice(at, at + batch), time, head));
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

function must<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(`${result.refusal.code}: ${result.refusal.sentence}`);
}
