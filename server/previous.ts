/**
 * The record of the channel that another one continues, as a node keeps it: a bundle in `previous/`, named after the channel that continues
 * (SPEC R1.12). It never changes. Each start reads it again, and checks its signatures again only if it is not the file that was checked.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { canonicalJson, parseCanonical } from "@countersign/core/bytes/canonical.ts";
import { sha256Hex, type PartyId } from "@countersign/core/bytes/fields.ts";
import { piecesOf, type ByteSource } from "@countersign/core/bundle/byte-source.ts";
import { openPreviousBundle } from "@countersign/core/bundle/open.ts";
import { channelId, type Charter } from "@countersign/core/channel/charter.ts";
import { refuseCopy } from "@countersign/core/channel/previous.ts";
import type { HeldRecord } from "@countersign/core/channel/record.ts";
import type { VerifySignatures } from "@countersign/core/signing/algorithm.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { FileSource } from "./file-source.ts";
import { commitKey } from "./journal/commit-record.ts";
import { DiskStore } from "./objects/disk.ts";
import { EncryptedStore } from "./private/encrypted-store.ts";
import { nativeVerify } from "./signing.ts";
import { CHECKED_BY, heldBefore } from "./view/checked-logs.ts";

export interface KeptPrevious {
  readonly record: HeldRecord;
  /** The bundle as it lies. */
  readonly source: ByteSource;
  /** A file of this record or of one before it. */
  file(sha256: string): Uint8Array | undefined;
  close(): void;
}

/** Where a node keeps the bundle of the channel that this one continues. */
export function previousPath(directory: string, channel: string): string {
  return join(directory, "previous", `${channel}.tar`);
}

/** Those that another one continues come before it; otherwise in the order given. */
export function continuedFirst<One extends { readonly channel: string; readonly charter: Charter }>(channels: readonly One[]): readonly One[] {
  const ordered: One[] = [];
  const take = (one: One): void => {
    if (ordered.includes(one)) return;
    const before = channels.find(({ channel }) => channel === one.charter.previous?.channel);
    if (before !== undefined) take(before);
    ordered.push(one);
  };
  for (const one of channels) take(one);
  return ordered;
}

/**
 * What a party's node holds of the channel that one continues; nothing for a channel that continues none, and at an observer's node. Before the
 * charter is signed, its heads are held against the node's own copy of that channel, if it has one.
 */
export async function openPrevious(
  directory: string,
  { self, channel, charter, storageKey, role }: { readonly self: PartyId; readonly channel: string; readonly charter: Charter; readonly storageKey: Uint8Array; readonly role: "party" | "observer" },
  copyOf: (channel: string) => HeldRecord | undefined,
): Promise<Result<KeptPrevious | undefined>> {
  if (charter.previous === undefined || role === "observer") return accept(undefined);
  const copy = existsSync(join(directory, "logs", channel, "log", self, commitKey(1))) ? undefined : copyOf(charter.previous.channel);
  const differs = copy === undefined ? undefined : refuseCopy(charter.previous, copy);
  return differs === undefined ? openKept(directory, charter, storageKey) : { ok: false, refusal: differs };
}

/** Reads what is kept, and holds it against the charter. Refuses while nothing is kept. */
async function openKept(directory: string, charter: Charter, storageKey: Uint8Array): Promise<Result<KeptPrevious>> {
  const channel = channelId(charter);
  const path = previousPath(directory, channel);
  if (!existsSync(path))
    return refuse(
      "previous-not-kept",
      `The channel ${channel} continues ${charter.previous?.channel ?? ""}, whose bundle is not in this folder. Take it in with \`countersign init --join CHARTER --previous BUNDLE\`, or \`countersign import\` a bundle of this channel that has it.`,
      path,
    );
  const source = new FileSource(path);
  const store = await DiskStore.open(join(directory, "view", channel));
  try {
    const notes = new CheckedNote(new EncryptedStore(store, storageKey, `view ${channel}`));
    const sha256 = hashOf(source);
    const check = new Watched((await notes.says(sha256)) ? heldBefore : nativeVerify);
    const opened = await openPreviousBundle(source, charter, { verify: check.verify });
    const [first] = [...opened.problems, ...opened.changed()];
    if (first === undefined && opened.record !== undefined) {
      if (check.allHeld) await notes.write(sha256);
      return accept(keptOf(opened.record, source));
    }
    source.close();
    return refuse(
      first?.code ?? "previous-unread",
      `The bundle of the previous channel that is kept here is not the one that the charter continues, or is damaged. ${first?.sentence ?? ""} Take it away and take it in again.`,
      path,
    );
  } finally {
    await store.close();
  }
}

function keptOf(record: HeldRecord, source: FileSource): KeptPrevious {
  return { record, source, file: (sha256) => fileOf(record, sha256), close: () => source.close() };
}

function fileOf({ files, previous }: HeldRecord, sha256: string): Uint8Array | undefined {
  return files.get(sha256) ?? (previous === undefined ? undefined : fileOf(previous, sha256));
}

function hashOf(source: ByteSource): string {
  const sum = createHash("sha256");
  for (const piece of piecesOf(source)) sum.update(piece);
  return sum.digest("hex");
}

/** Notices a signature that does not hold: such a file is checked again at each start, because a note cannot say which it was. */
class Watched {
  readonly #verify: VerifySignatures;
  allHeld = true;

  constructor(verify: VerifySignatures) {
    this.#verify = verify;
  }

  readonly verify: VerifySignatures = async (checks) => {
    const answers = await this.#verify(checks);
    this.allHeld &&= answers.every(Boolean);
    return answers;
  };
}

const noteSchema = z.strictObject({ type: z.literal("checked-previous"), by: z.string(), sha256: sha256Hex });

/** That all signatures in the file with this hash were checked by this node and held. Without it they are checked again. */
class CheckedNote {
  readonly #store: EncryptedStore;

  constructor(store: EncryptedStore) {
    this.#store = store;
  }

  async says(sha256: string): Promise<boolean> {
    const bytes = await this.#store.get(NOTE);
    const json = bytes.ok && bytes.value !== undefined ? parseCanonical(bytes.value) : undefined;
    const read = noteSchema.safeParse(json?.ok === true ? json.value : undefined);
    return read.success && read.data.by === CHECKED_BY && read.data.sha256 === sha256;
  }

  async write(sha256: string): Promise<void> {
    if (!(await this.says(sha256))) await this.#store.put(NOTE, canonicalJson({ type: "checked-previous", by: CHECKED_BY, sha256 }));
  }
}

/** No party's id has an underscore, so no log's note has this name. */
const NOTE = "previous_record";
