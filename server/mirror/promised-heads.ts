/**
 * Heads whose hashes were checked and whose entries are not all taken yet: what their owner has signed counts against it all the same
 * (SPEC R15), so it outlives a start. One of each log, with the leaf hashes beyond what was held when it came; dropped once the log reached it.
 */
import { z } from "zod";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import { concatBytes, equalBytes } from "@countersign/core/bytes/concat.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { NamedPair } from "@countersign/core/channel/charter.ts";
import { openHead, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { HASH_BYTES, type MerkleTree } from "@countersign/core/log/merkle.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import { encodeChecked, parseChecked } from "../objects/checked-json.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { headVerify } from "../signing.ts";
import { firstDifference, treeOver } from "./compared-trees.ts";
import { ownLines } from "./log-copy.ts";

export interface PromisedHead {
  readonly opened: OpenedHead;
  readonly tree: MerkleTree;
}

/** As it is kept: the leaf hashes from entry `first` on; those before it stand in the copy. */
export interface KeptPromise {
  readonly opened: OpenedHead;
  readonly first: number;
  readonly hashes: readonly Uint8Array[];
}

const schema = z.strictObject({
  type: z.literal("promised-head"),
  version: z.literal(1),
  head: z.string().max(1024 * 1024),
  first: z.int().min(0),
  hashes: z.string().max(64 * 1024 * 1024),
});
const NOTHING = new Uint8Array(0);

/** A log whose copy is kept here. */
interface CopiedLog {
  readonly logKey: NamedPair;
  readonly tree: MerkleTree;
}

export class PromisedHeads {
  readonly #store: ObjectStore;
  readonly #logs: ReadonlyMap<PartyId, CopiedLog>;
  readonly #heads = new Map<PartyId, PromisedHead>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(store: ObjectStore, logs: ReadonlyMap<PartyId, CopiedLog>) {
    this.#store = store;
    this.#logs = logs;
  }

  /** `store`: the channel's. What is damaged, or does not go on from the copy, is passed over: it proves nothing, and `fsck` says so. */
  static async open(store: ObjectStore, logs: ReadonlyMap<PartyId, CopiedLog>): Promise<PromisedHeads> {
    const opened = new PromisedHeads(store, logs);
    for (const [log, { logKey, tree }] of logs) {
      const bytes = await store.get(promisedKey(log));
      const kept = bytes === undefined ? undefined : await readPromise(bytes, logKey);
      const promised = kept === undefined ? undefined : promisedTree(kept, tree);
      if (kept === undefined || promised === undefined) continue;
      opened.#heads.set(log, { opened: kept.opened, tree: promised });
      await opened.reached(log);
    }
    return opened;
  }

  get(log: PartyId): PromisedHead | undefined {
    return this.#heads.get(log);
  }

  /** Keeps the head if it goes on from the one before; another version is for whoever compares the two. Rejects when this machine cannot write. */
  keep(log: PartyId, { opened, tree }: PromisedHead): Promise<void> {
    return this.#alone(async () => {
      const { logKey, tree: held } = this.#logOf(log);
      const before = this.#heads.get(log);
      if (before !== undefined && (before.tree.size >= tree.size || firstDifference(before.tree, tree) !== undefined)) return;
      if (held.size >= tree.size || firstDifference(held, tree) !== undefined) return;
      const first = held.size;
      const hashes = Array.from({ length: tree.size - first }, (_, position) => tree.subtree(0, first + position));
      const head = formatNote(ownLines(opened, logKey));
      await this.#write(log, encodeChecked({ type: "promised-head", version: 1, head, first, hashes: toBase64(concatBytes(...hashes)) }));
      this.#heads.set(log, { opened, tree });
    });
  }

  /** Drops the head if the copy has grown up to it. Rejects when this machine cannot write. */
  reached(log: PartyId): Promise<void> {
    return this.#alone(async () => {
      const promised = this.#heads.get(log)?.opened.head;
      const { tree } = this.#logOf(log);
      if (promised === undefined || promised.size > tree.size || !equalBytes(tree.root(promised.size), promised.root)) return;
      await this.#write(log, NOTHING);
      this.#heads.delete(log);
    });
  }

  #logOf(log: PartyId): CopiedLog {
    const copied = this.#logs.get(log);
    if (copied === undefined) throw new Error(`no copy of the log of ${log}`);
    return copied;
  }

  async #write(log: PartyId, bytes: Uint8Array): Promise<void> {
    const key = promisedKey(log);
    if (!(await this.#store.replaceIf(key, await this.#store.get(key), bytes))) throw new Error("another process keeps heads in this folder");
  }

  #alone(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** Where the promised head of a log stands, under the channel's folder; empty once the log reached it. */
export function promisedKey(log: PartyId): string {
  return `promised/${log}`;
}

/** `undefined` for bytes that this program has not written, or a head that the log's key has not signed. */
export async function readPromise(bytes: Uint8Array, logKey: NamedPair): Promise<KeptPromise | undefined> {
  const json = parseChecked(bytes);
  const read = json.ok ? schema.safeParse(json.value).data : undefined;
  const hashes = fromBase64(read?.hashes ?? "?");
  const opened = read === undefined ? undefined : await openHead(encodeUtf8(read.head), logKey, headVerify);
  if (read === undefined || hashes === undefined || opened?.ok !== true) return undefined;
  if (hashes.length !== (opened.value.head.size - read.first) * HASH_BYTES) return undefined;
  const leaves = Array.from({ length: hashes.length / HASH_BYTES }, (_, position) => hashes.slice(position * HASH_BYTES, (position + 1) * HASH_BYTES));
  return { opened: opened.value, first: read.first, hashes: leaves };
}

/** The tree under the head, where `held` has its beginning; `undefined` where it has not. */
export function promisedTree({ opened, first, hashes }: KeptPromise, held: MerkleTree): MerkleTree | undefined {
  if (held.size < first) return undefined;
  const tree = treeOver(held, hashes, first);
  return equalBytes(tree.root(), opened.head.root) ? tree : undefined;
}
