/** Which statement a file belongs to, and whose copy it is: a node can also compare what it may open (SPEC R6). */
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import { filesWithHash, namedFiles, statementsIn, type NamedFile, type PlacedStatement } from "@countersign/core/channel/named-file.ts";
import { readStatement } from "@countersign/core/channel/statement.ts";
import type { Channel } from "./channel.ts";

/** `hash`: SHA-256 of the file's bytes, hex. Attachments that are not held here, or do not open, are passed over. */
export async function matchFile(channel: Channel, hash: string): Promise<readonly NamedFile[]> {
  const statements = statementsOf(channel);
  const found = [...filesWithHash(statements, hash)];
  for (const named of namedFiles(statements)) {
    const { file } = named;
    if (!isAttachment(file) || !file.readers.includes(channel.options.self)) continue;
    const opened = await channel.openAttachment(named.statement, file.sha256);
    if (opened.ok && toHex(sha256(opened.value.content)) === hash) found.push({ ...named, as: "content" });
  }
  return found;
}

/** An observer's node has those that were released to it. */
function statementsOf(channel: Channel): readonly PlacedStatement[] {
  if (channel.own !== undefined) return statementsIn(channel.view.record());
  return channel.options.charter.parties.flatMap(({ id: author }) =>
    channel.released.of(author).flatMap(({ index, entry }) => {
      const read = readStatement(entry);
      return read.ok ? [{ author, index, statement: read.value }] : [];
    }),
  );
}
