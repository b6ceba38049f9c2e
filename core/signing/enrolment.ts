/** What is asked of a key before it is let into a charter or a key change (SPEC R4). */
import { ed25519 } from "@noble/curves/ed25519.js";
import { ED25519_PUBLIC_KEY_BYTES } from "./algorithm.ts";
import { refusal, type Refusal } from "../refusal.ts";

/**
 * Refuses an Ed25519 public key of small order (signatures under it hold for many messages) or in a second spelling of a point
 * (implementations disagree on it), and bytes that are no point. `undefined` when the key may be used.
 */
export function refuseWeakKey(ed25519PublicKey: Uint8Array): Refusal | undefined {
  const ask = "Make a new key.";
  if (ed25519PublicKey.length !== ED25519_PUBLIC_KEY_BYTES)
    return refusal("key-size", `An Ed25519 public key has 32 bytes, this one ${ed25519PublicKey.length}. ${ask}`);
  let point;
  try {
    point = ed25519.Point.fromBytes(ed25519PublicKey, false);
  } catch {
    return refusal("key-not-canonical", `These 32 bytes are no Ed25519 public key in its one valid spelling. ${ask}`);
  }
  if (point.isSmallOrder())
    return refusal("key-small-order", `This Ed25519 public key has small order: one signature would hold for many messages. ${ask}`);
  return undefined;
}
