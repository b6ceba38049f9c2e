/**
 * Which Ed25519 signatures are worth checking at all (SPEC R4). Platforms agree on the equation without the cofactor, but not on
 * points of small order: newer ones refuse them in the key and in the signature, as WebCrypto says, older ones do not. Every
 * verifier that is handed in asks this first, so that all of them give the same verdict on what a hostile signer can craft.
 */
import { fromHex } from "../bytes/hex.ts";
import { ED25519_PUBLIC_KEY_BYTES, ED25519_SIGNATURE_BYTES } from "./algorithm.ts";

/** The y coordinates of the eight points, in every spelling of 255 bits; the remaining bit is the sign of x. */
const SPELLINGS: readonly Uint8Array[] = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
].map((hex) => fromHex(hex) ?? new Uint8Array(0));

/** False when the signature is to be refused without a look at the message: a size, or a point of small order. */
export function isEd25519Candidate(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return (
    publicKey.length === ED25519_PUBLIC_KEY_BYTES &&
    signature.length === ED25519_SIGNATURE_BYTES &&
    !beginsWithSmallOrder(publicKey) &&
    !beginsWithSmallOrder(signature)
  );
}

/** The first 32 bytes: a key, or a signature's R. */
function beginsWithSmallOrder(bytes: Uint8Array): boolean {
  return SPELLINGS.some((spelling) => {
    for (let index = 0; index < 31; index += 1) if (bytes[index] !== spelling[index]) return false;
    return ((bytes[31] ?? 0) & 0x7f) === spelling[31];
  });
}
