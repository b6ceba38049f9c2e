/** For the soak: every head that anyone has shown or kept, by log and size. Two roots of one size are what must never be. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { parseCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import { decodeCommit } from "./journal/commit-record.ts";

export class HeadCensus {
  readonly faults: string[] = [];
  /** Heads that were looked at, each as often as it was met. */
  seen = 0;
  readonly #roots = new Map<string, { readonly root: string; readonly where: string }>();

  /** Different heads among them. */
  get different(): number {
    return this.#roots.size;
  }

  /** A signed note; nothing is said about its signatures, which the readers of the record check. */
  add(note: string, where: string): void {
    const parsed = parseNote(note);
    const head = parsed.ok ? parseCheckpointText(parsed.value.text) : parsed;
    if (!head.ok) {
      this.faults.push(`${where}: no head. ${head.refusal.sentence}`);
      return;
    }
    this.seen += 1;
    const { origin, size, root } = head.value;
    const key = `${origin} ${size}`;
    const known = this.#roots.get(key);
    if (known === undefined) this.#roots.set(key, { root: toHex(root), where });
    else if (known.root !== toHex(root)) this.faults.push(`Two roots of ${origin} at size ${size}: ${known.where} and ${where}.`);
  }

  /** Every file of a node's folder that holds heads: kept heads, checkpoints, receipts, and the heads noted in commit records. */
  async addFolder(directory: string, logs: string): Promise<void> {
    for (const found of await readdir(join(directory, logs), { recursive: true, withFileTypes: true })) {
      if (!found.isFile() || found.parentPath.endsWith(".temporary")) continue;
      const path = join(found.parentPath, found.name);
      if (/\/_cs\/head\/\d+$|\/checkpoint$/.test(path)) this.add(await readFile(path, "utf8"), path);
      else if (/\/receipt\/[^/]+$/.test(path))
        for (const note of Object.values(JSON.parse(await readFile(path, "utf8")) as Record<string, string>)) this.add(note, path);
      else if (/\/_cs\/commit\/\d+$/.test(path)) {
        const record = decodeCommit(new Uint8Array(await readFile(path)));
        if (record.ok && record.value.head !== undefined) this.add(record.value.head, path);
      }
    }
  }
}
