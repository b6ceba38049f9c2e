/** Checks one signature with what Node has built in. Ed25519 is cofactorless there, as SPEC R4 asks. */
import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { toHex } from "@countersign/core/bytes/hex.ts";
import {
  ED25519_PUBLIC_KEY_BYTES,
  ED25519_SIGNATURE_BYTES,
  MLDSA44_PUBLIC_KEY_BYTES,
  MLDSA44_SIGNATURE_BYTES,
  type Algorithm,
  type SignatureCheck,
} from "@countersign/core/signing/algorithm.ts";
import { isEd25519Candidate } from "@countersign/core/signing/small-order.ts";

/** A malformed key or signature answers `false`. */
export function holds(check: SignatureCheck): boolean {
  const key = publicKeyOf(check);
  return key !== undefined && verify(null, check.message, key, check.signature);
}

/** As `holds`, on one of the platform's threads. */
export function holdsOnThread(check: SignatureCheck): Promise<boolean> {
  const key = publicKeyOf(check);
  if (key === undefined) return Promise.resolve(false);
  return new Promise((resolve, reject) =>
    verify(null, check.message, key, check.signature, (error, holds) =>
      error === null ? resolve(holds) : reject(error),
    ),
  );
}

const LENGTHS: Readonly<Record<Algorithm, { readonly key: number; readonly signature: number }>> = {
  ed25519: { key: ED25519_PUBLIC_KEY_BYTES, signature: ED25519_SIGNATURE_BYTES },
  "ml-dsa-44": { key: MLDSA44_PUBLIC_KEY_BYTES, signature: MLDSA44_SIGNATURE_BYTES },
};

/** Imported keys: by array where the array is kept (`rawPair`), else by their bytes; the second list stays short. */
const byArray = new WeakMap<Uint8Array, KeyObject>();
const byBytes = new Map<string, KeyObject>();
const KEPT_KEYS = 512;

/** `undefined` for a key or signature of another length, a point of small order in either, or bytes that are no key. */
function publicKeyOf({ algorithm, publicKey, signature }: SignatureCheck): KeyObject | undefined {
  const lengths = LENGTHS[algorithm];
  if (publicKey.length !== lengths.key || signature.length !== lengths.signature) return undefined;
  // This Node refuses points of small order by itself; one that is linked to another library may not.
  if (algorithm === "ed25519" && !isEd25519Candidate(publicKey, signature)) return undefined;
  const known = byArray.get(publicKey);
  if (known !== undefined && known.asymmetricKeyType === algorithm) return known;
  const name = toHex(publicKey);
  let key = byBytes.get(name);
  if (key === undefined) {
    try {
      key = createPublicKey({ key: publicKey, format: "raw-public", asymmetricKeyType: algorithm });
    } catch {
      return undefined;
    }
    if (byBytes.size >= KEPT_KEYS) byBytes.clear();
    byBytes.set(name, key);
  }
  byArray.set(publicKey, key);
  return key;
}
