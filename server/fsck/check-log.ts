/**
 * One log as a party keeps it, its own or a copy: the chain of commit records, the entries against the signed heads, and the full tiles and
 * bundles against the entries. Everything is read; a sound part after a damaged one is used.
 */
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { NamedPair } from "@countersign/core/channel/charter.ts";
import type { OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { openHead } from "@countersign/core/log/checkpoint.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { decodeBundle, newBundles, newTiles, TILE_WIDTH, tilePath } from "@countersign/core/log/tiles.ts";
import { commitHash, commitKey, decodeCommit, NO_RECORD, type CommitRecord } from "../journal/commit-record.ts";
import { headName } from "../journal/journal.ts";
import { headVerify } from "../signing.ts";
import { soundNote } from "./check-note.ts";
import type { Damage } from "./damage.ts";
import type { StoredFiles } from "./stored-files.ts";

export interface CheckedLogOptions {
  readonly files: StoredFiles;
  /** `logs/<channel>/log/<party>`. */
  readonly folder: string;
  readonly logKey: NamedPair;
  /** The node's keys as a mirror; absent: it is the own log. */
  readonly mirrors: readonly NamedPair[] | undefined;
  /** Who else keeps this log. */
  readonly keepers: readonly PartyId[];
  /** What the log key has signed at most, where the node keeps it, and in which file. */
  readonly highest?: { readonly path: string; readonly size: number; readonly root: Uint8Array } | undefined;
}

export interface CheckedLog {
  /** Entries by index, from the records or, where those are damaged, from bundles; absent where neither has them. */
  readonly entries: readonly (Uint8Array | undefined)[];
  /** Over the entries up to the first that is not there. */
  readonly tree: MerkleTree;
  /** The largest head kept here whose signatures hold. */
  readonly newest: OpenedHead | undefined;
  /** The first record that does not fit, and the first entry in it: all before it is sound. */
  readonly brokenAt: { readonly seq: number; readonly first: number } | undefined;
  readonly damage: readonly Damage[];
  readonly remarks: readonly string[];
}

export async function checkLog(options: CheckedLogOptions): Promise<CheckedLog> {
  const { folder, logKey, keepers } = options;
  const damage: Damage[] = [];
  const remarks: string[] = [];
  const records = await readRecords(options);
  const broken = (seq: number, what: string) =>
    damage.push({ path: `${folder}/${commitKey(seq)}`, what, from: keepers, remedy: "fetched" });
  let brokenAt: CheckedLog["brokenAt"];
  let first = 0;
  let previous = NO_RECORD;
  for (const [seq, { record, bytes }] of records.entries()) {
    const why = faultOf(record, seq, first, previous, logKey.name);
    const next = records[seq + 1]?.record;
    const differs = next !== undefined && bytes !== undefined && next.previous !== commitHash(bytes);
    if (bytes === undefined) broken(seq, "A commit record is missing.");
    else if (why !== undefined) broken(seq, why);
    else if (differs) broken(seq, "This commit record is not the one that the next one follows, or the next one is damaged.");
    if (bytes === undefined || why !== undefined || differs) brokenAt ??= { seq, first };
    first = record === undefined ? (next?.first ?? first) : record.first + record.entries.length;
    previous = bytes !== undefined && !differs ? commitHash(bytes) : (next?.previous ?? NO_RECORD);
  }
  const entries = await entriesOf(options, records.flatMap(({ record }) => record ?? []), first);
  const tree = new MerkleTree();
  for (const entry of entries) {
    if (entry === undefined) break;
    tree.append(leafHash(entry));
  }
  const heads = await readHeads(options, damage, remarks);
  const newest = heads.at(-1);
  const highest = trustedHighest(options, newest, tree, damage);
  const signed = [...heads.map(({ head }) => head), ...(highest === undefined ? [] : [highest])];
  const contradicted = signed
    .toSorted((a, b) => a.size - b.size)
    .find(({ size, root }) => size <= tree.size && !equalBytes(tree.root(size), root));
  if (contradicted !== undefined) {
    const sound = Math.max(0, ...signed.filter((one) => one.size < contradicted.size).map(({ size }) => size));
    const holding = records.find(({ record }) => record !== undefined && record.first + record.entries.length > sound);
    const seq = holding?.record?.seq ?? 0;
    if (brokenAt === undefined || brokenAt.first > sound) {
      broken(seq, `The entries from ${sound} to ${contradicted.size} are not those of the signed head.`);
      brokenAt = { seq, first: holding?.record?.first ?? 0 };
    }
  }
  const most = Math.max(0, ...signed.map(({ size }) => size));
  if (most > first) {
    broken(records.length, `The log was signed with ${most} entries; the commit records hold ${first}.`);
    brokenAt ??= { seq: records.length, first };
  }
  await checkNotedHead(options, records.at(-1)?.record, damage);
  const trusted = contradicted === undefined && brokenAt === undefined ? tree.size : Math.min(tree.size, brokenAt?.first ?? 0);
  await checkTiles(options, entries, tree, trusted, damage);
  if (options.mirrors === undefined && newest !== undefined && newest.head.size < tree.size)
    remarks.push(`${folder}: the head of ${tree.size} entries is not signed yet; the next start does it.`);
  return { entries, tree, newest, brokenAt, damage, remarks };
}

interface ReadRecord {
  readonly bytes: Uint8Array | undefined;
  readonly record: CommitRecord | undefined;
}

async function readRecords({ files, folder }: CheckedLogOptions): Promise<ReadRecord[]> {
  const prefix = `${folder}/_cs/commit/`;
  const last = Math.max(-1, ...files.under(prefix).map((path) => Number(path.slice(prefix.length))).filter(Number.isSafeInteger));
  const records: ReadRecord[] = [];
  for (let seq = 0; seq <= last; seq += 1) {
    const bytes = await files.read(`${folder}/${commitKey(seq)}`);
    const record = bytes === undefined ? undefined : decodeCommit(bytes);
    records.push({ bytes, record: record?.ok === true ? record.value : undefined });
  }
  return records;
}

function faultOf(record: CommitRecord | undefined, seq: number, first: number, previous: string, log: string): string | undefined {
  if (record === undefined) return "This commit record does not read.";
  if (record.log !== log || record.seq !== seq) return "This commit record is of another log or place.";
  return record.first === first && record.previous === previous ? undefined : "This commit record does not follow from the one before.";
}

async function entriesOf({ files, folder }: CheckedLogOptions, records: readonly CommitRecord[], size: number): Promise<(Uint8Array | undefined)[]> {
  const entries = new Array<Uint8Array | undefined>(size).fill(undefined);
  for (const { first, entries: some } of records)
    for (const [position, entry] of some.entries()) if (first + position < size) entries[first + position] = entry;
  for (let number = 0; (number + 1) * TILE_WIDTH <= size; number += 1) {
    const start = number * TILE_WIDTH;
    if (!entries.slice(start, start + TILE_WIDTH).includes(undefined)) continue;
    const bytes = await files.read(`${folder}/${tilePath({ level: "entries", number, width: TILE_WIDTH })}`);
    const bundle = bytes === undefined ? undefined : decodeBundle(bytes, TILE_WIDTH);
    if (bundle?.ok === true) for (const [position, entry] of bundle.value.entries()) entries[start + position] ??= entry;
  }
  return entries;
}

/** Sound ones, in the order of their sizes; `checkpoint` repeats one of them, and stands in for one that is lost. */
async function readHeads(options: CheckedLogOptions, damage: Damage[], remarks: string[]): Promise<OpenedHead[]> {
  const { files, folder, logKey, mirrors, keepers } = options;
  const heads: OpenedHead[] = [];
  for (const path of files.under(`${folder}/_cs/head/`)) {
    const bytes = await files.read(path);
    const opened = bytes === undefined ? undefined : await soundNote(bytes, logKey, mirrors);
    if (opened !== undefined && path === `${folder}/${headName(opened.head.size)}`) heads.push(opened);
    else damage.push({ path, what: "This signed head does not hold.", from: keepers, remedy: "fetched" });
  }
  const path = `${folder}/checkpoint`;
  const bytes = await files.read(path);
  if (bytes === undefined) {
    // After a crash it may lag, or not be there yet.
    if (heads.length > 0) remarks.push(`${path} is not written yet; the next start does it.`);
    return heads;
  }
  const published = await soundNote(bytes, logKey, mirrors);
  if (published === undefined) damage.push({ path, what: "The checkpoint is none of the heads that were signed.", from: [], remedy: "derived" });
  else if (!heads.some(({ head }) => head.size === published.head.size)) {
    const kept = `${folder}/${headName(published.head.size)}`;
    if (files.under(kept).length === 0) damage.push({ path: kept, what: "The signed head of the checkpoint is missing.", from: [], remedy: "derived" });
    heads.push(published);
  }
  return heads.toSorted((a, b) => a.head.size - b.head.size);
}

/** A signature says more than the note beside the keys; only where that says more was signed, it is believed. */
function trustedHighest({ highest }: CheckedLogOptions, newest: OpenedHead | undefined, tree: MerkleTree, damage: Damage[]): CheckedLogOptions["highest"] {
  if (highest === undefined || newest === undefined || highest.size > newest.head.size) return highest;
  const { size, root } = newest.head;
  const isWhole = size <= tree.size && equalBytes(tree.root(size), root);
  if (isWhole && !equalBytes(highest.root, tree.root(highest.size)))
    damage.push({ path: highest.path, what: "What the log key has signed at most is not the head that it signed.", from: [], remedy: "derived" });
  return undefined;
}

/** The head that the newest entries of a copy were checked against; an older record is covered by the chain. */
async function checkNotedHead({ folder, logKey, keepers }: CheckedLogOptions, record: CommitRecord | undefined, damage: Damage[]): Promise<void> {
  if (record?.head === undefined || (await openHead(record.head, logKey, headVerify)).ok) return;
  damage.push({
    path: `${folder}/${commitKey(record.seq)}`,
    what: "The signed head in this commit record does not hold.",
    from: keepers,
    remedy: "fetched",
  });
}

async function checkTiles(
  { files, folder }: CheckedLogOptions,
  entries: readonly (Uint8Array | undefined)[],
  tree: MerkleTree,
  size: number,
  damage: Damage[],
): Promise<void> {
  const full = Math.floor(size / TILE_WIDTH) * TILE_WIDTH;
  const wanted = [...newTiles(tree, 0, full), ...newBundles((index) => entries[index] ?? new Uint8Array(0), 0, full)];
  for (const { path, bytes } of wanted) {
    if (path.includes(".p/")) continue;
    const held = await files.read(`${folder}/${path}`);
    if (held !== undefined && equalBytes(held, bytes)) continue;
    const what = held === undefined ? "This file is missing." : "This file does not follow from the commit records.";
    damage.push({ path: `${folder}/${path}`, what, from: [], remedy: "derived" });
  }
}
