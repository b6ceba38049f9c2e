/** SHA-256 (FIPS 180-4). Noble unless the place that runs this room hands in its own, which gives the same bytes faster. */
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";

type Sha256 = (bytes: Uint8Array) => Uint8Array;

let implementation: Sha256 = nobleSha256;

export function sha256(bytes: Uint8Array): Uint8Array {
  return implementation(bytes);
}

/** Of pieces that follow one another, none of which stays in memory. Always noble. */
export function sha256OfPieces(pieces: Iterable<Uint8Array>): Uint8Array {
  const hash = nobleSha256.create();
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

/**
 * Hands in the platform's SHA-256 (native is about eight times faster on large entries). To be called once, before anything
 * else. Throws if it gives other bytes than noble.
 */
export function replaceSha256(native: Sha256): void {
  for (const length of [0, 1, 55, 56, 64, 65, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, index) => index & 0xff);
    const [wanted, given] = [nobleSha256(bytes), native(bytes)];
    if (given.length !== 32 || !wanted.every((byte, index) => byte === given[index])) throw new Error("this is no SHA-256");
  }
  implementation = native;
}
