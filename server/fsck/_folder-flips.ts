/**
 * Changes one bit, chosen by a seed, in bytes of every file of a node's folder that `not-checked.ts` does not name, and checks the whole folder
 * each time as `fsck` does. The files are in memory; signatures that were checked before on the same bytes are not checked again.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkFiles, CHECKED_FOLDERS, type CheckedFolderOptions } from "./check-folder.ts";
import { isNotChecked } from "./not-checked.ts";
import { StoredFiles } from "./stored-files.ts";

export interface FolderFlips {
  readonly tried: number;
  /** Bytes of the files. */
  readonly of: number;
  readonly files: readonly string[];
  /** Changes after which nothing was found. */
  readonly unnoticed: readonly string[];
}

/** In every `every`th byte of the files one after the other, beginning with byte `from`. */
export async function folderFlips({ directory, ...options }: CheckedFolderOptions, from: number, every: number): Promise<FolderFlips> {
  const bytes = new Map<string, Uint8Array>();
  for (const folder of CHECKED_FOLDERS)
    for (const found of await readdir(join(directory, folder), { recursive: true, withFileTypes: true })) {
      const file = join(found.parentPath, found.name);
      const path = file.slice(directory.length + 1);
      if (found.isFile() && !isNotChecked(path)) bytes.set(path, new Uint8Array(await readFile(file)));
    }
  const files = [...bytes.keys()].toSorted();
  const check = async () => (await checkFiles(new StoredFiles(files, async (path) => bytes.get(path) ?? new Uint8Array(0)), options)).damage;
  const before = await check();
  if (before.length > 0) throw new Error(`the folder is damaged before anything was changed: ${before[0]?.path} ${before[0]?.what}`);
  const unnoticed: string[] = [];
  let tried = 0;
  let of = 0;
  for (const path of files) {
    const whole = bytes.get(path) ?? new Uint8Array(0);
    // The first byte of this file that is due.
    const first = from + Math.max(0, Math.ceil((of - from) / every)) * every - of;
    for (let at = first; at < whole.length; at += every) {
      const bit = 1 << (Math.imul(of + at + 1, 2_654_435_761) >>> 29);
      whole[at] = (whole[at] ?? 0) ^ bit;
      if ((await check()).length === 0) unnoticed.push(`${path} byte ${at}, bit ${bit}`);
      whole[at] = (whole[at] ?? 0) ^ bit;
      tried += 1;
    }
    of += whole.length;
  }
  return { tried, of, files, unnoticed };
}
