/** Folders that a measurement fills: on the disk of the working folder, because the temporary folder may be memory. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const NAME = /^\.countersign-bench-(\d+)-/;

/** A fresh one; those that a killed process left behind are taken away first. */
export async function scratchFolder(parent = process.cwd()): Promise<string> {
  for (const name of await readdir(parent)) {
    const pid = Number(NAME.exec(name)?.[1]);
    if (Number.isSafeInteger(pid) && pid !== process.pid && !isRunning(pid)) await rm(join(parent, name), { recursive: true, force: true });
  }
  return mkdtemp(join(parent, `.countersign-bench-${process.pid}-`));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
