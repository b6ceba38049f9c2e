/** A loop of its own for each other node: none waits for another, and one that does not answer is asked less and less often. */
import { setTimeout } from "node:timers/promises";
import type { Bell } from "./bell.ts";

/** Milliseconds between two attempts at a node that does not answer, at most: what it says when it is back is to be received in time (SPEC R10). */
const SELDOM = 60_000;
/** Milliseconds between two passes, at least, however often the bell rings. */
const BREATH = 200;

export interface Round {
  /** One pass over one other node; true if it answered. */
  readonly pass: () => Promise<boolean>;
  /** Begins the next pass before its time. */
  readonly bell?: Bell;
}

export interface Rounds {
  readonly everyMilliseconds: number;
  /** Ends all of them. */
  readonly signal: AbortSignal;
  readonly rounds: readonly Round[];
  /** A pass was rejected: this machine could not write. What another node does is never an error. */
  readonly failed: (error: unknown) => void;
}

/** Goes round until the signal comes; then resolves when the passes under way have ended. */
export async function goRound({ everyMilliseconds, signal, rounds, failed }: Rounds): Promise<void> {
  await Promise.all(
    rounds.map(async ({ pass, bell }) => {
      for (let silent = 0; !signal.aborted; ) {
        const answered = await pass().catch((error: unknown) => {
          if (!signal.aborted) failed(error);
          return true;
        });
        silent = answered ? 0 : silent + 1;
        const pause = Math.max(everyMilliseconds, Math.min(SELDOM, everyMilliseconds * 2 ** Math.min(silent, 30)));
        await setTimeout(Math.min(BREATH, pause), undefined, { signal }).catch(() => undefined);
        const rest = Math.max(0, pause - BREATH);
        // Whoever calls is back: it is asked as often as any other again.
        if (bell === undefined) await setTimeout(rest, undefined, { signal }).catch(() => undefined);
        else if (await bell.rings(rest, signal)) silent = 0;
      }
    }),
  );
}
