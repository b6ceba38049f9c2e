/** The proof of one entry as a text file (C2SP tlog-proof) for `countersign export --proof`. The entry itself stands in it as `extra`. */
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { openHead } from "@countersign/core/log/checkpoint.ts";
import { decodeBundle, TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import { formatTlogProof } from "@countersign/core/log/tlog-proof.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { CountersignNode } from "@countersign/server/node.ts";
import { nativeVerify } from "@countersign/server/signing.ts";
import { writeNew } from "./node-folder.ts";

export interface EntryPlace {
  readonly log: string;
  readonly index: number;
}

export interface WrittenProof {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Of the head that the proof leads to. */
  readonly size: number;
}

/** Reads `aurelia:41`. */
export function readEntryPlace(text: string, parties: readonly string[]): Result<EntryPlace> {
  const [, log = "", digits = ""] = /^([a-z][a-z0-9-]*):(0|[1-9]\d{0,14})$/.exec(text) ?? [];
  return parties.includes(log)
    ? accept({ log, index: Number(digits) })
    : refuse("proof-place", `--proof takes a log and a number, like ${parties[0] ?? ""}:41. The logs are ${parties.join(", ")}.`);
}

/** Into the newest head held, with every cosignature known. An observer's node holds no entries to prove. */
export async function writeEntryProof(
  node: CountersignNode,
  channel: string,
  { log, index }: EntryPlace,
  file: string,
): Promise<Result<WrittenProof>> {
  const { charter, logs } = node.record(channel);
  const key = charter.parties.find(({ id }) => id === log)?.keys.log;
  const note = await node.logs(channel).checkpoint(log);
  const tree = logs.get(log)?.tree;
  const none = refuse("proof-no-entry", `This node holds no signed head of ${log} with an entry ${index} under it.`);
  if (key === undefined || note === undefined || tree === undefined) return none;
  const opened = await openHead(note, key, nativeVerify);
  if (!opened.ok) return opened;
  const { size } = opened.value.head;
  if (index >= size || tree.size < size) return none;
  const number = Math.floor(index / TILE_WIDTH);
  const width = Math.min(TILE_WIDTH, size - number * TILE_WIDTH);
  const tile = await node.logs(channel).tile(log, { level: "entries", number, width });
  const entries = tile === undefined ? none : decodeBundle(tile, width);
  if (!entries.ok) return entries;
  const entry = entries.value[index % TILE_WIDTH];
  if (entry === undefined) return none;
  const text = formatTlogProof({ index, hashes: tree.inclusionProof(index, size), note: opened.value.note, extra: entry });
  const bytes = new TextEncoder().encode(text);
  const written = await writeNew(file, bytes);
  return written.ok ? accept({ file, bytes: bytes.length, sha256: toHex(sha256(bytes)), size }) : written;
}
