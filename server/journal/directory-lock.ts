/**
 * One process a folder. The lock is the system's own, on the file `.lock`, by way of SQLite: one of many that ask in the same moment gets it,
 * and it ends with its process, however that ends. (A file with a process's number, cleared away when that process is gone, is
 * taken by two at once: the second clears away what the first has just written.) The lock only gives an early and clear sentence;
 * what keeps two writers apart for certain is that a commit record can be created once.
 */
import { readFile, unlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";

export interface DirectoryLock {
  release(): Promise<void>;
}

/** SQLITE_BUSY. */
const TAKEN = 5;

/** Refuses a folder that a running process has locked. The folder must be there. */
export async function lockDirectory(directory: string): Promise<Result<DirectoryLock>> {
  const folder = resolve(directory);
  // Never opened by other means while it is held: on POSIX systems closing it anywhere in this process would end the lock.
  const database = new DatabaseSync(join(folder, ".lock"), { timeout: 0 });
  // Only for the sentence of those who come later.
  const holder = join(folder, "lock");
  try {
    database.exec("BEGIN IMMEDIATE");
  } catch (error) {
    database.close();
    if (!(error instanceof Error && "errcode" in error && error.errcode === TAKEN)) throw error;
    return inUse(directory, await readFile(holder, "utf8").catch(() => ""));
  }
  await writeFile(holder, `${process.pid}\n`, { mode: 0o600 });
  let held = true;
  return accept({
    release: async () => {
      if (!held) return;
      held = false;
      await unlink(holder).catch(() => undefined);
      database.close();
    },
  });
}

function inUse(directory: string, holder: string): Result<never> {
  const pid = /^[0-9]{1,10}(?=\s)/.exec(holder)?.[0];
  return refuse(
    "directory-in-use",
    `Another process${pid === undefined ? "" : ` (number ${pid})`} uses the folder ${directory}. Stop it first: a log has one writer.`,
  );
}
