/**
 * The signed unit (SPEC R3): one author, one kind, one body, in a DSSE envelope with exactly one Ed25519 and one ML-DSA-44
 * signature. The envelope's bytes are the log entry.
 */
import { z } from "zod";
import { base64Of32, instant, legibleText, members, partyId, sha256Hex } from "../bytes/fields.ts";
import { canonicalJson, parseCanonical } from "../bytes/canonical.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { encodeEnvelope, parseEnvelope, preAuthenticationEncoding, type Envelope } from "../signing/dsse.ts";
import { type Result, accept, refuse } from "../refusal.ts";

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

export const payloadSchema = z.strictObject({
  channel: sha256Hex,
  author: partyId,
  at: instant,
  /** Own log and every log that grew since, sorted by log. */
  seen: z.array(seenHead).min(1).max(100),
  kind: z.string().regex(/^[a-z][a-z-]{0,39}$/),
  body: members,
  files: z.array(fileReference).max(64),
  /** 16 random bytes, base64. */
  salt: z.string().regex(/^[A-Za-z0-9+/]{21}[AQgw]==$/),
});
export type Payload = z.infer<typeof payloadSchema>;

export const PAYLOAD_LIMIT = 46_000;

/** What is kept of a statement once its signatures were checked: the bytes that were signed stay where the log is kept. */
export interface HeldStatement {
  readonly id: string;
  readonly payload: Payload;
  /** The id of the Ed25519 half of the key that signed it. */
  readonly keyId: string;
}

export interface ReadStatement extends HeldStatement {
  readonly payloadBytes: Uint8Array;
  readonly envelope: Envelope;
  /** What both signatures sign. */
  readonly signedBytes: Uint8Array;
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
  return accept({ payloadBytes, signedBytes, id: toHex(sha256(signedBytes)) });
}

/** The envelope bytes, which are the leaf. */
export function sealStatement(payload: Payload, payloadBytes: Uint8Array, signatures: Envelope["signatures"]): Uint8Array {
  return encodeEnvelope({ payloadType: payloadType(payload.kind), payload: payloadBytes, signatures });
}

/** Reads a leaf strictly: re-encoding must give the same bytes. Signatures are not checked here (see `channel/entry.ts`). */
export function readStatement(leaf: Uint8Array): Result<ReadStatement> {
  const envelope = parseEnvelope(leaf);
  if (!envelope.ok) return envelope;
  if (envelope.value.payload.length > PAYLOAD_LIMIT) return refuse("statement-too-large", `The payload is larger than ${PAYLOAD_LIMIT} bytes.`);
  const json = parseCanonical(envelope.value.payload);
  if (!json.ok) return json;
  const parsed = payloadSchema.safeParse(json.value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refuse("statement-malformed", `The statement does not follow its schema: ${issue?.message ?? "unknown"}.`, issue?.path.join("."));
  }
  const payload = parsed.data;
  if (envelope.value.payloadType !== payloadType(payload.kind))
    return refuse("statement-type-differs", `The envelope says ${envelope.value.payloadType}, the payload says ${payload.kind}.`);
  const logs = payload.seen.map((head) => head.log);
  if (logs.some((log, position) => position > 0 && (logs[position - 1] ?? "") >= log))
    return refuse("statement-seen-order", "The heads it saw are not sorted by log, or name one log twice.", "seen");
  const signedBytes = preAuthenticationEncoding(envelope.value.payloadType, envelope.value.payload);
  const keyId = envelope.value.signatures[0].keyid;
  return accept({ id: toHex(sha256(signedBytes)), payload, keyId, payloadBytes: envelope.value.payload, envelope: envelope.value, signedBytes });
}
