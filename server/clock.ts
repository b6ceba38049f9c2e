/** A node's clock. In a demonstration it is the clock of the case; requests between nodes never use it. */
import { formatInstant, parseInstant } from "@countersign/core/bytes/instant.ts";
import type { Instant } from "@countersign/core/bytes/fields.ts";

export interface Clock {
  now(): Instant;
}

/** The machine's clock, to the second. */
export const machineClock: Clock = { now: () => formatInstant(Math.floor(Date.now() / 1000)) };

/** Seconds since 1970; at least 1, because a signature of time 0 says that no time is claimed. */
export function clockSeconds(clock: Clock): number {
  return Math.max(1, parseInstant(clock.now()) ?? 1);
}
