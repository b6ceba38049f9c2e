/** Signature checks on their way to another thread: all their bytes in one array that changes hands, instead of thousands that are copied. */
import type { Algorithm, SignatureCheck } from "@countersign/core/signing/algorithm.ts";

export interface PackedChecks {
  /** Each once. */
  readonly keys: readonly Uint8Array[];
  /** Six numbers a check: algorithm, key, where its message begins and ends, where its signature begins and ends. */
  readonly places: Uint32Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const ALGORITHMS: readonly Algorithm[] = ["ed25519", "ml-dsa-44"];
const NUMBERS = 6;

export function packChecks(checks: readonly SignatureCheck[]): PackedChecks {
  const keys: Uint8Array[] = [];
  const places = new Uint32Array(checks.length * NUMBERS);
  let length = 0;
  let last: Uint8Array | undefined;
  for (const { message, signature } of checks) {
    // Both signatures of a pair are over the same array.
    if (message !== last) length += message.length;
    last = message;
    length += signature.length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  let place = 0;
  let start = 0;
  last = undefined;
  for (const { algorithm, publicKey, message, signature } of checks) {
    let key = keys.indexOf(publicKey);
    if (key < 0) key = keys.push(publicKey) - 1;
    if (message !== last) {
      start = at;
      bytes.set(message, at);
      at += message.length;
    }
    last = message;
    bytes.set(signature, at);
    places[place] = ALGORITHMS.indexOf(algorithm);
    places[place + 1] = key;
    places[place + 2] = start;
    places[place + 3] = start + message.length;
    places[place + 4] = at;
    at += signature.length;
    places[place + 5] = at;
    place += NUMBERS;
  }
  return { keys, places, bytes };
}

export function unpackChecks({ keys, places, bytes }: PackedChecks): SignatureCheck[] {
  const checks: SignatureCheck[] = [];
  for (let at = 0; at < places.length; at += NUMBERS)
    checks.push({
      algorithm: ALGORITHMS[places[at] ?? 0] ?? "ed25519",
      publicKey: keys[places[at + 1] ?? 0] ?? new Uint8Array(0),
      message: bytes.subarray(places[at + 2], places[at + 3]),
      signature: bytes.subarray(places[at + 4], places[at + 5]),
    });
  return checks;
}
