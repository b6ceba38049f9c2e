/**
 * The last head of one log that a witness has cosigned: the one place where the witness key signs heads of that log, so that what is
 * submitted and what is pulled can never make it cosign two versions. A cosignature is durable before anybody gets it (SPEC R13).
 */
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { parseCheckpointLines, type Head, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { cosign } from "@countersign/core/log/cosignature.ts";
import { cosignSubtree, type Subtree } from "@countersign/core/log/sign-subtree.ts";
import { checkLogLines } from "@countersign/core/log/listed-keys.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { addSignatures, formatNote, parseNote, type NoteSignature } from "@countersign/core/signing/note.ts";
import type { VerifierKey } from "@countersign/core/signing/verifier-key.ts";
import { clockSeconds, type Clock } from "../clock.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import type { NamedSigner } from "../private/keys.ts";
import { headVerify } from "../signing.ts";

export interface WitnessedLogOptions {
  /** The log's; their name is its origin. */
  readonly keys: readonly VerifierKey[];
  readonly cosigner: NamedSigner;
  /** The log's part of it. `checkpoint` there is a head that was cosigned before `witnessed` was first written. */
  readonly store: ObjectStore;
  readonly clock: Clock;
}

export class WitnessedLog {
  readonly keys: readonly VerifierKey[];
  readonly #options: WitnessedLogOptions;
  #latest: OpenedHead | undefined;
  /** What `witnessed` holds. */
  #kept: Uint8Array | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: WitnessedLogOptions) {
    this.keys = options.keys;
    this.#options = options;
  }

  /** Refuses a kept head that does not read or hold: a witness that forgot what it has cosigned could cosign another version. */
  static async open(options: WitnessedLogOptions): Promise<Result<WitnessedLog>> {
    const opened = new WitnessedLog(options);
    opened.#kept = await options.store.get("witnessed");
    const bytes = opened.#kept ?? (await options.store.get("checkpoint"));
    if (bytes === undefined) return accept(opened);
    const note = parseNote(bytes);
    const head = note.ok ? parseCheckpointLines(note.value.text) : note;
    const lines = note.ok && head.ok ? await checkLogLines(note.value, head.value, options.keys, headVerify) : head;
    if (!note.ok || !head.ok || !lines.ok)
      return refuse(
        "log-damaged",
        "The head that this witness cosigned last is damaged on this machine. Restore the newest one: with an older one it could cosign two versions of a log.",
        options.keys[0]?.name,
      );
    opened.#latest = { head: head.value, note: note.value };
    return accept(opened);
  }

  /** Under which it cosigns. */
  get cosigner(): NamedSigner["named"] {
    return this.#options.cosigner.named;
  }

  /** The line for a subtree of a head that was cosigned here. It claims no time and moves nothing, so nothing is kept. */
  cosignSubtree(subtree: Subtree): Promise<NoteSignature> {
    const { cosigner } = this.#options;
    return cosignSubtree(subtree, cosigner.signer, cosigner.named.name);
  }

  /** With the log's lines and the witness's. */
  get latest(): OpenedHead | undefined {
    return this.#latest;
  }

  /**
   * Cosigns a head, which has its log's own lines alone, if `follows` holds of the last one at that moment; `undefined` if it does not. The
   * lines are given once the head with them is durable in place of the last one. Rejects when this machine cannot write.
   */
  cosign(submitted: OpenedHead, follows: (latest: Head | undefined) => boolean): Promise<readonly NoteSignature[] | undefined> {
    const done = this.#turn.then(() => this.#cosign(submitted, follows));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #cosign({ head, note }: OpenedHead, follows: (latest: Head | undefined) => boolean): Promise<readonly NoteSignature[] | undefined> {
    if (!follows(this.#latest?.head)) return undefined;
    const { cosigner, clock, store } = this.#options;
    const lines = await cosign(head, cosigner.signer, cosigner.named.name, clockSeconds(clock), note.text);
    const cosigned = addSignatures(note, lines);
    const bytes = encodeUtf8(formatNote(cosigned));
    if (!(await store.replaceIf("witnessed", this.#kept, bytes)))
      throw new Error("another process replaced a witnessed head");
    this.#kept = bytes;
    this.#latest = { head, note: cosigned };
    return lines;
  }
}

/** The same tree of the same log; signatures and times do not count. */
export function isSameTree(one: Head | undefined, other: Head | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.origin === other.origin && one.size === other.size && equalBytes(one.root, other.root);
}
