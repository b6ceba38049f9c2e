/**
 * The envelope of a statement: DSSE 1.0.2 in the one spelling of SPEC R3. Members in the order payload, payloadType,
 * signatures, no white space, padded standard base64, exactly one Ed25519 and one ML-DSA-44 signature in that order.
 */
import { base64Size, fillFromBase64, toBase64 } from "../bytes/base64.ts";
import { concatBytes } from "../bytes/concat.ts";
import { decodeUtf8, encodeUtf8, putAscii } from "../bytes/utf8.ts";
import { accept, refuse, type Result } from "../refusal.ts";
import { ED25519_SIGNATURE_BYTES, MLDSA44_SIGNATURE_BYTES } from "./algorithm.ts";

/** `keyid` is a hint and never decides anything; it is eight hexadecimal digits. */
export interface EnvelopeSignature {
  readonly keyid: string;
  readonly sig: Uint8Array;
}

export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  /** Ed25519 (64 bytes), then ML-DSA-44 (2,420 bytes). */
  readonly signatures: readonly [EnvelopeSignature, EnvelopeSignature];
}

/** As read. All its bytes are views of one array: one of its own for each would cost more than decoding it. */
export interface ReadEnvelope extends Envelope {
  /** What both signatures sign: `preAuthenticationEncoding`. The payload is its end. */
  readonly signedBytes: Uint8Array;
}

/** The largest entry of a log (C2SP tlog-tiles: its length is a 16-bit number). */
export const ENVELOPE_LIMIT = 65_535;

/** Printable ASCII that JSON never escapes. */
const PAYLOAD_TYPE = /^[!#-[\]-~]{1,255}$/;
const KEY_ID = /^[0-9a-f]{8}$/;

const PAYLOAD = '{"payload":"';
const TYPE = '","payloadType":"';
const FIRST_ID = '","signatures":[{"keyid":"';
const SIGNATURE = '","sig":"';
const SECOND_ID = '"},{"keyid":"';
const END = '"}]}';
const FIRST_TEXT = base64Length(ED25519_SIGNATURE_BYTES);
const SECOND_TEXT = base64Length(MLDSA44_SIGNATURE_BYTES);
/** Everything after the type has one length, so that the parts are found by counting back from the end. */
const SIGNATURES_TEXT =
  FIRST_ID.length + 8 + SIGNATURE.length + FIRST_TEXT + SECOND_ID.length + 8 + SIGNATURE.length + SECOND_TEXT + END.length;

/** What both signatures sign (DSSE: "DSSEv1", type and payload, each after its length in bytes). */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  return concatBytes(encodeUtf8(beforePayload(payloadType, encodeUtf8(payloadType).length, payload.length)), payload);
}

function beforePayload(payloadType: string, typeBytes: number, payloadBytes: number): string {
  return `DSSEv1 ${typeBytes} ${payloadType} ${payloadBytes} `;
}

/** Throws for a type, key id or signature that `parseEnvelope` would refuse. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const [first, second] = envelope.signatures;
  if (!PAYLOAD_TYPE.test(envelope.payloadType)) throw new TypeError(`no payload type: ${envelope.payloadType}`);
  if (!KEY_ID.test(first.keyid) || !KEY_ID.test(second.keyid)) throw new TypeError("a key id has eight hexadecimal digits");
  if (first.sig.length !== ED25519_SIGNATURE_BYTES || second.sig.length !== MLDSA44_SIGNATURE_BYTES)
    throw new TypeError("an envelope carries an Ed25519 and then an ML-DSA-44 signature");
  return encodeUtf8(
    PAYLOAD + toBase64(envelope.payload) + TYPE + envelope.payloadType +
      FIRST_ID + first.keyid + SIGNATURE + toBase64(first.sig) +
      SECOND_ID + second.keyid + SIGNATURE + toBase64(second.sig) + END,
  );
}

/** Reads the one spelling that `encodeEnvelope` writes; everything that encodes differently is refused. */
export function parseEnvelope(bytes: Uint8Array): Result<ReadEnvelope> {
  if (bytes.length > ENVELOPE_LIMIT)
    return refuse("envelope-too-large", `The entry has ${bytes.length} bytes; at most ${ENVELOPE_LIMIT} fit into a log.`);
  const parts = split(decodeUtf8(bytes) ?? "");
  if (parts === undefined)
    return refuse("envelope-malformed", "The entry is not an envelope in the one spelling that is read (payload, payloadType, two signatures).");
  const { payloadType, firstId, secondId } = parts;
  const payloadBytes = base64Size(parts.payload);
  // The type is ASCII: it has as many bytes as letters.
  const before = beforePayload(payloadType, payloadType.length, payloadBytes);
  const signed = before.length + payloadBytes;
  const whole = new Uint8Array(signed + ED25519_SIGNATURE_BYTES + MLDSA44_SIGNATURE_BYTES);
  const payload = whole.subarray(before.length, signed);
  const first = whole.subarray(signed, signed + ED25519_SIGNATURE_BYTES);
  const second = whole.subarray(signed + ED25519_SIGNATURE_BYTES);
  putAscii(whole, before);
  if (!fillFromBase64(payload, parts.payload)) return refuse("envelope-base64", "The envelope's payload is not canonical base64.", "payload");
  if (!fillFromBase64(first, parts.firstSignature))
    return refuse("envelope-signature", "The envelope's first signature is not 64 bytes of Ed25519 in canonical base64.", "signatures.0");
  if (!fillFromBase64(second, parts.secondSignature))
    return refuse("envelope-signature", "The envelope's second signature is not 2,420 bytes of ML-DSA-44 in canonical base64.", "signatures.1");
  return accept({
    payloadType,
    payload,
    signatures: [{ keyid: firstId, sig: first }, { keyid: secondId, sig: second }],
    signedBytes: whole.subarray(0, signed),
  });
}

/** What stands in an envelope of this type where the one spelling puts it, for `saysType`. */
export function typeMark(payloadType: string): Uint8Array {
  return encodeUtf8(TYPE + payloadType + FIRST_ID);
}

/** Whether an envelope says a type, without reading it. */
export function saysType(envelope: Uint8Array, mark: Uint8Array): boolean {
  const start = envelope.length - SIGNATURES_TEXT + FIRST_ID.length - mark.length;
  return start > 0 && mark.every((byte, index) => envelope[start + index] === byte);
}

interface EnvelopeParts {
  readonly payload: string;
  readonly payloadType: string;
  readonly firstId: string;
  readonly firstSignature: string;
  readonly secondId: string;
  readonly secondSignature: string;
}

/** Cuts the text where the one spelling has its parts; a pattern over the whole would cost as much as all decoding. */
function split(text: string): EnvelopeParts | undefined {
  const payloadEnd = text.indexOf('"', PAYLOAD.length);
  const typeEnd = text.length - SIGNATURES_TEXT;
  if (payloadEnd < 0 || typeEnd < payloadEnd + TYPE.length) return undefined;
  const firstId = typeEnd + FIRST_ID.length;
  const firstSignature = firstId + 8 + SIGNATURE.length;
  const secondId = firstSignature + FIRST_TEXT + SECOND_ID.length;
  const secondSignature = secondId + 8 + SIGNATURE.length;
  const parts = {
    payload: text.slice(PAYLOAD.length, payloadEnd),
    payloadType: text.slice(payloadEnd + TYPE.length, typeEnd),
    firstId: text.slice(firstId, firstId + 8),
    firstSignature: text.slice(firstSignature, firstSignature + FIRST_TEXT),
    secondId: text.slice(secondId, secondId + 8),
    secondSignature: text.slice(secondSignature, secondSignature + SECOND_TEXT),
  };
  const spelled =
    text.startsWith(PAYLOAD) &&
    text.startsWith(TYPE, payloadEnd) &&
    text.startsWith(FIRST_ID, typeEnd) &&
    text.startsWith(SIGNATURE, firstId + 8) &&
    text.startsWith(SECOND_ID, firstSignature + FIRST_TEXT) &&
    text.startsWith(SIGNATURE, secondId + 8) &&
    text.endsWith(END);
  return spelled && PAYLOAD_TYPE.test(parts.payloadType) && KEY_ID.test(parts.firstId) && KEY_ID.test(parts.secondId) ? parts : undefined;
}

function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}
