/** Reading a file that a person named: bounded, and with a sentence for everything that can be wrong with it. */
import { readFile, stat } from "node:fs/promises";
import { TAR_LIMIT } from "@countersign/core/bundle/tar.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { FileSource, type OpenedSource } from "@countersign/server/file-source.ts";
import { openUnpacked } from "./unpacked-source.ts";

/** `what` completes the sentences, e.g. "a bundle". */
export function readNamedFile(path: string, what: string, limit: number): Promise<Result<Uint8Array>> {
  return withNamedFile(path, what, limit, async () => {
    const bytes = await readFile(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  });
}

/** A bundle to be read where it lies: a file, or the folder into which one was unpacked. Whoever opens it closes it. */
export async function openBundleOrFolder(path: string): Promise<Result<OpenedSource>> {
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory() !== true) return openNamedBundle(path);
  try {
    return openUnpacked(path);
  } catch (error) {
    return refuse("folder-unread", `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** As a file alone. */
export function openNamedBundle(path: string): Promise<Result<FileSource>> {
  return withNamedFile(path, "a bundle", TAR_LIMIT, async () => new FileSource(path));
}

async function withNamedFile<Content>(path: string, what: string, limit: number, open: () => Promise<Content>): Promise<Result<Content>> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) return refuse("file-is-folder", `${path} is a folder. Name the file of ${what}.`);
    if (!facts.isFile()) return refuse("file-kind", `${path} is no plain file. Name the file of ${what}.`);
    if (facts.size > limit)
      return refuse("input-too-large", `${path} has ${facts.size} bytes; of ${what} at most ${limit} are read.`);
    return accept(await open());
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return refuse("file-not-found", `There is no file ${path}.`);
    if (code === "EACCES" || code === "EPERM") return refuse("file-closed", `This account may not read ${path}.`);
    return refuse("file-unread", `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
