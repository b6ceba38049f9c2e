/**
 * Canonical JSON (SPEC R3): RFC 8785 without floats. Whole numbers below 2^53, well-formed text, members sorted by UTF-16
 * code units, no white space. One value has one encoding, so equal bytes and equal values are the same thing.
 */
import { accept, refuse, type Result } from "../refusal.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/** The largest body file that any charter may allow. */
export const CANONICAL_LIMIT = 64 * 1024 * 1024;

/** Nesting of arrays and objects. Signed bodies stay below ten. */
export const CANONICAL_DEPTH = 64;

/** Throws when the value cannot be written: a float, a lone surrogate, `undefined`, a class instance, too deep. */
export function canonicalJson(value: unknown): Uint8Array {
  return encodeUtf8(write(value, 0));
}

/**
 * Reads bytes that are exactly the canonical encoding of a value. Floats, white space, another order of members, a name used
 * twice and needless escapes all encode differently and are refused.
 */
export function parseCanonical(bytes: Uint8Array): Result<unknown> {
  if (bytes.length > CANONICAL_LIMIT)
    return refuse("json-too-large", `This JSON has ${bytes.length} bytes; at most ${CANONICAL_LIMIT} are read.`);
  const text = decodeUtf8(bytes);
  if (text === undefined) return refuse("json-not-utf8", "This JSON is not well-formed UTF-8. Ask for the file again.");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("json-malformed", "This is not JSON. Ask for the file again.");
  }
  if (isSorted(value, 0) && !text.includes("\\ud") && JSON.stringify(value) === text) return accept(value);
  try {
    if (write(value, 0) === text) return accept(value);
  } catch (error) {
    if (!(error instanceof NotCanonical)) throw error;
    return refuse("json-not-canonical", `This JSON cannot be signed: ${error.message}.`);
  }
  return refuse(
    "json-not-canonical",
    "This JSON is not in canonical form (RFC 8785: sorted members, each once, no white space, no needless escapes).",
  );
}

class NotCanonical extends TypeError {
  override name = "NotCanonical";
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      if (!value.isWellFormed()) throw new NotCanonical("a text holds half of a surrogate pair");
      return JSON.stringify(value);
    case "number":
      if (!Number.isSafeInteger(value)) throw new NotCanonical(`${value} is not a whole number below 2^53`);
      return String(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      if (depth >= CANONICAL_DEPTH) throw new NotCanonical(`it is nested more than ${CANONICAL_DEPTH} deep`);
      return Array.isArray(value) ? writeArray(value, depth) : writeObject(value, depth);
    default:
      throw new NotCanonical(`a value of the type ${typeof value} has no JSON form`);
  }
}

function writeArray(values: readonly unknown[], depth: number): string {
  let text = "[";
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) text += ",";
    text += write(values[index], depth + 1);
  }
  return `${text}]`;
}

function writeObject(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new NotCanonical("a class instance has no JSON form");
  let text = "{";
  for (const name of sortedNames(value)) {
    if (text.length > 1) text += ",";
    text += `${write(name, depth)}:${write((value as Readonly<Record<string, unknown>>)[name], depth + 1)}`;
  }
  return `${text}}`;
}

/**
 * Whether the platform's own `JSON.stringify`, twice as fast as `write`, gives the canonical form of a parsed value: members are
 * in order already, all numbers are whole. A lone surrogate can only have come from an escape, for which the caller looks.
 */
function isSorted(value: unknown, depth: number): boolean {
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth >= CANONICAL_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isSorted(item, depth + 1));
  let before = "";
  for (const name of Object.keys(value)) {
    if (name < before || !isSorted((value as Readonly<Record<string, unknown>>)[name], depth + 1)) return false;
    before = name;
  }
  return true;
}

/** The default order of `sort` is the one RFC 8785 asks for. What was read from canonical bytes is mostly sorted already. */
function sortedNames(value: object): readonly string[] {
  const names = Object.keys(value);
  for (let index = 1; index < names.length; index += 1) if ((names[index - 1] ?? "") > (names[index] ?? "")) return names.sort();
  return names;
}
