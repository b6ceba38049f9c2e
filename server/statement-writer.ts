/**
 * Writes a party's own statements: names what it has seen, folds the record as it would be with the statement, and signs only what would
 * have effect. One at a time: each is judged by the record that holds the one before.
 */
import { randomBytes } from "node:crypto";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import { FileMap } from "@countersign/core/channel/held-files.ts";
import type { OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { leafHash, type MerkleTree } from "@countersign/core/log/merkle.ts";
import {
  prepareStatement,
  sealStatement,
  type FileReference,
  type HeldStatement,
  type Payload,
  type SeenHead,
} from "@countersign/core/channel/statement.ts";
import type { Envelope } from "@countersign/core/signing/dsse.ts";
import { statementKeyIds } from "@countersign/core/signing/key-id.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { Clock } from "./clock.ts";
import type { Appended, Journal } from "./journal/journal.ts";
import type { NamedSigner } from "./private/keys.ts";
import { keyHalf, type RequestSalt } from "./request-salt.ts";
import type { View } from "./view/view.ts";

export interface StatementDraft {
  readonly kind: string;
  readonly body: Payload["body"];
  readonly files: readonly { readonly reference: FileReference; readonly bytes: Uint8Array }[];
  /** Of a request that may come again; otherwise the salt is random. */
  readonly salt?: RequestSalt;
}

export interface WrittenStatement extends Appended {
  readonly id: string;
}

export interface StatementWriterOptions {
  readonly author: PartyId;
  readonly clock: Clock;
  readonly view: View;
  readonly journal: Journal;
  /** The copies of the other parties' logs; `head` is the newest of its owner that is held whole. */
  readonly others: readonly { readonly party: PartyId; readonly tree: MerkleTree; readonly head: OpenedHead | undefined }[];
  readonly keepFile: (file: FileReference, bytes: Uint8Array) => Promise<void>;
}

export class StatementWriter {
  readonly #options: StatementWriterOptions;
  #turn: Promise<unknown> = Promise.resolve();
  /** Per half of a salt that stands for a request's key, the index of its statement; and how many entries were looked at. */
  readonly #requests = { indexes: new Map<string, number>(), count: 0 };
  #looked = { begun: 0, count: 0, sizes: new Map<PartyId, number>() };

  constructor(options: StatementWriterOptions) {
    this.#options = options;
  }

  /** Durable and under a signed head when it answers. Refuses with the fold's own reason what would have no effect. */
  write(draft: StatementDraft, key: NamedSigner): Promise<Result<WrittenStatement>> {
    const written = this.#turn.then(() => this.#write(draft, key));
    this.#turn = written.catch(() => undefined);
    return written;
  }

  /** What was answered, or would have been, to a request that came before; a refusal if its key was used for another. `undefined`: it is new. */
  said(salt: RequestSalt): Result<WrittenStatement> | undefined {
    const { author, view, journal } = this.#options;
    const entries = view.log(author)?.entries ?? [];
    const { indexes } = this.#requests;
    for (; this.#requests.count < entries.length; this.#requests.count += 1) {
      const bytes = fromBase64(entries[this.#requests.count]?.statement?.payload.salt ?? "");
      if (bytes !== undefined && !indexes.has(keyHalf(bytes))) indexes.set(keyHalf(bytes), this.#requests.count);
    }
    const index = indexes.get(salt.ofKey);
    const statement = index === undefined ? undefined : entries[index]?.statement;
    if (index === undefined || statement === undefined) return undefined;
    if (statement.payload.salt !== salt.salt)
      return refuse("request-key-used", "Something else was said under the key of this request. Send it under a new one.", "key");
    const appended = journal.covered(index);
    return appended === undefined ? undefined : accept({ ...appended, id: statement.id });
  }

  /** Whether another party has said something, other than `receive`, that no statement of this one has seen. */
  hasNews(): boolean {
    const mentioned = this.#mentioned();
    return this.#options.others.some((other) => {
      const from = mentioned.get(other.party) ?? 0;
      const entries = this.#options.view.log(other.party)?.entries.slice(from, this.#shown(other)) ?? [];
      return entries.some(({ statement }) => statement !== undefined && statement.payload.kind !== "receive");
    });
  }

  async #write(draft: StatementDraft, key: NamedSigner): Promise<Result<WrittenStatement>> {
    const { author, view, journal, keepFile } = this.#options;
    const said = draft.salt === undefined ? undefined : this.said(draft.salt);
    if (said !== undefined) return said;
    const payload: Payload = {
      channel: view.channel,
      author,
      at: this.#options.clock.now(),
      seen: this.#seen(),
      kind: draft.kind,
      body: draft.body,
      files: draft.files.map(({ reference }) => reference),
      salt: draft.salt?.salt ?? toBase64(randomBytes(16)),
    };
    const prepared = prepare(payload);
    if (!prepared.ok) return prepared;
    const { payloadBytes, signedBytes, id } = prepared.value;
    // An attachment's ciphertext is kept and never folded.
    const bodies = draft.files.filter(({ reference }) => !isAttachment(reference));
    const files = new FileMap(bodies.map(({ reference, bytes }) => [reference.sha256, bytes]));
    const ids = statementKeyIds(key.named.name, key.named.pair);
    const statement: HeldStatement = { id, payload, keyId: ids.ed25519 };
    const why = view.weigh(author, { leafHash: NO_HASH, statement }, files);
    if (why !== undefined) return { ok: false, refusal: why };
    for (const { reference, bytes } of draft.files) await keepFile(reference, bytes);
    const made = await key.signer.sign(signedBytes);
    const signatures: Envelope["signatures"] = [
      { keyid: ids.ed25519, sig: made.ed25519 },
      { keyid: ids.mldsa44, sig: made.mldsa44 },
    ];
    const leaf = sealStatement(payload, payloadBytes, signatures);
    const appended = await journal.append(leaf, id);
    if (!appended.ok) return appended;
    for (const [sha256, bytes] of files) view.addFile(sha256, bytes.length);
    view.add(author, [{ leafHash: leafHash(leaf), statement }]);
    return accept({ ...appended.value, id });
  }

  /** The own log, and each other log that grew since a statement of this party last named it (SPEC R5), sorted by log. */
  #seen(): SeenHead[] {
    const { author, journal, others } = this.#options;
    const mentioned = this.#mentioned();
    const heads: SeenHead[] = [{ log: author, size: journal.size, root: toBase64(journal.tree.root()) }];
    for (const other of others) {
      const size = this.#shown(other);
      if (size > (mentioned.get(other.party) ?? 0)) heads.push({ log: other.party, size, root: toBase64(other.tree.root(size)) });
    }
    return heads.sort((a, b) => (a.log < b.log ? -1 : 1));
  }

  /**
   * How much of another log this party's statements may build on: what its owner has signed as a head that is held whole, so that whoever
   * was shown something else can be shown that; and of this what is in the view.
   */
  #shown({ party, head }: StatementWriterOptions["others"][number]): number {
    return Math.min(head?.head.size ?? 0, this.#options.view.log(party)?.entries.length ?? 0);
  }

  /** Per other log the largest size that a statement of this party which has effect names; those that were looked at are not again. */
  #mentioned(): ReadonlyMap<PartyId, number> {
    const { author, view } = this.#options;
    const state = view.state();
    if (this.#looked.begun !== view.begun) this.#looked = { begun: view.begun, count: 0, sizes: new Map() };
    const looked = this.#looked;
    const entries = view.log(author)?.entries ?? [];
    for (; looked.count < entries.length; looked.count += 1) {
      if (state.at(author, looked.count) === undefined) continue;
      for (const { log, size } of entries[looked.count]?.statement?.payload.seen ?? [])
        looked.sizes.set(log, Math.max(size, looked.sizes.get(log) ?? 0));
    }
    return looked.sizes;
  }
}

/** It has none before it is signed, and no rule asks for it. */
const NO_HASH = new Uint8Array(32);

/** A body from a desk may hold what has no canonical form (a fraction, half of a surrogate pair). */
function prepare(payload: Payload): ReturnType<typeof prepareStatement> {
  try {
    return prepareStatement(payload);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refuse("statement-not-canonical", `This statement cannot be signed: ${error.message}.`, "body");
  }
}
