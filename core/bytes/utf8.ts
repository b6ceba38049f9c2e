/** UTF-8 in both directions. Decoding is fatal and keeps a byte order mark, so decoding then encoding gives the same bytes. */

/** Node and browsers both have these two; they belong to neither library that this room compiles with. */
declare class TextEncoder {
  encode(text: string): Uint8Array;
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

/** `undefined` when the bytes are not well-formed UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
