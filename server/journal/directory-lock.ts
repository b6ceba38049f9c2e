/**
 * One process a folder. The lock only gives an early and clear sentence; what keeps two writers apart for certain is that a commit
 * record can be created once.
 */
import { link, open, readFile, unlink } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";

export interface DirectoryLock {
  release(): Promise<void>;
}

/** Folders locked by this process: a file that names this process is stale unless it is here (process numbers repeat). */
const held = new Set<string>();

/** Refuses a folder that a running process has locked. */
export async function lockDirectory(directory: string): Promise<Result<DirectoryLock>> {
  const file = join(resolve(directory), "lock");
  if (held.has(file)) return inUse(directory, process.pid);
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = await open(temporary, "wx", 0o600);
  await handle.writeFile(`${process.pid} ${startOf(process.pid)}\n`);
  await handle.close();
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        await link(temporary, file);
        held.add(file);
        return accept({
          release: async () => {
            if (held.delete(file)) await unlink(file);
          },
        });
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      }
      const holder = await readFile(file, "utf8").catch(() => "");
      const [pid, start] = holder.trim().split(" ");
      if (isRunning(Number(pid), start ?? "")) return inUse(directory, Number(pid));
      await unlink(file).catch(() => undefined);
    }
    return inUse(directory, 0);
  } finally {
    await unlink(temporary);
  }
}

function inUse(directory: string, pid: number): Result<never> {
  return refuse(
    "directory-in-use",
    `Another process${pid > 0 ? ` (number ${pid})` : ""} uses the folder ${directory}. Stop it first: a log has one writer.`,
  );
}

function isRunning(pid: number, start: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  return startOf(pid) === start;
}

/** When a process began, where the system says so (Linux): tells it from a later one of the same number. Else `-`. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "-";
  } catch {
    return "-";
  }
}
