/** Signed notes (C2SP signed-note): text, a blank line, and one line for each signature. */
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { concatBytes } from "../bytes/concat.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import { accept, refuse, type Result } from "../refusal.ts";

export interface NoteSignature {
  /** The key's name. */
  readonly name: string;
  /** The key's id, eight hexadecimal digits. */
  readonly id: string;
  /** What follows the id; its form depends on the key's type. */
  readonly signature: Uint8Array;
}

export interface Note {
  /** Ends in a line feed; may hold blank lines. */
  readonly text: string;
  /** In the order of the note. Lines of unknown keys are kept and say nothing. */
  readonly signatures: readonly NoteSignature[];
}

/** Room for the two lines of a log and of 120 cosigners, 3.5 kB a pair. */
export const NOTE_LIMIT = 1024 * 1024;
const LINES_LIMIT = 1024;

const PREFIX = "— ";
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const NAME = /^[^\p{White_Space}+]+$/u;

/** Reads a note as it stands on the wire or in a file. Signatures are not checked here. */
export function parseNote(input: string | Uint8Array): Result<Note> {
  if (input.length > NOTE_LIMIT) return refuse("note-too-large", `The note is larger than ${NOTE_LIMIT} bytes.`);
  const whole = typeof input === "string" ? input : decodeUtf8(input);
  if (whole === undefined || !whole.isWellFormed()) return refuse("note-not-utf8", "The note is not well-formed UTF-8. Fetch it again.");
  if (CONTROL.test(whole)) return refuse("note-control-character", "The note holds a control character. Fetch it again.");
  // The last blank line: the text may hold blank lines of its own.
  const blank = whole.lastIndexOf("\n\n");
  if (blank < 0) return refuse("note-malformed", "The note has no blank line between its text and its signatures. Fetch it again.");
  const signatures = parseSignatureLines(whole.slice(blank + 2));
  return signatures.ok ? accept({ text: whole.slice(0, blank + 1), signatures: signatures.value }) : signatures;
}

/** Reads signature lines alone, each ending in a line feed, as a cosigner answers with them. */
export function parseSignatureLines(block: string): Result<NoteSignature[]> {
  if (block.length > NOTE_LIMIT) return refuse("note-too-large", `The signature lines are larger than ${NOTE_LIMIT} bytes.`);
  if (!block.endsWith("\n")) return refuse("note-malformed", "The note does not end with a signature line and a line feed. Fetch it again.");
  const lines = block.slice(0, -1).split("\n");
  if (lines.length > LINES_LIMIT) return refuse("note-too-many-lines", `The note has more than ${LINES_LIMIT} signature lines.`);
  const signatures: NoteSignature[] = [];
  const keys = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const where = `signature line ${index + 1}`;
    const signature = parseSignatureLine(line);
    if (signature === undefined) return refuse("note-signature-malformed", "A signature line does not read. Fetch the note again.", where);
    const key = `${signature.name} ${signature.id}`;
    if (keys.has(key)) return refuse("note-signature-duplicate", `The note has two lines of the key ${signature.name.slice(0, 100)} (${signature.id}).`, where);
    keys.add(key);
    signatures.push(signature);
  }
  return accept(signatures);
}

export function formatNote(note: Note): string {
  return `${note.text}\n${formatSignatureLines(note.signatures)}`;
}

/** One line each, with its line feed. Throws for a name or id that no note can carry. */
export function formatSignatureLines(signatures: readonly NoteSignature[]): string {
  return signatures.map(formatSignatureLine).join("");
}

/** The note with these lines added; a line of the same key is replaced. */
export function addSignatures(note: Note, added: readonly NoteSignature[]): Note {
  const kept = note.signatures.filter((line) => !added.some((other) => other.name === line.name && other.id === line.id));
  return { text: note.text, signatures: [...kept, ...added] };
}

/** The line of one key. Never choose a line by its place: unknown lines may stand anywhere. */
export function signatureOf(note: Note, name: string, id: string): Uint8Array | undefined {
  return note.signatures.find((line) => line.name === name && line.id === id)?.signature;
}

export function isKeyName(name: string): boolean {
  return NAME.test(name) && name.isWellFormed() && !CONTROL.test(name);
}

function formatSignatureLine({ name, id, signature }: NoteSignature): string {
  const idBytes = fromHex(id);
  if (!isKeyName(name) || idBytes?.length !== 4 || signature.length === 0) throw new TypeError(`no signature line: ${name} ${id}`);
  return `${PREFIX}${name} ${toBase64(concatBytes(idBytes, signature))}\n`;
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  if (!line.startsWith(PREFIX)) return undefined;
  const space = line.indexOf(" ", PREFIX.length);
  const name = line.slice(PREFIX.length, space);
  if (space < 0 || !NAME.test(name)) return undefined;
  const bytes = fromBase64(line.slice(space + 1));
  if (bytes === undefined || bytes.length < 5) return undefined;
  return { name, id: toHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
}
