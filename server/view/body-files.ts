/** Body files on this machine's disk: their hashes and sizes are in memory, their bytes are read when somebody looks, the last few kept. */
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 as hash } from "@countersign/core/bytes/sha256.ts";
import type { HeldFiles } from "@countersign/core/channel/held-files.ts";
import { DamagedObject } from "../objects/object-store.ts";

/** What is kept in memory of them, in bytes. */
const KEPT_BYTES = 8 * 1024 * 1024;

export class BodyFiles implements HeldFiles {
  readonly #read: (sha256: string) => Uint8Array | undefined;
  readonly #sizes = new Map<string, number>();
  /** Those read last, newest at the end. */
  readonly #kept = new Map<string, Uint8Array>();
  #keptBytes = 0;

  /** `read` gives a file's bytes from the disk at once. */
  constructor(read: (sha256: string) => Uint8Array | undefined) {
    this.#read = read;
  }

  /** The file is durable, and its hash was checked. */
  add(sha256: string, size: number): void {
    this.#sizes.set(sha256, size);
  }

  get size(): number {
    return this.#sizes.size;
  }

  keys(): Iterable<string> {
    return this.#sizes.keys();
  }

  has(sha256: string): boolean {
    return this.#sizes.has(sha256);
  }

  sizeOf(sha256: string): number | undefined {
    return this.#sizes.get(sha256);
  }

  /** Throws for a file that was taken away or changed while the node ran. */
  get(sha256: string): Uint8Array | undefined {
    if (!this.#sizes.has(sha256)) return undefined;
    const bytes = this.#kept.get(sha256) ?? this.#read(sha256);
    if (bytes === undefined || (!this.#kept.has(sha256) && toHex(hash(bytes)) !== sha256))
      throw new DamagedObject(`file/${sha256}`);
    this.#keep(sha256, bytes);
    return bytes;
  }

  *[Symbol.iterator](): Iterator<readonly [string, Uint8Array]> {
    for (const sha256 of this.#sizes.keys()) {
      const bytes = this.get(sha256);
      if (bytes !== undefined) yield [sha256, bytes];
    }
  }

  #keep(sha256: string, bytes: Uint8Array): void {
    if (this.#kept.delete(sha256)) this.#keptBytes -= bytes.length;
    this.#kept.set(sha256, bytes);
    this.#keptBytes += bytes.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES) return;
      this.#kept.delete(oldest);
      this.#keptBytes -= length;
    }
  }
}
