/**
 * Objects as files in one folder. Create-only is `link`, which one of many writers wins; bytes are flushed before they get their name, and
 * the name before the call returns. After a flush that failed nothing is written any more: the system may have dropped what it could
 * not write and will not say so twice. After a write for which there was no room neither: what follows it might fit, and would stand
 * without what it rests on.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, mkdir, open, readdir, readFile, rename, unlink, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { requireKey, type ObjectStore, type PutOutcome } from "./object-store.ts";
import { sameBytes } from "./same-bytes.ts";

/** No key begins with a dot, so nothing under a key can be here. */
const TEMPORARY = ".temporary";

export class DiskStore implements ObjectStore {
  readonly #folder: string;
  readonly #folders = new OpenFolders();
  readonly #made = new Set<string>();
  readonly #replacing = new Map<string, Promise<unknown>>();
  readonly #openFile: typeof open;
  #failed: Error | undefined;

  private constructor(folder: string, openFile: typeof open) {
    this.#folder = folder;
    this.#openFile = openFile;
  }

  /** Makes the folder if it is not there and clears away what a killed process left half written. */
  static async open(folder: string, openFile: typeof open = open): Promise<DiskStore> {
    const temporary = join(folder, TEMPORARY);
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    for (const name of await readdir(temporary)) await removeFile(join(temporary, name));
    return new DiskStore(folder, openFile);
  }

  /** Why nothing is written any more, as one sentence; `undefined` while it is. Only opening the store again changes it. */
  get unwritable(): string | undefined {
    return this.#failed?.message;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    requireKey(key);
    try {
      const bytes = await readFile(join(this.#folder, key));
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    } catch (error) {
      if (isCode(error, "ENOENT") || isCode(error, "ENOTDIR")) return undefined;
      throw error;
    }
  }

  /** As `get`, while nothing else of the program runs: for small files that a rule reads in the middle of a fold. */
  getNow(key: string): Uint8Array | undefined {
    requireKey(key);
    try {
      const bytes = readFileSync(join(this.#folder, key));
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    } catch (error) {
      if (isCode(error, "ENOENT") || isCode(error, "ENOTDIR")) return undefined;
      throw error;
    }
  }

  async putNew(key: string, bytes: Uint8Array): Promise<PutOutcome> {
    const target = await this.#place(key);
    const temporary = await this.#writeTemporary(bytes);
    let outcome: PutOutcome = "created";
    try {
      await link(temporary, target);
    } catch (error) {
      if (!isCode(error, "EEXIST")) {
        await removeFile(temporary);
        if (isFull(error)) this.#fail(error);
        throw this.#failed ?? error;
      }
      outcome = "exists";
    }
    // Also for `exists`: whoever won may not have flushed the name yet.
    const [flushed] = await Promise.all([this.#flush(dirname(target)), removeFile(temporary)]);
    return flushed ? outcome : "unknown";
  }

  replaceIf(key: string, expected: Uint8Array | undefined, bytes: Uint8Array): Promise<boolean> {
    const turn = (this.#replacing.get(key) ?? Promise.resolve()).then(() => this.#replace(key, expected, bytes));
    const settled = turn
      .catch(() => undefined)
      .finally(() => {
        if (this.#replacing.get(key) === settled) this.#replacing.delete(key);
      });
    this.#replacing.set(key, settled);
    return turn;
  }

  /** Closes the folders kept open. Writes must have ended. */
  async close(): Promise<void> {
    await this.#folders.close();
  }

  async #replace(key: string, expected: Uint8Array | undefined, bytes: Uint8Array): Promise<boolean> {
    const held = await this.get(key);
    if (held === undefined || expected === undefined ? held !== expected : !sameBytes(held, expected)) return false;
    const target = await this.#place(key);
    const temporary = await this.#writeTemporary(bytes);
    await rename(temporary, target);
    if (!(await this.#flush(dirname(target)))) throw this.#failed ?? new Error("a folder was not flushed");
    return true;
  }

  /** The key's file; its folder is made, and flushed into the folder above. */
  async #place(key: string): Promise<string> {
    requireKey(key);
    if (this.#failed !== undefined) throw this.#failed;
    const target = join(this.#folder, key);
    await this.#makeFolder(dirname(target));
    return target;
  }

  async #makeFolder(folder: string): Promise<void> {
    if (folder === this.#folder || this.#made.has(folder)) return;
    await this.#makeFolder(dirname(folder));
    try {
      await mkdir(folder, { mode: 0o700 });
    } catch (error) {
      if (isFull(error)) this.#fail(error);
      if (!isCode(error, "EEXIST")) throw this.#failed ?? error;
    }
    if (!(await this.#flush(dirname(folder)))) throw this.#failed ?? new Error("a folder was not flushed");
    this.#made.add(folder);
  }

  async #writeTemporary(bytes: Uint8Array): Promise<string> {
    const path = join(this.#folder, TEMPORARY, randomBytes(12).toString("hex"));
    try {
      const handle = await this.#openFile(path, "wx", 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.sync().catch((error: unknown) => {
          this.#fail(error);
          throw error;
        });
      } finally {
        await handle.close();
      }
    } catch (error) {
      await unlink(path).catch(() => undefined);
      if (isFull(error)) this.#fail(error);
      throw this.#failed ?? error;
    }
    return path;
  }

  async #flush(folder: string): Promise<boolean> {
    try {
      await this.#folders.flush(folder);
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #fail(cause: unknown): void {
    this.#failed ??= new Error(
      isFull(cause)
        ? "This node cannot write: its disk is full. Nothing is lost of what it said before. Make room, then start the node again."
        : `This node cannot write: a flush to its disk failed. See to the disk, then start the node again.`,
      { cause },
    );
  }
}

/** Folders stay open between flushes: an error of writing back is told only to those who had the folder open when it happened. */
class OpenFolders {
  readonly #open = new Map<string, { readonly handle: Promise<FileHandle>; busy: number }>();

  async flush(folder: string): Promise<void> {
    // Windows cannot open a folder; its file system keeps names in its journal.
    if (process.platform === "win32") return;
    const known = this.#open.get(folder) ?? { handle: open(folder, "r"), busy: 0 };
    this.#open.delete(folder);
    this.#open.set(folder, known);
    known.busy += 1;
    try {
      await (await known.handle).sync();
    } finally {
      known.busy -= 1;
    }
    await this.#closeOldest();
  }

  async close(): Promise<void> {
    const handles = [...this.#open.values()].map(({ handle }) => handle);
    this.#open.clear();
    for (const handle of handles) await (await handle).close();
  }

  async #closeOldest(): Promise<void> {
    if (this.#open.size <= 64) return;
    for (const [folder, { handle, busy }] of this.#open) {
      if (busy > 0) continue;
      this.#open.delete(folder);
      await (await handle).close();
      return;
    }
  }
}

/** It may be gone already: whoever opens the same folder clears it. */
async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!isCode(error, "ENOENT")) throw error;
  });
}

/** No room, or no more of it for this account. */
function isFull(error: unknown): boolean {
  return isCode(error, "ENOSPC") || isCode(error, "EDQUOT");
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
