/**
 * Writes a damaged log's records again from where they are sound. Each entry is the one that a signed head covers, from this machine where it
 * has it and from another node where it has not; if one cannot be had, nothing is changed.
 */
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { NamedPair } from "@countersign/core/channel/charter.ts";
import { openHead, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { Clock } from "../clock.ts";
import { CommitLog } from "../journal/commit-log.ts";
import { ownLines } from "../mirror/log-copy.ts";
import type { LogPeer } from "../mirror/peer-client.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { nativeVerify } from "../signing.ts";
import type { CheckedLog } from "./check-log.ts";

export interface LogRepair {
  readonly log: PartyId;
  readonly logKey: NamedPair;
  /** The log's own part of the store. */
  readonly store: ObjectStore;
  readonly checked: CheckedLog;
  /** The owner's node first. */
  readonly peers: readonly LogPeer[];
  readonly clock: Clock;
  /** False: the own log, whose records note no heads. */
  readonly isCopy: boolean;
  /** Moves the records from this number on, and all tiles, out of the way. */
  readonly setAside: (fromSeq: number) => Promise<void>;
}

/** A record takes at most 4 MiB of entries; 64 of the largest fit. */
const BATCH = 64;

/** Gives how many entries were fetched. */
export async function repairLog(repair: LogRepair): Promise<Result<number>> {
  const { log, logKey, store, checked, clock, isCopy } = repair;
  const { brokenAt } = checked;
  if (brokenAt === undefined) return accept(0);
  const whole = await wholeLog(repair);
  if (whole === undefined)
    return refuse("repair-incomplete", `Not every entry of ${log} that its signed head covers is here or was served. Nothing was changed in it.`, log);
  await repair.setAside(brokenAt.seq);
  const opened = await CommitLog.open(store, logKey.name, clock.now());
  if (!opened.ok) return opened;
  const note = formatNote(ownLines(whole.head, logKey));
  while (opened.value.size < whole.entries.length) {
    const { size } = opened.value;
    const appended = await opened.value.append(whole.entries.slice(size, size + BATCH), clock.now(), isCopy ? note : undefined);
    if (!appended.ok) return appended;
  }
  return accept(whole.fetched);
}

interface WholeLog {
  readonly entries: readonly Uint8Array[];
  readonly head: OpenedHead;
  readonly fetched: number;
}

/** What is here alone, if it gives the signed head; else with the help of each node in turn. */
async function wholeLog(repair: LogRepair): Promise<WholeLog | undefined> {
  const { newest, entries } = repair.checked;
  if (newest !== undefined) {
    const here = entries.slice(0, newest.head.size);
    const tree = treeOf(here);
    if (tree !== undefined && tree.size === newest.head.size && equalBytes(tree.root(), newest.head.root))
      return { entries: here.flatMap((entry) => entry ?? []), head: newest, fetched: 0 };
  }
  for (const peer of repair.peers) {
    const found = await withHelp(repair, peer);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function withHelp({ log, logKey, checked }: LogRepair, peer: LogPeer): Promise<WholeLog | undefined> {
  const served = await peer.heads();
  const note = served.ok ? served.value.notes.get(log) : undefined;
  const opened = note === undefined ? undefined : await openHead(note, logKey, nativeVerify);
  if (opened?.ok !== true) return undefined;
  const { head } = opened.value;
  const known = checked.newest?.head;
  if (known !== undefined && head.size < known.size) return undefined;
  const tree = new MerkleTree();
  const leaves: Uint8Array[] = [];
  for (let number = 0; number * TILE_WIDTH < head.size; number += 1) {
    const hashes = await peer.leafHashes(log, number, Math.min(TILE_WIDTH, head.size - number * TILE_WIDTH));
    if (!hashes.ok || hashes.value === undefined) return undefined;
    leaves.push(...hashes.value);
  }
  for (const leaf of leaves) tree.append(leaf);
  const fits = equalBytes(tree.root(), head.root) && (known === undefined || equalBytes(tree.root(known.size), known.root));
  if (!fits) return undefined;
  const entries: Uint8Array[] = [];
  let fetched = 0;
  for (let start = 0; start < head.size; start += TILE_WIDTH) {
    const wanted = leaves.slice(start, start + TILE_WIDTH);
    const isSound = (entry: Uint8Array | undefined, leaf: Uint8Array): entry is Uint8Array => entry !== undefined && equalBytes(leafHash(entry), leaf);
    const here = wanted.map((leaf, position) => {
      const entry = checked.entries[start + position];
      return isSound(entry, leaf) ? entry : undefined;
    });
    const bundle = here.includes(undefined) ? await peer.entries(log, start / TILE_WIDTH, wanted.length) : undefined;
    for (const [position, leaf] of wanted.entries()) {
      const entry = here[position] ?? (bundle?.ok === true ? bundle.value?.[position] : undefined);
      if (!isSound(entry, leaf)) return undefined;
      if (here[position] === undefined) fetched += 1;
      entries.push(entry);
    }
  }
  return { entries, head: opened.value, fetched };
}

function treeOf(entries: readonly (Uint8Array | undefined)[]): MerkleTree | undefined {
  const tree = new MerkleTree();
  for (const entry of entries) {
    if (entry === undefined) return undefined;
    tree.append(leafHash(entry));
  }
  return tree;
}
