/** A stretch of a log while it is folded: how far it was read, what was seen by then, and when. */
import { joined, includes, type Cover, type Placed } from "./record-order.ts";
import type { Stretch } from "./branches.ts";

export interface Lane {
  /** Among all lanes, and so in covers. */
  readonly position: number;
  readonly stretch: Stretch;
  readonly parent: Lane | undefined;
  /** Entries from this index on have no effect, because nobody else's statement saw them. */
  readonly kept: number;
  /** The index of the next entry. */
  next: number;
  /** Element k: the covers of all entries before index `from` + k joined. Empty until the parent has passed so far. */
  readonly covers: Cover[];
  /** Element k: the latest time among those entries, seconds. */
  readonly times: number[];
  readonly applied: (Placed | undefined)[];
  stopped: boolean;
}

export function coverAt({ covers, stretch }: Lane, size: number): Cover | undefined {
  return covers[size - stretch.from];
}

export function timeAt({ times, stretch }: Lane, size: number): number {
  return times[size - stretch.from] ?? 0;
}

/** For what stands next; only where it is a further version, since most statements have none. */
export function branchAt({ stretch, next }: Lane): { readonly branch?: number } {
  const branch = stretch.branchOf(next);
  return branch === 0 ? {} : { branch };
}

export function begin(lane: Lane, cover: Cover, time: number): void {
  lane.covers.push(cover);
  lane.times.push(time);
}

/** Begins a lane once its parent has passed all that comes before it; false until then. */
export function beginAfterParent(lane: Lane): boolean {
  const { parent, stretch } = lane;
  if (parent === undefined || parent.next < stretch.from) {
    lane.stopped = parent?.stopped ?? false;
    return false;
  }
  begin(lane, coverAt(parent, stretch.from) ?? [], timeAt(parent, stretch.from));
  return true;
}

/** Goes past the next entry, which had this cover if it applied. */
export function advance(lane: Lane, cover: Cover | undefined, time: number): void {
  const before = coverAt(lane, lane.next) ?? [];
  // Who writes one statement after the other has seen no less each time: then the newest cover is all of them joined.
  lane.covers.push(cover === undefined ? before : includes(cover, before) ? cover : joined(before, cover));
  lane.times.push(Math.max(timeAt(lane, lane.next), time));
  lane.next += 1;
}

/**
 * How much its author can have seen: what it says it saw, and what its log's earlier entries say. So one author's statements
 * keep the order of its log, and nobody puts a later signature before an earlier one by claiming to have seen less.
 */
export function rankOf(lane: Lane, cover: Cover): number {
  const before = coverAt(lane, lane.next);
  let rank = 0;
  for (let position = 0; position < cover.length; position++) {
    const own = position === lane.position ? lane.next : 0;
    rank += Math.max(own, cover[position] ?? 0, before?.[position] ?? 0);
  }
  for (let part = lane; part.parent !== undefined; part = part.parent) {
    const { position } = part.parent;
    rank += Math.max(0, part.stretch.from - Math.max(cover[position] ?? 0, before?.[position] ?? 0));
  }
  return rank;
}
