/** Turns what a desk wants to say into a draft with its files: named by their hashes, and those for named readers encrypted (SPEC R6). */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { fromBase64 } from "@countersign/core/bytes/base64.ts";
import { concatBytes } from "@countersign/core/bytes/concat.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { decodeUtf8, encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { partyOf, type Charter } from "@countersign/core/channel/charter.ts";
import type { KeyRing } from "@countersign/core/channel/key-ring.ts";
import { fileReference } from "@countersign/core/channel/statement.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { StatementRequest } from "@countersign/wire/endpoints.ts";
import { encryptAttachment } from "./private/attachments.ts";
import type { StatementDraft } from "./statement-writer.ts";

export interface DraftContext {
  readonly self: PartyId;
  readonly charter: Charter;
  /** A party's keys as its log, held here, gives them: a file is encrypted to the newest reading key that stands. */
  readonly ring: (party: PartyId) => KeyRing;
}

type DraftFile = StatementDraft["files"][number];
type RequestFile = StatementRequest["files"][number];

export async function draftOf(request: StatementRequest, context: DraftContext): Promise<Result<StatementDraft>> {
  const files: DraftFile[] = [];
  for (const file of request.files) {
    const bytes = fromBase64(file.data);
    if (bytes === undefined) return refuse("file-not-base64", `The file ${file.name} is not base64.`, file.name);
    const made = file.readers === undefined ? one(named(file, bytes, context)) : await attached(file, file.readers, bytes, context);
    if (!made.ok) return made;
    files.push(...made.value);
  }
  return accept({ kind: request.kind, body: request.body, files });
}

/** One attachment for all readers, or one for each. The author answers for what is in it, and so must be able to open it. */
async function attached(
  file: RequestFile,
  wanted: readonly PartyId[],
  content: Uint8Array,
  context: DraftContext,
): Promise<Result<readonly DraftFile[]>> {
  const readers = [...new Set([context.self, ...wanted])].sort();
  const stranger = readers.find((party) => partyOf(context.charter, party) === undefined);
  if (stranger !== undefined)
    return refuse("file-reader-unknown", `${stranger} is no party of this channel and cannot be a reader of ${file.name}.`, file.name);
  if (file.copies !== true) return one(await encrypted(file, readers, content, context));
  const others = readers.filter((party) => party !== context.self);
  if (others.length === 0)
    return refuse("file-copies-nobody", `A copy for each reader of ${file.name} needs a reader beside yourself.`, file.name);
  const copies: DraftFile[] = [];
  for (const [position, reader] of others.entries()) {
    const copy = markedCopy(file, content, { number: position + 1, of: others.length, reader }, context);
    if (!copy.ok) return copy;
    const made = await encrypted({ ...file, name: copy.value.name }, [context.self, reader].sort(), copy.value.content, context);
    if (!made.ok) return made;
    copies.push(made.value);
  }
  return accept(copies);
}

async function encrypted(
  file: RequestFile,
  readers: PartyId[],
  content: Uint8Array,
  context: DraftContext,
): Promise<Result<DraftFile>> {
  const recipients = new Map<PartyId, string>();
  for (const party of readers) {
    const key = context.ring(party).standing("reading").at(-1)?.key;
    if (key === undefined)
      return refuse("file-reader-without-key", `${party} has no reading key, so ${file.name} cannot be encrypted to it. Ask ${party} to add one.`, file.name);
    recipients.set(party, key);
  }
  if (content.length > context.charter.caps.bodyFileBytes) return tooLarge(file, content.length, context);
  const made = await encryptAttachment(content, recipients);
  return made.ok ? named(file, made.value.ciphertext, context, { readers, plain: made.value.plain }) : made;
}

/** A visible first line: whoever hands the copy on hands it on with the line, or without it and with bytes that are nobody's copy. */
function markedCopy(
  { name, type }: RequestFile,
  content: Uint8Array,
  { number, of, reader }: { readonly number: number; readonly of: number; readonly reader: PartyId },
  { charter }: DraftContext,
): Result<{ readonly name: string; readonly content: Uint8Array }> {
  if (!type.startsWith("text/") || decodeUtf8(content) === undefined)
    return refuse("file-copies-text", `${name} is no plain text, and nothing else can be marked here. Mark a copy for each reader yourself, and attach each for that reader alone.`, name);
  const { en, ru } = partyOf(charter, reader)?.name ?? {};
  const line = `Copy ${number} of ${of}, for: ${en ?? ru ?? reader} | Экземпляр ${number} из ${of}, для: ${ru ?? en ?? reader}\n\n`;
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 && name.length - dot <= 10 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  const count = ` (${number} of ${of})`;
  return accept({
    name: stem.slice(0, 120 - ending.length - count.length) + count + ending,
    content: concatBytes(encodeUtf8(line), content),
  });
}

function one(made: Result<DraftFile>): Result<readonly DraftFile[]> {
  return made.ok ? accept([made.value]) : made;
}

function named(
  file: RequestFile,
  bytes: Uint8Array,
  context: DraftContext,
  more: { readonly readers?: PartyId[]; readonly plain?: string } = {},
): Result<DraftFile> {
  if (bytes.length > context.charter.caps.bodyFileBytes) return tooLarge(file, bytes.length, context);
  const { name, type } = file;
  const reference = fileReference.safeParse({ sha256: toHex(sha256(bytes)), size: bytes.length, type, name, ...more });
  return reference.success
    ? accept({ reference: reference.data, bytes })
    : refuse(
        "file-malformed",
        `The file's name or type cannot be used: ${reference.error.issues[0]?.message ?? "unknown"}.`,
        name,
      );
}

function tooLarge({ name }: RequestFile, size: number, { charter }: DraftContext): Result<never> {
  return refuse("file-too-large", `The file ${name} has ${size} bytes; the charter allows ${charter.caps.bodyFileBytes}.`, name);
}
