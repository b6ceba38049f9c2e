/** UTF-8 in both directions. Decoding is fatal and keeps a byte order mark, so decoding then encoding gives the same bytes. */

/** Node and browsers both have these two; they belong to neither library that this room compiles with. */
declare class TextEncoder {
  encode(text: string): Uint8Array;
  encodeInto(text: string, place: Uint8Array): { readonly read: number; readonly written: number };
}
declare class TextDecoder {
  constructor(label: "utf-8", options: { readonly fatal: true; readonly ignoreBOM: true });
  decode(bytes: Uint8Array): string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A lone surrogate becomes U+FFFD: callers that take text from outside refuse it first (`text.isWellFormed()`). */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Writes an ASCII text at the beginning of `place`, which has room for it. */
export function putAscii(place: Uint8Array, text: string): void {
  encoder.encodeInto(text, place);
}

/** `undefined` when the bytes are not well-formed UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
