/** Which notes of a node stand before the record: proven forks first, then the newest. A node keeps up to a thousand. */
import type { Observation } from "@countersign/wire/endpoints.ts";

/** More are shown when the reader asks for them. */
export const NOTES_SHOWN = 6;

/** Proven forks first, then by the time of the last occasion, newest first; notes of one time keep the node's order. */
export function inOrderOfWeight(observations: readonly Observation[]): readonly Observation[] {
  const time = ({ at, last }: Observation) => last ?? at;
  return observations.toSorted((a, b) => Number(b.code === "fork") - Number(a.code === "fork") || (time(a) < time(b) ? 1 : time(a) > time(b) ? -1 : 0));
}
