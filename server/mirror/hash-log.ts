/** What an observer keeps of a log: its leaf hashes, in records that each name the one before. No entry ever comes here. */
import { z } from "zod";
import { instant, sha256Hex } from "@countersign/core/bytes/fields.ts";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import { concatBytes } from "@countersign/core/bytes/concat.ts";
import { HASH_BYTES, MerkleTree } from "@countersign/core/log/merkle.ts";
import { hashTile, TILE_WIDTH, type TileAddress } from "@countersign/core/log/tiles.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { commitHash, NO_RECORD, type PreparedRecord } from "../journal/commit-record.ts";
import { encodeChecked, parseChecked } from "../objects/checked-json.ts";
import { putNewDecided, type ObjectStore } from "../objects/object-store.ts";
import { sameBytes } from "../objects/same-bytes.ts";
import type { CopyStore } from "./log-copy.ts";

const schema = z.strictObject({
  type: z.literal("hashes"),
  version: z.literal(1),
  log: z.string().min(1).max(255),
  seq: z.int().min(0),
  previous: sha256Hex,
  first: z.int().min(0),
  hashes: z.string().max(64 * 1024 * 1024),
  time: instant,
  head: z.string().max(1024 * 1024),
});

export class HashLog implements CopyStore {
  readonly tree = new MerkleTree();
  readonly #store: ObjectStore;
  readonly #log: string;
  #next = 0;
  #last = NO_RECORD;
  #noted: string | undefined;

  private constructor(store: ObjectStore, log: string) {
    this.#store = store;
    this.#log = log;
  }

  /** Folds the records; refuses those that do not follow from each other, which is damage of this machine. */
  static async open(store: ObjectStore, log: string): Promise<Result<HashLog>> {
    const opened = new HashLog(store, log);
    for (;;) {
      const key = hashesKey(opened.#next);
      const bytes = await store.get(key);
      if (bytes === undefined) return accept(opened);
      const json = parseChecked(bytes);
      const record = json.ok ? schema.safeParse(json.value).data : undefined;
      const hashes = fromBase64(record?.hashes ?? "?");
      if (
        record === undefined ||
        hashes === undefined ||
        record.log !== log ||
        record.seq !== opened.#next ||
        record.previous !== opened.#last ||
        record.first !== opened.size ||
        hashes.length % HASH_BYTES !== 0
      )
        return refuse(
          "log-damaged",
          "This copy of the log's hashes is damaged on this machine. Restore it from its last copy, or fetch it again.",
          key,
        );
      opened.#apply(hashes, record.head, bytes);
    }
  }

  get size(): number {
    return this.tree.size;
  }

  get notedHead(): string | undefined {
    return this.#noted;
  }

  prepare(leaves: readonly Uint8Array[], time: string, head: string): PreparedRecord[] {
    const record: z.infer<typeof schema> = {
      type: "hashes",
      version: 1,
      log: this.#log,
      seq: this.#next,
      previous: this.#last,
      first: this.size,
      hashes: toBase64(concatBytes(...leaves)),
      time,
      head,
    };
    const bytes = encodeChecked(record);
    return [{ key: hashesKey(this.#next), bytes, sha256: commitHash(bytes), leaves, head }];
  }

  async commit(records: readonly PreparedRecord[]): Promise<Result<void>> {
    for (const { key, bytes, leaves, head } of records) {
      if ((await putNewDecided(this.#store, key, bytes)) === "exists") {
        const held = await this.#store.get(key);
        if (held === undefined || !sameBytes(held, bytes))
          return refuse(
            "log-other-writer",
            "Another process has written to this copy. Stop one of the two, then start again.",
            key,
          );
      }
      this.#apply(concatBytes(...leaves), head, bytes);
    }
    return accept(undefined);
  }

  async tile({ level, number, width }: TileAddress): Promise<Uint8Array | undefined> {
    if (level === "entries" || level > 6 || (number * TILE_WIDTH + width) * TILE_WIDTH ** level > this.size)
      return undefined;
    return hashTile(this.tree, level, number, width);
  }

  #apply(hashes: Uint8Array, head: string | undefined, bytes: Uint8Array): void {
    for (let at = 0; at < hashes.length; at += HASH_BYTES) this.tree.append(hashes.subarray(at, at + HASH_BYTES));
    this.#next += 1;
    this.#last = commitHash(bytes);
    this.#noted = head;
  }
}

function hashesKey(seq: number): string {
  return `_cs/hashes/${String(seq).padStart(12, "0")}`;
}
