/**
 * The further versions of one log that its owner has signed (SPEC R16), as a party keeps them beside the first: each whole and from its first
 * entry, so that it can be served, carried and checked like any log. None of them is cosigned, and nothing in one is overwritten.
 */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { sharedSize } from "@countersign/core/channel/branches.ts";
import type { NamedPair } from "@countersign/core/channel/charter.ts";
import { ringAfter, type KeyRing } from "@countersign/core/channel/key-ring.ts";
import { withReadBodies } from "@countersign/core/channel/held-body.ts";
import { placed, readEntries, type HeldBranch, type HeldEntry } from "@countersign/core/channel/record.ts";
import type { SeenHead } from "@countersign/core/channel/statement.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { openHead, type Head, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { Clock } from "../clock.ts";
import { CommitLog } from "../journal/commit-log.ts";
import { commitKey } from "../journal/commit-record.ts";
import { headName } from "../journal/journal.ts";
import { putNewDecided, under, type ObjectStore } from "../objects/object-store.ts";
import { headVerify, nativeVerify } from "../signing.ts";
import { ownLines } from "./log-copy.ts";

/** First come, first served, under numbers from 1. Beside them each other party has one place, for what its statements name. */
export const BRANCHES_LIMIT = 4;
/** The first come together have at most this many entries of their own: a forger fills no disk. */
const ENTRIES_LIMIT = 100_000;
/** Copied from the first version at a time. */
const COPIED = 256;

export interface BranchesOptions {
  readonly party: PartyId;
  readonly channel: string;
  readonly logKey: NamedPair;
  /** The channel's. */
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** The version that was held first. */
  readonly first: { readonly tree: MerkleTree; entries(from: number, to: number): Promise<Uint8Array[]> };
  /** The other parties, in the order of the charter. */
  readonly others: readonly PartyId[];
  /** Of another party's log as it was held first. */
  readonly entriesOf: (other: PartyId) => readonly HeldEntry[];
  /** The keys of the log's owner as the first version gives them. */
  readonly ring: () => KeyRing;
  /** Called with all of them when one was begun or has grown, and with the entries that came. */
  readonly kept: (branches: readonly HeldBranch[], entries: readonly HeldEntry[]) => Promise<void>;
}

/** One of them, as far as its newest signed head here covers it. */
export interface KeptBranch {
  /** From 1. */
  readonly number: number;
  readonly head: OpenedHead;
  readonly log: CommitLog;
  readonly held: HeldBranch;
}

/** Entries from `from` on, checked against the head, their body files kept; `undefined` if they cannot be had. `ring`: the owner's keys before them. */
export type FetchEntries = (from: number, ring: KeyRing) => Promise<{ readonly entries: readonly Uint8Array[]; readonly held: readonly HeldEntry[] } | undefined>;

interface Place {
  readonly number: number;
  readonly log: CommitLog;
  branch: KeptBranch | undefined;
}

export class LogBranches {
  readonly #options: BranchesOptions;
  readonly #places: Place[] = [];
  /** By party, heads of other versions than the first that its statements name; `newest` of them last. */
  readonly #named = new Map<PartyId, { read: number; newest: SeenHead | undefined; readonly heads: Set<string> }>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: BranchesOptions) {
    this.#options = options;
  }

  /** Reads what was kept. Refuses damage of this machine. */
  static async open(options: BranchesOptions): Promise<Result<LogBranches>> {
    const opened = new LogBranches(options);
    for (let number = 1; number <= BRANCHES_LIMIT + options.others.length; number += 1) {
      const store = opened.#storeOf(number);
      if ((await store.get(commitKey(0))) === undefined) continue;
      const log = await CommitLog.open(store, options.logKey.name, options.clock.now());
      if (!log.ok) return log;
      const place: Place = { number, log: log.value, branch: undefined };
      opened.#places.push(place);
      const published = await store.get("checkpoint");
      if (published === undefined) continue;
      const head = await openHead(published, options.logKey, headVerify);
      if (!head.ok || !reaches(log.value, head.value.head))
        return refuse(
          "log-damaged",
          `The further version ${number} of ${options.party}'s log on this machine is not the one that its head covers. Restore it, or move it away and fetch it again.`,
          options.party,
        );
      await opened.#show(place, head.value);
    }
    return accept(opened);
  }

  get all(): readonly KeptBranch[] {
    return this.#places.flatMap(({ branch }) => branch ?? []);
  }

  /** Of the longest. */
  get size(): number {
    return Math.max(0, ...this.all.map(({ head }) => head.head.size));
  }

  /** How many heads of other versions than the first the other parties' statements name. Asked for once the log is known to be forked. */
  get named(): number {
    const { first, others, entriesOf, party } = this.#options;
    let count = 0;
    for (const other of others) {
      const entries = entriesOf(other);
      const named = this.#named.get(other) ?? { read: 0, newest: undefined, heads: new Set() };
      for (let entry = entries[named.read]; entry !== undefined; entry = entries[named.read]) {
        named.read += 1;
        const seen = entry.statement?.payload.seen.find(({ log }) => log === party);
        if (seen === undefined || has(first.tree, seen)) continue;
        named.newest = seen;
        named.heads.add(`${seen.size} ${seen.root}`);
      }
      this.#named.set(other, named);
      count += named.heads.size;
    }
    return count;
  }

  /** True if one of them has this head. */
  holds(head: Head): boolean {
    return this.all.some((branch) => head.size <= branch.head.head.size && reaches(branch.log, head));
  }

  /**
   * Keeps what a signed head covers: as the continuation of the version that it goes on from, or as a new one. `theirs` is its tree. True
   * if nothing more is to be done about it: it is kept, or there is no room until more is `named`. Rejects when this machine cannot write.
   */
  keep(opened: OpenedHead, theirs: MerkleTree, fetch: FetchEntries): Promise<boolean> {
    const done = this.#turn.then(() => this.#keep(opened, theirs, fetch));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #keep(opened: OpenedHead, theirs: MerkleTree, fetch: FetchEntries): Promise<boolean> {
    const { first, clock } = this.#options;
    const { size } = opened.head;
    if (reaches(first, opened.head) || this.holds(opened.head)) return true;
    const parting = sharedSize(first.tree, theirs);
    const place = (await this.#firstCome(theirs, size - parting)) ?? (await this.#placeOfNaming(opened.head, theirs));
    if (place === undefined) return true;
    const { log } = place;
    const append = async (entries: readonly Uint8Array[]) => {
      const appended = await log.append(entries, clock.now(), formatNote(ownLines(opened, this.#options.logKey)));
      if (!appended.ok) throw new Error(appended.refusal.sentence);
    };
    while (log.size < parting) await append(await first.entries(log.size, Math.min(log.size + COPIED, parting)));
    let keys = await this.#keysAfter(log, parting);
    while (log.size < size) {
      const from = log.size;
      const fetched = await fetch(from, keys);
      if (fetched === undefined || fetched.entries.length === 0) return false;
      await append(fetched.entries);
      keys = ringAfter(keys, fetched.held, from);
    }
    await this.#publish(place, opened);
    return true;
  }

  /** The owner's keys as a version gives them that has the first `shared` entries of the first one. */
  async #keysAfter(log: CommitLog, shared: number): Promise<KeyRing> {
    const ring = this.#options.ring().within(shared);
    const own = placed(await log.entries(shared, log.size), shared);
    return ringAfter(ring, await readEntries(own, ring, this.#options.channel, nativeVerify), shared);
  }

  /** The version that this one goes on from, or a free place; `undefined` if there is no room. */
  async #firstCome(theirs: MerkleTree, further: number): Promise<Place | undefined> {
    const { first } = this.#options;
    const places = this.#places.filter(({ number }) => number <= BRANCHES_LIMIT);
    const own = places.reduce((sum, { log }) => sum + log.size - sharedSize(first.tree, log.tree), 0);
    if (further + own > ENTRIES_LIMIT) return undefined;
    const free = Array.from({ length: BRANCHES_LIMIT }, (_, position) => position + 1).find((number) => !places.some((place) => place.number === number));
    return places.find(({ log }) => isPrefix(log.tree, theirs)) ?? (free === undefined ? undefined : this.#begin(free));
  }

  /**
   * The place of a party whose statements name this very head: what any of them name is held by everybody, whoever was shown what first. Not
   * what merely goes on from a named head: a forger would have the place filled with that, and what is named next find no room.
   */
  async #placeOfNaming({ size, root }: Head, theirs: MerkleTree): Promise<Place | undefined> {
    const { others } = this.#options;
    if (this.named === 0) return undefined;
    for (const [position, other] of others.entries()) {
      const named = this.#named.get(other);
      const isHeld = ({ log }: Place) => named?.newest !== undefined && has(log.tree, named.newest);
      if (named?.heads.has(`${size} ${toBase64(root)}`) !== true || this.#places.some((place) => place.branch !== undefined && isHeld(place))) continue;
      const number = BRANCHES_LIMIT + 1 + position;
      const place = this.#places.find((one) => one.number === number) ?? (await this.#begin(number));
      if (isPrefix(place.log.tree, theirs)) return place;
    }
    return undefined;
  }

  async #begin(number: number): Promise<Place> {
    const { logKey, clock } = this.#options;
    const log = await CommitLog.open(this.#storeOf(number), logKey.name, clock.now());
    if (!log.ok) throw new Error(log.refusal.sentence);
    const place: Place = { number, log: log.value, branch: undefined };
    this.#places.push(place);
    this.#places.sort((a, b) => a.number - b.number);
    return place;
  }

  /** The head last: what it covers is all here. */
  async #publish(place: Place, opened: OpenedHead): Promise<void> {
    const store = this.#storeOf(place.number);
    const own = { head: opened.head, note: ownLines(opened, this.#options.logKey) };
    const bytes = encodeUtf8(formatNote(own.note));
    const name = headName(opened.head.size);
    const kept = (await putNewDecided(store, name, bytes)) === "created" ? bytes : ((await store.get(name)) ?? bytes);
    if (!(await store.replaceIf("checkpoint", await store.get("checkpoint"), kept)))
      throw new Error("another process replaced a checkpoint");
    await this.#show(place, own);
  }

  async #show(place: Place, head: OpenedHead): Promise<void> {
    const { first, channel, ring, kept } = this.#options;
    const { log, number, branch: before } = place;
    const leaves = await log.entries(0, head.head.size);
    const tree = new MerkleTree();
    for (const leaf of leaves) tree.append(leafHash(leaf));
    const from = sharedSize(first.tree, tree);
    const entries = withReadBodies(await readEntries(placed(leaves.slice(from), from), ring().within(from), channel, nativeVerify), kinds);
    place.branch = { number, head, log, held: { from, entries, tree } };
    await kept(this.all.map(({ held }) => held), entries.slice(before?.held.entries.length ?? 0));
  }

  #storeOf(number: number): ObjectStore {
    return under(this.#options.store, branchKey(this.#options.party, number));
  }
}

/** Where a further version of a log is kept, under the channel's folder. */
export function branchKey(party: PartyId, number: number): string {
  return `branch/${party}/${number}`;
}

function has(tree: MerkleTree, { size, root }: SeenHead): boolean {
  return size <= tree.size && tree.rootText(size) === root;
}

function isPrefix(shorter: MerkleTree, longer: MerkleTree): boolean {
  return sharedSize(shorter, longer) === shorter.size;
}

function reaches({ tree }: { readonly tree: MerkleTree }, { size, root }: Head): boolean {
  return size <= tree.size && equalBytes(tree.root(size), root);
}
