/**
 * Takes one party's log from one peer after the other: head, hashes, entries, files, in this order, each checked against what is
 * already known. What agrees is kept and cosigned; what contradicts is kept as evidence, and nothing is overwritten.
 */
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { parseInstant } from "@countersign/core/bytes/instant.ts";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import type { CharterParty } from "@countersign/core/channel/charter.ts";
import { ringAfter, type KeyRing } from "@countersign/core/channel/key-ring.ts";
import { placed, readEntries, type HeldEntry } from "@countersign/core/channel/record.ts";
import type { ReadStatement, SeenHead } from "@countersign/core/channel/statement.ts";
import { openHead, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { MerkleTree } from "@countersign/core/log/merkle.ts";
import { TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import { BATCH_BYTES } from "../journal/commit-record.ts";
import { headVerify, nativeVerify } from "../signing.ts";
import { firstDifference, treeOver } from "./compared-trees.ts";
import { Evidence, shown, type EvidenceContext } from "./evidence.ts";
import { extendedRoot } from "./extended-root.ts";
import type { LogCopy } from "./log-copy.ts";
import type { LogPeer } from "./peer-client.ts";
import type { ReceiptBook } from "./receipts.ts";
import type { Turns } from "./turns.ts";

/** More new entries than this are not taken at once. */
const PULL_LIMIT = 1_000_000;
/** Statements that contradict their own log are kept for comparison up to this many; one is enough. */
const CLAIMS_LIMIT = 100;

export interface PullContext extends EvidenceContext {
  readonly receipts: ReceiptBook;
  /** Heads whose hashes were checked and whose entries are not all taken yet, by log: what their owner has signed counts against it all the same. */
  readonly promised: Map<PartyId, PromisedHead>;
  /** How many entries of a log are held here; `undefined`: no log of this channel. */
  readonly sizeOf: (log: PartyId) => number | undefined;
  /** Every peer, to be asked for files. */
  readonly peers: readonly LogPeer[];
  /** `undefined` where an observer keeps no files. */
  readonly files: { has(sha256: string): boolean; keep(sha256: string, bytes: Uint8Array): Promise<void> } | undefined;
  readonly turns: Turns;
  /** Entries that were kept, in order. */
  readonly taken: (log: PartyId, entries: readonly HeldEntry[]) => void;
}

export interface PromisedHead {
  readonly opened: OpenedHead;
  readonly tree: MerkleTree;
}

/** The log as this node holds it. Its own log is only compared. */
export interface PulledLog {
  readonly party: CharterParty;
  readonly tree: MerkleTree;
  /** The newest head of its owner that is held whole. */
  readonly head: OpenedHead | undefined;
  readonly copy: LogCopy | undefined;
}

/** `again`: what was missing may be there next time; the two others stay for the same head. */
type Outcome = "agrees" | "differs" | "again";

/** A statement that says something else of its author's own log than this node holds. */
interface OtherClaim {
  readonly entry: Uint8Array;
  readonly statement: ReadStatement;
  readonly claim: SeenHead;
}

interface OpenedBundle {
  readonly entries: readonly Uint8Array[];
  readonly held: readonly HeldEntry[];
  /** The keys of the log's owner after these entries. */
  readonly ring: KeyRing;
}

export class LogPull {
  readonly #context: PullContext;
  readonly #log: () => PulledLog;
  readonly #evidence: Evidence;
  /** Per peer: the head it served last, if all of it was dealt with, and the largest size it ever served. */
  readonly #settled = new Map<PartyId, string>();
  readonly #largest = new Map<PartyId, number>();
  /** Taken, and to be held against the next head that is held whole. */
  #claims: OtherClaim[] = [];
  /** What the entry before which the last take stopped had seen and is not held here. */
  #missing: readonly SeenHead[] = [];

  constructor(context: PullContext, log: () => PulledLog) {
    this.#context = context;
    this.#log = log;
    this.#evidence = new Evidence(context, log().party);
  }

  /** A peer says that it holds the proof of a fork of this log. A party takes it and checks it; an observer finds its own. */
  async toldOfFork(peer: LogPeer, hash: string): Promise<void> {
    const { self, charter, observations } = this.#context;
    const { id } = this.#log().party;
    if (id === self || observations.isForked(id) || !charter.parties.some((party) => party.id === self)) return;
    const proof = await peer.proof(hash);
    if (proof.ok && proof.value !== undefined) await this.#evidence.told(proof.value, peer.id);
  }

  /** Deals with the head that a peer served of this log. Never rejects for what a peer does; rejects only when this machine cannot write. */
  async from(peer: LogPeer, served: string): Promise<void> {
    const { party } = this.#log();
    const from = peer.id;
    // What a cosignature says depends on the keys that are known, too.
    const dealtWith = `${this.#context.receipts.keysSeen}\n${served}`;
    if (this.#settled.get(from) === dealtWith) return;
    const opened = await openHead(served, party.keys.log, headVerify);
    if (!opened.ok) {
      const sentence = `What ${from} serves as the newest head of ${party.id} does not hold: ${opened.refusal.sentence}`;
      return this.#evidence.note({ code: "damaged-copy", from, sentence });
    }
    const { head } = opened.value;
    const largest = this.#largest.get(from) ?? 0;
    this.#largest.set(from, Math.max(head.size, largest));
    if (head.size < largest) {
      const sentence = `${from} served a head of ${party.id} of size ${largest} before, and now one of size ${head.size}.`;
      await this.#evidence.note({ code: "rolled-back", from, sentence, heads: [shown(head, from)] });
    }
    const known = head.size <= this.#log().tree.size;
    const outcome = known ? await this.#compare(peer, opened.value) : await this.#extend(peer, opened.value);
    if (outcome === "agrees") await this.#agree(opened.value);
    if (outcome !== "again") this.#settled.set(from, dealtWith);
  }

  /** A head of the log as it is held: it is cosigned if that was not done, and its receipts are learnt. */
  async #agree(opened: OpenedHead): Promise<void> {
    const { party, copy, tree } = this.#log();
    const { receipts } = this.#context;
    if (copy !== undefined && (await copy.adopt(opened)) && copy.cosigned !== undefined)
      await receipts.learn(party.id, copy.cosigned);
    await receipts.learn(party.id, opened);
    const due = this.#claims.filter(({ claim }) => claim.size <= opened.head.size);
    this.#claims = this.#claims.filter(({ claim }) => claim.size > opened.head.size);
    for (const { entry, statement, claim } of due)
      if ((await this.#evidence.claimDiffers(entry, statement, claim, opened, tree)) && copy !== undefined)
        copy.frozen = true;
  }

  /** A head no larger than what is held: it is of this log, or it contradicts it. */
  async #compare(peer: LogPeer, opened: OpenedHead): Promise<Outcome> {
    const { tree } = this.#log();
    if (equalBytes(tree.root(opened.head.size), opened.head.root)) return "agrees";
    return this.#differ(peer, opened, await this.#treeOf(peer, opened));
  }

  /**
   * `theirs` is the other log as far as it is known: it tells at which entry the two part. It is held against the newest head whose
   * entries are all here, or against a newer one that waits for some.
   */
  async #differ(peer: LogPeer, opened: OpenedHead, theirs: MerkleTree | undefined): Promise<Outcome> {
    const { head, copy, party } = this.#log();
    const promised = this.#context.promised.get(party.id);
    const tree = promised?.tree ?? this.#log().tree;
    const larger = theirs !== undefined && theirs.size > tree.size ? theirs : tree;
    const entry = theirs === undefined ? undefined : firstDifference(tree, theirs);
    const forked = await this.#evidence.headsDiffer(promised?.opened ?? head, opened, peer.id, larger, entry);
    if (forked && copy !== undefined) copy.frozen = true;
    return "differs";
  }

  /** The hashes that a peer serves under its head, if they give it. */
  async #treeOf(peer: LogPeer, { head }: OpenedHead): Promise<MerkleTree | undefined> {
    const leaves = await this.#leafHashes(peer, 0, head.size);
    if (leaves === undefined) return undefined;
    const tree = new MerkleTree();
    for (const leaf of leaves) tree.append(leaf);
    return equalBytes(tree.root(), head.root) ? tree : undefined;
  }

  /** A larger head: its new entries are taken if it continues what is held. */
  async #extend(peer: LogPeer, opened: OpenedHead): Promise<Outcome> {
    const { party, tree, copy } = this.#log();
    const { head } = opened;
    const from = peer.id;
    const heads = [shown(head, from)];
    if (head.size - tree.size > PULL_LIMIT) {
      const sentence = `${from} serves a head of ${party.id} of size ${head.size}, too far beyond the ${tree.size} entries held here to be taken at once.`;
      await this.#evidence.note({ code: "other-answer", from, sentence, heads });
      return "again";
    }
    // An observer witnesses heads and has no entries to give; a larger head than the owner's is asked of those who have.
    if (this.#context.files !== undefined && !this.#context.charter.parties.some(({ id }) => id === from)) return "again";
    const leaves = await this.#leafHashes(peer, tree.size, head.size);
    if (leaves === undefined) return "again";
    if (!equalBytes(extendedRoot(tree, leaves), head.root)) {
      const whole = await this.#leafHashes(peer, 0, head.size);
      if (whole === undefined) return "again";
      const theirs = new MerkleTree();
      for (const leaf of whole) theirs.append(leaf);
      if (equalBytes(theirs.root(), head.root)) return this.#differ(peer, opened, theirs);
      const sentence = `The hashes of ${party.id}'s log that ${from} serves do not give the head it serves.`;
      await this.#evidence.note({ code: "damaged-copy", from, sentence, heads });
      return "again";
    }
    const promised = this.#context.promised.get(party.id);
    if (promised !== undefined) {
      const theirs = treeOver(tree, leaves);
      if (firstDifference(promised.tree, theirs) !== undefined) return this.#differ(peer, opened, theirs);
    }
    if (copy === undefined) {
      const sentence = `${from} holds ${head.size} entries of this node's own log, and this node holds ${tree.size}: its folder is older than what it has signed.`;
      await this.#evidence.note({ code: "rolled-back", from, sentence, heads });
      return "again";
    }
    if (copy.frozen) return "differs";
    if (this.#context.files !== undefined) {
      const start = copy.size;
      if (await this.#takeEntries(peer, copy, leaves, opened)) return "agrees";
      if (this.#missing.length > 0 && head.size > (promised?.tree.size ?? 0))
        this.#context.promised.set(party.id, { opened, tree: treeOver(copy.tree, leaves.slice(copy.size - start)) });
      return "again";
    }
    await takeHashes(copy, leaves, opened);
    return "agrees";
  }

  /**
   * Bundle after bundle: each entry is checked against the hashes, its files are fetched, and it is kept. While one bundle is written, the
   * next is fetched and its signatures are checked. False where it had to stop.
   */
  async #takeEntries(
    peer: LogPeer,
    copy: LogCopy,
    leaves: readonly Uint8Array[],
    opened: OpenedHead,
  ): Promise<boolean> {
    const { party } = this.#log();
    const start = copy.size;
    const { size } = opened.head;
    const bundleFrom = (first: number, ring: KeyRing) =>
      this.#openBundle(peer, first, size, leaves.slice(first - start), ring);
    let next = bundleFrom(start, this.#context.ring(party.id));
    while (copy.size < size) {
      const first = copy.size;
      const bundle = await next;
      if (bundle === undefined) return false;
      const { entries, held, ring } = bundle;
      if (first + entries.length < size) next = bundleFrom(first + entries.length, ring);
      for (let done = 0; done < held.length; ) {
        const ready = done + (await this.#readyCount(peer, held.slice(done), first + done));
        for (const [from, to] of batches(entries.slice(done, ready))) {
          const kept = await copy.keep(entries.slice(done + from, done + to), opened);
          if (!kept.ok) throw new Error(kept.refusal.sentence);
          this.#context.taken(party.id, held.slice(done + from, done + to));
        }
        for (const [position, { statement }] of held.slice(done, ready).entries())
          this.#noteClaim(entries[done + position], statement, copy.tree);
        done = ready;
        const missing = this.#missing;
        if (done < held.length && (missing.length === 0 || !(await this.#context.turns.until(() => missing.every((head) => this.#isHeld(head))))))
          return false;
      }
    }
    this.#context.promised.delete(party.id);
    this.#evidence.clear("withheld", peer.id);
    this.#evidence.clear("future-dated", party.id);
    return true;
  }

  /** The rest of the bundle that `first` is in, up to `size`, with its signatures checked. `leaves` begins at `first`. */
  async #openBundle(
    peer: LogPeer,
    first: number,
    size: number,
    leaves: readonly Uint8Array[],
    ring: KeyRing,
  ): Promise<OpenedBundle | undefined> {
    const { party } = this.#log();
    const { channel } = this.#context;
    const from = peer.id;
    const number = Math.floor(first / TILE_WIDTH);
    const bundle = await peer.entries(party.id, number, Math.min(TILE_WIDTH, size - number * TILE_WIDTH));
    const entries = bundle.ok ? bundle.value?.slice(first - number * TILE_WIDTH) : undefined;
    if (entries === undefined) {
      const sentence = `${from} serves a head of ${party.id} of size ${size} without its entries from ${first} on.`;
      await this.#evidence.note({ code: "withheld", from, sentence, entry: first });
      return undefined;
    }
    const held = await readEntries(placed(entries, first), ring, channel, nativeVerify);
    const none = new Uint8Array(0);
    if (held.every(({ leafHash }, position) => equalBytes(leafHash, leaves[position] ?? none)))
      return { entries, held, ring: ringAfter(ring, held, first) };
    const sentence = `An entry of ${party.id} that ${from} serves is not the one that its head covers.`;
    await this.#evidence.note({ code: "damaged-copy", from, sentence, entry: first });
    return undefined;
  }

  /**
   * How many of these entries may be covered now: having seen nothing that is not held here (SPEC R5), not dated ahead of the clock
   * (SPEC R9), and with their files (SPEC R6). An entry that is covered while it waits could be given effect, or denied it, long
   * after others have built on it; so it holds up its own author's log, and nobody else's.
   */
  async #readyCount(peer: LogPeer, held: readonly HeldEntry[], first: number): Promise<number> {
    const { party } = this.#log();
    const { charter, clock } = this.#context;
    const tolerance = charter.tolerances.clockSeconds;
    const limit = (parseInstant(clock.now()) ?? 0) + tolerance;
    this.#missing = [];
    for (const [position, { statement }] of held.entries()) {
      if (statement === undefined) continue;
      const { at, files, seen } = statement.payload;
      const entry = first + position;
      this.#missing = seen.filter((head) => head.log !== party.id && !this.#isHeld(head));
      if (this.#missing.length > 0) return position;
      if ((parseInstant(at) ?? 0) > limit) {
        const sentence = `Entry ${entry} of ${party.id} is dated ${at}, more than ${tolerance} seconds ahead of this node's clock. It is taken when its time has come.`;
        await this.#evidence.note({ code: "future-dated", from: party.id, sentence, entry });
        return position;
      }
      for (const file of files) {
        if (isAttachment(file) || file.size > charter.caps.bodyFileBytes || (await this.#fetchFile(peer, file.sha256))) continue;
        const sentence = `The file ${file.name} of entry ${entry} of ${party.id} is served by nobody.`;
        await this.#evidence.note({ code: "withheld", from: peer.id, sentence, entry });
        return position;
      }
    }
    return held.length;
  }

  /** A log that this channel does not have is nothing to wait for. */
  #isHeld({ log, size }: SeenHead): boolean {
    return size <= (this.#context.sizeOf(log) ?? Number.POSITIVE_INFINITY);
  }

  /** By its hash alone: a signed size that is not the file's is for the fold to judge, alike for everyone who holds the file. */
  async #fetchFile(first: LogPeer, sha256: string): Promise<boolean> {
    const { files, peers, charter } = this.#context;
    if (files === undefined || files.has(sha256)) return true;
    for (const peer of [first, ...peers.filter(({ id }) => id !== first.id)]) {
      const found = await peer.file(sha256, charter.caps.bodyFileBytes);
      if (!found.ok || found.value === undefined) continue;
      await files.keep(sha256, found.value);
      return true;
    }
    return false;
  }

  /** What a statement says of its author's own log must be what the author has signed as head (SPEC R15). */
  #noteClaim(entry: Uint8Array | undefined, statement: ReadStatement | undefined, tree: MerkleTree): void {
    const claim = statement?.payload.seen.find(({ log }) => log === statement.payload.author);
    if (entry === undefined || statement === undefined || claim === undefined) return;
    // One that saw more of its own log than was there is inert by itself, and would take the place of a real contradiction.
    if (this.#claims.length < CLAIMS_LIMIT && claim.size <= tree.size && toBase64(tree.root(claim.size)) !== claim.root)
      this.#claims.push({ entry, statement, claim });
  }

  async #leafHashes(peer: LogPeer, from: number, to: number): Promise<Uint8Array[] | undefined> {
    const { party } = this.#log();
    const leaves: Uint8Array[] = [];
    for (let number = Math.floor(from / TILE_WIDTH); number * TILE_WIDTH < to; number += 1) {
      const hashes = await peer.leafHashes(party.id, number, Math.min(TILE_WIDTH, to - number * TILE_WIDTH));
      if (!hashes.ok || hashes.value === undefined) {
        const sentence = `${peer.id} serves a head of ${party.id} of size ${to} without the hashes below it.`;
        await this.#evidence.note({ code: "withheld", from: peer.id, sentence });
        return undefined;
      }
      leaves.push(...hashes.value.slice(Math.max(0, from - number * TILE_WIDTH)));
    }
    return leaves;
  }
}

async function takeHashes(copy: LogCopy, leaves: readonly Uint8Array[], opened: OpenedHead): Promise<void> {
  for (let at = 0; at < leaves.length; at += 65_536) {
    const kept = await copy.keep(leaves.slice(at, at + 65_536), opened);
    if (!kept.ok) throw new Error(kept.refusal.sentence);
  }
}

/** Runs of entries that each fit into one commit record. */
function batches(entries: readonly Uint8Array[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  let from = 0;
  let bytes = 0;
  for (const [position, entry] of entries.entries()) {
    if (position > from && bytes + entry.length > BATCH_BYTES) {
      runs.push([from, position]);
      from = position;
      bytes = 0;
    }
    bytes += entry.length;
  }
  if (from < entries.length) runs.push([from, entries.length]);
  return runs;
}
