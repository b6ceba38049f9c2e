/** The raw bytes of a public pair. */
import type { PublicPair } from "./public-pair.ts";
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { ED25519_PUBLIC_KEY_BYTES, MLDSA44_PUBLIC_KEY_BYTES } from "./algorithm.ts";

export interface RawPair {
  readonly ed25519: Uint8Array;
  readonly mldsa44: Uint8Array;
}

/** The same arrays are given for the same pair, so that a verifier can keep imported keys by array. */
const known = new WeakMap<PublicPair, RawPair>();

/** Throws for a pair that `publicPair` would not have let in. The arrays must not be written to. */
export function rawPair(pair: PublicPair): RawPair {
  const kept = known.get(pair);
  if (kept !== undefined) return kept;
  const ed25519 = fromBase64(pair.ed25519);
  const mldsa44 = fromBase64(pair.mldsa44);
  if (ed25519?.length !== ED25519_PUBLIC_KEY_BYTES || mldsa44?.length !== MLDSA44_PUBLIC_KEY_BYTES)
    throw new TypeError("a public pair has 32 and 1,312 bytes in base64");
  const raw = { ed25519, mldsa44 };
  known.set(pair, raw);
  return raw;
}

export function publicPairOf(raw: RawPair): PublicPair {
  return { ed25519: toBase64(raw.ed25519), mldsa44: toBase64(raw.mldsa44) };
}
