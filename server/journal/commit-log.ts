/**
 * A log as its commit records, in one object store: a node's own log and its copies of others' are kept alike. Opening folds the
 * records; full tiles and bundles are written once they are full and compared where they exist. A partial tile or bundle is made when
 * it is asked for: kept as files, the partial bundles of 256 entries would hold every entry 128 times.
 */
import { randomBytes } from "node:crypto";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import {
  decodeBundle,
  encodeBundle,
  hashTile,
  newTiles,
  TILE_WIDTH,
  tilePath,
  type TileAddress,
} from "@countersign/core/log/tiles.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { DamagedObject, putNewDecided, type ObjectStore } from "../objects/object-store.ts";
import { sameBytes } from "../objects/same-bytes.ts";
import { batchesOf, commitHash, commitKey, decodeCommit, encodeCommit, NO_RECORD, type CommitRecord, type PreparedRecord } from "./commit-record.ts";

/** Records are read this many at a time when a log is opened. */
const READ_AHEAD = 32;

interface AppliedRecord extends Pick<PreparedRecord, "sha256"> {
  readonly entries: readonly Uint8Array[];
  readonly hashes?: readonly Uint8Array[] | undefined;
  readonly head?: string | undefined;
}

export class CommitLog {
  readonly log: string;
  readonly store: ObjectStore;
  /** Over the hashes of all entries. */
  readonly tree = new MerkleTree();
  #next = 0;
  #last = NO_RECORD;
  /** The entries that stand in no full bundle on disk yet, from `#tailFrom` on: while a bundle is being written, more than fit into one. */
  #tail: Uint8Array[] = [];
  #tailFrom = 0;
  /** The newest `head` in a record. */
  #noted: string | undefined;

  private constructor(store: ObjectStore, log: string) {
    this.store = store;
    this.log = log;
  }

  /**
   * Folds what is there, founding the log if nothing is. `visit` gets every entry once, in order. Refuses records that do not follow
   * from each other and tiles that do not follow from the records: that is damage, and nothing is repaired over it.
   */
  static async open(
    store: ObjectStore,
    log: string,
    time: Instant,
    visit: (entry: Uint8Array, index: number) => void = () => undefined,
  ): Promise<Result<CommitLog>> {
    const opened = new CommitLog(store, log);
    for (;;) {
      const keys = Array.from({ length: READ_AHEAD }, (_, ahead) => commitKey(opened.#next + ahead));
      const found = await Promise.all(keys.map((key) => store.get(key)));
      let read = 0;
      for (; read < found.length; read += 1) {
        const bytes = found[read];
        if (bytes === undefined) break;
        const record = decodeCommit(bytes);
        if (!record.ok) return damaged(keys[read] ?? "", record.refusal.sentence);
        const why = opened.#mismatch(record.value);
        if (why !== undefined) return damaged(keys[read] ?? "", why);
        record.value.entries.forEach((entry, position) => visit(entry, record.value.first + position));
        const applied = await opened.#apply({ ...record.value, sha256: commitHash(bytes) }, "compare");
        if (!applied.ok) return applied;
      }
      if (read < found.length) break;
    }
    if (opened.#next === 0) {
      const founded = await opened.append([], time);
      if (!founded.ok) return founded;
    }
    return accept(opened);
  }

  get size(): number {
    return this.tree.size;
  }

  /** The newest signed head that entries of a copy were checked against. */
  get notedHead(): string | undefined {
    return this.#noted;
  }

  /** When this returns, the entries are decided and durable. One call at a time. Refuses if another writer took the place. */
  async append(
    entries: readonly Uint8Array[],
    time: Instant,
    head?: string,
  ): Promise<Result<{ readonly first: number }>> {
    const first = this.size;
    const committed = await this.commit(this.prepare(entries, time, head));
    return committed.ok ? accept({ first }) : committed;
  }

  /** The records that would hold these entries at the end of the log. Nothing is written. `hashes` are theirs, from whoever has checked them. */
  prepare(entries: readonly Uint8Array[], time: Instant, head?: string, hashes?: readonly Uint8Array[]): PreparedRecord[] {
    const records: PreparedRecord[] = [];
    let previous = this.#last;
    for (const [from, to] of entries.length === 0 ? [[0, 0] as const] : batchesOf(entries)) {
      const seq = this.#next + records.length;
      const leaves = entries.slice(from, to);
      const bytes = encodeCommit({
        log: this.log,
        seq,
        previous,
        first: this.size + from,
        entries: leaves,
        nonce: toBase64(randomBytes(16)),
        time,
        ...(head === undefined ? {} : { head }),
      });
      previous = commitHash(bytes);
      records.push({ key: commitKey(seq), bytes, sha256: previous, leaves, hashes: hashes?.slice(from, to), head });
    }
    return records;
  }

  /** Writes what was prepared for the log as it stands. As `append`. */
  async commit(records: readonly PreparedRecord[]): Promise<Result<void>> {
    for (const record of records) {
      const { key, bytes, leaves } = record;
      if (key !== commitKey(this.#next)) throw new Error("the log has grown since this was prepared");
      const outcome = await putNewDecided(this.store, key, bytes);
      // Read back: a head is signed over what the store gives, not over what it was given (SPEC R12).
      const held = await this.store.get(key);
      if (held === undefined || !sameBytes(held, bytes))
        return outcome === "created"
          ? damaged(key, "What was just written there reads otherwise.")
          : refuse(
              "log-other-writer",
              "Another process has written to this log. One process writes at a time: stop one of the two, then start again.",
              key,
            );
      const applied = await this.#apply({ ...record, entries: leaves }, "write");
      if (!applied.ok) return applied;
    }
    return accept(undefined);
  }

  /** A hash tile or entry bundle, full or partial; `undefined` beyond the log's size. */
  async tile(address: TileAddress): Promise<Uint8Array | undefined> {
    const { level, number, width } = address;
    if (level !== "entries") {
      if (level > 6 || (number * TILE_WIDTH + width) * TILE_WIDTH ** level > this.size) return undefined;
      return hashTile(this.tree, level, number, width);
    }
    if (number * TILE_WIDTH + width > this.size) return undefined;
    const entries = await this.#bundle(number);
    return encodeBundle(entries.slice(0, width));
  }

  /** Throws for an index outside the log. */
  async entry(index: number): Promise<Uint8Array> {
    const entry = (await this.#bundle(Math.floor(index / TILE_WIDTH)))[index % TILE_WIDTH];
    if (entry === undefined) throw new RangeError(`no entry ${index} in a log of ${this.size}`);
    return entry;
  }

  /** The entries `from` … `to` − 1. */
  async entries(from: number, to: number): Promise<Uint8Array[]> {
    const entries: Uint8Array[] = [];
    for (let number = Math.floor(from / TILE_WIDTH); number * TILE_WIDTH < to; number += 1) {
      const start = number * TILE_WIDTH;
      entries.push(...(await this.#bundle(number)).slice(Math.max(0, from - start), to - start));
    }
    return entries;
  }

  async #bundle(number: number): Promise<readonly Uint8Array[]> {
    const start = number * TILE_WIDTH;
    if (start > this.size) throw new RangeError(`no bundle ${number} in a log of ${this.size}`);
    if (start >= this.#tailFrom) return this.#tail.slice(start - this.#tailFrom, start - this.#tailFrom + TILE_WIDTH);
    const path = tilePath({ level: "entries", number, width: TILE_WIDTH });
    const bytes = await this.store.get(path);
    const entries = bytes === undefined ? undefined : decodeBundle(bytes, TILE_WIDTH);
    if (entries === undefined || !entries.ok)
      throw new DamagedObject(path);
    return entries.value;
  }

  #mismatch(record: CommitRecord): string | undefined {
    if (record.log !== this.log) return `The record is of the log ${record.log}, not of ${this.log}.`;
    if (record.seq !== this.#next || record.previous !== this.#last || record.first !== this.size)
      return "The record does not follow from the one before it.";
    return undefined;
  }

  /** The one way in, for a batch just decided and for one read again. */
  async #apply({ entries, hashes, sha256, head }: AppliedRecord, tiles: "write" | "compare"): Promise<Result<void>> {
    const before = this.size;
    for (const [position, entry] of entries.entries()) {
      this.tree.append(hashes?.[position] ?? leafHash(entry));
      this.#tail.push(entry);
    }
    this.#next += 1;
    this.#last = sha256;
    this.#noted = head ?? this.#noted;
    return this.#keepFull(before, tiles);
  }

  /** Writes, or compares, the tiles and bundles that became full. */
  async #keepFull(before: number, tiles: "write" | "compare"): Promise<Result<void>> {
    const full = Math.floor(this.size / TILE_WIDTH) * TILE_WIDTH;
    const from = Math.floor(before / TILE_WIDTH) * TILE_WIDTH;
    if (full === from) return accept(undefined);
    const files = newTiles(this.tree, from, full).filter(({ path }) => !path.includes(".p/"));
    for (let start = from; start < full; start += TILE_WIDTH)
      files.push({
        path: tilePath({ level: "entries", number: start / TILE_WIDTH, width: TILE_WIDTH }),
        bytes: encodeBundle(this.#tail.slice(start - from, start - from + TILE_WIDTH)),
      });
    // Side by side: each follows from the commit records alone, and whichever is missing after a kill is made again from them.
    const sound = await Promise.all(files.map(({ path, bytes }) => this.#isKept(path, bytes, tiles)));
    const differing = files.find((_, position) => sound[position] !== true);
    if (differing !== undefined) return damaged(differing.path, "The file does not follow from the commit records.");
    this.#tail = this.#tail.slice(full - from);
    this.#tailFrom = full;
    return accept(undefined);
  }

  async #isKept(path: string, bytes: Uint8Array, tiles: "write" | "compare"): Promise<boolean> {
    const held = tiles === "compare" ? await this.store.get(path) : undefined;
    if (held === undefined) await putNewDecided(this.store, path, bytes);
    return sameBytes(held ?? (await this.store.get(path)) ?? new Uint8Array(0), bytes);
  }
}

function damaged(where: string, why: string): Result<never> {
  return refuse(
    "log-damaged",
    `This copy of the log is damaged on this machine. ${why} Restore it from its last copy, or fetch it again from a node that keeps it.`,
    where,
  );
}
