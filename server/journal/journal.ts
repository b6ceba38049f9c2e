/**
 * A node's own log (SPEC R12, R13): statements that come while a commit is on its way form the next batch; a batch is decided by its
 * commit record, then the head is signed once and kept, then the answer is given, then `checkpoint` follows. Opening a log after
 * any interruption runs the same steps.
 */
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { decodeUtf8, encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { sha256AsHex } from "@countersign/core/bytes/sha256.ts";
import { openHead, signHead, type Head, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import type { MerkleTree } from "@countersign/core/log/merkle.ts";
import { ENTRY_LIMIT, type TileAddress } from "@countersign/core/log/tiles.ts";
import { parseEnvelope } from "@countersign/core/signing/dsse.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import { accept, refusal, refuse, type Refusal, type Result } from "@countersign/core/refusal.ts";
import { clockSeconds, type Clock } from "../clock.ts";
import { putNewDecided, type ObjectStore } from "../objects/object-store.ts";
import type { NamedSigner } from "../private/keys.ts";
import { nativeVerify } from "../signing.ts";
import { CommitLog } from "./commit-log.ts";
import { BATCH_BYTES, BATCH_ENTRIES } from "./commit-record.ts";
import type { HighestSigned } from "./highest-signed.ts";

export interface JournalOptions {
  /** This log's own part of a store. */
  readonly store: ObjectStore;
  /** The log key; its name is the log's origin. */
  readonly key: NamedSigner;
  readonly clock: Clock;
  /** Absent only where nothing is at stake, e.g. in a test. */
  readonly highest?: HighestSigned;
}

export interface Appended {
  readonly index: number;
  /** The signed head that covers the entry, as a note. */
  readonly head: string;
  readonly size: number;
  /** Inclusion proof of the entry in that head. */
  readonly proof: readonly Uint8Array[];
}

const PUBLISH_MILLISECONDS = 100;

interface Waiting {
  readonly id: string;
  readonly entry: Uint8Array;
  readonly answer: (result: Result<Appended>) => void;
}

export class Journal {
  readonly #log: CommitLog;
  readonly #options: JournalOptions;
  /** Statement id → its first index: the idempotency key (SPEC R3). */
  readonly #indexes = new Map<string, number>();
  #queue: Waiting[] = [];
  #running: Promise<void> | undefined;
  #publishing: Promise<void> = Promise.resolve();
  #soon: NodeJS.Timeout | undefined;
  #published: Uint8Array | undefined;
  #head: OpenedHead | undefined;
  #note = "";
  #stopped: Refusal | undefined;

  private constructor(log: CommitLog, options: JournalOptions) {
    this.#log = log;
    this.#options = options;
  }

  /**
   * Folds what is there and finishes what was interrupted. Refuses a damaged folder, one whose newest entries are missing (its key has
   * signed more than it holds), and one that holds another log.
   */
  static async open(options: JournalOptions): Promise<Result<Journal>> {
    const ids: [string, number][] = [];
    const log = await CommitLog.open(options.store, options.key.named.name, options.clock.now(), (entry, index) => {
      ids.push([statementId(entry), index]);
    });
    if (!log.ok) return log;
    const journal = new Journal(log.value, options);
    for (const [id, index] of ids) if (!journal.#indexes.has(id)) journal.#indexes.set(id, index);
    const behind = journal.#behindItsKey();
    if (behind !== undefined) return { ok: false, refusal: behind };
    if (log.value.size > 0) {
      const signed = await journal.#signNewest("after an interruption");
      if (!signed.ok) return signed;
    }
    journal.#published = await options.store.get("checkpoint");
    await journal.#publish();
    return accept(journal);
  }

  get origin(): string {
    return this.#log.log;
  }

  get size(): number {
    return this.#log.size;
  }

  get tree(): MerkleTree {
    return this.#log.tree;
  }

  /** The newest signed head; `undefined` before the first entry. */
  get head(): OpenedHead | undefined {
    return this.#head;
  }

  /** The newest signed head as a note; empty before the first entry. */
  get note(): string {
    return this.#note;
  }

  /** Why nothing more is taken; `undefined` while it is. */
  get stopped(): Refusal | undefined {
    return this.#stopped;
  }

  tile(address: TileAddress): Promise<Uint8Array | undefined> {
    return this.#log.tile(address);
  }

  entries(from: number, to: number): Promise<Uint8Array[]> {
    return this.#log.entries(from, to);
  }

  /**
   * Appends one entry, durable and under a signed head when this answers. The same statement (`id`) again answers with its first
   * index. Refuses an entry that is too large, and everything once writing has failed: then a restart finds out what was written.
   */
  append(entry: Uint8Array, id: string = statementId(entry)): Promise<Result<Appended>> {
    if (entry.length > ENTRY_LIMIT)
      return Promise.resolve(
        refuse("entry-too-large", `The entry has ${entry.length} bytes; a log takes at most ${ENTRY_LIMIT}.`),
      );
    return new Promise((answer) => {
      this.#queue.push({ id, entry, answer });
      this.#running ??= this.#run();
    });
  }

  /** The newest signed head and the proof of an entry in it; `undefined` for an entry that no signed head covers. */
  covered(index: number): Appended | undefined {
    const size = this.#head?.head.size ?? 0;
    return index < size
      ? { index, head: this.#note, size, proof: this.#log.tree.inclusionProof(index, size) }
      : undefined;
  }

  /** Lets what was begun finish. */
  async close(): Promise<void> {
    await this.#running;
    clearTimeout(this.#soon);
    this.#publishing = this.#publishing.then(() => this.#publish());
    await this.#publishing;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#commit(batch);
      } catch (error) {
        const why = causeOf(error);
        this.stop(
          refusal(
            "log-not-written",
            why.startsWith("This node cannot write")
              ? why
              : `The log could not be written (${why}). Nothing more is taken until this node has been started again.`,
          ),
        );
      }
      if (this.#stopped !== undefined)
        for (const { answer } of [...batch, ...this.#queue.splice(0)]) answer({ ok: false, refusal: this.#stopped });
    }
    this.#running = undefined;
  }

  #takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { entry } of this.#queue) {
      bytes += entry.length;
      if (count > 0 && (bytes > BATCH_BYTES || count === BATCH_ENTRIES)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    if (this.#stopped !== undefined) return;
    const fresh = new Map<string, Uint8Array>();
    for (const { id, entry } of batch) if (!this.#indexes.has(id)) fresh.set(id, fresh.get(id) ?? entry);
    if (fresh.size > 0) {
      const committed = await this.#log.append([...fresh.values()], this.#options.clock.now());
      if (!committed.ok) return this.stop(committed.refusal);
      [...fresh.keys()].forEach((id, position) => this.#indexes.set(id, committed.value.first + position));
      const signed = await this.#signNewest("for the first time");
      if (!signed.ok) return this.stop(signed.refusal);
    }
    for (const { id, answer } of batch) {
      const appended = this.covered(this.#indexes.get(id) ?? Infinity);
      if (appended === undefined) throw new Error("a committed entry is under no signed head");
      answer(accept(appended));
    }
    this.#publishSoon();
  }

  /** Signs the head of the newest size, or takes the one that was signed before: ML-DSA is randomised, and one signature is kept. */
  async #signNewest(when: "for the first time" | "after an interruption"): Promise<Result<void>> {
    const { key, store, highest, clock } = this.#options;
    const head: Head = { origin: this.origin, size: this.#log.size, root: this.#log.tree.root() };
    const name = headName(head.size);
    const held: Result<string | undefined> =
      when === "for the first time" ? accept(undefined) : await this.#keptHead(name, head);
    if (!held.ok) return held;
    let note = held.value;
    if (note === undefined) {
      note = await signHead(head, key.signer, key.named.name, clockSeconds(clock));
      // Both before anyone sees the head. If only one of the two is written, opening the log writes the other.
      const [outcome] = await Promise.all([putNewDecided(store, name, encodeUtf8(note)), highest?.raise(head)]);
      if (outcome === "exists") {
        const winner = await this.#keptHead(name, head);
        if (!winner.ok) return winner;
        note = winner.value ?? note;
      }
    } else await highest?.raise(head);
    const parsed = parseNote(note);
    if (!parsed.ok) return parsed;
    this.#head = { head, note: parsed.value };
    this.#note = note;
    return accept(undefined);
  }

  /** The head kept for this size, if there is one; refuses one that says something else than the commit records. */
  async #keptHead(name: string, head: Head): Promise<Result<string | undefined>> {
    const bytes = await this.#options.store.get(name);
    if (bytes === undefined) return accept(undefined);
    const note = decodeUtf8(bytes) ?? "";
    const opened = await openHead(note, this.#options.key.named, nativeVerify);
    if (!opened.ok || opened.value.head.size !== head.size || !equalBytes(opened.value.head.root, head.root))
      return refuse(
        "log-damaged",
        "The head kept for this size is not that of the commit records. Nothing is signed: restore the folder from its last copy.",
        name,
      );
    return accept(note);
  }

  /** One `checkpoint` for all that is appended in a short while. The node itself serves the newest head from memory. */
  #publishSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#publishing = this.#publishing.then(() => this.#publish());
    }, PUBLISH_MILLISECONDS);
  }

  async #publish(): Promise<void> {
    if (this.#note === "" || this.#stopped !== undefined) return;
    const bytes = encodeUtf8(this.#note);
    if (this.#published !== undefined && equalBytes(this.#published, bytes)) return;
    try {
      if (!(await this.#options.store.replaceIf("checkpoint", this.#published, bytes)))
        throw new Error("another process replaced the checkpoint");
      this.#published = bytes;
    } catch (error) {
      this.stop(
        refusal(
          "log-not-published",
          `The log's checkpoint could not be written (${causeOf(error)}). Start the node again.`,
        ),
      );
    }
  }

  #behindItsKey(): Refusal | undefined {
    const highest = this.#options.highest?.value;
    if (highest === undefined || highest.size === 0) return undefined;
    const { size, tree } = this.#log;
    if (highest.size > size)
      return refusal(
        "log-behind-its-key",
        `The log key has signed ${highest.size} entries of ${this.origin}; this folder holds ${size}. It was restored from an older copy. Bring the missing entries back from another party's copy; nothing is signed until then.`,
      );
    if (!equalBytes(tree.root(highest.size), highest.root))
      return refusal(
        "log-other-than-signed",
        `The first ${highest.size} entries of ${this.origin} in this folder are not those that its key has signed. Restore the folder from its last copy; nothing is signed until then.`,
      );
    return undefined;
  }

  /** Takes nothing more, and says why; the first reason stands until the node is started again. */
  stop(why: Refusal): void {
    this.#stopped ??= why;
  }
}

/** Where a log's signed head of a size is kept. */
export function headName(size: number): string {
  return `_cs/head/${String(size).padStart(12, "0")}`;
}

/** What an error of the system says has paths of this machine in it; its code says as much. */
export function causeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.message : String(error);
}

/** The statement's id; an entry that is no envelope (only ever from outside the desk) goes by its own hash. */
function statementId(entry: Uint8Array): string {
  const envelope = parseEnvelope(entry);
  return sha256AsHex(envelope.ok ? envelope.value.signedBytes : entry);
}
