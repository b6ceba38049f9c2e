/**
 * Where a bundle's bytes lie: a file, a Blob in a worker (`FileReaderSync`), or memory. Reading is synchronous, because a rule may read a
 * document in the middle of a fold; nothing but what is asked for has to be in memory.
 */

export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** The bytes from `offset` on, fewer than `length` where the source ends. They stay as they are. Throws when the place cannot be read. */
  read(offset: number, length: number): Uint8Array;
}

/** What is read at a time of a source that is gone through. */
const PIECE = 1024 * 1024;

export function* piecesOf(source: ByteSource): Generator<Uint8Array> {
  for (let at = 0; at < source.size; at += PIECE) yield source.read(at, Math.min(PIECE, source.size - at));
}

/** `size` bytes of a source, the first of them at `start`. */
export function withinSource(source: ByteSource, start: number, size: number): ByteSource {
  return { size, read: (offset, length) => source.read(start + offset, Math.max(0, Math.min(length, size - offset))) };
}

/** Views of `bytes`, not copies. */
export function sourceOf(source: ByteSource | Uint8Array): ByteSource {
  if (!(source instanceof Uint8Array)) return source;
  return { size: source.length, read: (offset, length) => source.subarray(offset, offset + length) };
}
