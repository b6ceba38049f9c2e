/**
 * Tells the other nodes that there is something new here, so that they come for it at once. Nothing rests on it: a hint that is lost, refused or
 * held back costs the time until they come by themselves. Nobody who has something to say waits for it.
 */
import { setTimeout } from "node:timers/promises";
import type { PartyId } from "@countersign/core/bytes/fields.ts";

/** Milliseconds between two hints to one node, at least: what is new meanwhile goes with the next one. */
const BREATH = 200;

/** Another node, as it is told. Never rejects. */
export interface Hinted {
  readonly id: PartyId;
  hint(): Promise<void>;
}

interface Told {
  readonly peer: Hinted;
  underWay: Promise<void> | undefined;
  again: boolean;
}

export class Hints {
  readonly #peers: readonly Told[];
  readonly #signal: AbortSignal;
  #last: string | undefined;

  constructor(peers: readonly Hinted[], signal: AbortSignal) {
    this.#peers = peers.map((peer) => ({ peer, underWay: undefined, again: false }));
    this.#signal = signal;
  }

  /** `there` stands for all that others would find here now. Returns at once. */
  tell(there: string): void {
    if (there === this.#last || this.#signal.aborted) return;
    this.#last = there;
    for (const told of this.#peers) {
      told.again = true;
      told.underWay ??= this.#tell(told).finally(() => (told.underWay = undefined));
    }
  }

  /** When no hint is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#peers.flatMap(({ underWay }) => underWay ?? []));
  }

  async #tell(told: Told): Promise<void> {
    while (told.again && !this.#signal.aborted) {
      told.again = false;
      await told.peer.hint();
      await setTimeout(BREATH, undefined, { signal: this.#signal }).catch(() => undefined);
    }
  }
}
