/** The one order in which every reader lists statements, and lists that keep it. */
import type { Statement } from "./kind.ts";

/** Per stretch of a log (charter order; a log in one version is one stretch): up to which index its entries were seen. */
export type Cover = readonly number[];

export interface Placed {
  readonly statement: Statement;
  /** What it saw, directly or through what it saw. */
  readonly cover: Cover;
  /** How much its author can have seen in all. */
  readonly rank: number;
  /** Where covers count the entries of its stretch of its log. */
  readonly position: number;
}

/** Time first; what saw more comes after what it saw, and later in a log after earlier; then author, index and id, so that no reader has a choice. */
export function recordOrder(a: Placed, b: Placed): number {
  if (a.statement.time !== b.statement.time) return a.statement.time < b.statement.time ? -1 : 1;
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.statement.author !== b.statement.author) return a.statement.author < b.statement.author ? -1 : 1;
  if (a.statement.index !== b.statement.index) return a.statement.index - b.statement.index;
  return a.statement.id < b.statement.id ? -1 : a.statement.id > b.statement.id ? 1 : 0;
}

/** Statements in record order. They come nearly in it, one log's run after the other's, so sorting waits until somebody looks. */
export class OrderedStatements {
  readonly #placed: Placed[] = [];
  #sorted = true;

  push(placed: Placed): void {
    const last = this.#placed.at(-1);
    if (last !== undefined && this.#sorted) this.#sorted = recordOrder(last, placed) < 0;
    this.#placed.push(placed);
  }

  get placed(): readonly Placed[] {
    if (!this.#sorted) this.#placed.sort(recordOrder);
    this.#sorted = true;
    return this.#placed;
  }

  get statements(): readonly Statement[] {
    return this.placed.map(({ statement }) => statement);
  }
}

/** Takes into a cover what another one has seen. */
export function join(into: number[], other: Cover | undefined): void {
  if (other === undefined) return;
  for (let position = 0; position < into.length; position++) {
    const seen = other[position] ?? 0;
    if (seen > (into[position] ?? 0)) into[position] = seen;
  }
}

export function joined(one: Cover, other: Cover): Cover {
  const both = [...one];
  join(both, other);
  return both;
}

export function includes(cover: Cover, other: Cover): boolean {
  return other.every((seen, position) => seen <= (cover[position] ?? 0));
}
