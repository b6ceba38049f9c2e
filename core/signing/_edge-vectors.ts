/**
 * For tests: Ed25519 signatures on which verifiers are known to disagree, with the verdict that SPEC R4 asks for. A verifier is right
 * if `edgeVerdicts` gives `edgeCases` back; two of them agree if they give the same.
 */
import { ed25519, ED25519_TORSION_SUBGROUP } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { z } from "zod";
import { concatBytes } from "../bytes/concat.ts";
import { fromHex } from "../bytes/hex.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import type { SignatureCheck, VerifySignatures } from "./algorithm.ts";

/** The shape of the twelve published cases (`ed25519-edge.json` of the vectors beside this repository). */
export const publishedEdges = z.object({
  cases: z.array(z.object({ i: z.number(), message: z.string(), pub_key: z.string(), signature: z.string() })),
});
export type PublishedEdges = z.infer<typeof publishedEdges>;

export interface EdgeVerdict {
  readonly name: string;
  readonly holds: boolean;
}

interface EdgeCase extends EdgeVerdict {
  readonly check: SignatureCheck;
}

const { BASE, Fn } = ed25519.Point;
const ORDER = Fn.ORDER;
/** The secret scalar and the secret nonce of everything crafted here; chosen once, of no meaning. */
const SECRET = 0x5a1d_0c0f_fee5n;
const NONCE = 0x0bad_cafe_d00dn;
const TORSION = ED25519_TORSION_SUBGROUP.map((hex) => ed25519.Point.fromBytes(bytesOf(hex), true));

/** What the verifier says of each case, in order. */
export async function edgeVerdicts(
  verify: VerifySignatures,
  published?: PublishedEdges,
): Promise<readonly EdgeVerdict[]> {
  const cases = allCases(published);
  const answers = await verify(cases.map(({ check }) => check));
  return cases.map(({ name }, index) => ({ name, holds: answers[index] === true }));
}

/** What SPEC R4 says of each case, in the same order. */
export function edgeCases(published?: PublishedEdges): readonly EdgeVerdict[] {
  return allCases(published).map(({ name, holds }) => ({ name, holds }));
}

/** Ed25519 keys that no door may let in, each with the code of its refusal. */
export function weakKeys(): readonly { readonly name: string; readonly key: Uint8Array; readonly code: string }[] {
  return [
    ...ED25519_TORSION_SUBGROUP.map((hex, index) => ({
      name: `small order ${index}`,
      key: bytesOf(hex),
      code: "key-small-order",
    })),
    ...secondSpellings().map((key, index) => ({ name: `second spelling ${index}`, key, code: "key-not-canonical" })),
    { name: "no point", key: new Uint8Array(32).fill(2, 0, 1), code: "key-not-canonical" },
    { name: "all ones", key: new Uint8Array(32).fill(0xff), code: "key-not-canonical" },
  ];
}

function allCases(published: PublishedEdges | undefined): readonly EdgeCase[] {
  return [...publishedCases(published), ...smallOrderCases(), ...mixedOrderCases(), ...encodingCases()];
}

/** Of the published ones only case 3, a key of mixed order whose equation holds without the cofactor, is to hold. */
function publishedCases(published: PublishedEdges | undefined): EdgeCase[] {
  return (published?.cases ?? []).map(({ i, message, pub_key, signature }) => ({
    name: `published case ${i}`,
    holds: i === 3,
    check: {
      algorithm: "ed25519",
      publicKey: bytesOf(pub_key),
      message: bytesOf(message),
      signature: bytesOf(signature),
    },
  }));
}

/** Keys and commitments of small order in every spelling, each with a signature whose equation holds. */
function smallOrderCases(): EdgeCase[] {
  const spellings = [...ED25519_TORSION_SUBGROUP.map(bytesOf), ...secondSpellings()];
  return spellings.flatMap((spelling, index) => {
    const point = ed25519.Point.fromBytes(spelling, true);
    const commitment = BASE.multiply(NONCE).toBytes();
    const underKey = grind(commitment, spelling, (challenge) => point.multiplyUnsafe(challenge).is0());
    // With no nonce, S = k·a: the equation gives the neutral element, or, under a key of mixed order, a point of small order.
    const mixed = BASE.multiply(SECRET).subtract(point);
    const inCommitment = grind(spelling, mixed.toBytes(), (challenge) => point.multiplyUnsafe(challenge).equals(point));
    return [
      made(
        `key of small order, spelling ${index}`,
        false,
        spelling,
        underKey.message,
        concatBytes(commitment, scalar(NONCE)),
      ),
      made(
        `commitment of small order, spelling ${index}`,
        false,
        mixed.toBytes(),
        inCommitment.message,
        concatBytes(spelling, scalar(Fn.create(inCommitment.challenge * SECRET))),
      ),
    ];
  });
}

/** Keys of mixed order: the equation without the cofactor holds for some messages alone, the one with it for all. */
function mixedOrderCases(): EdgeCase[] {
  return TORSION.filter((torsion) => !torsion.is0()).flatMap((torsion, index) => {
    const key = BASE.multiply(SECRET).add(torsion).toBytes();
    const commitment = BASE.multiply(NONCE).toBytes();
    return [true, false].map((holds) => {
      const { message, challenge } = grind(commitment, key, (value) => torsion.multiplyUnsafe(value).is0() === holds);
      const response = Fn.create(NONCE + challenge * SECRET);
      return made(
        `key of mixed order ${index}, equation ${holds ? "without" : "only with"} the cofactor`,
        holds,
        key,
        message,
        concatBytes(commitment, scalar(response)),
      );
    });
  });
}

/** An ordinary signature, and its second spellings. */
function encodingCases(): EdgeCase[] {
  const seed = new Uint8Array(32).fill(9);
  const [key, message] = [ed25519.getPublicKey(seed), encodeUtf8("what was signed")];
  const good = ed25519.sign(message, seed);
  const [commitment, response] = [good.subarray(0, 32), littleEndian(good.subarray(32))];
  const withBit = (bytes: Uint8Array, at: number, mask: number) =>
    bytes.map((byte, index) => (index === at ? byte ^ mask : byte));
  const variants: readonly (readonly [string, Uint8Array, Uint8Array])[] = [
    ["S plus the order", key, concatBytes(commitment, scalar(response + ORDER))],
    ["S plus eight times the order", key, concatBytes(commitment, scalar(response + ORDER * 8n))],
    ["S equal to the order", key, concatBytes(commitment, scalar(ORDER))],
    ["S with its highest bit set", key, withBit(good, 63, 0x80)],
    ["S of all ones", key, concatBytes(commitment, new Uint8Array(32).fill(0xff))],
    ["the commitment's sign turned", key, withBit(good, 31, 0x80)],
    ["the key's sign turned", withBit(key, 31, 0x80), good],
    ["a commitment that is no point", key, concatBytes(new Uint8Array(32).fill(2, 0, 1), good.subarray(32))],
    ["a key that is no point", new Uint8Array(32).fill(2, 0, 1), good],
    ["a key of all ones", new Uint8Array(32).fill(0xff), good],
    ["a signature of nothing", key, new Uint8Array(64)],
    ["63 bytes", key, good.subarray(0, 63)],
    ["65 bytes", key, concatBytes(good, new Uint8Array(1))],
    ["a key of 31 bytes", key.subarray(0, 31), good],
    ["a key of 33 bytes", concatBytes(key, new Uint8Array(1)), good],
  ];
  return [
    made("an ordinary signature", true, key, message, good),
    ...variants.map(([name, publicKey, signature]) => made(name, false, publicKey, message, signature)),
  ];
}

/** The spellings beyond the one that encoding gives: y at or above 2^255 − 19, and a sign where x is 0. */
function secondSpellings(): Uint8Array[] {
  const signed = (bytes: Uint8Array) => bytes.map((byte, index) => (index === 31 ? byte | 0x80 : byte));
  const [one, minusOne] = [new Uint8Array(32).fill(1, 0, 1), bytesOf(`ec${"ff".repeat(30)}7f`)];
  const [zeroAgain, oneAgain] = [bytesOf(`ed${"ff".repeat(30)}7f`), bytesOf(`ee${"ff".repeat(30)}7f`)];
  return [signed(one), signed(minusOne), zeroAgain, signed(zeroAgain), oneAgain, signed(oneAgain)];
}

/** The first of the messages 0, 1, 2 … whose challenge is as asked. */
function grind(
  commitment: Uint8Array,
  key: Uint8Array,
  wanted: (challenge: bigint) => boolean,
): { readonly message: Uint8Array; readonly challenge: bigint } {
  for (let number = 0; number < 1000; number += 1) {
    const message = encodeUtf8(String(number));
    const challenge = Fn.create(littleEndian(sha512(concatBytes(commitment, key, message))));
    if (wanted(challenge)) return { message, challenge };
  }
  throw new Error("no message among a thousand has such a challenge");
}

function made(
  name: string,
  holds: boolean,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): EdgeCase {
  return { name, holds, check: { algorithm: "ed25519", publicKey, message, signature } };
}

function scalar(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(index * 8)) & 0xffn));
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error(`no hexadecimal: ${hex}`);
  return bytes;
}
