/**
 * Takes one party's log from one peer after the other: head, hashes, entries, files, in this order, each checked against what is
 * already known. What agrees is kept and cosigned; what contradicts is kept as evidence, and nothing is overwritten.
 */
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { CharterParty } from "@countersign/core/channel/charter.ts";
import type { KeyRing } from "@countersign/core/channel/key-ring.ts";
import type { HeldEntry } from "@countersign/core/channel/record.ts";
import type { HeldStatement, SeenHead } from "@countersign/core/channel/statement.ts";
import { sharedSize } from "@countersign/core/channel/branches.ts";
import { openHead, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { MerkleTree } from "@countersign/core/log/merkle.ts";
import { TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import { headVerify } from "../signing.ts";
import { checkedBundles } from "./checked-bundles.ts";
import { firstDifference, treeOver } from "./compared-trees.ts";
import { Evidence, shown } from "./evidence.ts";
import { extendedRoot } from "./extended-root.ts";
import { Lead, type Led } from "./lead.ts";
import { branchOf, takeBranch } from "./branch-pull.ts";
import type { LogBranches } from "./log-branches.ts";
import type { LogCopy } from "./log-copy.ts";
import type { LogPeer } from "./peer-client.ts";
import type { PromisedHeads } from "./promised-heads.ts";
import { Retries } from "./obstacle.ts";
import { Readiness, type ReadinessContext } from "./readiness.ts";
import type { ReceiptBook } from "./receipts.ts";
import type { Offered, Steps } from "./steps.ts";

/** More new entries than this are not taken at once. */
const PULL_LIMIT = 1_000_000;
/** Statements that contradict their own log are kept for comparison up to this many; one is enough. */
const CLAIMS_LIMIT = 100;
/** So many proofs of one log that did not hold are fetched from one peer; then it is asked for no more until the node starts again. */
const REFUSED_LIMIT = 8;

export interface PullContext extends ReadinessContext {
  readonly receipts: ReceiptBook;
  /** Heads whose hashes were checked and whose entries are not all taken yet; `undefined` where an observer takes hashes alone. */
  readonly promised: PromisedHeads | undefined;
  readonly steps: Steps;
  /** Entries that were kept, in order. */
  readonly taken: (log: PartyId, entries: readonly HeldEntry[]) => void;
}

/** The log as this node holds it. Its own log is only compared. */
export interface PulledLog {
  readonly party: CharterParty;
  readonly tree: MerkleTree;
  /** The newest head of its owner that is held whole. */
  readonly head: OpenedHead | undefined;
  readonly copy: LogCopy | undefined;
  /** Its further versions; absent where an observer keeps no entries. */
  readonly branches: LogBranches | undefined;
}

/** `again`: it did not give what was asked for. `later`: it was not its turn, or another log has to come first. The two others stay for the same head. */
type Outcome = "agrees" | "differs" | "again" | "later";

/** A statement that says something else of its author's own log than this node holds. */
interface OtherClaim {
  readonly entry: Uint8Array;
  readonly statement: HeldStatement;
  readonly claim: SeenHead;
}

/** What is new under a head, from entry `start` on. */
interface NewEntries {
  readonly start: number;
  readonly leaves: readonly Uint8Array[];
  /** The keys of the log's owner before it. */
  readonly ring: KeyRing;
  readonly opened: OpenedHead;
  readonly led: Led;
}

/** What was taken under a head: all of it, or up to an entry that had seen what is not held here, or not all for another reason. */
interface Taken {
  readonly whole: boolean;
  readonly missing: readonly SeenHead[];
}

const STOPPED: Taken = { whole: false, missing: [] };

export class LogPull {
  readonly #context: PullContext;
  readonly #log: () => PulledLog;
  readonly #evidence: Evidence;
  readonly #readiness: Readiness;
  readonly #lead = new Lead();
  readonly #retries = new Retries();
  /** Per peer: the head it served last, if all of it was dealt with, and the largest size it ever served. */
  readonly #settled = new Map<PartyId, string>();
  readonly #largest = new Map<PartyId, number>();
  /** Per peer: proofs of a fork of this log that it gave and that did not hold with the keys known then. */
  readonly #refused = new Map<PartyId, Set<string>>();
  /** Taken, and to be held against the next head that is held whole. */
  #claims: OtherClaim[] = [];

  constructor(context: PullContext, log: () => PulledLog) {
    this.#context = context;
    this.#log = log;
    const { party } = log();
    this.#evidence = new Evidence(context, party, (obstacle) => log().copy?.hindered(obstacle));
    this.#readiness = new Readiness(context, party.id, this.#evidence);
  }

  /** A peer says that it holds the proof of a fork of this log. It is taken once it was checked here. */
  async toldOfFork(peer: LogPeer, hash: string): Promise<void> {
    const { self, observations } = this.#context;
    const { id } = this.#log().party;
    if (id === self || observations.isForked(id)) return;
    const refused = this.#refused.get(peer.id) ?? new Set();
    const named = `${this.#context.receipts.keysSeen} ${hash}`;
    if (refused.has(named) || refused.size >= REFUSED_LIMIT) return;
    const proof = await peer.proof(hash);
    if (proof.ok && proof.value !== undefined && !(await this.#evidence.told(proof.value, peer.id))) this.#refused.set(peer.id, refused.add(named));
    const { copy } = this.#log();
    if (copy !== undefined && observations.isForked(id)) copy.frozen = true;
  }

  /** Deals with a further version of this log that a peer keeps (SPEC R16), as with its head. */
  async fromBranch(peer: LogPeer, number: number, served: string): Promise<void> {
    const { party, branches, tree } = this.#log();
    const key = `${peer.id} ${number}`;
    const dealtWith = `${this.#named}\n${served}`;
    if (branches === undefined || this.#settled.get(key) === dealtWith) return;
    const opened = await openHead(served, party.keys.log, headVerify);
    if (!opened.ok || opened.value.head.size - tree.size > PULL_LIMIT) return;
    const { head } = opened.value;
    const known = branches.holds(head) || (head.size <= tree.size && equalBytes(tree.root(head.size), head.root));
    const source = branchOf(peer, number);
    const theirs = known ? undefined : await this.#treeOf(source, opened.value);
    if (theirs !== undefined) {
      const contradicts = sharedSize(tree, theirs) < Math.min(tree.size, theirs.size);
      if ((await (contradicts ? this.#differ(source, opened.value, theirs) : this.#keepBranch(source, opened.value, theirs))) === "again") return;
    }
    if (known || theirs !== undefined) this.#settled.set(key, dealtWith);
  }

  /** Deals with the head that a peer served of this log. Never rejects for what a peer does; rejects only when this machine cannot write. */
  async from(peer: LogPeer, served: string): Promise<void> {
    const { party } = this.#log();
    const from = peer.id;
    // What a cosignature says depends on the keys that are known, too, and what is kept beside the first version on what others named.
    const dealtWith = `${this.#context.receipts.keysSeen} ${this.#named}\n${served}`;
    const asked = `${dealtWith}\n${this.#log().tree.size}`;
    if (this.#settled.get(from) === dealtWith || !this.#retries.isDue(from, asked)) return;
    const opened = await openHead(served, party.keys.log, headVerify);
    if (!opened.ok) {
      const sentence = `What ${from} serves as the newest head of ${party.id} does not hold: ${opened.refusal.sentence}`;
      return this.#evidence.note({ code: "damaged-copy", from, sentence });
    }
    const { head } = opened.value;
    this.#log().copy?.heard(opened.value);
    const largest = this.#largest.get(from) ?? 0;
    this.#largest.set(from, Math.max(head.size, largest));
    if (head.size < largest) {
      const sentence = `${from} served a head of ${party.id} of size ${largest} before, and now one of size ${head.size}.`;
      await this.#evidence.note({ code: "rolled-back", from, sentence, heads: [shown(head, from)] });
    }
    const known = head.size <= this.#log().tree.size;
    const outcome = known ? await this.#compare(peer, opened.value) : await this.#extend(peer, opened.value);
    if (outcome === "agrees") {
      // Whoever brought what this peer did not give: it is held now.
      this.#evidence.clear("withheld", from);
      await this.#agree(opened.value);
    }
    if (outcome === "later") return;
    if (outcome === "again") return this.#retries.failed(from, `${dealtWith}\n${this.#log().tree.size}`);
    this.#retries.came(from);
    this.#settled.set(from, dealtWith);
  }

  /** What was not given is asked for with the next pass, however often that was done before. */
  retryNow(): void {
    this.#retries.forget();
  }

  /** How many heads of further versions others have named: what there was no place for may have one when one more is. */
  get #named(): number {
    const { party, branches } = this.#log();
    return branches !== undefined && this.#context.observations.isForked(party.id) ? branches.named : 0;
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
    const entryAt = async (index: number) => (await copy?.entries(index, index + 1))?.[0];
    for (const { entry, statement, claim } of due)
      if ((await this.#evidence.claimDiffers(entry, statement, claim, opened, tree, entryAt)) && copy !== undefined)
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
    const promised = this.#context.promised?.get(party.id);
    const tree = promised?.tree ?? this.#log().tree;
    const larger = theirs !== undefined && theirs.size > tree.size ? theirs : tree;
    const entry = theirs === undefined ? undefined : firstDifference(tree, theirs);
    const forked = await this.#evidence.headsDiffer(promised?.opened ?? head, opened, peer.id, larger, entry);
    if (forked && copy !== undefined) copy.frozen = true;
    return theirs === undefined ? "differs" : this.#keepBranch(peer, opened, theirs);
  }

  /** Once a log is proven to be forked, whatever its owner has signed of it is kept beside what is held, and nothing is cosigned (SPEC R16). */
  async #keepBranch(peer: LogPeer, opened: OpenedHead, theirs: MerkleTree): Promise<Outcome> {
    const { party, branches } = this.#log();
    if (branches === undefined || !this.#context.observations.isForked(party.id)) return "differs";
    const kept = await takeBranch(this.#context, { party: party.id, branches, readiness: this.#readiness }, peer, opened, theirs);
    if (kept) await this.#context.receipts.learnFurther(party.id, opened);
    return kept ? "differs" : "again";
  }

  /** The hashes that a peer serves under its head, if they give it. */
  async #treeOf(peer: LogPeer, { head }: OpenedHead): Promise<MerkleTree | undefined> {
    const leaves = await this.#leafHashes(peer, 0, head.size);
    if (leaves === undefined) return undefined;
    const tree = new MerkleTree();
    for (const leaf of leaves) tree.append(leaf);
    return equalBytes(tree.root(), head.root) ? tree : undefined;
  }

  /** A larger head: its new entries are taken if it continues what is held, from one peer at a time as long as that one brings something. */
  async #extend(peer: LogPeer, opened: OpenedHead): Promise<Outcome> {
    const led = peer.id === this.#log().party.id ? this.#lead.seize() : await this.#context.steps.idle(() => this.#lead.take());
    if (led === undefined) return "later";
    try {
      return await this.#extendLed(peer, opened, led);
    } finally {
      this.#lead.release(led);
    }
  }

  /** Other peers may bring entries of the same log meanwhile: what is held is looked at anew after every answer. */
  async #extendLed(peer: LogPeer, opened: OpenedHead, led: Led): Promise<Outcome> {
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
    if (this.#context.files !== undefined && !this.#context.charter.parties.some(({ id }) => id === from)) return "later";
    const asked = tree.size;
    const hashes = asked < head.size ? await this.#leafHashes(peer, asked, head.size) : [];
    await copy?.idle();
    if (head.size <= tree.size) return this.#compare(peer, opened);
    if (hashes === undefined) return "again";
    const ring = this.#context.ring(party.id);
    const start = tree.size;
    let leaves: readonly Uint8Array[] = hashes.slice(start - asked);
    if (!equalBytes(extendedRoot(tree, leaves), head.root)) {
      const whole = await this.#leafHashes(peer, 0, head.size);
      if (whole === undefined) return "again";
      const theirs = new MerkleTree();
      for (const leaf of whole) theirs.append(leaf);
      if (!equalBytes(theirs.root(), head.root)) {
        const sentence = `The hashes of ${party.id}'s log that ${from} serves do not give the head it serves.`;
        await this.#evidence.note({ code: "damaged-copy", missing: "harm", from, sentence, heads });
        return "again";
      }
      if (sharedSize(tree, theirs) < start) return this.#differ(peer, opened, theirs);
      // Asked again it is the same log: the first answer had come to harm on its way.
      leaves = whole.slice(start);
    }
    const promised = this.#context.promised?.get(party.id);
    if (promised !== undefined) {
      const theirs = treeOver(tree, leaves);
      if (firstDifference(promised.tree, theirs) !== undefined) return this.#differ(peer, opened, theirs);
    }
    if (copy === undefined) {
      const sentence = `${from} holds ${head.size} entries of this node's own log, and this node holds ${tree.size}: its folder is older than what it has signed.`;
      await this.#evidence.note({ code: "rolled-back", from, sentence, heads });
      return "again";
    }
    if (copy.frozen) return this.#keepBranch(peer, opened, treeOver(tree, leaves));
    if (this.#context.files !== undefined) {
      const { whole, missing } = await this.#takeEntries(peer, copy, { start, leaves, ring, opened, led });
      if (whole) return "agrees";
      if (missing.length > 0 && copy.size < head.size) copy.hindered({ missing: "seen", entry: copy.size, from });
      if (copy.size < head.size && head.size > (promised?.tree.size ?? 0)) {
        const theirs = treeOver(copy.tree, leaves.slice(copy.size - start));
        // Another peer may have brought other entries meanwhile: then this is not the tree that was signed.
        if (equalBytes(theirs.root(), head.root)) await this.#context.promised?.keep(party.id, { opened, tree: theirs });
      }
      return missing.length > 0 ? "later" : "again";
    }
    return (await takeHashes(copy, start, leaves, opened)) ? "agrees" : "again";
  }

  /** Bundle after bundle, with the files of their entries. `leaves` and `ring` are as of entry `start`. */
  async #takeEntries(peer: LogPeer, copy: LogCopy, under: NewEntries): Promise<Taken> {
    const { party } = this.#log();
    const { size } = under.opened.head;
    const bundles = checkedBundles(peer, { ...under, channel: this.#context.channel, log: party.id, evidence: this.#evidence, size });
    let reached = under.start;
    for await (const { first, entries, held } of bundles) {
      const ready = await this.#readiness.of(peer, held, first);
      const outcome = await this.#keep(copy, under, first, entries.slice(0, ready.count), held.slice(0, ready.count));
      if (outcome === "differs") return STOPPED;
      if (outcome !== "kept") return { whole: false, missing: outcome.missing };
      if (ready.count < held.length) {
        await ready.note();
        return STOPPED;
      }
      reached = first + entries.length;
    }
    if (reached < size) return STOPPED;
    await this.#context.promised?.reached(party.id);
    this.#evidence.clear("future-dated", party.id);
    return { whole: true, missing: [] };
  }

  /** `differs` if another peer brought other entries in their place meanwhile: the next pass compares the heads. */
  #keep(copy: LogCopy, { opened, led }: Pick<NewEntries, "opened" | "led">, first: number, entries: readonly Uint8Array[], held: readonly HeldEntry[]): Promise<Offered> {
    const { party } = this.#log();
    return this.#context.steps.offer({
      log: party.id,
      copy,
      checked: { first, leaves: entries, hashes: held.map(({ leafHash }) => leafHash), head: opened },
      seen: this.#readiness.seenBy(held),
      kept: (from, to) => {
        this.#lead.moved(led);
        this.#context.taken(party.id, held.slice(from, to));
        for (let position = from; position < to; position += 1) this.#noteClaim(entries[position], held[position]?.statement, copy.tree);
      },
    });
  }

  /** What a statement says of its author's own log must be what the author has signed as head (SPEC R15). */
  #noteClaim(entry: Uint8Array | undefined, statement: HeldStatement | undefined, tree: MerkleTree): void {
    const claim = statement?.payload.seen.find(({ log }) => log === statement.payload.author);
    if (entry === undefined || statement === undefined || claim === undefined) return;
    // One that saw more of its own log than was there is inert by itself, and would take the place of a real contradiction.
    if (this.#claims.length < CLAIMS_LIMIT && claim.size <= tree.size && tree.rootText(claim.size) !== claim.root)
      this.#claims.push({ entry, statement, claim });
  }

  async #leafHashes(peer: LogPeer, from: number, to: number): Promise<Uint8Array[] | undefined> {
    const { party } = this.#log();
    const leaves: Uint8Array[] = [];
    for (let number = Math.floor(from / TILE_WIDTH); number * TILE_WIDTH < to; number += 1) {
      const hashes = await peer.leafHashes(party.id, number, Math.min(TILE_WIDTH, to - number * TILE_WIDTH));
      if (!hashes.ok || hashes.value === undefined) {
        const sentence = `${peer.id} serves a head of ${party.id} of size ${to} without the hashes below it.`;
        await this.#evidence.note({ code: "withheld", missing: "hashes", from: peer.id, sentence });
        return undefined;
      }
      leaves.push(...hashes.value.slice(Math.max(0, from - number * TILE_WIDTH)));
    }
    return leaves;
  }
}

async function takeHashes(copy: LogCopy, start: number, hashes: readonly Uint8Array[], head: OpenedHead): Promise<boolean> {
  for (let at = 0; at < hashes.length; at += 65_536) {
    const leaves = hashes.slice(at, at + 65_536);
    if (!(await copy.keep({ first: start + at, leaves, hashes: leaves, head }))) return false;
  }
  return true;
}
