/** What stands in the way of a log being held as far as its owner has signed it. */
import type { Instant, PartyId } from "@countersign/core/bytes/fields.ts";

export interface Obstacle {
  /** `seen`: an entry saw more of another log than is held here. `date`: one is dated ahead of this node's clock. `harm`: what came is not what the head covers. */
  readonly missing: "hashes" | "entries" | "file" | "seen" | "date" | "harm";
  /** The first entry that it concerns, where that is known. */
  readonly entry?: number;
  /** Who was asked last. */
  readonly from: PartyId;
}

/** Of a log of which more is signed than held. */
export interface Incomplete {
  /** Of the largest head that was heard of. */
  readonly size: number;
  readonly since: Instant;
  /** Absent: what is missing is being fetched. */
  readonly obstacle?: Obstacle;
}

/** Milliseconds until a peer is asked again for what it did not give, from the first time on; then twice as long each time. */
const FIRST_WAIT = 1000;
/** As long as between two attempts at a node that is silent (SPEC R10). */
const LONGEST_WAIT = 60_000;

/** When a peer is asked again for what it did not give. What is new from it, or here, is another thing to ask, and waits for nothing. */
export class Retries {
  readonly #waits = new Map<PartyId, { readonly what: string; readonly until: number; readonly wait: number }>();

  isDue(peer: PartyId, what: string): boolean {
    const waiting = this.#waits.get(peer);
    return waiting === undefined || waiting.what !== what || performance.now() >= waiting.until;
  }

  failed(peer: PartyId, what: string): void {
    const before = this.#waits.get(peer);
    const wait = before?.what === what ? Math.min(LONGEST_WAIT, 2 * before.wait) : FIRST_WAIT;
    this.#waits.set(peer, { what, wait, until: performance.now() + wait });
  }

  came(peer: PartyId): void {
    this.#waits.delete(peer);
  }

  /** Somebody wants it now. */
  forget(): void {
    this.#waits.clear();
  }
}
