/**
 * Checks signatures in this browser: by the browser's own cryptography where it has it, otherwise by noble in workers, so that the page
 * stays alive. Both give the same answers (SPEC R4).
 */
import {
  ED25519_PUBLIC_KEY_BYTES,
  ED25519_SIGNATURE_BYTES,
  MLDSA44_PUBLIC_KEY_BYTES,
  MLDSA44_SIGNATURE_BYTES,
  type Algorithm,
  type SignatureCheck,
  type VerifySignatures,
} from "@countersign/core/signing/algorithm.ts";
import { isEd25519Candidate } from "@countersign/core/signing/small-order.ts";

/** One answer for each check, in order; a malformed key or signature is `false`. */
export const browserVerify: VerifySignatures = async (checks) => {
  const native = await nativeAlgorithms();
  const answers: boolean[] = Array.from({ length: checks.length }, () => false);
  const rest: number[] = [];
  await Promise.all(
    checks.map(async (check, position) => {
      if (!isWorthChecking(check)) return;
      if (!native.has(check.algorithm)) {
        rest.push(position);
        return;
      }
      answers[position] = await nativeHolds(check);
    }),
  );
  const others = await verifyByNoble(rest.flatMap((position) => checks[position] ?? []));
  for (const [place, position] of rest.entries()) answers[position] = others[place] ?? false;
  return answers;
};

/** Names as WebCrypto has them; the key of ML-DSA has a format of its own. */
const webCrypto = {
  ed25519: {
    name: "Ed25519",
    format: "raw",
    keyBytes: ED25519_PUBLIC_KEY_BYTES,
    signatureBytes: ED25519_SIGNATURE_BYTES,
  },
  "ml-dsa-44": {
    name: "ML-DSA-44",
    format: "raw-public",
    keyBytes: MLDSA44_PUBLIC_KEY_BYTES,
    signatureBytes: MLDSA44_SIGNATURE_BYTES,
  },
} as const satisfies Record<Algorithm, unknown>;

let probed: Promise<ReadonlySet<Algorithm>> | undefined;

/** Which algorithms the browser has. None on an address that is not a secure context. */
function nativeAlgorithms(): Promise<ReadonlySet<Algorithm>> {
  probed ??= (async () => {
    const has = await Promise.all(
      (["ed25519", "ml-dsa-44"] as const).map(async (algorithm) => ((await canVerify(algorithm)) ? [algorithm] : [])),
    );
    return new Set(has.flat());
  })();
  return probed;
}

async function canVerify(algorithm: Algorithm): Promise<boolean> {
  if (globalThis.crypto?.subtle === undefined) return false;
  try {
    const { name } = webCrypto[algorithm];
    const { publicKey, privateKey } = (await crypto.subtle.generateKey(name, false, [
      "sign",
      "verify",
    ])) as CryptoKeyPair;
    const message = new Uint8Array([1]);
    const signature = await crypto.subtle.sign(name, privateKey, message);
    const raw = await crypto.subtle.exportKey(webCrypto[algorithm].format as "raw", publicKey);
    return (
      (raw as ArrayBuffer).byteLength === webCrypto[algorithm].keyBytes &&
      (await nativeHolds({
        algorithm,
        publicKey: new Uint8Array(raw as ArrayBuffer),
        message,
        signature: new Uint8Array(signature),
      }))
    );
  } catch {
    return false;
  }
}

/** Browsers take points of small order, or refuse them, as they like; every verifier refuses them first. */
function isWorthChecking({ algorithm, publicKey, signature }: SignatureCheck): boolean {
  if (algorithm === "ed25519") return isEd25519Candidate(publicKey, signature);
  return publicKey.length === webCrypto[algorithm].keyBytes && signature.length === webCrypto[algorithm].signatureBytes;
}

async function nativeHolds({ algorithm, publicKey, message, signature }: SignatureCheck): Promise<boolean> {
  const { name, format } = webCrypto[algorithm];
  try {
    const key = await crypto.subtle.importKey(format as "raw", publicKey as BufferSource, name, false, ["verify"]);
    return await crypto.subtle.verify(name, key, signature as BufferSource, message as BufferSource);
  } catch {
    return false;
  }
}

const BATCH = 16;

/** Deals the checks out to a worker for each core but one, at most four. Without workers it checks here. */
async function verifyByNoble(checks: readonly SignatureCheck[]): Promise<readonly boolean[]> {
  if (checks.length === 0) return [];
  if (globalThis.Worker === undefined) return (await import("@countersign/core/signing/noble.ts")).nobleVerify(checks);
  const answers: boolean[] = Array.from({ length: checks.length }, () => false);
  let next = 0;
  const hands = Math.min(4, Math.max(1, navigator.hardwareConcurrency), Math.ceil(checks.length / BATCH));
  await Promise.all(
    Array.from({ length: hands }, async (_, hand) => {
      const worker = workerOf(hand);
      while (next < checks.length) {
        const from = next;
        next += BATCH;
        // oxlint-disable-next-line no-await-in-loop -- a worker takes its next batch when it has done the last one.
        const batch = await worker(checks.slice(from, from + BATCH));
        for (const [place, good] of batch.entries()) answers[from + place] = good;
      }
    }),
  );
  return answers;
}

type Hand = (checks: readonly SignatureCheck[]) => Promise<readonly boolean[]>;
const hands: Hand[] = [];

/** Workers stay for the next check. */
function workerOf(position: number): Hand {
  const known = hands[position];
  if (known !== undefined) return known;
  const worker = new Worker(new URL("./verify-worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, { resolve: (answers: readonly boolean[]) => void; reject: (error: Error) => void }>();
  let number = 0;
  worker.onmessage = ({ data }: MessageEvent<{ number: number; answers: readonly boolean[] }>) => {
    waiting.get(data.number)?.resolve(data.answers);
    waiting.delete(data.number);
  };
  worker.onerror = () => {
    for (const { reject } of waiting.values()) reject(new Error("the checking worker stopped"));
    waiting.clear();
  };
  const hand: Hand = (checks) =>
    new Promise((resolve, reject) => {
      number += 1;
      waiting.set(number, { resolve, reject });
      worker.postMessage({ number, checks });
    });
  hands[position] = hand;
  return hand;
}
