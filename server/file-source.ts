/** A bundle where it lies on this machine's disk: nothing of it is in memory but what is being looked at. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "@countersign/core/bundle/byte-source.ts";

/** A source that whoever opened it closes. */
export interface OpenedSource extends ByteSource {
  close(): void;
}

/** Throws as `node:fs` does. Of a file that was shortened since it was opened the missing bytes are not given. */
export class FileSource implements OpenedSource {
  readonly size: number;
  readonly #file: number;
  #closed = false;

  constructor(path: string) {
    this.#file = openSync(path, "r");
    this.size = fstatSync(this.#file).size;
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    let at = 0;
    while (at < bytes.length) {
      const count = readSync(this.#file, bytes, at, bytes.length - at, offset + at);
      if (count === 0) return bytes.subarray(0, at);
      at += count;
    }
    return bytes;
  }

  /** A second time it does nothing. */
  close(): void {
    if (!this.#closed) closeSync(this.#file);
    this.#closed = true;
  }
}
