/**
 * What a witness answers to `add-checkpoint` (C2SP tlog-witness, SPEC R13), as a function of the request and of what the witness has
 * cosigned before; and what a log's side writes and reads. Keeping and signing are the caller's: for status 200 it puts the head in
 * place of the one it decided on, in one step that fails if that one has changed meanwhile, and gives out its cosignature only once
 * that is durable.
 */
import { toBase64 } from "../bytes/base64.ts";
import { equalBytes } from "../bytes/concat.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { accept, refusal, refuse, type Refusal, type Result } from "../refusal.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { formatNote, formatSignatureLines, parseNote, type Note, type NoteSignature } from "../signing/note.ts";
import type { VerifierKey } from "../signing/verifier-key.ts";
import { hasPossibleRoot, type Head, type OpenedHead } from "./checkpoint.ts";
import type { ShownRoot } from "./fork.ts";
import { checkLogLines } from "./listed-keys.ts";
import { verifyConsistency } from "./merkle.ts";
import { shownRoot } from "./subtree.ts";
import { readProofLines, readRequestHead, readSize, splitWitnessRequest, unknownOrigin, WITNESS_TEXT } from "./witness-request.ts";

/** A log that the witness is asked to cosign. */
export interface WitnessedLog {
  /** Their name is the log's origin. */
  readonly keys: readonly VerifierKey[];
  /** The head that the witness cosigned last, with the log's lines and perhaps others; none if it never did. */
  readonly latest?: OpenedHead;
}

/**
 * What shows that the log has signed two versions of itself: two heads of one size, or a larger one whose own consistency proof
 * begins at another root than the smaller one's. `findFork` makes the document of it.
 */
export interface ForkEvidence {
  readonly latest: OpenedHead;
  readonly submitted: OpenedHead;
  readonly shown?: ShownRoot;
}

export type WitnessDecision =
  | { readonly status: 400 | 403 | 404; readonly refusal: Refusal }
  /** The old size is not the one the witness has, which is `storedSize`. */
  | { readonly status: 409; readonly storedSize: number; readonly evidence?: ForkEvidence }
  /** The head does not follow from the last one, or this was not shown. It is never cosigned. */
  | { readonly status: 422; readonly refusal: Refusal; readonly evidence?: ForkEvidence }
  /** To be cosigned and kept in place of a head of `replaces` entries. `submitted` has the log's own lines alone. */
  | { readonly status: 200; readonly submitted: OpenedHead; readonly replaces: number };

export interface WitnessAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface AddCheckpoint {
  /** The size that the log takes the witness to have. */
  readonly oldSize: number;
  /** From the old size to the head's. */
  readonly proof: readonly Uint8Array[];
  readonly note: Note;
}

const SIZE = "text/x.tlog.size";

/**
 * Decides on a request's body, in the order that C2SP's answers have: 400 malformed, 404 unknown origin, 403 no line of the log or one
 * that does not hold, 409 another old size, 422 not shown to follow, 200. `logOf` gives what the witness knows of an origin.
 */
export async function decideAddCheckpoint(
  body: string | Uint8Array,
  logOf: (origin: string) => WitnessedLog | undefined,
  verify: VerifySignatures,
): Promise<WitnessDecision> {
  const request = readRequest(body);
  if (!request.ok) return { status: 400, refusal: request.refusal };
  const { oldSize, proof, noteText } = request.value;
  const read = readRequestHead(noteText);
  if (!read.ok) return { status: 400, refusal: read.refusal };
  const { head, note } = read.value;
  if (oldSize > head.size)
    return {
      status: 400,
      refusal: refusal("witness-old-size", `The old size ${oldSize} is larger than the head's, ${head.size}.`),
    };
  const log = logOf(head.origin);
  if (log === undefined) return { status: 404, refusal: unknownOrigin(head.origin) };
  if (!note.ok) return { status: 403, refusal: note.refusal };
  const lines = await checkLogLines(note.value, head, log.keys, verify);
  if (!lines.ok) return { status: 403, refusal: lines.refusal };

  const submitted = { head, note: { text: note.value.text, signatures: lines.value } };
  const found = forkEvidence(log.latest, submitted, proof);
  const evidence = found === undefined ? {} : { evidence: found };
  const storedSize = log.latest?.head.size ?? 0;
  if (oldSize !== storedSize) return { status: 409, storedSize, ...evidence };
  const refused = refuseToFollow(log.latest?.head, head, proof);
  if (refused !== undefined) return { status: 422, refusal: refused, ...evidence };
  return { status: 200, submitted, replaces: storedSize };
}

/** The answer on the wire. `cosignatures` are the witness's lines for a decision of 200, given once the head is kept. */
export function answerAddCheckpoint(
  decision: WitnessDecision,
  cosignatures: readonly NoteSignature[] = [],
): WitnessAnswer {
  if (decision.status === 409) return { status: 409, contentType: SIZE, body: `${decision.storedSize}\n` };
  if (decision.status !== 200)
    return { status: decision.status, contentType: WITNESS_TEXT, body: `${decision.refusal.sentence}\n` };
  if (cosignatures.length === 0) throw new TypeError("an accepted head is answered with its cosignature");
  return { status: 200, contentType: WITNESS_TEXT, body: formatSignatureLines(cosignatures) };
}

/** Where a witness or mirror serves the last head it cosigned of a log: `<SHA-256 of the origin, hexadecimal>/checkpoint`. */
export function witnessedPath(origin: string): string {
  return `${toHex(sha256(encodeUtf8(origin)))}/checkpoint`;
}

/** The body that a log's side sends. Throws for one that `parseAddCheckpoint` would refuse. */
export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  const body = `old ${oldSize}\n${proof.map((hash) => `${toBase64(hash)}\n`).join("")}\n${formatNote(note)}`;
  const read = parseAddCheckpoint(body);
  if (!read.ok) throw new TypeError(`no request: ${read.refusal.sentence}`);
  return body;
}

/** Reads a request's parts; the head in the note is not read yet, and nothing is checked. */
export function parseAddCheckpoint(body: string | Uint8Array): Result<AddCheckpoint> {
  const parts = readRequest(body);
  if (!parts.ok) return parts;
  const { oldSize, proof, noteText } = parts.value;
  const note = parseNote(noteText);
  return note.ok ? accept({ oldSize, proof, note: note.value }) : note;
}

/**
 * Reads the size in an answer of 409. It is what the witness has, smaller or larger than was thought: the log's side asks again with a
 * proof from it, or, if it is larger than the log's own head, waits.
 */
export function readStoredSize(body: string): Result<number> {
  const size = body.endsWith("\n") ? readSize(body.slice(0, -1)) : undefined;
  return size === undefined
    ? refuse("witness-answer", "The witness answered with no size. Ask again later.")
    : accept(size);
}

function readRequest(body: string | Uint8Array): Result<Pick<AddCheckpoint, "oldSize" | "proof"> & { readonly noteText: string }> {
  const parts = splitWitnessRequest(body);
  if (!parts.ok) return parts;
  const [first = "", ...lines] = parts.value.lines;
  const oldSize = first.startsWith("old ") ? readSize(first.slice(4)) : undefined;
  if (oldSize === undefined)
    return refuse("witness-malformed", "The request begins with `old`, a space and a size below 2^53 without leading zeros.");
  const proof = readProofLines(lines);
  return proof.ok ? accept({ oldSize, proof: proof.value, noteText: parts.value.noteText }) : proof;
}

/** Why the head is not shown to follow from the last one; the old size is the last one's. */
function refuseToFollow(latest: Head | undefined, head: Head, proof: readonly Uint8Array[]): Refusal | undefined {
  if (!hasPossibleRoot(head)) return refusal("witness-empty-root", "A head of size 0 has the root of the empty tree.");
  if (latest === undefined)
    return proof.length === 0
      ? undefined
      : refusal("witness-proof", "From size 0 on nothing is to be shown: the proof is empty.");
  if (latest.size === head.size && !equalBytes(latest.root, head.root))
    return refusal(
      "witness-roots-differ",
      `This witness has cosigned another root of ${head.origin} at size ${head.size}.`,
    );
  return verifyConsistency(latest.size, head.size, proof, latest.root, head.root)
    ? undefined
    : refusal("witness-proof", `The consistency proof from size ${latest.size} to ${head.size} does not hold.`);
}

/** Both heads carry their log's lines, so that two roots are the log's own doing (SPEC R15); a failing proof by itself shows nothing. */
function forkEvidence(
  latest: OpenedHead | undefined,
  submitted: OpenedHead,
  proof: readonly Uint8Array[],
): ForkEvidence | undefined {
  if (latest === undefined || !hasPossibleRoot(submitted.head)) return undefined;
  const { size, root } = latest.head;
  if (size === submitted.head.size) return equalBytes(root, submitted.head.root) ? undefined : { latest, submitted };
  const shown = shownRoot(size, submitted.head.size, proof, submitted.head.root);
  return shown === undefined || equalBytes(shown, root)
    ? undefined
    : { latest, submitted, shown: { root: shown, proof } };
}
