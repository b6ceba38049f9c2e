/**
 * Attachments: files encrypted with age to named readers (SPEC R6). The file that everyone keeps is the ciphertext; inside it stand a salt
 * and the content, and `plain` binds both to the statement. Encrypting and opening is a node's work; what anyone can check is here.
 */
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import type { PartyId } from "../bytes/fields.ts";
import { accept, refusal, refuse, type Refusal, type Result } from "../refusal.ts";
import { partyOf, type Charter } from "./charter.ts";
import type { FileReference } from "./statement.ts";

export const SALT_BYTES = 32;

/** The only kind of recipient that a header may name: hybrid, so that it outlives one algorithm (R4); never beside a classical one. */
export const HYBRID_RECIPIENT = "mlkem768x25519";

const FIRST_LINE = "age-encryption.org/v1";
/** 64 files of 100 readers stay far below; a header goes no further. */
const HEADER_LIMIT = 1024 * 1024;

export type AttachmentReference = FileReference & { readonly readers: readonly PartyId[]; readonly plain: string };

export function isAttachment(file: FileReference): file is AttachmentReference {
  return file.readers !== undefined && file.plain !== undefined;
}

/** What stands inside the ciphertext. Whoever hands out both proves what was sent. */
export interface Opening {
  readonly salt: Uint8Array;
  readonly content: Uint8Array;
}

/** `plain` of a statement: hex(H(salt ‖ content)), the hash of these bytes as they stand. */
export function plainOf(opening: Uint8Array): string {
  return toHex(sha256(opening));
}

/** Parts salt and content; refuses `attachment-differs` what is not what the author has signed. */
export function readOpening(opening: Uint8Array, plain: string): Result<Opening> {
  if (opening.length < SALT_BYTES || plainOf(opening) !== plain)
    return refuse("attachment-differs", "What stands in this attachment is not what its author has signed.");
  return accept({ salt: opening.subarray(0, SALT_BYTES), content: opening.subarray(SALT_BYTES) });
}

/** Why a statement's file cannot be what it says: its readers are parties, in order, each once, the author among them, and `plain` goes with them. */
export function refuseReaders({ name, readers, plain }: FileReference, author: PartyId, charter: Charter): Refusal | undefined {
  if (readers === undefined && plain === undefined) return undefined;
  if (readers === undefined || plain === undefined)
    return refusal("file-readers", `Its file ${name} has readers without a hash of what they read, or such a hash without readers.`);
  const stranger = readers.find((id) => partyOf(charter, id) === undefined);
  if (stranger !== undefined) return refusal("file-readers", `Its file ${name} is for ${stranger}, which is no party of the channel.`);
  if (!readers.includes(author)) return refusal("file-readers", `Its file ${name} is not for its own author, who must answer for what is in it.`);
  if (readers.some((id, position) => position > 0 && (readers[position - 1] ?? "") >= id))
    return refusal("file-readers", `The readers of its file ${name} do not stand in order, or one stands twice.`);
  return undefined;
}

/**
 * The kinds of recipients that the header of an age file names, in its order (age v1: a line `-> kind arguments`, then the body in lines of 64
 * base64 characters, the last one shorter). Says how many can open the file, and never who.
 */
export function recipientKinds(ciphertext: Uint8Array): Result<readonly string[]> {
  const malformed = refuse("attachment-malformed", "This attachment is no age file.");
  const lines = headerLines(ciphertext);
  if (lines.next().value !== FIRST_LINE) return malformed;
  const found: string[] = [];
  let inBody = false;
  for (const line of lines) {
    if (inBody) {
      if (!/^[A-Za-z0-9+/]{0,64}$/.test(line)) return malformed;
      inBody = line.length === 64;
      continue;
    }
    if (/^--- [A-Za-z0-9+/]{43}$/.test(line)) return accept(found);
    const [, kind] = /^-> ([\x21-\x7e]+)(?: [\x21-\x7e]+)*$/.exec(line) ?? [];
    if (kind === undefined) return malformed;
    found.push(kind);
    inBody = true;
  }
  return malformed;
}

/** What a header says against the reader list: other recipients than hybrid ones, or more or fewer of them than readers. */
export function refuseHeader(ciphertext: Uint8Array, { readers }: AttachmentReference): Refusal | undefined {
  const named = recipientKinds(ciphertext);
  if (!named.ok) return named.refusal;
  if (named.value.some((one) => one !== HYBRID_RECIPIENT))
    return refusal("attachment-mixed", "This attachment is also encrypted to a recipient that is not hybrid. Its secrecy would fall with one algorithm.");
  if (named.value.length === readers.length) return undefined;
  return refusal(
    "attachment-readers-differ",
    `This attachment names ${readers.length} readers and is encrypted to ${named.value.length} recipients.`,
  );
}

function* headerLines(bytes: Uint8Array): Generator<string, undefined> {
  let from = 0;
  for (let at = 0; at < Math.min(bytes.length, HEADER_LIMIT); at += 1) {
    if (bytes[at] !== 0x0a) continue;
    yield String.fromCharCode(...bytes.subarray(from, Math.min(at, from + 4096)));
    from = at + 1;
  }
  return undefined;
}
