/** A bundle that was unpacked into a folder, read as the archive that it came in: every check of the archive applies to it as well. */
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MANIFEST_HASH_PATH, MANIFEST_PATH, readManifest } from "@countersign/core/bundle/manifest.ts";
import { isTarPath, MEMBERS_LIMIT, partLimit, TAR_END, tarHeader, tarLength } from "@countersign/core/bundle/tar.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { FileSource, type OpenedSource } from "@countersign/server/file-source.ts";

interface Member {
  readonly path: string;
  readonly size: number;
  /** Where its header begins in the archive. */
  readonly at: number;
}

/** Parts come in the order of the manifest; what it does not name comes after them. Refuses a folder with anything that no bundle has. */
export function openUnpacked(folder: string): Result<OpenedSource> {
  if (!existsSync(join(folder, MANIFEST_PATH)))
    return refuse(
      "folder-without-bundle",
      existsSync(join(folder, "node.json"))
        ? `${folder} is a node's folder. \`countersign fsck\` checks it where it lies; \`countersign export\` makes a bundle of it, which this command checks.`
        : `${folder} holds no manifest.json, so no bundle was unpacked there. Name the file of a bundle, or the folder into which one was unpacked.`,
    );
  const sizes = new Map<string, number>();
  const found = addFiles(folder, "", sizes);
  if (!found.ok) return found;
  const manifest = readManifest(new Uint8Array(readFileSync(join(folder, MANIFEST_PATH))));
  const listed = manifest.ok ? manifest.value.parts.map(({ path }) => path) : [];
  const order = [...new Set([MANIFEST_PATH, ...listed, ...[...sizes.keys()].filter((path) => path !== MANIFEST_HASH_PATH).sort(), MANIFEST_HASH_PATH])];
  const members: Member[] = [];
  let at = 0;
  for (const path of order) {
    const size = sizes.get(path);
    if (size === undefined) continue;
    members.push({ path, size, at });
    at += blocksOf(size);
  }
  return accept(new UnpackedSource(folder, members, at + TAR_END.length));
}

function addFiles(folder: string, within: string, sizes: Map<string, number>): Result<void> {
  for (const { name } of readdirSync(join(folder, within), { withFileTypes: true })) {
    const path = within === "" ? name : `${within}/${name}`;
    const facts = lstatSync(join(folder, path));
    if (!isTarPath(path)) return refuse("unpacked-path", `${join(folder, path)} is no part of a bundle. Take it away, or unpack the bundle into an empty folder.`);
    if (facts.isDirectory()) {
      const inner = addFiles(folder, path, sizes);
      if (!inner.ok) return inner;
    } else if (!facts.isFile())
      return refuse("unpacked-kind", `${join(folder, path)} is no plain file. Unpack the bundle into an empty folder.`);
    else if (facts.size > partLimit(path))
      return refuse("unpacked-too-large", `${join(folder, path)} has ${facts.size} bytes; such a part of a bundle has at most ${partLimit(path)}.`);
    else if (sizes.size >= MEMBERS_LIMIT)
      return refuse("unpacked-too-many", `${folder} holds more than ${MEMBERS_LIMIT} files. Unpack the bundle into an empty folder.`);
    else sizes.set(path, facts.size);
  }
  return accept(undefined);
}

class UnpackedSource implements OpenedSource {
  readonly size: number;
  readonly #folder: string;
  readonly #members: readonly Member[];

  constructor(folder: string, members: readonly Member[], size: number) {
    this.#folder = folder;
    this.#members = members;
    this.size = size;
  }

  /** Each file is open only while it is read. */
  close(): void {}

  /** Fill and closing blocks are zeros; so is what a file lost since the folder was opened, and its hash shows that. */
  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    const end = offset + bytes.length;
    for (let next = this.#memberAt(offset); next < this.#members.length; next += 1) {
      const member = this.#members[next];
      if (member === undefined || member.at >= end) break;
      const header = tarHeader(member.path, member.size);
      const content = member.at + header.length;
      if (offset < content) put(bytes, header, member.at - offset);
      const from = Math.max(offset, content);
      const to = Math.min(end, content + member.size);
      if (from < to) this.#readFile(member.path, from - content, bytes.subarray(from - offset, to - offset));
    }
    return bytes;
  }

  /** The last member that begins at or before this place. */
  #memberAt(offset: number): number {
    let [low, high] = [0, this.#members.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#members[middle]?.at ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #readFile(path: string, from: number, into: Uint8Array): void {
    const file = new FileSource(join(this.#folder, path));
    try {
      into.set(file.read(from, into.length));
    } finally {
      file.close();
    }
  }
}

/** Copies what of `piece`, which begins at `at`, lies within `bytes`. */
function put(bytes: Uint8Array, piece: Uint8Array, at: number): void {
  const skipped = Math.max(0, -at);
  bytes.set(piece.subarray(skipped, Math.max(skipped, Math.min(piece.length, bytes.length - at))), at + skipped);
}

function blocksOf(size: number): number {
  return tarLength([size]) - TAR_END.length;
}
