/** Replaces a small file of the demonstration so that a crash leaves the old or the new one, never half of it. */
import { randomBytes } from "node:crypto";
import { open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";

export async function writeDurably(file: string, bytes: Uint8Array | string): Promise<void> {
  const folder = dirname(file);
  const temporary = join(folder, `.${randomBytes(6).toString("hex")}`);
  const handle = await open(temporary, "wx", 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  const directory = await open(folder, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
