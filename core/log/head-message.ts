/** The bytes that the timestamped lines of a head sign, and how such a line holds its time (C2SP tlog-cosignature). */
import { LAST_SECOND } from "../bytes/instant.ts";
import { readU64, u64 } from "../bytes/big-endian.ts";
import { concatBytes } from "../bytes/concat.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";

export interface TimedSignature {
  /** Seconds since 1970. */
  readonly timeSeconds: number;
  readonly signature: Uint8Array;
}

/** Names and origins are preceded by one byte of length. */
export const NAME_BYTES = 255;

/** Whether a name from outside can stand in the message of an ML-DSA-44 line. */
export function fitsName(name: string): boolean {
  return name !== "" && name.isWellFormed() && encodeUtf8(name).length <= NAME_BYTES;
}

/** Type 0x04: header, time, and the note's whole text. */
export function timedTextMessage(noteText: string, timeSeconds: number): Uint8Array {
  return encodeUtf8(`cosignature/v1\ntime ${timeSeconds}\n${noteText}`);
}

/** Type 0x06: the subtree of the entries start … end − 1 and its hash; a head is 0 … size. Throws for a name over 255 bytes. */
export function subtreeMessage(
  signerName: string,
  timeSeconds: number,
  origin: string,
  start: number,
  end: number,
  hash: Uint8Array,
): Uint8Array {
  const header = encodeUtf8("subtree/v1\n\0");
  return concatBytes(header, counted(signerName), u64(timeSeconds), counted(origin), u64(start), u64(end), hash);
}

export function encodeTimedSignature(timeSeconds: number, signature: Uint8Array): Uint8Array {
  return concatBytes(u64(timeSeconds), signature);
}

/** `undefined` for another length, time 0 (which says that no time is claimed) or one that no instant has (SPEC R3): nobody could write it down. */
export function readTimedSignature(bytes: Uint8Array, signatureBytes: number): TimedSignature | undefined {
  const read = readTimedOrTimeless(bytes, signatureBytes);
  return read?.timeSeconds === 0 ? undefined : read;
}

/** The same, with time 0 too: C2SP has it where no time is claimed, as over a subtree. */
export function readTimedOrTimeless(bytes: Uint8Array, signatureBytes: number): TimedSignature | undefined {
  const timeSeconds = readU64(bytes, 0);
  if (bytes.length !== 8 + signatureBytes || timeSeconds === undefined || timeSeconds > LAST_SECOND) return undefined;
  return { timeSeconds, signature: bytes.subarray(8) };
}

function counted(name: string): Uint8Array {
  if (!fitsName(name)) throw new RangeError(`a name has 1 to ${NAME_BYTES} bytes: ${name}`);
  const bytes = encodeUtf8(name);
  return concatBytes(Uint8Array.of(bytes.length), bytes);
}
