/**
 * The signed unit (SPEC R3): one author, one kind, one body, in a DSSE envelope with exactly one Ed25519 and one ML-DSA-44
 * signature. The envelope's bytes are the log entry.
 */
import { z } from "zod";
import { BASE64_OF_32, base64Of32, instant, legibleText, members, PARTY_ID, partyId, SHA256_HEX, sha256Hex } from "../bytes/fields.ts";
import { parseInstant } from "../bytes/instant.ts";
import { canonicalJson, parseCanonical } from "../bytes/canonical.ts";
import { sha256AsHex } from "../bytes/sha256.ts";
import { encodeEnvelope, parseEnvelope, preAuthenticationEncoding, type Envelope, type ReadEnvelope } from "../signing/dsse.ts";
import { type Refusal, type Result, accept, refuse } from "../refusal.ts";

/** A body file (no readers) or an attachment, encrypted to named parties (SPEC R6). */
export const fileReference = z.strictObject({
  sha256: sha256Hex,
  size: z.int().min(0).max(1_000_000_000),
  type: z.string().regex(/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/).max(100),
  name: legibleText(120).regex(/^[^\p{Cc}/\\]+$/u),
  /** Sorted, the author among them; `sha256` and `size` are then those of the ciphertext (see `attachment.ts`). */
  readers: z.array(partyId).min(1).max(100).exactOptional(),
  plain: sha256Hex.exactOptional(),
});
export type FileReference = z.infer<typeof fileReference>;

export const seenHead = z.strictObject({ log: partyId, size: z.int().min(0), root: base64Of32 });
export type SeenHead = z.infer<typeof seenHead>;

const KIND = /^[a-z][a-z-]{0,39}$/;
const SALT = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

export const payloadSchema = z.strictObject({
  channel: sha256Hex,
  author: partyId,
  at: instant,
  /** Own log and every log that grew since, sorted by log. */
  seen: z.array(seenHead).min(1).max(100),
  kind: z.string().regex(KIND),
  body: members,
  files: z.array(fileReference).max(64),
  /** 16 random bytes, base64. */
  salt: z.string().regex(SALT),
});
export type Payload = z.infer<typeof payloadSchema>;

/**
 * Whether the schema takes a value that was read from JSON, told in a fifth of the time: every entry of every log is read with it. What this
 * does not take is for the schema to say (`payload.test.ts` holds the two together).
 */
function isPayload(value: unknown): value is Payload {
  if (!isObjectOf(value, 8)) return false;
  const { channel, author, at, seen, kind, body, files, salt } = value;
  return (
    isText(channel, SHA256_HEX) &&
    isText(author, PARTY_ID) &&
    typeof at === "string" &&
    parseInstant(at) !== undefined &&
    isText(kind, KIND) &&
    isText(salt, SALT) &&
    typeof body === "object" &&
    body !== null &&
    !Array.isArray(body) &&
    !Object.hasOwn(body, "__proto__") &&
    Array.isArray(seen) &&
    seen.length >= 1 &&
    seen.length <= 100 &&
    seen.every(isSeenHead) &&
    Array.isArray(files) &&
    files.length <= 64 &&
    files.every((file) => fileReference.safeParse(file).success)
  );
}

function isSeenHead(value: unknown): boolean {
  if (!isObjectOf(value, 3)) return false;
  const { log, size, root } = value;
  return isText(log, PARTY_ID) && Number.isSafeInteger(size) && Number(size) >= 0 && isText(root, BASE64_OF_32);
}

/** With as many members; those that are asked for must be among them. */
function isObjectOf(value: unknown, members: number): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === members;
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}

export const PAYLOAD_LIMIT = 46_000;

/** What is kept of a statement once its signatures were checked: the bytes that were signed stay where the log is kept. */
export interface HeldStatement {
  readonly id: string;
  readonly payload: Payload;
  /** The id of the Ed25519 half of the key that signed it. */
  readonly keyId: string;
  /** Where the body was looked at when it was read (`held-body.ts`): whether it follows the schema of its kind. If not, it is not kept. */
  readonly bodyRead?: true | Refusal;
}

export interface ReadStatement extends HeldStatement {
  readonly envelope: ReadEnvelope;
}

export function payloadType(kind: string): string {
  return `application/vnd.countersign.${kind}.v1+json`;
}

/** Canonical payload bytes and the bytes to sign; refuses a payload over 46,000 bytes with the limit in the sentence. */
export function prepareStatement(payload: Payload): Result<{ payloadBytes: Uint8Array; signedBytes: Uint8Array; id: string }> {
  const payloadBytes = canonicalJson(payload);
  if (payloadBytes.length > PAYLOAD_LIMIT)
    return refuse("statement-too-large", `The statement has ${payloadBytes.length} bytes; at most ${PAYLOAD_LIMIT} fit. Put the large part into a file.`);
  const signedBytes = preAuthenticationEncoding(payloadType(payload.kind), payloadBytes);
  return accept({ payloadBytes, signedBytes, id: sha256AsHex(signedBytes) });
}

/** The envelope bytes, which are the leaf. */
export function sealStatement(payload: Payload, payloadBytes: Uint8Array, signatures: Envelope["signatures"]): Uint8Array {
  return encodeEnvelope({ payloadType: payloadType(payload.kind), payload: payloadBytes, signatures });
}

/** Reads a leaf strictly: re-encoding must give the same bytes. Signatures are not checked here (see `record.ts`). */
export function readStatement(leaf: Uint8Array): Result<ReadStatement> {
  const envelope = parseEnvelope(leaf);
  if (!envelope.ok) return envelope;
  if (envelope.value.payload.length > PAYLOAD_LIMIT) return refuse("statement-too-large", `The payload is larger than ${PAYLOAD_LIMIT} bytes.`);
  const json = parseCanonical(envelope.value.payload);
  if (!json.ok) return json;
  const parsed = isPayload(json.value) ? accept(json.value) : parsePayload(json.value);
  if (!parsed.ok) return parsed;
  const payload = parsed.value;
  if (envelope.value.payloadType !== payloadType(payload.kind))
    return refuse("statement-type-differs", `The envelope says ${envelope.value.payloadType}, the payload says ${payload.kind}.`);
  const logs = payload.seen.map((head) => head.log);
  if (logs.some((log, position) => position > 0 && (logs[position - 1] ?? "") >= log))
    return refuse("statement-seen-order", "The heads it saw are not sorted by log, or name one log twice.", "seen");
  return accept({ id: sha256AsHex(envelope.value.signedBytes), payload, keyId: envelope.value.signatures[0].keyid, envelope: envelope.value });
}

function parsePayload(json: unknown): Result<Payload> {
  const parsed = payloadSchema.safeParse(json);
  if (parsed.success) return accept(parsed.data);
  const issue = parsed.error.issues[0];
  return refuse("statement-malformed", `The statement does not follow its schema: ${issue?.message ?? "unknown"}.`, issue?.path.join("."));
}
