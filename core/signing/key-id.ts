/** Key ids (C2SP signed-note) and the fingerprint that people compare by voice (SPEC R1). */
import type { PublicPair } from "./public-pair.ts";
import { concatBytes } from "../bytes/concat.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { rawPair } from "./pair.ts";

/** Signature types of C2SP signed-note; each gives the same key another id. */
export const ED25519_NOTE = 0x01;
export const ED25519_COSIGNATURE = 0x04;
export const MLDSA44_COSIGNATURE = 0x06;

/** First four bytes of SHA-256(name, line feed, type, public key), as eight hexadecimal digits. */
export function keyId(name: string, type: number, publicKey: Uint8Array): string {
  return toHex(sha256(concatBytes(encodeUtf8(name), Uint8Array.of(0x0a, type), publicKey)).subarray(0, 4));
}

/** The ids that a statement's two signatures and a head's two lines carry. */
export function statementKeyIds(name: string, pair: PublicPair): { readonly ed25519: string; readonly mldsa44: string } {
  return idsOf(name, pair, ED25519_NOTE);
}

/** The ids of a cosignature's two lines. */
export function cosignerKeyIds(name: string, pair: PublicPair): { readonly ed25519: string; readonly mldsa44: string } {
  return idsOf(name, pair, ED25519_COSIGNATURE);
}

/** SHA-256 of the Ed25519 key and then the ML-DSA-44 key, hexadecimal. To be compared by voice before a charter is signed. */
export function fingerprint(pair: PublicPair): string {
  const { ed25519, mldsa44 } = rawPair(pair);
  return toHex(sha256(concatBytes(ed25519, mldsa44)));
}

function idsOf(name: string, pair: PublicPair, ed25519Type: number): { readonly ed25519: string; readonly mldsa44: string } {
  const { ed25519, mldsa44 } = rawPair(pair);
  return { ed25519: keyId(name, ed25519Type, ed25519), mldsa44: keyId(name, MLDSA44_COSIGNATURE, mldsa44) };
}
