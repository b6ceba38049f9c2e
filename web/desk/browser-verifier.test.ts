import { beforeAll, describe, expect, test } from "vitest";
import type { SignatureCheck } from "@countersign/core/signing/algorithm.ts";
import { nobleSigner, nobleVerify } from "@countersign/core/signing/noble.ts";
import { rawPair } from "@countersign/core/signing/pair.ts";
import { browserVerify } from "./browser-verifier.ts";

describe("SPEC R4 in the browser", () => {
  const checks: SignatureCheck[] = [];
  beforeAll(async () => {
    const signer = nobleSigner({ ed25519: new Uint8Array(32).fill(7), mldsa44: new Uint8Array(32).fill(8) });
    const keys = rawPair(signer.pair);
    const message = new TextEncoder().encode("what was said");
    const made = await signer.sign(message);
    const flipped = (bytes: Uint8Array) => bytes.map((byte, index) => (index === 5 ? byte ^ 1 : byte));
    for (const [algorithm, publicKey, signature] of [
      ["ed25519", keys.ed25519, made.ed25519],
      ["ml-dsa-44", keys.mldsa44, made.mldsa44],
    ] as const)
      checks.push(
        { algorithm, publicKey, message, signature },
        { algorithm, publicKey, message, signature: flipped(signature) },
        { algorithm, publicKey, message: flipped(message), signature },
        { algorithm, publicKey: publicKey.subarray(1), message, signature },
        { algorithm, publicKey, message, signature: new Uint8Array(0) },
        { algorithm, publicKey: new Uint8Array(publicKey.length), message, signature },
      );
  });

  test("R4 gives the answers of the reference, in order", async () => {
    const answers = await browserVerify(checks);
    expect(answers).toEqual(await nobleVerify(checks));
    expect(answers.filter(Boolean)).toHaveLength(2);
    expect([answers[0], answers[6]]).toEqual([true, true]);
  });

  test("R4 nothing to check is no answer", async () => {
    expect(await browserVerify([])).toEqual([]);
  });
});
