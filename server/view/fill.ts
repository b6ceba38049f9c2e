/** Reads a log from where it is kept into the view, a bundle at a time: memory never holds more than a few of them. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { placed, readEntries, readKeyRing, rootSignedLeaves, type HeldEntry } from "@countersign/core/channel/record.ts";
import { TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import type { VerifySignatures } from "@countersign/core/signing/algorithm.ts";
import type { View } from "./view.ts";

export interface KeptLog {
  readonly party: PartyId;
  readonly size: number;
  entries(from: number, to: number): Promise<Uint8Array[]>;
}

/** `verifyFor` gives what checks the signatures of entries `from` … `to` − 1. `taken` is told of entries before they are in the view. */
export async function fillView(
  view: View,
  log: KeptLog,
  verifyFor: (from: number, to: number) => VerifySignatures,
  taken: (entries: readonly HeldEntry[]) => Promise<void>,
): Promise<void> {
  const take = async (entries: readonly HeldEntry[]): Promise<void> => {
    await taken(entries);
    view.add(log.party, entries);
  };
  let ring = view.ring(log.party);
  let before: Promise<readonly HeldEntry[]> = Promise.resolve([]);
  for (let from = 0; from < log.size; from += TILE_WIDTH) {
    const to = Math.min(from + TILE_WIDTH, log.size);
    const leaves = await log.entries(from, to);
    const verify = verifyFor(from, to);
    // While the signatures of this bundle are checked, the next one is read.
    const reading = readEntries(placed(leaves, from), ring, view.channel, verify);
    const acts = rootSignedLeaves(leaves).map(({ index, leaf }) => ({ index: from + index, leaf }));
    ring = await readKeyRing(acts, ring, view.channel, verify);
    await take(await before);
    before = reading;
  }
  await take(await before);
}
