/** The program in another place, as a clone has it, with the packages of this one; so that its files and folders may be used up. */
import { cp, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import { join } from "node:path";
import { emptyFolder } from "./_demo.ts";
import { root } from "./_program.ts";

const FILES = ["package.json", "package-lock.json", "tsconfig.json", "README.md"];
const LEFT_OUT = new Set(["node_modules", "e2e", "docs"]);

export async function copyOfTheProgram(): Promise<string> {
  const copy = await emptyFolder();
  for (const file of FILES) await cp(join(root, file), join(copy, file));
  const rooms = (await readdir(root, { withFileTypes: true })).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith(".") && !LEFT_OUT.has(entry.name),
  );
  for (const { name } of rooms) await cp(join(root, name), join(copy, name), { recursive: true });
  await linkPackages(join(root, "node_modules"), join(copy, "node_modules"));
  for (const folder of [".bin", "@countersign"])
    await copyLinks(join(root, "node_modules", folder), join(copy, "node_modules", folder));
  return copy;
}

async function linkPackages(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (entry.name === ".bin" || entry.name === "@countersign") continue;
    // A workspace is a link already: the same link leads to the copy's own.
    if (entry.isSymbolicLink()) await symlink(await readlink(join(from, entry.name)), join(to, entry.name));
    else await symlink(join(from, entry.name), join(to, entry.name));
  }
}

async function copyLinks(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const name of await readdir(from)) await symlink(await readlink(join(from, name)), join(to, name));
}
