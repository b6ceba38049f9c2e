/**
 * The envelope of a statement: DSSE 1.0.2 in the one spelling of SPEC R3. Members in the order payload, payloadType,
 * signatures, no white space, padded standard base64, exactly one Ed25519 and one ML-DSA-44 signature in that order.
 */
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { concatBytes } from "../bytes/concat.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
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

/** The largest entry of a log (C2SP tlog-tiles: its length is a 16-bit number). */
export const ENVELOPE_LIMIT = 65_535;

/** Printable ASCII that JSON never escapes. */
const PAYLOAD_TYPE = /^[!#-[\]-~]{1,255}$/;
const KEY_ID = /^[0-9a-f]{8}$/;
const SPELLING =
  /^\{"payload":"([^"]*)","payloadType":"([!#-[\]-~]{1,255})","signatures":\[\{"keyid":"([0-9a-f]{8})","sig":"([^"]*)"\},\{"keyid":"([0-9a-f]{8})","sig":"([^"]*)"\}\]\}$/;

/** What both signatures sign (DSSE: "DSSEv1", type and payload, each after its length in bytes). */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = encodeUtf8(payloadType);
  return concatBytes(encodeUtf8(`DSSEv1 ${type.length} `), type, encodeUtf8(` ${payload.length} `), payload);
}

/** Throws for a type, key id or signature that `parseEnvelope` would refuse. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const [first, second] = envelope.signatures;
  if (!PAYLOAD_TYPE.test(envelope.payloadType)) throw new TypeError(`no payload type: ${envelope.payloadType}`);
  if (!KEY_ID.test(first.keyid) || !KEY_ID.test(second.keyid)) throw new TypeError("a key id has eight hexadecimal digits");
  if (first.sig.length !== ED25519_SIGNATURE_BYTES || second.sig.length !== MLDSA44_SIGNATURE_BYTES)
    throw new TypeError("an envelope carries an Ed25519 and then an ML-DSA-44 signature");
  return encodeUtf8(
    `{"payload":"${toBase64(envelope.payload)}","payloadType":"${envelope.payloadType}","signatures":[` +
      `{"keyid":"${first.keyid}","sig":"${toBase64(first.sig)}"},{"keyid":"${second.keyid}","sig":"${toBase64(second.sig)}"}]}`,
  );
}

/** Reads the one spelling that `encodeEnvelope` writes; everything that encodes differently is refused. */
export function parseEnvelope(bytes: Uint8Array): Result<Envelope> {
  if (bytes.length > ENVELOPE_LIMIT)
    return refuse("envelope-too-large", `The entry has ${bytes.length} bytes; at most ${ENVELOPE_LIMIT} fit into a log.`);
  const parts = SPELLING.exec(decodeUtf8(bytes) ?? "");
  if (parts === null)
    return refuse("envelope-malformed", "The entry is not an envelope in the one spelling that is read (payload, payloadType, two signatures).");
  const [, payloadText = "", payloadType = "", firstId = "", firstText = "", secondId = "", secondText = ""] = parts;
  const payload = fromBase64(payloadText);
  if (payload === undefined) return refuse("envelope-base64", "The envelope's payload is not canonical base64.", "payload");
  const first = fromBase64(firstText);
  if (first?.length !== ED25519_SIGNATURE_BYTES)
    return refuse("envelope-signature", "The envelope's first signature is not 64 bytes of Ed25519 in canonical base64.", "signatures.0");
  const second = fromBase64(secondText);
  if (second?.length !== MLDSA44_SIGNATURE_BYTES)
    return refuse("envelope-signature", "The envelope's second signature is not 2,420 bytes of ML-DSA-44 in canonical base64.", "signatures.1");
  return accept({ payloadType, payload, signatures: [{ keyid: firstId, sig: first }, { keyid: secondId, sig: second }] });
}
