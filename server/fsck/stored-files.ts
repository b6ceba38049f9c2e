/** The files under a node's folder, read for a check alone: nothing is written, and what nobody asked for is known afterwards. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectStore, PutOutcome } from "../objects/object-store.ts";
import { isNotChecked } from "./not-checked.ts";

export class StoredFiles {
  readonly #open: (path: string) => Promise<Uint8Array>;
  readonly #paths: readonly string[];
  readonly #there: ReadonlySet<string>;
  readonly #read = new Set<string>();
  bytes = 0;

  /** These files, opened so. */
  constructor(paths: readonly string[], opened: (path: string) => Promise<Uint8Array>) {
    this.#open = opened;
    this.#paths = paths.toSorted();
    this.#there = new Set(paths);
  }

  /** Everything under these folders of the directory; a folder that is not there holds nothing. */
  static async list(directory: string, folders: readonly string[], pause?: (bytes: number) => Promise<unknown>): Promise<StoredFiles> {
    const paths: string[] = [];
    for (const folder of folders)
      for (const found of await readdir(join(directory, folder), { recursive: true, withFileTypes: true }).catch(() => []))
        if (found.isFile()) paths.push(join(found.parentPath, found.name).slice(join(directory, "/").length));
    return new StoredFiles(paths, async (path) => {
      const bytes = new Uint8Array(await readFile(join(directory, path)));
      await pause?.(bytes.length);
      return bytes;
    });
  }

  /** Paths that begin so, in order. */
  under(prefix: string): readonly string[] {
    return this.#paths.filter((path) => path.startsWith(prefix));
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    if (!this.#there.has(path)) return undefined;
    const bytes = await this.#open(path);
    if (!this.#read.has(path)) this.bytes += bytes.length;
    this.#read.add(path);
    return bytes;
  }

  get count(): number {
    return this.#read.size;
  }

  /** Files that belong to nothing. Half-written ones of a killed process are cleared away at the next start. */
  get unasked(): readonly string[] {
    return this.#paths.filter((path) => !this.#read.has(path) && !isNotChecked(path));
  }

  /** A part of it, as what only reads a store takes it. */
  store(prefix: string): ObjectStore {
    const refused = (): Promise<PutOutcome & boolean> => Promise.reject(new Error("a check writes nothing"));
    return { get: (key) => this.read(`${prefix}/${key}`), putNew: refused, replaceIf: refused };
  }
}
