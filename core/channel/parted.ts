/**
 * What readers are told of a log that its owner has signed in several versions (SPEC R16): where they part, how far each has effect and
 * whose statements saw it. The same for all who hold the same versions, whichever of them came first.
 */
import type { PartyId } from "../bytes/fields.ts";
import { allVersions, keptSizes, type Stretch, type Versions } from "./branches.ts";
import type { HeldRecord } from "./record.ts";

export interface Parted {
  readonly party: PartyId;
  /** The first index at which two versions differ. */
  readonly from: number;
  /** In the order of the hashes where they part. */
  readonly versions: readonly LogVersion[];
}

export interface LogVersion {
  /** From 1: who holds the same versions gives them the same numbers. */
  readonly number: number;
  /** As in `Statement`; 0: the one held first. */
  readonly branch: number;
  readonly size: number;
  /** Of the whole version, base64. */
  readonly root: string;
  /** Entries from this index on have no effect, because nobody else's statement saw them. `from` where none was seen. */
  readonly kept: number;
  /** Parties whose statements saw more of it than all versions have in common, in the order of the charter. */
  readonly seenBy: readonly SeenBy[];
  /** True if the entry at an index of another of these versions stands in this one too. */
  readonly has: (index: number, branch: number) => boolean;
}

export interface SeenBy {
  readonly party: PartyId;
  /** Entries of the version that the statement which saw most of it had seen. */
  readonly size: number;
  /** The first statement that saw more than what is common: its place in the party's own log. */
  readonly first: { readonly index: number; readonly branch: number };
}

/** One for each log held in several versions that part, in the order of the charter. */
export function partedLogs(record: HeldRecord): readonly Parted[] {
  const versions = allVersions(record);
  const kept = keptSizes(versions);
  return [...versions.values()].flatMap((log): Parted[] => {
    if (log.parting === Number.POSITIVE_INFINITY) return [];
    const { party, parting: from, stretches } = log;
    return [{ party, from, versions: stretches.map((end, position) => versionOf(position + 1, end, from, versions, kept, stretches)) }];
  });
}

/** The numbers of the versions that an entry stands in; none where all versions have it, or the log is in one. */
export function versionNumbers(parted: readonly Parted[], author: PartyId, index: number, branch = 0): readonly number[] {
  const log = parted.find(({ party, from }) => party === author && index >= from);
  return log?.versions.flatMap((version) => (version.has(index, branch) ? [version.number] : [])) ?? [];
}

function versionOf(
  number: number,
  end: Stretch,
  from: number,
  logs: ReadonlyMap<PartyId, Versions>,
  kept: ReadonlyMap<Stretch, number>,
  stretches: readonly Stretch[],
): LogVersion {
  const { tree } = end;
  return {
    number,
    branch: ownBranch(end),
    size: tree.size,
    root: tree.rootText(tree.size),
    kept: keptOf(end, from, kept),
    seenBy: [...logs.values()].flatMap((log) => (log.party === end.party ? [] : seenBy(log, end, from, kept))),
    has: (index, branch) => {
      const other = stretches.find((one) => ownBranch(one) === branch)?.tree;
      const size = index + 1;
      return other !== undefined && size <= other.size && size <= tree.size && other.rootText(size) === tree.rootText(size);
    },
  };
}

/** Beyond its end a version has nothing in common with another one. */
function ownBranch(end: Stretch): number {
  return end.branchOf(Number.MAX_SAFE_INTEGER);
}

function keptOf(end: Stretch, from: number, kept: ReadonlyMap<Stretch, number>): number {
  let limit = end.tree.size;
  for (let part: Stretch | undefined = end; part !== undefined; part = part.parent) {
    const here = Math.min(limit, kept.get(part) ?? from);
    if (here > part.from) return Math.max(from, here);
    limit = part.from;
  }
  return from;
}

/** The statements of one party that count for a version: soundly signed, and in effect by the same rule. */
function seenBy({ party, stretches }: Versions, { party: owner, tree }: Stretch, from: number, kept: ReadonlyMap<Stretch, number>): SeenBy[] {
  let size = 0;
  let first: SeenBy["first"] | undefined;
  for (const stretch of stretches) {
    const limit = kept.get(stretch) ?? Number.POSITIVE_INFINITY;
    let index = stretch.from;
    for (let entry = stretch.entry(index); entry !== undefined && index < limit; entry = stretch.entry(index)) {
      const head = entry.statement?.payload.seen.find(({ log }) => log === owner);
      if (head !== undefined && head.size > from && head.size <= tree.size && tree.rootText(head.size) === head.root) {
        size = Math.max(size, head.size);
        if (first === undefined || index < first.index) first = { index, branch: stretch.branchOf(index) };
      }
      index += 1;
    }
  }
  return first === undefined ? [] : [{ party, size, first }];
}
