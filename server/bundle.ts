/** What a node holds of a channel as one file for an air gap (SPEC R18). */
import type { Instant, PartyId } from "@countersign/core/bytes/fields.ts";
import { writeBundle, writeContinuingBundle, writeReleasedBundle } from "@countersign/core/bundle/write.ts";
import { refuse, type Result } from "@countersign/core/refusal.ts";
import type { Channel } from "./channel.ts";

export interface BundleWish {
  /** How much of each log its reader holds: the bundle then has what follows. */
  readonly since?: ReadonlyMap<PartyId, number>;
  /** `record`: as of the newest moment in what is held, so that the same holdings always give the same bytes. Default: the clock's. */
  readonly asOf?: "clock" | "record";
}

/** Refuses while no head is held. An observer's bundle has heads, hash tiles and what was released. */
export async function bundleOf(channel: Channel, { since, asOf = "clock" }: BundleWish = {}): Promise<Result<Uint8Array>> {
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
  const common = { charter, asOf: asOf === "clock" ? clock.now() : newestMoment(channel), rings, files: channel.view.files };
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
  return since === undefined
    ? writeBundle({ ...common, branches })
    : writeContinuingBundle({ ...common, branches }, since);
}

/** Of all that is held: when statements were dated and heads were cosigned. */
function newestMoment(channel: Channel): Instant {
  const logs = [...channel.view.record().logs.values()].flatMap(({ entries }) => entries);
  const said = [...logs, ...channel.released.held].flatMap(({ statement }) => statement?.payload.at ?? []);
  const cosigned = channel.receipts().flatMap(({ storedBy, witnessedBy }) => [...storedBy, ...witnessedBy].map(({ time }) => time));
  return [...said, ...cosigned].reduce((newest, moment) => (moment > newest ? moment : newest), "1970-01-01T00:00:00Z");
}
