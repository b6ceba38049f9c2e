/**
 * What a witness answers to `sign-subtree` (C2SP tlog-witness, SPEC R13), as a function of the request and of the witness's own key; and
 * what its asker writes and reads. A subtree is signed where it stands in a head that this witness has cosigned: nothing has to be kept for it.
 */
import { toBase64 } from "../bytes/base64.ts";
import { accept, refusal, refuse, type Refusal, type Result } from "../refusal.ts";
import { MLDSA44_SIGNATURE_BYTES, type PairSigner, type VerifySignatures } from "../signing/algorithm.ts";
import { keyId, MLDSA44_COSIGNATURE } from "../signing/key-id.ts";
import { formatNote, formatSignatureLines, type Note, type NoteSignature } from "../signing/note.ts";
import { rawPair } from "../signing/pair.ts";
import type { VerifierKey } from "../signing/verifier-key.ts";
import type { NamedPair } from "../channel/charter.ts";
import { encodeTimedSignature, readTimedOrTimeless, subtreeMessage } from "./head-message.ts";
import { readKeyCosignatures } from "./listed-keys.ts";
import { isSubtree, verifySubtreeConsistency } from "./subtree.ts";
import type { WitnessAnswer } from "./witness.ts";
import { readHashLine, readProofLines, readRequestHead, readSize, splitWitnessRequest, unknownOrigin, WITNESS_TEXT } from "./witness-request.ts";

/** The entries start … end − 1 of a log under their own root. */
export interface Subtree {
  readonly origin: string;
  readonly start: number;
  readonly end: number;
  readonly root: Uint8Array;
}

export interface SignSubtree extends Omit<Subtree, "origin"> {
  /** From the subtree to the head. */
  readonly proof: readonly Uint8Array[];
  /** A head of the log with the witness's cosignature. */
  readonly note: Note;
}

export type SubtreeDecision =
  { readonly status: 400 | 403 | 404 | 422; readonly refusal: Refusal } | { readonly status: 200; readonly subtree: Subtree };

/**
 * Decides on a request's body: 400 malformed, 404 unknown origin, 403 not cosigned by this witness, 422 not shown to be in the head, 200.
 * `keyOf` gives the pair under which the witness cosigns the log of an origin. Its ML-DSA-44 line is asked for, because the answer is under
 * that key: a head that holds by Ed25519 alone would let whoever breaks Ed25519 have subtrees signed with the other.
 */
export async function decideSignSubtree(
  body: string | Uint8Array,
  keyOf: (origin: string) => NamedPair | undefined,
  verify: VerifySignatures,
): Promise<SubtreeDecision> {
  const request = readRequest(body);
  if (!request.ok) return { status: 400, refusal: request.refusal };
  const { start, end, root, proof, noteText } = request.value;
  const read = readRequestHead(noteText);
  if (!read.ok) return { status: 400, refusal: read.refusal };
  const { head, note } = read.value;
  if (end > head.size)
    return { status: 400, refusal: refusal("witness-subtree", `The subtree ends at ${end}, beyond the head's ${head.size} entries.`) };
  const key = keyOf(head.origin);
  if (key === undefined)
    return { status: 404, refusal: unknownOrigin(head.origin) };
  if (!note.ok) return { status: 403, refusal: note.refusal };
  const own = await readKeyCosignatures(note.value, head, [subtreeKey(key)], verify);
  if (own.length === 0)
    return {
      status: 403,
      refusal: refusal("witness-not-cosigned", `This head has no ML-DSA-44 line of ${key.name} that holds. Have the head cosigned first.`),
    };
  if (!verifySubtreeConsistency(start, end, head.size, proof, root, head.root))
    return {
      status: 422,
      refusal: refusal("witness-subtree-proof", `The proof that ${start} … ${end} is a subtree of the head of size ${head.size} does not hold.`),
    };
  return { status: 200, subtree: { origin: head.origin, start, end, root } };
}

/** The answer on the wire. `line` is the witness's for a decision of 200. */
export function answerSignSubtree(decision: SubtreeDecision, line?: NoteSignature): WitnessAnswer {
  if (decision.status !== 200)
    return { status: decision.status, contentType: WITNESS_TEXT, body: `${decision.refusal.sentence}\n` };
  if (line === undefined) throw new TypeError("an accepted subtree is answered with its cosignature");
  return { status: 200, contentType: WITNESS_TEXT, body: formatSignatureLines([line]) };
}

/** The line of type 0x06 with time 0. The caller knows that the subtree is in a head that it has cosigned. */
export async function cosignSubtree(subtree: Subtree, cosigner: PairSigner, name: string): Promise<NoteSignature> {
  const { mldsa44 } = await cosigner.sign(messageOf(subtree, name));
  return { name, id: subtreeKey({ name, pair: cosigner.pair }).id, signature: encodeTimedSignature(0, mldsa44) };
}

/** Whether one of these lines is the cosigner's over this subtree and holds. Any input may come from outside. */
export async function isSubtreeCosigned(
  lines: readonly NoteSignature[],
  subtree: Subtree,
  cosigner: VerifierKey,
  verify: VerifySignatures,
): Promise<boolean> {
  const { name, id, type, publicKey } = cosigner;
  const line = lines.find((one) => one.name === name && one.id === id);
  const timed = line === undefined ? undefined : readTimedOrTimeless(line.signature, MLDSA44_SIGNATURE_BYTES);
  // From entry 0 on, a time says that this is the whole tree; further on nothing may (C2SP tlog-cosignature).
  if (type !== MLDSA44_COSIGNATURE || timed === undefined || (subtree.start > 0 && timed.timeSeconds !== 0)) return false;
  const message = messageOf(subtree, name, timed.timeSeconds);
  const [holds] = await verify([{ algorithm: "ml-dsa-44", publicKey, message, signature: timed.signature }]);
  return holds === true;
}

/** The body that the asker sends. Throws for one that `parseSignSubtree` would refuse. */
export function formatSignSubtree({ start, end, root, proof, note }: SignSubtree): string {
  const hashes = [root, ...proof].map((hash) => `${toBase64(hash)}\n`).join("");
  const body = `subtree ${start} ${end}\n${hashes}\n${formatNote(note)}`;
  const read = parseSignSubtree(body);
  if (!read.ok) throw new TypeError(`no request: ${read.refusal.sentence}`);
  return body;
}

/** Reads a request's parts; the head in the note is not read yet, and nothing is checked. */
export function parseSignSubtree(body: string | Uint8Array): Result<SignSubtree> {
  const request = readRequest(body);
  if (!request.ok) return request;
  const { noteText, ...parts } = request.value;
  const read = readRequestHead(noteText);
  if (!read.ok) return read;
  const { note } = read.value;
  return note.ok ? accept({ ...parts, note: note.value }) : note;
}

function readRequest(body: string | Uint8Array): Result<Omit<SignSubtree, "note"> & { readonly noteText: string }> {
  const split = splitWitnessRequest(body);
  if (!split.ok) return split;
  const [first = "", hashLine = "", ...lines] = split.value.lines;
  const [keyword, startText = "", endText = "", ...rest] = first.split(" ");
  const [start, end] = [readSize(startText), readSize(endText)];
  if (keyword !== "subtree" || start === undefined || end === undefined || rest.length > 0)
    return refuse("witness-malformed", "The request begins with `subtree` and two numbers below 2^53 without leading zeros, each after one space.");
  if (!isSubtree(start, end))
    return refuse("witness-subtree", `${start} … ${end} is no subtree: it begins at a multiple of the smallest power of two that holds its entries.`);
  const root = readHashLine(hashLine);
  if (root === undefined) return refuse("witness-malformed", "The second line is the subtree's root: 32 bytes in canonical base64.");
  const proof = readProofLines(lines);
  return proof.ok ? accept({ start, end, root, proof: proof.value, noteText: split.value.noteText }) : proof;
}

function subtreeKey({ name, pair }: NamedPair): VerifierKey {
  const publicKey = rawPair(pair).mldsa44;
  return { name, type: MLDSA44_COSIGNATURE, publicKey, id: keyId(name, MLDSA44_COSIGNATURE, publicKey) };
}

function messageOf({ origin, start, end, root }: Subtree, name: string, timeSeconds = 0): Uint8Array {
  return subtreeMessage(name, timeSeconds, origin, start, end, root);
}
