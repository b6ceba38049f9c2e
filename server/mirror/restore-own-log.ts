/**
 * After a folder was restored from an older copy (SPEC R13): the own log's missing entries are fetched from the parties that mirrored and
 * cosigned them, checked against what the own key has signed, and put back in their places. Nothing is signed here, and nothing is put
 * back before every other party's node has said what its newest head is.
 */
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { NamedPair } from "@countersign/core/channel/charter.ts";
import { readStatement, type FileReference } from "@countersign/core/channel/statement.ts";
import { openHead, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { leafHash } from "@countersign/core/log/merkle.ts";
import { TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { Clock } from "../clock.ts";
import { CommitLog } from "../journal/commit-log.ts";
import type { SignedSize } from "../journal/highest-signed.ts";
import { headName } from "../journal/journal.ts";
import { putNewDecided, type ObjectStore } from "../objects/object-store.ts";
import { headVerify } from "../signing.ts";
import { extendedRoot } from "./extended-root.ts";
import { ownLines } from "./log-copy.ts";
import type { PeerClient } from "./peer-client.ts";

export interface RestoreOptions {
  readonly self: PartyId;
  readonly logKey: NamedPair;
  /** The own log's part of the store. */
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** What the key has signed at most. */
  readonly highest: SignedSize;
  /** The other parties' nodes, all of them. */
  readonly peers: readonly PeerClient[];
  /** Parties without a node that this one knows. */
  readonly unknown: readonly PartyId[];
  readonly keepFile: (reference: FileReference, from: PeerClient) => Promise<boolean>;
}

/** The largest head of the own log that any of these nodes holds, if one does; only what the own key has signed counts. */
export async function largestShown(
  self: PartyId,
  logKey: NamedPair,
  peers: readonly PeerClient[],
): Promise<SignedSize | undefined> {
  const heads = await Promise.all(
    peers.map(async (peer) => {
      const served = await peer.heads();
      const note = served.ok ? served.value.notes.get(self) : undefined;
      const opened = note === undefined ? undefined : await openHead(note, logKey, headVerify);
      return opened?.ok === true ? [opened.value.head] : [];
    }),
  );
  return heads.flat().toSorted((a, b) => b.size - a.size)[0];
}

/** Refuses while a party's node does not answer, and when what they hold is not what the key has signed. */
export async function restoreOwnLog(options: RestoreOptions): Promise<Result<void>> {
  const { self, logKey, store, clock, highest, peers, unknown } = options;
  const heads: { readonly peer: PeerClient; readonly opened: OpenedHead }[] = [];
  const silent: PartyId[] = [...unknown];
  for (const peer of peers) {
    const served = await peer.heads();
    if (!served.ok) {
      silent.push(peer.id);
      continue;
    }
    const note = served.value.notes.get(self);
    const opened = note === undefined ? undefined : await openHead(note, logKey, headVerify);
    if (opened?.ok === true) heads.push({ peer, opened: opened.value });
  }
  if (silent.length > 0)
    return refuse(
      "restore-not-all-answer",
      `This folder is older than what its log key has signed, so nothing is signed until every other party's newest head was seen. No answer from ${silent.join(", ")}. Start again when they can be reached.`,
    );
  const log = await CommitLog.open(store, logKey.name, clock.now());
  if (!log.ok) return log;
  const [largest] = heads.toSorted((a, b) => b.opened.head.size - a.opened.head.size);
  if (largest === undefined || largest.opened.head.size < highest.size)
    return refuse(
      "restore-incomplete",
      `The log key has signed ${highest.size} entries; the other parties hold ${largest?.opened.head.size ?? 0} of them, and this folder ${log.value.size}. Look for a newer copy of the folder. If there is none, this log ends here: all found a channel that continues this one (\`countersign init --charter … --previous\`), and this party joins it from a new folder.`,
    );
  const put = await putBack(options, log.value, largest.peer, largest.opened);
  if (!put.ok) return put;
  const { tree } = log.value;
  const differs = heads.find(({ opened: { head } }) => !equalBytes(tree.root(head.size), head.root));
  if (differs !== undefined || !equalBytes(tree.root(highest.size), highest.root))
    return refuse(
      "restore-differs",
      `What the other parties hold of this log is not all of one log. Keep this folder as it is, and compare the heads by voice with ${differs?.peer.id ?? "all of them"}. The way on is a channel that continues this one (\`countersign init --charter … --previous\`).`,
    );
  // Signed before: that signature is kept, and no second one is made.
  await putNewDecided(
    store,
    headName(largest.opened.head.size),
    encodeUtf8(formatNote(ownLines(largest.opened, logKey))),
  );
  return accept(undefined);
}

async function putBack(
  { self, clock, keepFile }: RestoreOptions,
  log: CommitLog,
  peer: PeerClient,
  opened: OpenedHead,
): Promise<Result<void>> {
  const { head } = opened;
  const incomplete = refuse(
    "restore-incomplete",
    `The node of ${peer.id} does not serve this log's entries from ${log.size} to ${head.size}. Start again later.`,
  );
  const start = log.size;
  const leaves: Uint8Array[] = [];
  for (let number = Math.floor(start / TILE_WIDTH); number * TILE_WIDTH < head.size; number += 1) {
    const hashes = await peer.leafHashes(self, number, Math.min(TILE_WIDTH, head.size - number * TILE_WIDTH));
    if (!hashes.ok || hashes.value === undefined) return incomplete;
    leaves.push(...hashes.value.slice(Math.max(0, start - number * TILE_WIDTH)));
  }
  if (!equalBytes(extendedRoot(log.tree, leaves), head.root))
    return refuse(
      "restore-differs",
      `What the node of ${peer.id} holds of this log does not continue what this folder holds. Keep this folder as it is, and compare the heads by voice. The way on is a channel that continues this one (\`countersign init --charter … --previous\`).`,
    );
  while (log.size < head.size) {
    const number = Math.floor(log.size / TILE_WIDTH);
    const bundle = await peer.entries(self, number, Math.min(TILE_WIDTH, head.size - number * TILE_WIDTH));
    const entries = bundle.ok ? bundle.value?.slice(log.size - number * TILE_WIDTH) : undefined;
    if (
      entries === undefined ||
      !entries.every((entry, position) =>
        equalBytes(leafHash(entry), leaves[log.size - start + position] ?? new Uint8Array(0)),
      )
    )
      return incomplete;
    for (const entry of entries) {
      const read = readStatement(entry);
      for (const file of read.ok ? read.value.payload.files : []) if (!(await keepFile(file, peer))) return incomplete;
      const appended = await log.append([entry], clock.now());
      if (!appended.ok) return appended;
    }
  }
  return accept(undefined);
}
