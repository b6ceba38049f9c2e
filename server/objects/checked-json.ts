/**
 * Canonical JSON with its own hash as the first member, for files of which no signature and no other file says what they hold: one changed bit
 * anywhere in such a file is noticed when it is read.
 */
import { canonicalJson, parseCanonical } from "@countersign/core/bytes/canonical.ts";
import { concatBytes, equalBytes } from "@countersign/core/bytes/concat.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { refuse, type Result } from "@countersign/core/refusal.ts";

/** Sorts before every name that begins with a small letter, so the file as a whole is canonical, too. */
const BEGINNING = encodeUtf8('{"_sha256":"');
const OPEN = encodeUtf8("{");
const HEX = 64;

/** Of an object with at least one member, whose members' names begin with small letters. */
export function encodeChecked(value: object): Uint8Array {
  const plain = canonicalJson(value);
  return concatBytes(BEGINNING, encodeUtf8(`${toHex(sha256(plain))}",`), plain.subarray(1));
}

/** The object without its hash. Refuses what is not canonical or has another hash; what was written without one is read as it stands. */
export function parseChecked(bytes: Uint8Array): Result<unknown> {
  if (!equalBytes(bytes.subarray(0, BEGINNING.length), BEGINNING)) return parseCanonical(bytes);
  const after = BEGINNING.length + HEX + 2;
  const plain = concatBytes(OPEN, bytes.subarray(after));
  if (!equalBytes(bytes.subarray(BEGINNING.length, after), encodeUtf8(`${toHex(sha256(plain))}",`)))
    return refuse("file-changed", "This file does not have the hash that it names: it was changed on this machine.");
  return parseCanonical(plain);
}
