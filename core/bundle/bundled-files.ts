/** The files of a bundle by their hash, read when somebody looks. */
import type { HeldFiles } from "../channel/held-files.ts";
import { filePath } from "./manifest.ts";
import type { Parts } from "./parts.ts";

export class BundledFiles implements HeldFiles {
  readonly #parts: Parts;
  readonly #hashes = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The part has that hash. */
  add(sha256: string): void {
    this.#hashes.add(sha256);
  }

  get size(): number {
    return this.#hashes.size;
  }

  keys(): Iterable<string> {
    return this.#hashes.keys();
  }

  has(sha256: string): boolean {
    return this.#hashes.has(sha256);
  }

  sizeOf(sha256: string): number | undefined {
    return this.#hashes.has(sha256) ? this.#parts.sizeOf(filePath(sha256)) : undefined;
  }

  /** `undefined` also for a file that was changed since the bundle was opened. */
  get(sha256: string): Uint8Array | undefined {
    return this.#hashes.has(sha256) ? this.#parts.get(filePath(sha256)) : undefined;
  }

  *[Symbol.iterator](): Iterator<readonly [string, Uint8Array]> {
    for (const sha256 of this.#hashes) {
      const bytes = this.get(sha256);
      if (bytes !== undefined) yield [sha256, bytes];
    }
  }
}
