/**
 * Padded standard base64 (RFC 4648 section 4), canonical only: no white space, no url-safe letters, no missing padding, no
 * bits left over. So decoding is one-to-one, and comparing texts compares bytes.
 */

interface Base64Platform {
  readonly fromBase64?: (text: string, options: { lastChunkHandling: "strict" }) => Uint8Array;
}

const platform: Base64Platform = Uint8Array;
const canFill = "setFromBase64" in Uint8Array.prototype;
const canWrite = "toBase64" in Uint8Array.prototype;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < ALPHABET.length; value += 1) VALUES[ALPHABET.charCodeAt(value)] = value;

export function toBase64(bytes: Uint8Array): string {
  return canWrite ? bytes.toBase64() : toBase64ByTable(bytes);
}

/** `undefined` for anything but the canonical text of some bytes. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (platform.fromBase64 === undefined) return fromBase64ByTable(text);
  try {
    const bytes = Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
    // The platform skips white space; the canonical text of n bytes has exactly this many characters.
    return text.length === Math.ceil(bytes.length / 3) * 4 ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** How many bytes the text gives if it is canonical; never below 0. */
export function base64Size(text: string): number {
  return Math.max(0, (text.length >> 2) * 3 - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0));
}

/**
 * Fills `place` from the text, without an array of its own; false, with anything in `place`, unless it is the canonical text of exactly as
 * many bytes.
 */
export function fillFromBase64(place: Uint8Array, text: string): boolean {
  if (!canFill) return fillFromBase64ByTable(place, text);
  try {
    const { read, written } = place.setFromBase64(text, { lastChunkHandling: "strict" });
    // The platform skips white space, and stops where the place is full.
    return written === place.length && read === text.length && text.length === Math.ceil(written / 3) * 4;
  } catch {
    return false;
  }
}

/** For platforms without `Uint8Array.prototype.setFromBase64`. */
export function fillFromBase64ByTable(place: Uint8Array, text: string): boolean {
  const bytes = fromBase64(text);
  if (bytes?.length !== place.length) return false;
  place.set(bytes);
  return true;
}

/** For platforms without `Uint8Array.prototype.toBase64`. */
export function toBase64ByTable(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63);
    text += left > 1 ? ALPHABET.charAt((group >> 6) & 63) : "=";
    text += left > 2 ? ALPHABET.charAt(group & 63) : "=";
  }
  return text;
}

/** For platforms without `Uint8Array.fromBase64`. */
export function fromBase64ByTable(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const letters = text.length - padding;
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let index = 0; index < letters; index += 1) {
    const value = VALUES[text.charCodeAt(index)] ?? -1;
    if (value < 0) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = (held >> bits) & 0xff;
    at += 1;
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}
