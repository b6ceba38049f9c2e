/**
 * The commit record decides a batch (SPEC R12): whoever creates `_cs/commit/<seq>` has decided what stands at its indexes. It names its
 * predecessor by hash, so that a record written on a stale view shows itself. Tiles, bundles, heads' texts and views follow from
 * the records; nothing in them is signed here.
 */
import { z } from "zod";
import { instant, sha256Hex, type Instant } from "@countersign/core/bytes/fields.ts";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { ENTRY_LIMIT } from "@countersign/core/log/tiles.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { encodeChecked, parseChecked } from "../objects/checked-json.ts";

export interface CommitRecord {
  /** The log's name. */
  readonly log: string;
  /** 0 founds the log and holds no entries. */
  readonly seq: number;
  /** SHA-256 of the record before, hex; 64 zeros in record 0. */
  readonly previous: string;
  /** Index of its first entry. */
  readonly first: number;
  readonly entries: readonly Uint8Array[];
  /** By it a writer knows its own record again. 16 random bytes, base64. */
  readonly nonce: string;
  /** The writer's clock. */
  readonly time: Instant;
  /** In a copy of another party's log: the signed head that these entries were checked against. */
  readonly head?: string;
}

/** A record before it is written. */
export interface PreparedRecord {
  /** In the log's part of the store. */
  readonly key: string;
  readonly bytes: Uint8Array;
  /** Of these bytes, hex. */
  readonly sha256: string;
  /** Entries, or their hashes where hashes alone are kept. */
  readonly leaves: readonly Uint8Array[];
  /** Of these entries, where they are known already. */
  readonly hashes?: readonly Uint8Array[] | undefined;
  readonly head: string | undefined;
}

/** A batch holds at most this many entries and this many bytes of them (one entry always fits). */
export const BATCH_ENTRIES = 256;
export const BATCH_BYTES = 4 * 1024 * 1024;

export const NO_RECORD = "0".repeat(64);

const schema = z.strictObject({
  type: z.literal("commit"),
  version: z.literal(1),
  log: z.string().min(1).max(255),
  seq: z.int().min(0),
  previous: sha256Hex,
  first: z.int().min(0),
  entries: z.array(z.string().max(Math.ceil(ENTRY_LIMIT / 3) * 4)).max(BATCH_ENTRIES),
  nonce: z.string().length(24),
  time: instant,
  head: z
    .string()
    .max(1024 * 1024)
    .exactOptional(),
});

export function commitKey(seq: number): string {
  return `_cs/commit/${String(seq).padStart(12, "0")}`;
}

export function encodeCommit(record: CommitRecord): Uint8Array {
  return encodeChecked({ type: "commit", version: 1, ...record, entries: record.entries.map(toBase64) });
}

/** Reads a record in its one spelling; a refusal means that this copy is damaged. */
export function decodeCommit(bytes: Uint8Array): Result<CommitRecord> {
  const json = parseChecked(bytes);
  if (!json.ok) return json;
  const parsed = schema.safeParse(json.value);
  if (!parsed.success) return refuse("commit-malformed", "A commit record does not read.");
  const { type: _type, version: _version, entries: texts, ...rest } = parsed.data;
  const entries = texts.map(fromBase64);
  if (!entries.every((entry) => entry !== undefined))
    return refuse("commit-malformed", "A commit record holds an entry that is not base64.");
  return accept({ ...rest, entries });
}

export function commitHash(bytes: Uint8Array): string {
  return toHex(sha256(bytes));
}

/** Runs of entries that each fit into one commit record. */
export function batchesOf(entries: readonly Uint8Array[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  let from = 0;
  let bytes = 0;
  for (const [position, entry] of entries.entries()) {
    if (position > from && (bytes + entry.length > BATCH_BYTES || position - from === BATCH_ENTRIES)) {
      runs.push([from, position]);
      from = position;
      bytes = 0;
    }
    bytes += entry.length;
  }
  if (from < entries.length) runs.push([from, entries.length]);
  return runs;
}
