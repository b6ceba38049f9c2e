/** A loop of its own for each other node: none waits for another, and one that does not answer is asked less and less often. */
import { setTimeout } from "node:timers/promises";

/** Milliseconds between two attempts at a node that does not answer, at most: what it says when it is back is to be received in time (SPEC R10). */
const SELDOM = 60_000;

export interface Rounds {
  readonly everyMilliseconds: number;
  /** Ends all of them. */
  readonly signal: AbortSignal;
  /** One pass over one other node each; true if it answered. */
  readonly passes: readonly (() => Promise<boolean>)[];
  /** A pass was rejected: this machine could not write. What another node does is never an error. */
  readonly failed: (error: unknown) => void;
}

/** Goes round until the signal comes; then resolves when the passes under way have ended. */
export async function goRound({ everyMilliseconds, signal, passes, failed }: Rounds): Promise<void> {
  await Promise.all(
    passes.map(async (pass) => {
      for (let silent = 0; !signal.aborted; ) {
        const answered = await pass().catch((error: unknown) => {
          if (!signal.aborted) failed(error);
          return true;
        });
        silent = answered ? 0 : silent + 1;
        const pause = Math.max(everyMilliseconds, Math.min(SELDOM, everyMilliseconds * 2 ** Math.min(silent, 30)));
        await setTimeout(pause, undefined, { signal }).catch(() => undefined);
      }
    }),
  );
}
