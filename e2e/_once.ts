/** Work that several test files need and that is done once in a run: the first to come does it, the others wait for what it leaves. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { inject } from "vitest";

/** Makes a folder of that name with `make`, unless another test file has made it or is making it; gives its path. */
export async function onceInThisRun(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const shared = inject("sharedFolder");
  const done = join(shared, name);
  const failed = join(shared, `${name}.failed`);
  if (existsSync(done)) return done;
  const making = join(shared, `${name}.making`);
  try {
    await mkdir(making);
  } catch {
    while (!existsSync(done)) {
      if (existsSync(failed)) throw new Error(`${name}: ${await readFile(failed, "utf8")}`);
      await pause(50);
    }
    return done;
  }
  try {
    await make(making);
    await rename(making, done);
  } catch (error) {
    await writeFile(failed, error instanceof Error ? (error.stack ?? error.message) : String(error));
    throw error;
  }
  return done;
}
