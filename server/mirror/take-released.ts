/** An observer takes released entries that stand in a head it has cosigned, and their files. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import type { Charter } from "@countersign/core/channel/charter.ts";
import type { KeyRing } from "@countersign/core/channel/key-ring.ts";
import { readEntries } from "@countersign/core/channel/record.ts";
import type { OpenedHead } from "@countersign/core/log/checkpoint.ts";
import type { MerkleTree } from "@countersign/core/log/merkle.ts";
import { nativeVerify } from "../signing.ts";
import type { LogPeer } from "./peer-client.ts";
import type { ReceiptBook } from "./receipts.ts";
import type { ReleasedEntries } from "./released-entries.ts";

/** What an observer's node holds of a channel. */
export interface ReleasedHolder {
  readonly options: { readonly channel: string; readonly charter: Charter; readonly onChange: () => void };
  readonly released: ReleasedEntries;
  readonly receiptBook: ReceiptBook;
  readonly view: { readonly files: { has(sha256: string): boolean } };
  newestHead(log: PartyId): OpenedHead | undefined;
  tree(log: PartyId): MerkleTree | undefined;
  ring(log: PartyId): KeyRing;
  keepFile(sha256: string, bytes: Uint8Array): Promise<void>;
}

export async function takeReleased(holder: ReleasedHolder, log: PartyId, peer: LogPeer): Promise<void> {
  const head = holder.newestHead(log)?.head;
  const tree = holder.tree(log);
  if (head === undefined || tree === undefined) return;
  const served = await peer.released(log);
  if (!served.ok || served.value === undefined) return;
  const { charter, channel, onChange } = holder.options;
  const before = holder.ring(log);
  const files = await holder.released.take(log, served.value.entries, tree, head.size, (entry, ring) =>
    readEntries([entry], ring, channel, nativeVerify),
  );
  if (holder.ring(log) !== before) holder.receiptBook.keysChanged();
  for (const one of files) {
    const { sha256, size } = one;
    if (isAttachment(one) || size > charter.caps.bodyFileBytes || holder.view.files.has(sha256)) continue;
    const file = await peer.file(sha256, charter.caps.bodyFileBytes);
    if (file.ok && file.value !== undefined) await holder.keepFile(sha256, file.value);
  }
  if (files.length > 0) onChange();
}
