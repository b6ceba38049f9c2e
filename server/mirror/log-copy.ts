/**
 * A node's copy of another party's log. A party keeps the entries and cosigns as a mirror; an observer keeps the leaf hashes alone and
 * cosigns as a witness. Either is durable and can be served before a head is cosigned (SPEC R13), and nothing in it is overwritten.
 */
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import type { Instant, PartyId } from "@countersign/core/bytes/fields.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { NamedPair } from "@countersign/core/channel/charter.ts";
import { openHead, type Head, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { cosign } from "@countersign/core/log/cosignature.ts";
import { readTimedSignature } from "@countersign/core/log/head-message.ts";
import type { MerkleTree } from "@countersign/core/log/merkle.ts";
import type { TileAddress } from "@countersign/core/log/tiles.ts";
import { ED25519_SIGNATURE_BYTES } from "@countersign/core/signing/algorithm.ts";
import { addSignatures, formatNote, signatureOf } from "@countersign/core/signing/note.ts";
import { cosignerKeyIds, statementKeyIds } from "@countersign/core/signing/key-id.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { clockSeconds, type Clock } from "../clock.ts";
import type { PreparedRecord } from "../journal/commit-record.ts";
import { headName } from "../journal/journal.ts";
import { putNewDecided, type ObjectStore } from "../objects/object-store.ts";
import type { NamedSigner } from "../private/keys.ts";
import { headVerify } from "../signing.ts";
import type { Incomplete, Obstacle } from "./obstacle.ts";
import type { WitnessedLog } from "./witnessed-log.ts";

/** What a copy is kept in: entries (`CommitLog`) or hashes (`HashLog`). */
export interface CopyStore {
  readonly tree: MerkleTree;
  readonly size: number;
  readonly notedHead: string | undefined;
  tile(address: TileAddress): Promise<Uint8Array | undefined>;
  /** Absent where hashes alone are kept. */
  entries?(from: number, to: number): Promise<Uint8Array[]>;
  /** The records that would hold these leaves, which have these hashes, at its end. Nothing is written. */
  prepare(leaves: readonly Uint8Array[], time: string, head: string, hashes: readonly Uint8Array[]): readonly PreparedRecord[];
  /** When this returns, what was prepared is durable. */
  commit(records: readonly PreparedRecord[]): Promise<Result<void>>;
}

export interface CopyOptions {
  readonly party: PartyId;
  /** The log's key: its name is the origin. */
  readonly logKey: NamedPair;
  readonly cosigner: NamedSigner;
  /** At an observer's node: heads are also submitted to its witness, which has cosigned perhaps more than is held here. */
  readonly witnessed?: WitnessedLog;
  readonly store: ObjectStore;
  readonly kept: CopyStore;
  readonly clock: Clock;
}

export interface CheckedLeaves {
  /** Index of the first. */
  readonly first: number;
  /** Entries, or their hashes where hashes alone are kept. */
  readonly leaves: readonly Uint8Array[];
  readonly hashes: readonly Uint8Array[];
  readonly head: OpenedHead;
}

export class LogCopy {
  readonly party: PartyId;
  readonly logKey: NamedPair;
  readonly #options: CopyOptions;
  /** The newest head of the owner that is held whole. */
  #head: OpenedHead | undefined;
  /** That head with this node's cosignature. */
  #cosigned: OpenedHead | undefined;
  /** What `checkpoint` holds. */
  #published: Uint8Array | undefined;
  /** When this node has cosigned it, in seconds since 1970. */
  #cosignedAt = 0;
  /** Size of the largest head of the owner that was heard of. */
  #heardOf = 0;
  /** Since when there is more of it than is held. */
  #behindSince: Instant | undefined;
  #obstacle: Obstacle | undefined;
  /** After a proven fork (SPEC R16), damage found in what is kept of it, or a step that was not kept whole, no more of the log is taken or cosigned. */
  frozen = false;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: CopyOptions) {
    this.party = options.party;
    this.logKey = options.logKey;
    this.#options = options;
  }

  /** Reads what was kept and finishes what was interrupted: a head held whole and not yet cosigned is cosigned now, unless `frozen`. */
  static async open(options: CopyOptions, frozen: boolean): Promise<Result<LogCopy>> {
    const copy = new LogCopy(options);
    copy.frozen = frozen;
    const published = await options.store.get("checkpoint");
    if (published !== undefined) {
      const opened = await openHead(published, options.logKey, headVerify);
      if (
        !opened.ok ||
        opened.value.head.size > options.kept.size ||
        !equalBytes(options.kept.tree.root(opened.value.head.size), opened.value.head.root)
      )
        return refuse(
          "log-damaged",
          `The copy of ${options.party}'s log on this machine is not the one that this node has cosigned. Restore it, or move it away and fetch it again.`,
          options.party,
        );
      copy.#publish(published, opened.value, opened.value);
    }
    if (options.kept.notedHead !== undefined && !frozen) {
      const noted = await openHead(options.kept.notedHead, options.logKey, headVerify);
      if (noted.ok) {
        copy.heard(noted.value);
        await copy.adopt(noted.value);
      }
    }
    return accept(copy);
  }

  get size(): number {
    return this.#options.kept.size;
  }

  get tree(): MerkleTree {
    return this.#options.kept.tree;
  }

  get head(): OpenedHead | undefined {
    return this.#head;
  }

  /** The newest head that this node has cosigned, with both signatures of the log and its own. */
  get cosigned(): OpenedHead | undefined {
    return this.#cosigned;
  }

  /** Only at an observer's node. */
  get witnessed(): WitnessedLog | undefined {
    return this.#options.witnessed;
  }

  /** The head that the newest leaves were checked against; it is held whole, whether or not it was cosigned. */
  async notedHead(): Promise<OpenedHead | undefined> {
    const { notedHead } = this.#options.kept;
    const opened = notedHead === undefined ? undefined : await openHead(notedHead, this.logKey, headVerify);
    return opened?.ok === true && opened.value.head.size <= this.size ? opened.value : undefined;
  }

  tile(address: TileAddress): Promise<Uint8Array | undefined> {
    return this.#options.kept.tile(address);
  }

  /** None where hashes alone are kept. */
  async entries(from: number, to: number): Promise<Uint8Array[]> {
    return (await this.#options.kept.entries?.(from, to)) ?? [];
  }

  /** Keeps what was checked against a signed head. False, and nothing is kept, if other leaves stand in their place. Rejects when this machine cannot write. */
  keep(checked: CheckedLeaves): Promise<boolean> {
    return this.alone(async () => {
      const from = this.newFrom(checked);
      if (from !== undefined) await this.commit(this.prepare(checked, from));
      return from !== undefined;
    });
  }

  /** Nothing else is kept of this log, and nothing of it is cosigned, until `work` ends. What is below is for such work. */
  alone<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** The first position among these leaves that is not here yet; `undefined` if other leaves stand in their place, or no more of this log is taken. */
  newFrom({ first, hashes }: CheckedLeaves): number | undefined {
    const from = this.size - first;
    if (from < 0) throw new Error(`leaves of ${this.party} are kept in order`);
    const differs = hashes.slice(0, from).some((hash, position) => !equalBytes(this.tree.subtree(0, first + position), hash));
    return this.frozen || differs ? undefined : Math.min(from, hashes.length);
  }

  /** What keeping these leaves from a position on would write. */
  prepare({ leaves, hashes, head }: CheckedLeaves, from: number): readonly PreparedRecord[] {
    const { kept, clock } = this.#options;
    return from === leaves.length ? [] : kept.prepare(leaves.slice(from), clock.now(), formatNote(ownLines(head, this.logKey)), hashes.slice(from));
  }

  /** Rejects when this machine cannot write. */
  async commit(records: readonly PreparedRecord[]): Promise<void> {
    const committed = await this.#options.kept.commit(records);
    if (!committed.ok) throw new Error(committed.refusal.sentence);
  }

  /** When what is being kept now is kept. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  /** Cosigns a head of the owner if it is larger than the last one and held whole. True if it did. */
  adopt(opened: OpenedHead): Promise<boolean> {
    return this.alone(() => this.#adopt(opened));
  }

  /** The owner has signed this head, whether or not it is held. */
  heard({ head }: OpenedHead): void {
    const { clock } = this.#options;
    if (head.size > this.size && this.#heardOf <= this.size) {
      this.#behindSince = clock.now();
      this.#obstacle = undefined;
    }
    this.#heardOf = Math.max(this.#heardOf, head.size);
  }

  /** Something did not come; whoever brings it all the same ends this. */
  hindered(obstacle: Obstacle): void {
    this.#obstacle = obstacle;
  }

  /** That the owner has signed more than is held here. Not after a fork: then no more is taken. */
  get incomplete(): Incomplete | undefined {
    if (this.frozen || this.#behindSince === undefined || this.#heardOf <= this.size) return undefined;
    const found = { size: this.#heardOf, since: this.#behindSince };
    return this.#obstacle === undefined ? found : { ...found, obstacle: this.#obstacle };
  }

  /**
   * Cosigns the newest head again when its cosignature is this many seconds old, so that its age tells when this node last stood by it. Not
   * while a larger head is known: a cosignature says that none is. The first one of each size stays as it was kept. True if it did.
   */
  renew(afterSeconds: number): Promise<boolean> {
    return this.alone(async () => {
      const now = clockSeconds(this.#options.clock);
      if (this.frozen || this.#head === undefined || this.#heardOf > this.#head.head.size || now - this.#cosignedAt < afterSeconds) return false;
      const note = await this.#cosign(this.#head);
      if (note === undefined) return false;
      await this.#replace(encodeUtf8(formatNote(note)), this.#head);
      return true;
    });
  }

  async #adopt(opened: OpenedHead): Promise<boolean> {
    const { head } = opened;
    const before = this.#cosigned?.head.size ?? 0;
    if (
      this.frozen ||
      head.size <= before ||
      head.size > this.size ||
      !equalBytes(this.tree.root(head.size), head.root)
    )
      return false;
    const note = await this.#cosign(opened);
    if (note === undefined) return false;
    const { store } = this.#options;
    const bytes = encodeUtf8(formatNote(note));
    const name = headName(head.size);
    // A cosignature of this size may have been made before a crash; the one that was kept stays.
    const kept = (await putNewDecided(store, name, bytes)) === "created" ? bytes : ((await store.get(name)) ?? bytes);
    await this.#replace(kept, opened);
    return true;
  }

  /** `undefined` where a witness has cosigned what this head does not follow. */
  async #cosign(opened: OpenedHead): Promise<OpenedHead["note"] | undefined> {
    const { head } = opened;
    const { cosigner, clock, witnessed } = this.#options;
    const own = ownLines(opened, this.logKey);
    const lines =
      witnessed === undefined
        ? await cosign(head, cosigner.signer, cosigner.named.name, clockSeconds(clock))
        : await witnessed.cosign({ head, note: own }, (latest) => latest === undefined || this.#continues(latest, head));
    return lines === undefined ? undefined : addSignatures(own, lines);
  }

  async #replace(bytes: Uint8Array, head: OpenedHead): Promise<void> {
    if (!(await this.#options.store.replaceIf("checkpoint", this.#published, bytes)))
      throw new Error("another process replaced a checkpoint");
    const again = await openHead(bytes, this.logKey, headVerify);
    if (!again.ok) throw new Error(again.refusal.sentence);
    this.#publish(bytes, head, again.value);
  }

  #publish(bytes: Uint8Array, head: OpenedHead, cosigned: OpenedHead): void {
    this.#published = bytes;
    this.#head = head;
    this.#cosigned = cosigned;
    const { name, pair } = this.#options.cosigner.named;
    const line = signatureOf(cosigned.note, name, cosignerKeyIds(name, pair).ed25519);
    // Made under a key that was retired since: the newest one makes its own.
    this.#cosignedAt = line === undefined ? 0 : (readTimedSignature(line, ED25519_SIGNATURE_BYTES)?.timeSeconds ?? 0);
  }

  /** A witness cosigns no smaller head than before (C2SP tlog-cosignature: it says that it knew none larger), and none of another version. */
  #continues(latest: Head, head: Head): boolean {
    return latest.size <= head.size && equalBytes(this.tree.root(latest.size), latest.root);
  }
}

/** The note with the log's own two lines alone: what others appended is kept with their receipts. */
export function ownLines({ note }: OpenedHead, logKey: NamedPair): OpenedHead["note"] {
  const ids = statementKeyIds(logKey.name, logKey.pair);
  return {
    text: note.text,
    signatures: note.signatures.filter(
      ({ name, id }) => name === logKey.name && (id === ids.ed25519 || id === ids.mldsa44),
    ),
  };
}
