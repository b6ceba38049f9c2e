/** A statement key that its owner has revoked: what readers of a fork proven by a statement must know, since others may have held the key. */
import { nameOfKey, type KeyRing } from "../channel/key-ring.ts";

export interface RevokedKey {
  readonly name: string;
  /** The last entry of the log that its owner calls sound under this key, by the first revocation. */
  readonly lastSound: number;
  /** Where that revocation stands in the log. */
  readonly at: number;
}

/** `undefined` while the ring knows of no revocation of the statement key of this name. */
export function revokedKey(ring: KeyRing, name: string): RevokedKey | undefined {
  const key = ring.keys.find((one) => one.role === "statement" && nameOfKey(one) === name);
  const act = key?.revoked === undefined ? undefined : ring.entry(key.revoked.at)?.act;
  if (key?.revoked === undefined || act === undefined || "code" in act || act.kind !== "revocation") return undefined;
  return { name, lastSound: act.body.lastSound, at: key.revoked.at };
}

export function revokedSentence(party: string, { name, lastSound, at }: RevokedKey): string {
  return `With entry ${at} of its log ${party} revoked the key ${name}, which signed the statement, for everything after entry ${lastSound}: others may have held it.`;
}
