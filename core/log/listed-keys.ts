/**
 * Heads and cosignatures under keys that a reader has listed one by one, as C2SP does: a log or a witness of another project may
 * have a single key. Under the keys of a charter, which come in pairs, heads are opened by `openHead`.
 */
import { encodeUtf8 } from "../bytes/utf8.ts";
import { refuse, accept, type Result } from "../refusal.ts";
import {
  ED25519_SIGNATURE_BYTES,
  MLDSA44_SIGNATURE_BYTES,
  type SignatureCheck,
  type VerifySignatures,
} from "../signing/algorithm.ts";
import { ED25519_COSIGNATURE, ED25519_NOTE, MLDSA44_COSIGNATURE } from "../signing/key-id.ts";
import { signatureOf, type Note, type NoteSignature } from "../signing/note.ts";
import type { VerifierKey } from "../signing/verifier-key.ts";
import type { Head } from "./checkpoint.ts";
import { fitsName, readTimedOrTimeless, subtreeMessage, timedTextMessage } from "./head-message.ts";

/** The types of key under which a log signs its heads; and those under which others cosign them. */
export const LOG_KEY_TYPES: readonly number[] = [ED25519_NOTE, MLDSA44_COSIGNATURE];
export const COSIGNER_KEY_TYPES: readonly number[] = [ED25519_COSIGNATURE, MLDSA44_COSIGNATURE];

export interface KeyCosignature {
  readonly key: VerifierKey;
  /** Seconds since 1970; 0 where no time is claimed. */
  readonly timeSeconds: number;
}

interface ListedLine {
  readonly key: VerifierKey;
  readonly line: NoteSignature;
  /** `undefined` if the line is not of the form that its key's type asks for. */
  readonly check: SignatureCheck | undefined;
  readonly timeSeconds: number | undefined;
}

/**
 * The lines of the log's own listed keys. `head` is what the note's text says. Refuses an origin that no listed key is named like
 * (`head-origin-unknown`), a listed key's line that does not hold (`head-line-fails`), and a head without a line for one of the
 * algorithms listed for its origin (`head-line-missing`): C2SP asks for any one line, SPEC R4 for one of each algorithm.
 */
export async function checkLogLines(
  note: Note,
  head: Head,
  keys: readonly VerifierKey[],
  verify: VerifySignatures,
): Promise<Result<readonly NoteSignature[]>> {
  const own = keys.filter((key) => key.name === head.origin && LOG_KEY_TYPES.includes(key.type));
  if (own.length === 0) return refuse("head-origin-unknown", `No key is listed for the log ${head.origin}.`, "origin");
  const lines = listedLines(note, head, own);
  const answers = await holding(lines, verify);
  if (answers.includes(false))
    return refuse(
      "head-line-fails",
      `A line of the log ${head.origin} on this head does not hold. Fetch the head again; if it stays so, ask the log's owner.`,
      head.origin,
    );
  const missing = own.find(({ type }) => !lines.some(({ key }) => key.type === type));
  if (missing !== undefined)
    return refuse(
      "head-line-missing",
      `This head lacks a line of a key of the log ${head.origin}: ${own
        .filter(({ type }) => type === missing.type)
        .map(({ id }) => id)
        .join(" or ")} is needed.`,
      head.origin,
    );
  return accept(lines.map(({ line }) => line));
}

/** The listed cosigners' keys whose line is there and holds, in the order of `keys`. A line that does not hold counts as none. */
export async function readKeyCosignatures(
  note: Note,
  head: Head,
  keys: readonly VerifierKey[],
  verify: VerifySignatures,
): Promise<KeyCosignature[]> {
  const lines = listedLines(
    note,
    head,
    keys.filter(({ type }) => COSIGNER_KEY_TYPES.includes(type)),
  );
  const answers = await holding(lines, verify);
  return lines.flatMap(({ key, timeSeconds }, index) =>
    answers[index] === true && timeSeconds !== undefined ? [{ key, timeSeconds }] : [],
  );
}

function listedLines(note: Note, head: Head, keys: readonly VerifierKey[]): ListedLine[] {
  return keys.flatMap((key) => {
    const signature = signatureOf(note, key.name, key.id);
    return signature === undefined ? [] : [readLine(key, { name: key.name, id: key.id, signature }, note, head)];
  });
}

function readLine(key: VerifierKey, line: NoteSignature, note: Note, head: Head): ListedLine {
  const { publicKey } = key;
  if (key.type === ED25519_NOTE) {
    const { signature } = line;
    const check = { algorithm: "ed25519", publicKey, message: encodeUtf8(note.text), signature } as const;
    return {
      key,
      line,
      timeSeconds: undefined,
      check: signature.length === ED25519_SIGNATURE_BYTES ? check : undefined,
    };
  }
  const lattice = key.type === MLDSA44_COSIGNATURE;
  const timed = readTimedOrTimeless(line.signature, lattice ? MLDSA44_SIGNATURE_BYTES : ED25519_SIGNATURE_BYTES);
  if (timed === undefined || !fitsName(key.name)) return { key, line, timeSeconds: undefined, check: undefined };
  const { timeSeconds, signature } = timed;
  const message = lattice
    ? subtreeMessage(key.name, timeSeconds, head.origin, 0, head.size, head.root)
    : timedTextMessage(note.text, timeSeconds);
  return {
    key,
    line,
    timeSeconds,
    check: { algorithm: lattice ? "ml-dsa-44" : "ed25519", publicKey, message, signature },
  };
}

/** Whether each line holds, in order. */
async function holding(lines: readonly ListedLine[], verify: VerifySignatures): Promise<boolean[]> {
  const asked = lines.flatMap(({ check }) => (check === undefined ? [] : [check]));
  const answers = (await verify(asked)).values();
  return lines.map(({ check }) => check !== undefined && answers.next().value === true);
}
