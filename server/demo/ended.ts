/** A demonstration that is ended while it is still being opened. */
import { refuse, type Result } from "@countersign/core/refusal.ts";

/** The code of that refusal, by which a caller knows it. */
export const ENDED = "demo-ended";

/** A refusal once somebody wished it to end; asked between one step and the next. */
export function whenEnded(signal: AbortSignal | undefined): Result<never> | undefined {
  return signal?.aborted === true ? refuse("demo-ended", "The demonstration was ended while it was being opened. Start it again.") : undefined;
}
