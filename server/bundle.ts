/** What a node holds of a channel as one file for an air gap (SPEC R18). */
import { writeBundle, writeReleasedBundle } from "@countersign/core/bundle/write.ts";
import { refuse, type Result } from "@countersign/core/refusal.ts";
import type { Channel } from "./channel.ts";

/** Refuses while no head is held. An observer's bundle has heads, hash tiles and what was released. */
export async function bundleOf(channel: Channel): Promise<Result<Uint8Array>> {
  const { charter, clock } = channel.options;
  const heads = charter.parties.flatMap(({ id }) => {
    const head = channel.newestHead(id);
    const note = channel.newestNote(id);
    const tree = channel.tree(id);
    return head === undefined || note === undefined || tree === undefined
      ? []
      : [{ party: id, note, cosigned: channel.receiptBook.notes(id), tree, size: head.head.size }];
  });
  if (heads.length === 0) return refuse("bundle-empty", "Nothing of this channel is held yet.");
  const rings = new Map(charter.parties.map(({ id }) => [id, channel.ring(id)]));
  const common = { charter, asOf: clock.now(), rings, files: channel.view.files };
  if (channel.own === undefined) {
    const logs = heads.map(({ party, note, cosigned, tree }) => ({
      party,
      head: note,
      cosigned,
      tree,
      entries: new Map(channel.released.of(party).map(({ index, entry }) => [index, entry])),
    }));
    return writeReleasedBundle({ ...common, logs });
  }
  const branches = await Promise.all(
    heads.map(async ({ party, note, cosigned, size }) => ({
      party,
      head: note,
      cosigned,
      entries: await channel.entries(party, 0, size),
    })),
  );
  return writeBundle({ ...common, branches });
}
