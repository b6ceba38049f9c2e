/**
 * A log that its owner has signed in several versions (SPEC R16), as stretches of entries that follow one another: what the versions
 * have in common stands once, and each of them goes on from where it parts. Which version was held first makes no difference.
 */
import { equalBytes } from "../bytes/concat.ts";
import type { PartyId } from "../bytes/fields.ts";
import type { MerkleTree } from "../log/merkle.ts";
import type { HeldEntry, HeldLog, HeldRecord } from "./record.ts";
import type { SeenHead } from "./statement.ts";

/** Entries `from` … `to` − 1 of a version; those before `from` stand in `parent`. A log in one version is one stretch. */
export interface Stretch {
  readonly party: PartyId;
  readonly parent: Stretch | undefined;
  readonly from: number;
  /** Of the version, from position 0; entries may be there that the tree does not have yet. */
  readonly tree: MerkleTree;
  entry(index: number): HeldEntry | undefined;
  /** The first of the versions, in the order in which they are held here, that an entry stands in; 0: the log as it was held first. */
  branchOf(index: number): number;
}

/** The versions of one log. */
export interface Versions {
  readonly party: PartyId;
  readonly stretches: readonly Stretch[];
  /** The last stretch of the version that was held first. */
  readonly first: Stretch;
  /** Of the longest version. */
  readonly size: number;
  /** The first index at which two versions have different entries; infinite for a log in one version. */
  readonly parting: number;
  /** Where the prefix with this size and root ends, if it is held: the stretch that its last entry stands in. */
  prefix(size: number, root: string): Stretch | undefined;
}

/** Of every log that is held, by its party, in the order of the charter. */
export function allVersions({ charter, logs }: HeldRecord): ReadonlyMap<PartyId, Versions> {
  const held = charter.parties.flatMap(({ id }) => logs.get(id) ?? []);
  return new Map(held.map((log) => [log.party, versionsOf(log)]));
}

export function versionsOf(log: HeldLog): Versions {
  const { party } = log;
  if (log.branches === undefined || log.branches.length === 0) {
    const only: Stretch = { party, parent: undefined, from: 0, tree: log.tree, entry: (index) => log.entries[index], branchOf: () => 0 };
    return {
      party,
      stretches: [only],
      first: only,
      // As far as it has grown by now.
      get size() {
        return log.tree.size;
      },
      parting: Number.POSITIVE_INFINITY,
      prefix: (size, root) => (size <= log.tree.size && log.tree.rootText(size) === root ? only : undefined),
    };
  }
  // By their hashes, so that every reader has the same stretches: then each version has most in common with the one before it.
  const sorted = heldVersions(log).toSorted((a, b) => byHashes(a, b, sharedSize(a.tree, b.tree)));
  const ends: { readonly tree: MerkleTree; readonly end: Stretch; readonly branch: number }[] = [];
  let parting = Number.POSITIVE_INFINITY;
  for (const [position, version] of sorted.entries()) {
    const before = sorted[position - 1];
    const from = before === undefined ? 0 : sharedSize(before.tree, version.tree);
    if (before?.at(from) !== undefined && version.at(from) !== undefined) parting = Math.min(parting, from);
    const parent = upTo(ends.at(-1)?.end, from);
    const along = sorted.map((other) => ({ branch: other.branch, size: other === version ? Number.POSITIVE_INFINITY : sharedSize(version.tree, other.tree) }));
    const branchOf = (index: number) => Math.min(...along.flatMap(({ branch, size }) => (size > index ? [branch] : [])));
    ends.push({ tree: version.tree, branch: version.branch, end: { party, parent, from, tree: version.tree, entry: version.at, branchOf } });
  }
  const first = ends.find(({ branch }) => branch === 0)?.end;
  if (first === undefined) throw new Error(`no version of the log of ${party}`);
  const prefix = (size: number, root: string) => {
    const held = ends.find(({ tree }) => size <= tree.size && tree.rootText(size) === root);
    return held === undefined ? undefined : (upTo(held.end, size) ?? ends[0]?.end);
  };
  const size = Math.max(...sorted.map(({ tree }) => tree.size));
  return { party, stretches: ends.map(({ end }) => end), first, size, parting, prefix };
}

/**
 * How far each stretch has effect: to where the versions part, and beyond it what a statement of another party saw that has effect
 * there itself (SPEC R16). Only stretches of logs in several versions are listed.
 */
export function keptSizes(logs: ReadonlyMap<PartyId, Versions>): ReadonlyMap<Stretch, number> {
  const parted = [...logs.values()].filter(({ parting }) => parting < Number.POSITIVE_INFINITY);
  const kept = new Map(parted.flatMap(({ stretches, parting }) => stretches.map((stretch) => [stretch, parting] as const)));
  if (parted.length === 0) return kept;
  const reached = new Map<Stretch, number>();
  // What is kept of one log can keep more of another; each round reads on from where the last one ended.
  for (let more = true; more; ) {
    more = false;
    for (const { stretches } of logs.values())
      for (const stretch of stretches) {
        const limit = kept.get(stretch) ?? Number.POSITIVE_INFINITY;
        let index = reached.get(stretch) ?? stretch.from;
        for (let entry = stretch.entry(index); entry !== undefined && index < limit; entry = stretch.entry(index)) {
          for (const head of entry.statement?.payload.seen ?? [])
            if (head.log !== stretch.party && keep(kept, logs.get(head.log), head)) more = true;
          index += 1;
        }
        reached.set(stretch, index);
      }
  }
  return kept;
}

function keep(kept: Map<Stretch, number>, versions: Versions | undefined, head: SeenHead): boolean {
  let more = false;
  let { size } = head;
  for (let stretch = versions?.prefix(size, head.root); stretch !== undefined; stretch = stretch.parent) {
    const before = kept.get(stretch);
    if (before !== undefined && before < size) {
      kept.set(stretch, size);
      more = true;
    }
    // Of what comes before, only up to where this version left it.
    size = stretch.from;
  }
  return more;
}

/** How many entries two versions of a log have in common. */
export function sharedSize(a: MerkleTree, b: MerkleTree): number {
  let low = 0;
  let high = Math.min(a.size, b.size);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (equalBytes(a.root(middle), b.root(middle))) low = middle;
    else high = middle - 1;
  }
  return low;
}

interface Version {
  readonly branch: number;
  readonly tree: MerkleTree;
  readonly at: (index: number) => HeldEntry | undefined;
}

function heldVersions({ entries, tree, branches = [] }: HeldLog): readonly Version[] {
  const first: Version = { branch: 0, tree, at: (index) => entries[index] };
  const further = branches.map((branch, position): Version => ({
    branch: position + 1,
    tree: branch.tree,
    at: (index) => (index < branch.from ? entries[index] : branch.entries[index - branch.from]),
  }));
  return [first, ...further];
}

function byHashes(a: Version, b: Version, common: number): number {
  const [first, second] = [a.at(common)?.leafHash, b.at(common)?.leafHash];
  if (first === undefined || second === undefined) return Number(first !== undefined) - Number(second !== undefined);
  const differs = first.findIndex((byte, position) => byte !== second[position]);
  return equalBytes(first, second) ? 0 : (first[differs] ?? 0) - (second[differs] ?? 0);
}

/** The stretch, of this one and those before it, that has the last of `size` entries. */
function upTo(end: Stretch | undefined, size: number): Stretch | undefined {
  let stretch = end;
  while (stretch !== undefined && stretch.from >= size) stretch = stretch.parent;
  return stretch;
}
