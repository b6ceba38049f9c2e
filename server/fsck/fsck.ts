/** A node's folder checked and, if wanted, mended, under its lock: what `countersign fsck` does. */
import { partyOf } from "@countersign/core/channel/charter.ts";
import { accept, type Result } from "@countersign/core/refusal.ts";
import type { Clock } from "../clock.ts";
import { lockDirectory } from "../journal/directory-lock.ts";
import { PeerClient } from "../mirror/peer-client.ts";
import { observerSigners, partySigners } from "../private/keys.ts";
import { checkFolder, type CheckedFolderOptions } from "./check-folder.ts";
import type { Damage, FolderReport } from "./damage.ts";
import { repairFolder } from "./repair-folder.ts";

export type { Damage };

export interface FsckOptions extends Omit<CheckedFolderOptions, "peers"> {
  /** The other nodes and where they are. */
  readonly peers: readonly { readonly id: string; readonly base: string }[];
  readonly repair: boolean;
  readonly clock: Clock;
  /** Ends requests to the other nodes. */
  readonly signal: AbortSignal;
}

export interface FsckReport extends FolderReport {
  /** What was mended, in sentences; the rest of the report is of afterwards. */
  readonly done: readonly string[];
}

/** Refuses a folder that a running node uses. */
export async function fsckFolder(options: FsckOptions): Promise<Result<FsckReport>> {
  const { directory, self, channels, clock, repair } = options;
  const lock = await lockDirectory(directory);
  if (!lock.ok) return lock;
  try {
    const check = () => checkFolder({ ...options, peers: options.peers.map(({ id }) => id) });
    const found = await check();
    if (!repair || found.damage.length === 0) return accept({ ...reportOf(found), done: [] });
    const peers = await peersOf(options);
    const done = await repairFolder({ self, directory, channels, clock, peers: (channel) => peers.get(channel) ?? [] }, found);
    return accept({ ...reportOf(await check()), done });
  } finally {
    await lock.value.release();
  }
}

function reportOf({ files, bytes, damage, remarks }: FolderReport): FolderReport {
  return { files, bytes, damage, remarks };
}

/** Asked with this node's key where that is sound. */
async function peersOf({ self, directory, channels, peers, signal }: FsckOptions): Promise<Map<string, PeerClient[]>> {
  const clients = new Map<string, PeerClient[]>();
  for (const { id: channel, charter } of channels) {
    const party = partyOf(charter, self);
    const observer = charter.observers.find(({ id }) => id === self);
    const signers = party !== undefined ? await partySigners(directory, party) : observer !== undefined ? await observerSigners(directory, observer) : undefined;
    const node = signers?.ok === true ? signers.value.node : undefined;
    const others = peers.filter(({ id }) => id !== self && partyOf(charter, id) !== undefined);
    clients.set(
      channel,
      others.map(({ id, base }) => new PeerClient({ id, base, channel, signers: node === undefined ? [] : [node], fetch, signal })),
    );
  }
  return clients;
}
