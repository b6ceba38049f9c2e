import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fromHex, toHex } from "@countersign/core/bytes/hex.ts";
import type { SignatureCheck } from "@countersign/core/signing/algorithm.ts";
import { nobleSigner, nobleVerify } from "@countersign/core/signing/noble.ts";
import { rawPair } from "@countersign/core/signing/pair.ts";
import { readVectors } from "../tools/vectors.ts";
import { headVerify, nativeSha256, nativeSigner, nativeVerify, threadVerify } from "./signing.ts";
import { sha256 } from "@noble/hashes/sha2.js";

const edges = readVectors(
  "ed25519-edge",
  z.object({ cases: z.array(z.object({ message: z.string(), pub_key: z.string(), signature: z.string() })) }),
);
const seeds = { ed25519: new Uint8Array(32).fill(3), mldsa44: new Uint8Array(32).fill(4) };
const message = new TextEncoder().encode("what both sides sign");

describe("native signatures", () => {
  it("R4 are made with the same keys as noble's, and each checks the other's", async () => {
    const [native, noble] = [nativeSigner(seeds), nobleSigner(seeds)];
    expect(native.pair).toEqual(noble.pair);
    const keys = rawPair(native.pair);
    for (const signer of [native, noble]) {
      const made = await signer.sign(message);
      const checks: SignatureCheck[] = [
        { algorithm: "ed25519", publicKey: keys.ed25519, message, signature: made.ed25519 },
        { algorithm: "ml-dsa-44", publicKey: keys.mldsa44, message, signature: made.mldsa44 },
      ];
      for (const verify of [nativeVerify, nobleVerify, headVerify]) expect(await verify(checks)).toEqual([true, true]);
    }
  });

  it("R4 are judged alike on threads of this program's own, whatever is wrong with a check", async () => {
    const keys = rawPair(nativeSigner(seeds).pair);
    const made = await nativeSigner(seeds).sign(message);
    const good: SignatureCheck[] = [
      { algorithm: "ed25519", publicKey: keys.ed25519, message, signature: made.ed25519 },
      { algorithm: "ml-dsa-44", publicKey: keys.mldsa44, message, signature: made.mldsa44 },
    ];
    const odd = good.flatMap((check): SignatureCheck[] => [
      { ...check, message: new Uint8Array(0) },
      { ...check, signature: new Uint8Array(0) },
      { ...check, publicKey: new Uint8Array(0) },
      { ...check, publicKey: new Uint8Array(check.publicKey.length) },
      { ...check, signature: check.signature.toReversed() },
      { ...check, algorithm: check.algorithm === "ed25519" ? "ml-dsa-44" : "ed25519" },
    ]);
    const some = [...good, ...odd];
    const asked = await threadVerify(some);
    expect(asked).toEqual(some.map((check) => good.includes(check)));
    // As many as it takes until they are handed out.
    const batches = Array.from({ length: 100 }, () => nativeVerify(some));
    for (const answers of await Promise.all(batches)) expect(answers).toEqual(asked);
  });

  it("R4 agree with noble on every changed key, message and signature", async () => {
    const keys = rawPair(nativeSigner(seeds).pair);
    const made = await nativeSigner(seeds).sign(message);
    const good: SignatureCheck[] = [
      { algorithm: "ed25519", publicKey: keys.ed25519, message, signature: made.ed25519 },
      { algorithm: "ml-dsa-44", publicKey: keys.mldsa44, message, signature: made.mldsa44 },
    ];
    const part = fc.constantFrom("publicKey" as const, "message" as const, "signature" as const);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1 }),
        part,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom("flip", "cut", "extend"),
        async (which, field, place, change, way) => {
          const check = good[which];
          if (check === undefined) throw new Error("no check");
          const bytes =
            way === "extend"
              ? new Uint8Array([...check[field], change])
              : way === "cut"
                ? check[field].slice(0, -1)
                : check[field].slice();
          if (way === "flip") bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ change;
          const changed = { ...check, [field]: bytes };
          expect(await nativeVerify([changed])).toEqual([...(await nobleVerify([changed]))]);
          expect(await headVerify([changed, check])).toEqual([...(await nobleVerify([changed])), true]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("R4 are checked in large batches on several threads with the same answers in the same order", async () => {
    const keys = rawPair(nativeSigner(seeds).pair);
    const checks = await Promise.all(
      Array.from({ length: 64 }, async (_, index): Promise<SignatureCheck> => {
        const text = new TextEncoder().encode(`statement ${index}`);
        const made = await nativeSigner(seeds).sign(text);
        const bad = index % 5 === 0 ? text.slice(1) : text;
        return index % 2 === 0
          ? { algorithm: "ed25519", publicKey: keys.ed25519, message: bad, signature: made.ed25519 }
          : { algorithm: "ml-dsa-44", publicKey: keys.mldsa44, message: bad, signature: made.mldsa44 };
      }),
    );
    const wanted = checks.map((_, index) => index % 5 !== 0);
    expect(await nativeVerify(checks)).toEqual(wanted);
    expect(await headVerify([...checks, ...checks])).toEqual([...wanted, ...wanted]);
  });

  it("hash as noble does", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9000 }), (bytes) => {
        expect(nativeSha256(bytes)).toBe(toHex(sha256(bytes)));
      }),
      { numRuns: 30 },
    );
  });

  it.runIf(edges !== undefined)("R4 agree with noble on every edge case of Ed25519", async () => {
    const read = edges?.cases ?? [];
    expect(read.length).toBeGreaterThanOrEqual(12);
    const checks = read.map(({ message: text, pub_key, signature }): SignatureCheck => ({
      algorithm: "ed25519",
      publicKey: fromHex(pub_key) ?? new Uint8Array(0),
      message: fromHex(text) ?? new Uint8Array(0),
      signature: fromHex(signature) ?? new Uint8Array(0),
    }));
    expect(await nativeVerify(checks)).toEqual([...(await nobleVerify(checks))]);
  });
});
