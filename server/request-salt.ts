/**
 * How a request that is sent again is known (SPEC R12): by the salt of its statement. The log itself remembers it, so no interruption parts what
 * was said from the memory of having said it. Without the node's storage key the salt is as good as chance.
 */
import { createHash, createHmac } from "node:crypto";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { canonicalJson } from "@countersign/core/bytes/canonical.ts";
import { concatBytes } from "@countersign/core/bytes/concat.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import type { StatementRequest } from "@countersign/wire/endpoints.ts";

/** The salt of a statement, in its two halves and whole, each in base64. */
export interface RequestSalt {
  readonly salt: string;
  /** The same for all requests with this key. */
  readonly ofKey: string;
}

const HALF = 8;

/** `undefined` for a request without a key, and for one whose body no statement can hold. */
export function requestSalt(storageKey: Uint8Array, channel: string, request: StatementRequest): RequestSalt | undefined {
  const { key, kind, body, files } = request;
  if (key === undefined) return undefined;
  const hashed = files.map(({ data, ...named }) => ({ ...named, data: createHash("sha256").update(data).digest("hex") }));
  let what: Uint8Array;
  try {
    what = canonicalJson({ kind, body, files: hashed });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
  const digest = toHex(createHash("sha256").update(what).digest());
  const ofKey = half(storageKey, `${DOMAIN} ${channel} ${key}`);
  return { ofKey: toBase64(ofKey), salt: toBase64(concatBytes(ofKey, half(storageKey, `${DOMAIN} ${channel} ${key} ${digest}`))) };
}

/** The half of a statement's salt by which a request's key is known. */
export function keyHalf(salt: Uint8Array): string {
  return toBase64(salt.subarray(0, HALF));
}

const DOMAIN = "countersign/request/v1";

function half(storageKey: Uint8Array, text: string): Uint8Array {
  return createHmac("sha256", storageKey).update(text).digest().subarray(0, HALF);
}
