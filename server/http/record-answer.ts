/** A channel's record as its own desk gets it: what is new since `have`, in parts of a bounded size. */
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { RecordAnswer } from "@countersign/wire/endpoints.ts";
import type { Channel } from "../channel.ts";

/** Entries in one answer, over all logs: about 2 MB, of which a node holds a few copies while it answers. */
const PART = 400;

/** Reads `log:size,log:size`; `undefined` if it does not read. */
export function parseHave(text: string | undefined): ReadonlyMap<PartyId, number> | undefined {
  const have = new Map<PartyId, number>();
  for (const part of text === undefined || text === "" ? [] : text.split(",")) {
    const [, log, size] = /^([a-z][a-z0-9-]{0,39}):(\d{1,9})$/.exec(part) ?? [];
    if (log === undefined || size === undefined) return undefined;
    have.set(log, Number(size));
  }
  return have;
}

export async function recordAnswerOf(channel: Channel, have: ReadonlyMap<PartyId, number>): Promise<RecordAnswer> {
  const { options, view, observations, drafts } = channel;
  const logs: RecordAnswer["logs"] = [];
  let room = PART;
  for (const { id } of options.charter.parties) {
    const size = channel.own === undefined ? 0 : (view.log(id)?.entries.length ?? 0);
    const from = Math.min(have.get(id) ?? 0, size);
    const to = Math.min(size, from + room);
    room -= to - from;
    // oxlint-disable-next-line no-await-in-loop -- in the charter's order, within one bound.
    const entries = await channel.entries(id, from, to);
    logs.push({
      log: id,
      from,
      entries: entries.map(toBase64),
      head: channel.newestNote(id) ?? null,
      released: releasedOf(channel, id),
    });
  }
  return {
    channel: options.channel,
    charter: toBase64(options.charterBytes),
    clock: options.clock.now(),
    logs,
    files: [...view.files.keys()].map((sha256) => ({ sha256, size: view.files.sizeOf(sha256) ?? 0 })),
    attachments: [...channel.attachments.held],
    observations: [...observations.all],
    drafts: [...drafts.all],
  };
}

/** Only an observer holds released entries apart; the proof is for the head in the same answer. */
function releasedOf(channel: Channel, log: PartyId): RecordAnswer["logs"][number]["released"] {
  const head = channel.newestHead(log)?.head;
  const tree = channel.tree(log);
  if (channel.own !== undefined || head === undefined || tree === undefined) return [];
  return channel.released
    .of(log)
    .filter(({ index }) => index < head.size)
    .map(({ index, entry }) => ({
      index,
      entry: toBase64(entry),
      proof: tree.inclusionProof(index, head.size).map(toBase64),
    }));
}
