/** What the two requests to a witness have in common: lines, a blank line, and a head (C2SP tlog-witness). */
import { fromBase64 } from "../bytes/base64.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import { accept, refusal, refuse, type Refusal, type Result } from "../refusal.ts";
import { NOTE_LIMIT, parseNote, type Note } from "../signing/note.ts";
import { parseCheckpointLines, type Head } from "./checkpoint.ts";
import { HASH_BYTES, isSize } from "./merkle.ts";

/** Bytes of a request. */
export const WITNESS_REQUEST_LIMIT = NOTE_LIMIT + 4096;
/** The content type of answers, but of a stored size. */
export const WITNESS_TEXT = "text/plain; charset=utf-8";
/** More proof lines than this are refused. */
const PROOF_LIMIT = 63;

export interface WitnessRequest {
  /** Before the first blank line; at least one, which may be empty. */
  readonly lines: readonly string[];
  readonly noteText: string;
}

export interface RequestHead {
  readonly head: Head;
  /** A line that does not read is a line that does not hold: C2SP answers it after an origin that is not known. */
  readonly note: Result<Note>;
}

export function splitWitnessRequest(body: string | Uint8Array): Result<WitnessRequest> {
  if (body.length > WITNESS_REQUEST_LIMIT)
    return refuse("witness-too-large", `A request has at most ${WITNESS_REQUEST_LIMIT} bytes.`);
  const text = typeof body === "string" ? body : decodeUtf8(body);
  if (text === undefined) return refuse("witness-malformed", "The request is no UTF-8 text.");
  const blank = text.indexOf("\n\n");
  if (blank < 0) return refuse("witness-malformed", "The request has no blank line before its head.");
  return accept({ lines: text.slice(0, blank).split("\n"), noteText: text.slice(blank + 2) });
}

export function readProofLines(lines: readonly string[]): Result<readonly Uint8Array[]> {
  if (lines.length > PROOF_LIMIT)
    return refuse("witness-malformed", `The request has ${lines.length} proof lines; ${PROOF_LIMIT} are the most.`);
  const proof = lines.flatMap((line) => readHashLine(line) ?? []);
  return proof.length === lines.length ? accept(proof) : refuse("witness-malformed", "Each proof line is 32 bytes in canonical base64.");
}

export function readHashLine(line: string): Uint8Array | undefined {
  const hash = fromBase64(line);
  return hash?.length === HASH_BYTES ? hash : undefined;
}

/** Decimal, without leading zeros, below 2^53. */
export function readSize(text: string): number | undefined {
  const size = Number(text);
  return /^(?:0|[1-9]\d{0,15})$/.test(text) && isSize(size) ? size : undefined;
}

export function readRequestHead(noteText: string): Result<RequestHead> {
  const note = parseNote(noteText);
  if (!note.ok && note.refusal.code !== "note-signature-malformed") return note;
  const head = parseCheckpointLines(note.ok ? note.value.text : noteText.slice(0, noteText.lastIndexOf("\n\n") + 1));
  return head.ok ? accept({ head: head.value, note }) : head;
}

export function unknownOrigin(origin: string): Refusal {
  return refusal("witness-origin-unknown", `This witness does not know the log ${origin}.`);
}
