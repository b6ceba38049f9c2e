/** Unsigned big-endian integers of two and eight bytes, as the formats of tiles and cosignatures use them. */

const HIGH = 0x1_0000_0000;

/** Throws outside 0 … 65,535. */
export function u16(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff) throw new RangeError(`not a 16-bit number: ${value}`);
  return Uint8Array.of(value >>> 8, value & 0xff);
}

/** Throws outside 0 … 2^53 − 1. */
export function u64(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a whole number below 2^53: ${value}`);
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(value / HIGH));
  view.setUint32(4, value % HIGH);
  return bytes;
}

/** `undefined` when two bytes are not there. */
export function readU16(bytes: Uint8Array, offset: number): number | undefined {
  const high = bytes[offset];
  const low = bytes[offset + 1];
  return high === undefined || low === undefined ? undefined : high * 256 + low;
}

/** `undefined` when eight bytes are not there or the value is 2^53 or more. */
export function readU64(bytes: Uint8Array, offset: number): number | undefined {
  if (offset < 0 || offset + 8 > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 8);
  const value = view.getUint32(0) * HIGH + view.getUint32(4);
  return Number.isSafeInteger(value) ? value : undefined;
}
