/**
 * One version of one party's log in a bundle: its head, the lines on it, the hash tiles under it and the entries under those.
 * Each is held against the next one, and every difference is named by its part or by its entry (`aurelia 41`).
 */
import type { PartyId } from "../bytes/fields.ts";
import { equalBytes } from "../bytes/concat.ts";
import type { CharterParty, NamedPair } from "../channel/charter.ts";
import { withReadBodies } from "../channel/held-body.ts";
import { KeyRing } from "../channel/key-ring.ts";
import { readEntries, readKeyRing, type HeldEntry, type HeldLog } from "../channel/record.ts";
import { kinds } from "../kinds.ts";
import type { Head, OpenedHead } from "../log/checkpoint.ts";
import { leafHash, MerkleTree } from "../log/merkle.ts";
import { readTiles, TILE_WIDTH } from "../log/tiles.ts";
import { refusal } from "../refusal.ts";
import { carries, cosignersOf, type Cosigner } from "./heads.ts";
import { Leaves } from "./leaves.ts";
import {
  branchFolder,
  branchTiles,
  checkpointPath,
  cosignedPath,
  tilePathIn,
} from "./manifest.ts";
import {
  readOwnHead,
  withCosigners,
  type BranchContext,
  type Cosigned,
  type OwnHead,
  type ReadHead,
} from "./read-head.ts";

export interface OpenedBranch {
  readonly party: PartyId;
  /** 0 is the branch that is folded. */
  readonly number: number;
  readonly head: Head;
  /** Absent when a signature of the log does not hold. */
  readonly opened?: OpenedHead;
  /** Older heads that the log signed too. */
  readonly older: readonly OpenedHead[];
  /** Each cosigner's newest cosignature, in the order of the charter. */
  readonly cosignedBy: readonly Cosigned[];
  readonly log: HeldLog;
  /** The owner's keys as this branch gives them. */
  readonly ring: KeyRing;
  /** The entries themselves, read when somebody looks. */
  readonly leaves: Leaves;
  /** The paths that this branch needs, in order, without released entries. */
  readonly paths: readonly string[];
}

/** Entries whose signatures are asked for together, and groups asked for before the first is answered: keeps a parallel verifier busy. */
const GROUP = 64;
const GROUPS_AHEAD = 8;

/** Groups of entries whose signatures are being checked, of all branches of a bundle: those of one are while the next one is read. */
export class GroupsAhead {
  readonly #groups: Promise<unknown>[] = [];

  /** Once there is room for one more. */
  async begin<Value>(read: () => Promise<Value>): Promise<{ readonly group: Promise<Value> }> {
    if (this.#groups.length === GROUPS_AHEAD) await this.#groups.shift();
    const group = read();
    this.#groups.push(group.catch(() => undefined));
    return { group };
  }
}

/** A branch whose entries are being read. */
export interface BegunBranch extends Omit<BranchEntries, "entries"> {
  readonly read: () => Promise<readonly HeldEntry[]>;
}

/** A branch as far as it can be read by itself: who has cosigned it depends on the keys that the other logs give. */
export interface BranchEntries {
  readonly party: CharterParty;
  readonly number: number;
  readonly newest: OwnHead;
  /** Empty, with no entries, where neither the tiles nor the entries give the head. */
  readonly tree: MerkleTree;
  readonly leaves: Leaves;
  readonly entries: readonly HeldEntry[];
  /** The owner's keys as this branch gives them. */
  readonly ring: KeyRing;
}

/** `undefined` when the head does not read: nothing below it can then be placed. Problems go into the context. */
export async function beginEntries(
  context: BranchContext,
  ahead: GroupsAhead,
  party: CharterParty,
  number: number,
): Promise<BegunBranch | undefined> {
  const folder = branchFolder(party.id, number);
  const newest = await readOwnHead(context, checkpointPath(folder), party.keys.log);
  if (newest === undefined) return undefined;
  const { head } = newest;
  // A head may claim any size, and each 256 entries have a hash tile under it. One that is missing is named by its place; a claim that
  // goes further is not looked into, since it would cost memory that no part of the bundle has paid for.
  if (head.size > (1 + (context.tiles.get(folder) ?? 0)) * TILE_WIDTH) {
    context.problems.push(
      refusal(
        "head-beyond-parts",
        `The head claims ${head.size} entries, more than the tiles under it can hold.`,
        checkpointPath(folder),
      ),
    );
    return undefined;
  }
  const leaves =
    context.extent === "whole"
      ? Leaves.inBundles(context.parts, folder, head.size, ({ code, sentence }, path) => context.problems.push(refusal(code, sentence, path)))
      : Leaves.single(context.parts, context.extent, party.id, head.size);
  const tree = treeOf(context, folder, head, leaves);
  // What nothing binds to the head has no place in it.
  if (tree === undefined)
    return { party, number, newest, tree: new MerkleTree(), leaves: Leaves.none(), read: async () => [], ring: KeyRing.of(context.charter, party.id) };
  if (context.extent === "since") compareBeginning(context, party.id, leaves);
  const ring = await ringIn(context, party.id, leaves, tree);
  const read = await readLeaves(context, ahead, ring, head.size, leaves, tree);
  return { party, number, newest, tree, leaves, read, ring };
}

/** The whole branch, with the cosignatures that the rings of the other parties let count. */
export async function openBranch(
  context: BranchContext,
  { party, number, newest: own, tree, leaves, entries, ring }: BranchEntries,
  rings: ReadonlyMap<PartyId, KeyRing>,
): Promise<OpenedBranch> {
  const folder = branchFolder(party.id, number);
  const cosigners = cosignersOf(context.charter, party.id, rings);
  const newest = await withCosigners(context, own, party.keys.log, cosigners);
  const { head, opened } = newest;
  const { hashes, entries: bundles } = branchTiles(head.size, context.extent);
  const older = await readOlderHeads(context, folder, party.keys.log, cosigners, newest, tree);
  return {
    party: party.id,
    number,
    head,
    ...(opened === undefined ? {} : { opened }),
    older: older.flatMap((read) => read.opened ?? []),
    cosignedBy: cosigners.flatMap(({ id }) =>
      [newest, ...older]
        .flatMap(({ cosignedBy }) => cosignedBy.find((cosigned) => cosigned.id === id) ?? [])
        .slice(0, 1),
    ),
    log: { party: party.id, entries, tree },
    ring,
    leaves,
    paths: [
      checkpointPath(folder),
      ...older.map(({ path }) => path),
      ...[...hashes, ...bundles].map((tile) => tilePathIn(folder, tile)),
    ],
  };
}

/** The older heads of those who have not cosigned the newest one. Each must be one that this log had. */
async function readOlderHeads(
  context: BranchContext,
  folder: string,
  logKey: NamedPair,
  cosigners: readonly Cosigner[],
  newest: ReadHead,
  tree: MerkleTree,
): Promise<ReadHead[]> {
  const found: ReadHead[] = [];
  for (const cosigner of cosigners) {
    const path = cosignedPath(folder, cosigner.id);
    if (!context.parts.has(path) || carries(newest.note, cosigner)) continue;
    const own = await readOwnHead(context, path, logKey);
    if (own === undefined) continue;
    const older = await withCosigners(context, own, logKey, [cosigner]);
    const { size, root } = older.head;
    const isOlder = size < newest.head.size && (size > tree.size || equalBytes(tree.root(size), root));
    if (!isOlder)
      context.problems.push(refusal("older-head-differs", "This head is not an earlier one of the same log.", path));
    if (!carries(older.note, cosigner))
      context.problems.push(
        refusal(
          "older-head-lines",
          `This head does not carry the cosignature of ${cosigner.id}, for which it is kept.`,
          path,
        ),
      );
    found.push(isOlder ? older : { ...older, cosignedBy: [] });
  }
  return found;
}

/** Of a bundle that continues a log, no entry from its beginning on may be missing, and none before it is there but those that change keys. */
function compareBeginning({ problems, startOf }: BranchContext, party: PartyId, leaves: Leaves): void {
  const start = startOf(party);
  const changesKeys = new Set(leaves.rootSigned().map(({ index }) => index));
  for (const { index } of leaves.present()) {
    if (index >= start) break;
    if (changesKeys.has(index)) continue;
    problems.push(
      refusal("entry-needless", "This entry lies before the bundle's beginning and changes no key.", `${party} ${index}`),
    );
    break;
  }
  for (let index = start; index < leaves.size; index += 1) {
    if (leaves.get(index) !== undefined) continue;
    problems.push(
      refusal("entry-missing", "The bundle does not hold this entry, which lies after its beginning.", `${party} ${index}`),
    );
    break;
  }
}

/** The tree that the tiles and the head agree on, or that the entries and the head agree on; else `undefined`. */
function treeOf(
  context: BranchContext,
  folder: string,
  head: Head,
  leaves: Leaves,
): MerkleTree | undefined {
  const tiles = readTiles(head.size, head.root, (address) => context.parts.get(tilePathIn(folder, address)));
  if (tiles.ok) return tiles.value;
  const { code, sentence, where } = tiles.refusal;
  context.problems.push(refusal(code, sentence, where === undefined ? checkpointPath(folder) : `${folder}/${where}`));
  const tree = new MerkleTree();
  for (let index = 0; index < leaves.size; index += 1) {
    const leaf = leaves.get(index);
    if (leaf === undefined) return undefined;
    tree.append(leafHash(leaf));
  }
  if (equalBytes(tree.root(), head.root)) return tree;
  context.problems.push(
    refusal("head-root-differs", "The entries do not give the root of the head.", checkpointPath(folder)),
  );
  return undefined;
}

/** Only root-signed entries that the tree commits to count; their signatures are checked here, once. */
function ringIn(
  { charter, channel, verify }: BranchContext,
  party: PartyId,
  leaves: Leaves,
  tree: MerkleTree,
): Promise<KeyRing> {
  const committed = leaves
    .rootSigned()
    .filter(({ index, leaf }) => equalBytes(leafHash(leaf), tree.subtree(0, index)));
  return readKeyRing(committed, KeyRing.of(charter, party), channel, verify);
}

/** Begins to read every entry. What it gives holds each one's hash against the tree: an entry that differs is a problem and has no effect. */
async function readLeaves(
  context: BranchContext,
  ahead: GroupsAhead,
  ring: KeyRing,
  size: number,
  leaves: Leaves,
  tree: MerkleTree,
): Promise<() => Promise<HeldEntry[]>> {
  const { channel, verify } = context;
  const read: (HeldEntry | undefined)[] = [];
  const groups: Promise<void>[] = [];
  for (let start = 0; start < size; start += GROUP) {
    const placed = leaves
      .asTheyLie(start, start + GROUP)
      .flatMap((leaf, position) => (leaf === undefined ? [] : [{ index: start + position, leaf }]));
    const readGroup = async () => {
      const entries = withReadBodies(await readEntries(placed, ring, channel, verify), kinds);
      for (const [position, { index }] of placed.entries()) read[index] = entries[position];
      context.checked(Math.min(GROUP, size - start));
    };
    groups.push((await ahead.begin(readGroup)).group);
  }
  return async () => {
    await Promise.all(groups);
    return Array.from({ length: size }, (_, index): HeldEntry => {
      const committed = tree.subtree(0, index);
      const entry = read[index];
      if (entry === undefined) return { leafHash: committed, problem: absent[context.extent] };
      if (equalBytes(entry.leafHash, committed)) return entry;
      // Tells whether the part was changed while it was read.
      leaves.get(index);
      context.problems.push(
        refusal("entry-differs", "This entry is not the one that the log's head commits to.", `${ring.party} ${index}`),
      );
      return { leafHash: committed, problem: lost };
    });
  };
}

const lost = refusal("entry-lost", "The entry that the head commits to is not in this bundle.");
const absent = {
  whole: lost,
  released: refusal("entry-withheld", "The entry is not released."),
  since: refusal("entry-before", "The entry stands before the beginning of this bundle."),
} as const;
