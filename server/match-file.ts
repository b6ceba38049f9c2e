/** Which statement a file belongs to, and whose copy it is: a node can also compare what it may open (SPEC R6). */
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import { filesWithHash, namedFiles, type NamedFile } from "@countersign/core/channel/named-file.ts";
import type { Channel } from "./channel.ts";

/** `hash`: SHA-256 of the file's bytes, hex. Attachments that are not held here, or do not open, are passed over. */
export async function matchFile(channel: Channel, hash: string): Promise<readonly NamedFile[]> {
  const record = channel.view.record();
  const found = [...filesWithHash(record, hash)];
  for (const named of namedFiles(record)) {
    const { file } = named;
    if (!isAttachment(file) || !file.readers.includes(channel.options.self)) continue;
    const opened = await channel.openAttachment(named.statement, file.sha256);
    if (opened.ok && toHex(sha256(opened.value.content)) === hash) found.push({ ...named, as: "content" });
  }
  return found;
}
