/** What an observer holds beside heads: the entries that every side has released, each proven to stand in a head that it has cosigned. */
import { z } from "zod";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { Charter } from "@countersign/core/channel/charter.ts";
import { KeyRing, ringAfter } from "@countersign/core/channel/key-ring.ts";
import type { HeldEntry, PlacedLeaf } from "@countersign/core/channel/record.ts";
import { readStatement, type FileReference } from "@countersign/core/channel/statement.ts";
import { leafHash, type MerkleTree } from "@countersign/core/log/merkle.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { parseJson } from "../objects/parse-json.ts";

export interface ReleasedEntry {
  readonly index: number;
  readonly entry: Uint8Array;
}

const kept = z.array(z.strictObject({ index: z.int().min(0), entry: z.string() }));

export class ReleasedEntries {
  readonly #store: ObjectStore;
  readonly #byLog = new Map<PartyId, Map<number, Uint8Array>>();
  #turn: Promise<unknown> = Promise.resolve();
  readonly #bytes = new Map<PartyId, Uint8Array>();
  readonly #charter: Charter;
  readonly #rings = new Map<PartyId, KeyRing>();

  private constructor(store: ObjectStore, charter: Charter) {
    this.#store = store;
    this.#charter = charter;
  }

  static async open(store: ObjectStore, charter: Charter): Promise<ReleasedEntries> {
    const released = new ReleasedEntries(store, charter);
    for (const { id } of charter.parties) {
      const bytes = await store.get(keyOf(id));
      if (bytes === undefined) continue;
      released.#bytes.set(id, bytes);
      // Damaged: every one of them is given again.
      const read = kept.safeParse(parseJson(bytes));
      if (!read.success) continue;
      released.#byLog.set(
        id,
        new Map(read.data.map(({ index, entry }) => [index, fromBase64(entry) ?? new Uint8Array(0)])),
      );
    }
    return released;
  }

  of(log: PartyId): readonly ReleasedEntry[] {
    return [...(this.#byLog.get(log) ?? [])]
      .map(([index, entry]) => ({ index, entry }))
      .sort((a, b) => a.index - b.index);
  }

  /** A party's keys as the entries held here give them: those that change keys are released at once. */
  ring(log: PartyId): KeyRing {
    const known = this.#rings.get(log);
    if (known !== undefined) return known;
    const ring = this.of(log).reduce(
      (before, { index, entry }) => ringAfter(before, [heldEntry(entry)], index),
      KeyRing.of(this.#charter, log),
    );
    this.#rings.set(log, ring);
    return ring;
  }

  /** Every entry held, read; its place and signatures were checked when it was taken. */
  get held(): readonly HeldEntry[] {
    return [...this.#byLog.values()].flatMap((entries) => [...entries.values()].map(heldEntry));
  }

  /** Keeps what is new and stands in the tree within `size`. Gives the files that the new entries name. */
  take(
    log: PartyId,
    served: readonly { readonly index: number; readonly entry: string }[],
    tree: MerkleTree,
    size: number,
    read: (entry: PlacedLeaf, ring: KeyRing) => Promise<readonly HeldEntry[]>,
  ): Promise<readonly FileReference[]> {
    // One after the other: several nodes serve the same at once.
    const taken = this.#turn.then(() => this.#take(log, served, tree, size, read));
    this.#turn = taken.catch(() => undefined);
    return taken;
  }

  async #take(
    log: PartyId,
    served: readonly { readonly index: number; readonly entry: string }[],
    tree: MerkleTree,
    size: number,
    read: (entry: PlacedLeaf, ring: KeyRing) => Promise<readonly HeldEntry[]>,
  ): Promise<readonly FileReference[]> {
    const held = this.#byLog.get(log) ?? new Map<number, Uint8Array>();
    const files: FileReference[] = [];
    let grew = false;
    for (const { index, entry: text } of served) {
      const entry = fromBase64(text);
      if (
        entry === undefined ||
        held.has(index) ||
        index >= size ||
        !equalBytes(leafHash(entry), tree.subtree(0, index))
      )
        continue;
      const [statement] = await read({ index, leaf: entry }, this.ring(log));
      if (statement?.statement === undefined) continue;
      held.set(index, entry);
      this.#byLog.set(log, held);
      this.#rings.delete(log);
      files.push(...statement.statement.payload.files);
      grew = true;
    }
    if (!grew) return [];
    const bytes = encodeUtf8(
      JSON.stringify(this.of(log).map(({ index, entry }) => ({ index, entry: toBase64(entry) }))),
    );
    if (!(await this.#store.replaceIf(keyOf(log), this.#bytes.get(log), bytes)))
      throw new Error(`another process keeps what was released of ${log}`);
    this.#bytes.set(log, bytes);
    return files;
  }
}

function heldEntry(entry: Uint8Array): HeldEntry {
  const read = readStatement(entry);
  return read.ok
    ? { leafHash: leafHash(entry), statement: read.value }
    : { leafHash: leafHash(entry), problem: read.refusal };
}

function keyOf(log: PartyId): string {
  return `released/${log}`;
}
