/**
 * Making and checking signatures in plain JavaScript: where the platform has nothing of its own, and as the reference that
 * every faster verifier must agree with.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { ml_dsa44 } from "@noble/post-quantum/ml-dsa.js";
import { concatBytes, equalBytes } from "../bytes/concat.ts";
import {
  MLDSA44_PUBLIC_KEY_BYTES,
  MLDSA44_SIGNATURE_BYTES,
  SEED_BYTES,
  type PairSigner,
  type SignatureCheck,
  type VerifySignatures,
} from "./algorithm.ts";
import { publicPairOf } from "./pair.ts";
import { isEd25519Candidate } from "./small-order.ts";

const { Point } = ed25519;

export const nobleVerify: VerifySignatures = async (checks) => checks.map(holds);

/**
 * Signs deterministically (FIPS 204 allows it), since this room has no source of chance. Throws unless both seeds have 32
 * bytes.
 */
export function nobleSigner(seeds: { readonly ed25519: Uint8Array; readonly mldsa44: Uint8Array }): PairSigner {
  if (seeds.ed25519.length !== SEED_BYTES || seeds.mldsa44.length !== SEED_BYTES) throw new RangeError("a seed has 32 bytes");
  const edwardsSeed = seeds.ed25519.slice();
  const lattice = ml_dsa44.keygen(seeds.mldsa44);
  const signEach: NonNullable<PairSigner["signEach"]> = async (messages) => ({
    ed25519: ed25519.sign(messages.ed25519, edwardsSeed),
    mldsa44: ml_dsa44.sign(messages.mldsa44, lattice.secretKey, { extraEntropy: false }),
  });
  return {
    pair: publicPairOf({ ed25519: ed25519.getPublicKey(edwardsSeed), mldsa44: lattice.publicKey }),
    sign: (message) => signEach({ ed25519: message, mldsa44: message }),
    signEach,
  };
}

function holds(check: SignatureCheck): boolean {
  const { algorithm, publicKey, message, signature } = check;
  if (algorithm === "ed25519") return ed25519Holds(publicKey, message, signature);
  if (publicKey.length !== MLDSA44_PUBLIC_KEY_BYTES || signature.length !== MLDSA44_SIGNATURE_BYTES) return false;
  try {
    return ml_dsa44.verify(signature, message, publicKey);
  } catch {
    return false;
  }
}

/**
 * Cofactorless (SPEC R4): S·B − k·A is encoded again and compared with R's bytes, S is below the group order, and neither point
 * has small order. Noble's own check multiplies by the cofactor, so a crafted signature would hold here and fail in Node and in
 * browsers.
 */
function ed25519Holds(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isEd25519Candidate(publicKey, signature)) return false;
  const commitment = signature.subarray(0, 32);
  const response = littleEndian(signature.subarray(32));
  if (response >= Point.Fn.ORDER) return false;
  let key: InstanceType<typeof Point>;
  try {
    // Keys in a second spelling are decoded as platforms do; enrolment has refused them (`refuseWeakKey`).
    key = Point.fromBytes(publicKey, true);
  } catch {
    return false;
  }
  const challenge = Point.Fn.create(littleEndian(sha512(concatBytes(commitment, publicKey, message))));
  const expected = Point.BASE.multiplyUnsafe(response).subtract(key.multiplyUnsafe(challenge));
  return equalBytes(expected.toBytes(), commitment);
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = bytes.length - 8; at >= 0; at -= 8) value = (value << 64n) | view.getBigUint64(at, true);
  return value;
}
