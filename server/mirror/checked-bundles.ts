/**
 * The new entries under a signed head, bundle after bundle as one peer serves them, each held against its hash and its signatures checked. A few
 * bundles are under way ahead of whoever takes them, so that neither the wire nor the processors wait for the disk.
 */
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { KeyRing } from "@countersign/core/channel/key-ring.ts";
import { placed, readEntries, readKeyRing, rootSignedLeaves, type HeldEntry } from "@countersign/core/channel/record.ts";
import { TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import { nativeVerify } from "../signing.ts";
import type { Evidence } from "./evidence.ts";
import type { LogPeer } from "./peer-client.ts";

export interface Under {
  readonly channel: string;
  readonly log: PartyId;
  readonly evidence: Evidence;
  /** The first that is new. */
  readonly start: number;
  /** The head's. */
  readonly size: number;
  /** From `start` on, as the head has them. */
  readonly leaves: readonly Uint8Array[];
  /** The keys of the log's owner before `start`. */
  readonly ring: KeyRing;
}

export interface CheckedBundle {
  readonly first: number;
  readonly entries: readonly Uint8Array[];
  readonly held: readonly HeldEntry[];
}

const AHEAD = 2;

/** Ends early where a bundle cannot be had, or is not what the head covers: that is noted. */
export async function* checkedBundles(peer: LogPeer, under: Under): AsyncGenerator<CheckedBundle> {
  const { start, size } = under;
  const begun: Promise<CheckedBundle | undefined>[] = [];
  let ring: Promise<KeyRing | undefined> = Promise.resolve(under.ring);
  for (let first = start; first < size || begun.length > 0; ) {
    while (first < size && begun.length <= AHEAD) {
      const fetched = fetchBundle(peer, under, first);
      ring = ringAfter(under, first, fetched, ring);
      begun.push(check(peer, under, first, fetched, ring));
      // Nobody may come to take it.
      for (const promise of [ring, ...begun]) promise.catch(() => undefined);
      first = endOf(first, size);
    }
    const bundle = await begun.shift();
    if (bundle === undefined) return;
    yield bundle;
  }
}

/** Where the bundle that `first` is in ends, of a log of this size. */
function endOf(first: number, size: number): number {
  return Math.min(size, (Math.floor(first / TILE_WIDTH) + 1) * TILE_WIDTH);
}

/** The rest of the bundle that `first` is in. */
async function fetchBundle(peer: LogPeer, { log, evidence, size }: Under, first: number): Promise<readonly Uint8Array[] | undefined> {
  const number = Math.floor(first / TILE_WIDTH);
  const end = endOf(first, size);
  const bundle = await peer.entries(log, number, end - number * TILE_WIDTH);
  const entries = bundle.ok ? bundle.value?.slice(first - number * TILE_WIDTH) : undefined;
  if (entries?.length === end - first) return entries;
  const sentence = `${peer.id} serves a head of ${log} of size ${size} without its entries from ${first} on.`;
  await evidence.note({ code: "withheld", missing: "entries", from: peer.id, sentence, entry: first });
  return undefined;
}

/** The owner's keys after a bundle: what changes them is checked before all else, because the next bundle may be signed with them. */
async function ringAfter(
  { channel }: Under,
  first: number,
  fetched: Promise<readonly Uint8Array[] | undefined>,
  before: Promise<KeyRing | undefined>,
): Promise<KeyRing | undefined> {
  const [entries, ring] = await Promise.all([fetched, before]);
  if (entries === undefined || ring === undefined) return undefined;
  const acts = rootSignedLeaves(entries).map(({ index, leaf }) => ({ index: first + index, leaf }));
  return readKeyRing(acts, ring, channel, nativeVerify);
}

async function check(
  peer: LogPeer,
  { channel, log, evidence, start, leaves }: Under,
  first: number,
  fetched: Promise<readonly Uint8Array[] | undefined>,
  after: Promise<KeyRing | undefined>,
): Promise<CheckedBundle | undefined> {
  const [entries, ring] = await Promise.all([fetched, after]);
  if (entries === undefined || ring === undefined) return undefined;
  const held = await readEntries(placed(entries, first), ring, channel, nativeVerify);
  const none = new Uint8Array(0);
  if (held.every(({ leafHash }, position) => equalBytes(leafHash, leaves[first - start + position] ?? none))) return { first, entries, held };
  const sentence = `An entry of ${log} that ${peer.id} serves is not the one that its head covers.`;
  await evidence.note({ code: "damaged-copy", missing: "harm", from: peer.id, sentence, entry: first });
  return undefined;
}
