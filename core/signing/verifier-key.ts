/** Verifier keys as one line of text (C2SP signed-note "vkey"), for exchange with other programs: name, id, type, key. */
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { concatBytes } from "../bytes/concat.ts";
import { accept, refuse, type Result } from "../refusal.ts";
import { ED25519_PUBLIC_KEY_BYTES, MLDSA44_PUBLIC_KEY_BYTES } from "./algorithm.ts";
import { ED25519_COSIGNATURE, ED25519_NOTE, keyId, MLDSA44_COSIGNATURE } from "./key-id.ts";
import { isKeyName } from "./note.ts";

export interface VerifierKey {
  readonly name: string;
  /** C2SP signature type: 0x01, 0x04 or 0x06. */
  readonly type: number;
  readonly publicKey: Uint8Array;
  /** Eight hexadecimal digits, computed from the three others. */
  readonly id: string;
}

const KEY_BYTES: ReadonlyMap<number, number> = new Map([
  [ED25519_NOTE, ED25519_PUBLIC_KEY_BYTES],
  [ED25519_COSIGNATURE, ED25519_PUBLIC_KEY_BYTES],
  [MLDSA44_COSIGNATURE, MLDSA44_PUBLIC_KEY_BYTES],
]);
const TEXT_LIMIT = 4096;

/** Throws for a name or a key that `parseVerifierKey` would refuse. */
export function formatVerifierKey(name: string, type: number, publicKey: Uint8Array): string {
  if (!isKeyName(name) || KEY_BYTES.get(type) !== publicKey.length) throw new TypeError(`no verifier key: ${name}`);
  return `${name}+${keyId(name, type, publicKey)}+${toBase64(concatBytes(Uint8Array.of(type), publicKey))}`;
}

/** Refuses an id that does not follow from name, type and key, and prints the one that does. */
export function parseVerifierKey(text: string): Result<VerifierKey> {
  if (text.length > TEXT_LIMIT) return refuse("vkey-too-large", `A verifier key has at most ${TEXT_LIMIT} characters.`);
  const [, name, id, keyText] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(text) ?? [];
  if (name === undefined || id === undefined || keyText === undefined || !isKeyName(name))
    return refuse("vkey-malformed", "A verifier key reads name+id+key: a name without spaces, eight lower-case hexadecimal digits, base64.");
  const bytes = fromBase64(keyText);
  const type = bytes?.[0];
  if (bytes === undefined || type === undefined) return refuse("vkey-malformed", "The key part of this verifier key is not canonical base64.");
  const publicKey = bytes.subarray(1);
  const wanted = KEY_BYTES.get(type);
  if (wanted === undefined)
    return refuse("vkey-type", `The verifier key has the type 0x${type.toString(16).padStart(2, "0")}; 0x01, 0x04 and 0x06 are read.`);
  if (wanted !== publicKey.length) return refuse("vkey-size", `A key of this type has ${wanted} bytes, this one ${publicKey.length}.`);
  const right = keyId(name, type, publicKey);
  if (right !== id)
    return refuse("vkey-id", `The verifier key says the id ${id}, but its name and key give ${right}. Ask its owner which part is wrong.`);
  return accept({ name, type, publicKey, id });
}
