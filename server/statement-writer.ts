/**
 * Writes a party's own statements: names what it has seen, folds the record as it would be with the statement, and signs only what would
 * have effect. One at a time: each is judged by the record that holds the one before.
 */
import { randomBytes } from "node:crypto";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import { leafHash, type MerkleTree } from "@countersign/core/log/merkle.ts";
import {
  payloadType,
  prepareStatement,
  sealStatement,
  type FileReference,
  type Payload,
  type ReadStatement,
  type SeenHead,
} from "@countersign/core/channel/statement.ts";
import type { Envelope } from "@countersign/core/signing/dsse.ts";
import { statementKeyIds } from "@countersign/core/signing/key-id.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { Clock } from "./clock.ts";
import type { Appended, Journal } from "./journal/journal.ts";
import type { NamedSigner } from "./private/keys.ts";
import type { View } from "./view/view.ts";

export interface StatementDraft {
  readonly kind: string;
  readonly body: Payload["body"];
  readonly files: readonly { readonly reference: FileReference; readonly bytes: Uint8Array }[];
}

export interface WrittenStatement extends Appended {
  readonly id: string;
}

export interface StatementWriterOptions {
  readonly author: PartyId;
  readonly clock: Clock;
  readonly view: View;
  readonly journal: Journal;
  /** The copies of the other parties' logs. */
  readonly others: readonly { readonly party: PartyId; readonly tree: MerkleTree }[];
  readonly keepFile: (file: FileReference, bytes: Uint8Array) => Promise<void>;
}

export class StatementWriter {
  readonly #options: StatementWriterOptions;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: StatementWriterOptions) {
    this.#options = options;
  }

  /** Durable and under a signed head when it answers. Refuses with the fold's own reason what would have no effect. */
  write(draft: StatementDraft, key: NamedSigner): Promise<Result<WrittenStatement>> {
    const written = this.#turn.then(() => this.#write(draft, key));
    this.#turn = written.catch(() => undefined);
    return written;
  }

  /** Whether another party has said something, other than `receive`, that no statement of this one has seen. */
  hasNews(): boolean {
    const mentioned = this.#mentioned();
    return this.#options.others.some(({ party }) => {
      const from = mentioned.get(party) ?? 0;
      const entries = this.#options.view.log(party)?.entries.slice(from) ?? [];
      return entries.some(({ statement }) => statement !== undefined && statement.payload.kind !== "receive");
    });
  }

  async #write(draft: StatementDraft, key: NamedSigner): Promise<Result<WrittenStatement>> {
    const { author, view, journal, keepFile } = this.#options;
    const payload: Payload = {
      channel: view.channel,
      author,
      at: this.#options.clock.now(),
      seen: this.#seen(),
      kind: draft.kind,
      body: draft.body,
      files: draft.files.map(({ reference }) => reference),
      salt: toBase64(randomBytes(16)),
    };
    const prepared = prepare(payload);
    if (!prepared.ok) return prepared;
    const { payloadBytes, signedBytes, id } = prepared.value;
    const withSignatures = (signatures: Envelope["signatures"]): ReadStatement => ({
      id,
      payload,
      payloadBytes,
      signedBytes,
      envelope: { payloadType: payloadType(payload.kind), payload: payloadBytes, signatures },
    });
    // An attachment's ciphertext is kept and never folded.
    const bodies = draft.files.filter(({ reference }) => !isAttachment(reference));
    const files = new Map(bodies.map(({ reference, bytes }) => [reference.sha256, bytes]));
    const index = journal.size;
    const trial = view.try(
      author,
      { leafHash: new Uint8Array(32), statement: withSignatures([NO_SIGNATURE, NO_SIGNATURE]) },
      files,
    );
    const inert = trial.state.inert.find((one) => one.author === author && one.index === index);
    if (inert !== undefined) return { ok: false, refusal: inert.why };
    for (const { reference, bytes } of draft.files) await keepFile(reference, bytes);
    const ids = statementKeyIds(key.named.name, key.named.pair);
    const made = await key.signer.sign(signedBytes);
    const signatures: Envelope["signatures"] = [
      { keyid: ids.ed25519, sig: made.ed25519 },
      { keyid: ids.mldsa44, sig: made.mldsa44 },
    ];
    const leaf = sealStatement(payload, payloadBytes, signatures);
    const appended = await journal.append(leaf, id);
    if (!appended.ok) return appended;
    view.accept(trial, author, { leafHash: leafHash(leaf), statement: withSignatures(signatures) }, files);
    return accept({ ...appended.value, id });
  }

  /** The own log, and each other log that grew since a statement of this party last named it (SPEC R5), sorted by log. */
  #seen(): SeenHead[] {
    const { author, journal, others } = this.#options;
    const mentioned = this.#mentioned();
    const heads: SeenHead[] = [{ log: author, size: journal.size, root: toBase64(journal.tree.root()) }];
    for (const { party, tree } of others) {
      const from = mentioned.get(party) ?? 0;
      const { size } = tree;
      if (size > from) heads.push({ log: party, size, root: toBase64(tree.root(size)) });
    }
    return heads.sort((a, b) => (a.log < b.log ? -1 : 1));
  }

  /** Per other log the largest size that a statement of this party which has effect names. */
  #mentioned(): Map<PartyId, number> {
    const { author, view } = this.#options;
    const state = view.state();
    const mentioned = new Map<PartyId, number>();
    for (const [index, { statement }] of (view.log(author)?.entries ?? []).entries()) {
      if (statement === undefined || state.at(author, index) === undefined) continue;
      for (const { log, size } of statement.payload.seen) mentioned.set(log, Math.max(size, mentioned.get(log) ?? 0));
    }
    return mentioned;
  }
}

const NO_SIGNATURE = { keyid: "00000000", sig: new Uint8Array(0) };

/** A body from a desk may hold what has no canonical form (a fraction, half of a surrogate pair). */
function prepare(payload: Payload): ReturnType<typeof prepareStatement> {
  try {
    return prepareStatement(payload);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refuse("statement-not-canonical", `This statement cannot be signed: ${error.message}.`, "body");
  }
}
