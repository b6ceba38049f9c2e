/** The two signature algorithms, and what this room asks of whoever makes or checks signatures with them (SPEC R4). */
import type { PublicPair } from "./public-pair.ts";

export type Algorithm = "ed25519" | "ml-dsa-44";

export const ED25519_PUBLIC_KEY_BYTES = 32;
export const ED25519_SIGNATURE_BYTES = 64;
export const MLDSA44_PUBLIC_KEY_BYTES = 1312;
export const MLDSA44_SIGNATURE_BYTES = 2420;
/** Both algorithms make their key from a seed of this size. */
export const SEED_BYTES = 32;

export interface SignatureCheck {
  readonly algorithm: Algorithm;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * One answer for each check, in order. Never rejects for what a check holds: a malformed key or signature is `false`. Ed25519 is
 * cofactorless, after `isEd25519Candidate`; ML-DSA-44 has an empty context.
 */
export type VerifySignatures = (checks: readonly SignatureCheck[]) => Promise<readonly boolean[]>;

export interface PairSignatures {
  readonly ed25519: Uint8Array;
  readonly mldsa44: Uint8Array;
}

/** Holds a key pair, wherever the secret halves are kept. Signatures are made once and kept: ML-DSA may be randomised. */
export interface PairSigner {
  readonly pair: PublicPair;
  /** Both signatures over one message. */
  sign(message: Uint8Array): Promise<PairSignatures>;
  /** A different message for each algorithm, as heads and cosignatures need; without it both are made twice and half dropped. */
  signEach?(messages: PairMessages): Promise<PairSignatures>;
}

export interface PairMessages {
  readonly ed25519: Uint8Array;
  readonly mldsa44: Uint8Array;
}

export async function signEach(signer: PairSigner, messages: PairMessages): Promise<PairSignatures> {
  if (signer.signEach !== undefined) return signer.signEach(messages);
  const first = await signer.sign(messages.ed25519);
  const second = await signer.sign(messages.mldsa44);
  return { ed25519: first.ed25519, mldsa44: second.mldsa44 };
}

/** The two checks of a pair's signatures, Ed25519 first. */
export function pairChecks(keys: PairSignatures, messages: PairMessages, signatures: PairSignatures): [SignatureCheck, SignatureCheck] {
  return [
    { algorithm: "ed25519", publicKey: keys.ed25519, message: messages.ed25519, signature: signatures.ed25519 },
    { algorithm: "ml-dsa-44", publicKey: keys.mldsa44, message: messages.mldsa44, signature: signatures.mldsa44 },
  ];
}
