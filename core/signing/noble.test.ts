import { generateKeyPairSync, sign as nodeSign, verify as nodeVerify, createPublicKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readVectors } from "../../tools/vectors.ts";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes } from "../bytes/concat.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { pairChecks, signEach, type PairSigner, type SignatureCheck, type VerifySignatures } from "./algorithm.ts";
import { edgeCases, edgeVerdicts } from "./_edge-vectors.ts";
import { refuseWeakKey } from "./enrolment.ts";
import { nobleSigner, nobleVerify } from "./noble.ts";
import { rawPair } from "./pair.ts";

const vectors = readVectors(
  "ed25519-edge",
  z.object({
    cases: z.array(z.object({ i: z.number(), message: z.string(), pub_key: z.string(), signature: z.string() })),
  }),
);

const signer = nobleSigner({ ed25519: new Uint8Array(32).fill(1), mldsa44: new Uint8Array(32).fill(2) });
const keys = rawPair(signer.pair);
const message = encodeUtf8("Nine launch cells were opened.");

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error(`no hexadecimal: ${hex}`);
  return bytes;
}

/** Ed25519 by OpenSSL, as the platform's verdict. */
function platformHolds({ publicKey, message: text, signature }: SignatureCheck): boolean {
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") }, format: "jwk" });
  return nodeVerify(null, text, key, signature);
}

describe.skipIf(vectors === undefined)("crafted Ed25519 signatures", () => {
  it.each(vectors?.cases ?? [])("R4 gives the platform's verdict on case $i", async ({ i, message: text, pub_key, signature }) => {
    const check = { algorithm: "ed25519", publicKey: bytesOf(pub_key), message: bytesOf(text), signature: bytesOf(signature) } as const;
    // 3 has a key of mixed order; 0, 1, 2 and 11 have points of small order, which Node before 26 accepted.
    expect(await nobleVerify([check])).toEqual([i === 3]);
    expect(platformHolds(check)).toBe(i === 3);
  });

  it("R4 refuses at enrolment the keys of the cases on which implementations disagree", () => {
    const refused = (vectors?.cases ?? []).filter((entry) => refuseWeakKey(bytesOf(entry.pub_key)) !== undefined).map((entry) => entry.i);
    expect(refused).toEqual([0, 1, 10, 11]);
  });
});

describe("verdicts on crafted Ed25519 signatures", () => {
  it("R4 are those of the rule, where a check with the cofactor would accept everything of small or mixed order", async () => {
    const withCofactor: VerifySignatures = async (checks) =>
      checks.map(({ publicKey, message: text, signature }) => {
        try {
          return ed25519.verify(signature, text, publicKey, { zip215: true });
        } catch {
          return false;
        }
      });
    expect(await edgeVerdicts(nobleVerify)).toEqual(edgeCases());
    const crafted = (await edgeVerdicts(withCofactor)).filter(({ name }) => / of (?:small|mixed) order/.test(name));
    expect(crafted).toHaveLength(42);
    expect(crafted.every(({ holds }) => holds)).toBe(true);
    expect(edgeCases().filter(({ name, holds }) => holds && crafted.some((one) => one.name === name))).toHaveLength(7);
  });
});

describe("noble", () => {
  it("R4 accepts what it signed, and gives the same signature again", async () => {
    const first = await signer.sign(message);
    const second = await signer.sign(message);
    expect(first).toEqual(second);
    expect(await nobleVerify(pairChecks(keys, { ed25519: message, mldsa44: message }, first))).toEqual([true, true]);
  });

  it("R4 refuses another message, key and any changed byte, each by itself", async () => {
    const made = await signer.sign(message);
    const checks = pairChecks(keys, { ed25519: message, mldsa44: message }, made);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...checks), fc.constantFrom("message", "publicKey", "signature"), fc.nat(), fc.integer({ min: 1, max: 255 }), async (check, part, at, mask) => {
        const bytes = check[part].slice();
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ mask;
        expect(await nobleVerify([{ ...check, [part]: bytes }])).toEqual([false]);
      }),
      { numRuns: 60 },
    );
  });

  it("R4 answers false to malformed keys and signatures, in order, and never throws", async () => {
    const made = await signer.sign(message);
    const [edwards, lattice] = pairChecks(keys, { ed25519: message, mldsa44: message }, made);
    const shapes = [0, 31, 33, 63, 65, 1311, 1313, 2419, 2421].map((size) => new Uint8Array(size).fill(0xff));
    const checks = shapes.flatMap((bytes) => [
      { ...edwards, publicKey: bytes },
      { ...edwards, signature: bytes },
      { ...lattice, publicKey: bytes },
      { ...lattice, signature: bytes },
    ]);
    expect(await nobleVerify([edwards, ...checks, lattice])).toEqual([true, ...checks.map(() => false), true]);
    expect(await nobleVerify([{ ...edwards, publicKey: new Uint8Array(32).fill(0xff) }, { ...lattice, publicKey: new Uint8Array(1312).fill(0xff) }])).toEqual([false, false]);
    expect(await nobleVerify([])).toEqual([]);
  });

  it("R4 refuses a signature that its owner made with an R of small order, as the platform does", async () => {
    // With the secret r = 0, R is the neutral element and S = k·a: the equation holds.
    const seed = new Uint8Array(32).fill(5);
    const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(seed);
    const neutral = ed25519.Point.ZERO.toBytes();
    const challenge = BigInt(`0x${toHex(sha512(concatBytes(neutral, pointBytes, message)).reverse())}`);
    const response = fromHex(ed25519.Point.Fn.create(challenge * scalar).toString(16).padStart(64, "0"));
    const check = { algorithm: "ed25519", publicKey: pointBytes, message, signature: concatBytes(neutral, response!.reverse()) } as const;
    expect(ed25519.verify(check.signature, message, pointBytes)).toBe(true);
    expect(await nobleVerify([check])).toEqual([false]);
    expect(platformHolds(check)).toBe(false);
  });

  it("R4 agrees with the platform's signatures in both directions", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const x = new Uint8Array(Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url"));
    const check = { algorithm: "ed25519", publicKey: x, message, signature: new Uint8Array(nodeSign(null, message, privateKey)) } as const;
    expect(await nobleVerify([check])).toEqual([true]);
    expect(platformHolds({ ...check, publicKey: keys.ed25519, signature: (await signer.sign(message)).ed25519 })).toBe(true);

    const lattice = generateKeyPairSync("ml-dsa-44");
    const raw = new Uint8Array(lattice.publicKey.export({ format: "der", type: "spki" })).slice(-1312);
    const signature = new Uint8Array(nodeSign(null, message, lattice.privateKey));
    expect(await nobleVerify([{ algorithm: "ml-dsa-44", publicKey: raw, message, signature }])).toEqual([true]);
    const spki = lattice.publicKey.export({ format: "der", type: "spki" });
    const ours = createPublicKey({ key: Buffer.concat([spki.subarray(0, -1312), keys.mldsa44]), format: "der", type: "spki" });
    expect(nodeVerify(null, message, ours, (await signer.sign(message)).mldsa44)).toBe(true);
  });

  it("R4 signs two messages also with a signer that only knows one at a time", async () => {
    const single: PairSigner = { pair: signer.pair, sign: (text) => signer.sign(text) };
    const messages = { ed25519: message, mldsa44: encodeUtf8("other") };
    expect(await signEach(single, messages)).toEqual(await signEach(signer, messages));
  });

  it("throws for a seed of another size", () => {
    expect(() => nobleSigner({ ed25519: new Uint8Array(31), mldsa44: new Uint8Array(32) })).toThrow(RangeError);
  });
});

describe("enrolment", () => {
  it("R4 lets ordinary keys in", () => {
    expect(refuseWeakKey(keys.ed25519)).toBeUndefined();
  });

  it.each([
    ["the neutral element", "0100000000000000000000000000000000000000000000000000000000000000", "key-small-order"],
    ["a point of order 2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "key-small-order"],
    ["a point of order 4", "0000000000000000000000000000000000000000000000000000000000000000", "key-small-order"],
    ["a point of order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "key-small-order"],
    ["the neutral element in a second spelling", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "key-not-canonical"],
    ["the neutral element with a sign", "0100000000000000000000000000000000000000000000000000000000000080", "key-not-canonical"],
    ["no point", "0200000000000000000000000000000000000000000000000000000000000000", "key-not-canonical"],
    ["31 bytes", "00".repeat(31), "key-size"],
  ])("R4 refuses %s", (_, hex, code) => {
    expect(refuseWeakKey(bytesOf(hex))?.code).toBe(code);
  });
});
