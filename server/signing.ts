/** Making and checking signatures with what Node has built in. Ed25519 is cofactorless there, as SPEC R4 asks. */
import { createHash, createPrivateKey, createPublicKey, hash, sign, type KeyObject } from "node:crypto";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import {
  SEED_BYTES,
  type Algorithm,
  type PairMessages,
  type PairSigner,
  type SignatureCheck,
  type VerifySignatures,
} from "@countersign/core/signing/algorithm.ts";
import { publicPairOf } from "@countersign/core/signing/pair.ts";
import { checkOnCheckers } from "./checkers.ts";
import { holds, holdsOnThread } from "./native-check.ts";

/** A key for requests between nodes. */
export interface EdwardsSigner {
  readonly named: { readonly name: string; readonly ed25519: string };
  sign(message: Uint8Array): Uint8Array;
}

/** Above this many checks they are spread over threads; below, waiting for a thread costs more than the check. */
const SPREAD = 8;

/** Checks on threads, of its own where there is much to check; a check of a malformed key or signature answers `false`. */
export const nativeVerify: VerifySignatures = (checks) =>
  checks.length <= SPREAD ? Promise.resolve(checks.map(holds)) : (checkOnCheckers(checks) ?? threadVerify(checks));

/** As `nativeVerify`, on the platform's threads alone, where the disk is waited for, too. */
export const threadVerify: VerifySignatures = (checks) => Promise.all(checks.map(holdsOnThread));

/**
 * For heads and cosignatures, which come again with every peer: a check that held is remembered by the hash of all it depends on. Those
 * that failed are made again.
 */
export const headVerify: VerifySignatures = async (checks) => {
  const asked = checks.map((check) => ({ check, name: nameOf(check) }));
  const open = asked.filter(({ name }) => !held.has(name));
  const answers = open.length === 0 ? [] : await nativeVerify(open.map(({ check }) => check));
  const failed = new Set(open.filter((_, position) => answers[position] !== true));
  if (held.size + open.length > HELD_CHECKS) held.clear();
  for (const one of open) if (!failed.has(one)) held.add(one.name);
  return asked.map((one) => !failed.has(one));
};

/** Throws unless both seeds have 32 bytes. */
export function nativeSigner(seeds: { readonly ed25519: Uint8Array; readonly mldsa44: Uint8Array }): PairSigner {
  const edwards = privateKey("ed25519", seeds.ed25519);
  const lattice = privateKey("ml-dsa-44", seeds.mldsa44);
  const signEach = async (messages: PairMessages) => ({
    ed25519: plain(sign(null, messages.ed25519, edwards)),
    mldsa44: plain(sign(null, messages.mldsa44, lattice)),
  });
  return {
    pair: publicPairOf({ ed25519: rawPublic(edwards), mldsa44: rawPublic(lattice) }),
    sign: (message) => signEach({ ed25519: message, mldsa44: message }),
    signEach,
  };
}

export function edwardsSigner(name: string, seed: Uint8Array): EdwardsSigner {
  const key = privateKey("ed25519", seed);
  return { named: { name, ed25519: toBase64(rawPublic(key)) }, sign: (message) => plain(sign(null, message, key)) };
}

/** Native SHA-256 in hexadecimal, for `replaceSha256`. */
export function nativeSha256(bytes: Uint8Array): string {
  return hash("sha256", bytes, "hex");
}

const held = new Set<string>();
const HELD_CHECKS = 8192;

function nameOf({ algorithm, publicKey, message, signature }: SignatureCheck): string {
  const digest = createHash("sha256")
    .update(`${algorithm} ${publicKey.length} ${signature.length} `)
    .update(publicKey)
    .update(signature)
    .update(message);
  return digest.digest("base64");
}

function privateKey(algorithm: Algorithm, seed: Uint8Array): KeyObject {
  if (seed.length !== SEED_BYTES) throw new RangeError("a seed has 32 bytes");
  return createPrivateKey({
    key: seed,
    format: algorithm === "ed25519" ? "raw-private" : "raw-seed",
    asymmetricKeyType: algorithm,
  });
}

function rawPublic(key: KeyObject): Uint8Array {
  return plain(createPublicKey(key).export({ format: "raw-public" }));
}

/** A copy outside Node's shared pool, and no Buffer. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
