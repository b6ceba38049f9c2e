/** Lower-case hexadecimal. Upper case is refused, so that one value has one spelling. */

interface HexPlatform {
  readonly fromHex?: (text: string) => Uint8Array;
}

const platform: HexPlatform = Uint8Array;
const canWrite = "toHex" in Uint8Array.prototype;
const PAIRS = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));
const LOWER_CASE = /^(?:[0-9a-f]{2})*$/;

export function toHex(bytes: Uint8Array): string {
  return canWrite ? bytes.toHex() : toHexByTable(bytes);
}

/** `undefined` for an odd length, upper case or anything that is no hexadecimal digit. */
export function fromHex(text: string): Uint8Array | undefined {
  if (!LOWER_CASE.test(text)) return undefined;
  return platform.fromHex === undefined ? fromHexByParsing(text) : Uint8Array.fromHex(text);
}

/** For platforms without `Uint8Array.prototype.toHex`. */
export function toHexByTable(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += PAIRS[byte] ?? "";
  return text;
}

/** For platforms without `Uint8Array.fromHex`; the text was matched already. */
export function fromHexByParsing(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = Number.parseInt(text.slice(index * 2, index * 2 + 2), 16);
  return bytes;
}
