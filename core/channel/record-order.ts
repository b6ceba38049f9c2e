/** The one order in which every reader lists statements, and lists that keep it. */
import type { Statement } from "./kind.ts";

/** Per log (charter order): how many of its entries were seen. */
export type Cover = readonly number[];

export interface Placed {
  readonly statement: Statement;
  /** What it saw, directly or through what it saw. */
  readonly cover: Cover;
  /** How much its author can have seen in all. */
  readonly rank: number;
  /** Where covers count the entries of its log. */
  readonly position: number;
}

/** Time first; what saw more comes after what it saw, and later in a log after earlier; then the author, so that no reader has a choice. */
export function recordOrder(a: Placed, b: Placed): number {
  if (a.statement.time !== b.statement.time) return a.statement.time < b.statement.time ? -1 : 1;
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.statement.author !== b.statement.author) return a.statement.author < b.statement.author ? -1 : 1;
  return a.statement.index - b.statement.index;
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
