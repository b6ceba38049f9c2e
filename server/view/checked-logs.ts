/**
 * Which signatures this node has checked before, so that a start needs not check all of them again. It is bound to the exact size and root
 * of each log, whose entries are read and hashed again at every start, and sealed with the node's storage key. It can be deleted at any
 * time: whatever it does not say, or says of another log, is checked anew. Nothing else trusts it, `fsck` least of all.
 */
import { z } from "zod";
import { base64Of32, type PartyId } from "@countersign/core/bytes/fields.ts";
import { canonicalJson, parseCanonical } from "@countersign/core/bytes/canonical.ts";
import type { HeldLog } from "@countersign/core/channel/record.ts";
import type { MerkleTree } from "@countersign/core/log/merkle.ts";
import type { VerifySignatures } from "@countersign/core/signing/algorithm.ts";
import type { EncryptedStore } from "../private/encrypted-store.ts";
import { nativeVerify } from "../signing.ts";

/** Raised when signatures are checked otherwise; with another version of Node all are checked again, too. */
export const CHECKED_BY = `1 ${process.versions.node} ${process.versions.openssl}`;
/** A log with more bad signatures than this is not worth remembering. */
const BAD_LIMIT = 10_000;

const schema = z.strictObject({
  type: z.literal("checked"),
  by: z.string(),
  size: z.int().min(1),
  root: base64Of32,
  /** Entries whose signatures did not hold, or were not looked at because the entry is none. */
  bad: z.array(z.int().min(0)).max(BAD_LIMIT),
});

export class CheckedLogs {
  readonly #store: EncryptedStore;
  readonly #noted = new Map<PartyId, number>();

  constructor(store: EncryptedStore) {
    this.#store = store;
  }

  /** How to check the signatures of entries `from` … `to` − 1 of a log: not at all if every one of them held before. */
  async of(party: PartyId, tree: MerkleTree): Promise<(from: number, to: number) => VerifySignatures> {
    const bytes = await this.#store.get(party);
    const json = bytes.ok && bytes.value !== undefined ? parseCanonical(bytes.value) : undefined;
    const read = schema.safeParse(json?.ok === true ? json.value : undefined);
    if (!read.success || read.data.by !== CHECKED_BY || read.data.size > tree.size || tree.rootText(read.data.size) !== read.data.root)
      return () => nativeVerify;
    const { size, bad } = read.data;
    this.#noted.set(party, size);
    return (from, to) => (to <= size && !bad.some((index) => from <= index && index < to) ? heldBefore : nativeVerify);
  }

  /** Notes a log whose entries were all checked by this node, if it has grown by so many since. */
  async note({ party, entries, tree }: HeldLog, grown = 1): Promise<void> {
    const size = entries.length;
    if (size < (this.#noted.get(party) ?? 0) + grown) return;
    const bad = entries.flatMap(({ statement }, index) => (statement === undefined ? [index] : []));
    if (bad.length > BAD_LIMIT) return;
    await this.#store.put(party, canonicalJson({ type: "checked", by: CHECKED_BY, size, root: tree.rootText(size), bad }));
    this.#noted.set(party, size);
  }
}

export const heldBefore: VerifySignatures = (checks) => Promise.resolve(checks.map(() => true));
