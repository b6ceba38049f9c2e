/** SHA-256 (FIPS 180-4). Noble unless the place that runs this room hands in its own, which gives the same bytes faster. */
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { toHex } from "./hex.ts";

/** Gives the hash as 64 lower-case hexadecimal digits: a text costs the platforms less than an array. */
type NativeSha256 = (bytes: Uint8Array) => string;

const HASH_BYTES = 32;

let native: NativeSha256 | undefined;

export function sha256(bytes: Uint8Array): Uint8Array {
  return native === undefined ? nobleSha256(bytes) : bytesOf(native(bytes));
}

/** The same in lower-case hexadecimal, as ids and names of files have it. */
export function sha256AsHex(bytes: Uint8Array): string {
  return native === undefined ? toHex(nobleSha256(bytes)) : native(bytes);
}

/** Of pieces that follow one another, none of which stays in memory. Always noble. */
export function sha256OfPieces(pieces: Iterable<Uint8Array>): Uint8Array {
  const hash = nobleSha256.create();
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

/**
 * Hands in the platform's SHA-256 (native is about eight times faster on large entries). To be called once, before anything
 * else. Throws if it gives another hash than noble.
 */
export function replaceSha256(by: NativeSha256): void {
  for (const length of [0, 1, 55, 56, 64, 65, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, index) => index & 0xff);
    if (by(bytes) !== toHex(nobleSha256(bytes))) throw new Error("this is no SHA-256");
  }
  native = by;
}

function bytesOf(hex: string): Uint8Array {
  const bytes = new Uint8Array(HASH_BYTES);
  bytes.setFromHex(hex);
  return bytes;
}
