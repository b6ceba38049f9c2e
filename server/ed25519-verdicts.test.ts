/** One verdict on every crafted Ed25519 signature (SPEC R4), whichever of Node's verifiers is asked. */
import { describe, expect, it } from "vitest";
import { edgeCases, edgeVerdicts, publishedEdges } from "@countersign/core/signing/_edge-vectors.ts";
import type { SignatureCheck, VerifySignatures } from "@countersign/core/signing/algorithm.ts";
import { nobleVerify } from "@countersign/core/signing/noble.ts";
import { isEd25519Candidate } from "@countersign/core/signing/small-order.ts";
import { readVectors } from "../tools/vectors.ts";
import { headVerify, nativeVerify } from "./signing.ts";

const published = readVectors("ed25519-edge", publishedEdges);
const wanted = edgeCases(published);

/** One check at a time, so that nothing is spread over threads. */
const singly: VerifySignatures = async (checks) =>
  (await Promise.all(checks.map((check) => nativeVerify([check])))).flat();

/** As a browser does it: what WebCrypto says, after the look at points of small order. */
const webCrypto: VerifySignatures = (checks) =>
  Promise.all(
    checks.map(async ({ publicKey, message, signature }: SignatureCheck) => {
      if (!isEd25519Candidate(publicKey, signature)) return false;
      const own = (bytes: Uint8Array) => new Uint8Array(bytes);
      try {
        const key = await crypto.subtle.importKey("raw", own(publicKey), "Ed25519", false, ["verify"]);
        return await crypto.subtle.verify("Ed25519", key, own(signature), own(message));
      } catch {
        return false;
      }
    }),
  );

describe("verdicts on crafted Ed25519 signatures", () => {
  it.each([
    ["noble", nobleVerify],
    ["Node, on several threads", nativeVerify],
    ["Node, one by one", singly],
    ["what remembers heads", headVerify],
    ["Node's WebCrypto", webCrypto],
  ] as const)("R4 are those of the rule: %s", async (_, verify) => {
    expect(await edgeVerdicts(verify, published)).toEqual(wanted);
  });

  it("R4 are about small order, mixed order, second spellings and sizes, and some hold", () => {
    expect(wanted.length).toBeGreaterThanOrEqual(58);
    expect(wanted.filter(({ holds }) => holds).length).toBeGreaterThanOrEqual(8);
    expect(new Set(wanted.map(({ name }) => name)).size).toBe(wanted.length);
  });
});
