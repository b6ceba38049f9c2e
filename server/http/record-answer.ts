/** A channel's record as its own desk gets it: what is new since `have`, in parts of a bounded size. */
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import type { RecordAnswer } from "@countersign/wire/endpoints.ts";
import type { Channel } from "../channel.ts";

/** Entries in one answer, over all logs: about 2 MB, of which a node holds a few copies while it answers. */
const PART = 400;

/** How many entries of each log, and of each further version `log/number`, a desk has. */
type Have = ReadonlyMap<string, number>;

/** Reads `log:size,log/number:size`; `undefined` if it does not read. */
export function parseHave(text: string | undefined): Have | undefined {
  const have = new Map<string, number>();
  for (const part of text === undefined || text === "" ? [] : text.split(",")) {
    const [, log, size] = /^([a-z][a-z0-9-]{0,39}(?:\/[1-9]\d{0,2})?):(\d{1,9})$/.exec(part) ?? [];
    if (log === undefined || size === undefined) return undefined;
    have.set(log, Number(size));
  }
  return have;
}

export async function recordAnswerOf(channel: Channel, have: Have): Promise<RecordAnswer> {
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
      ...incompleteOf(channel, id),
    });
  }
  const branches = await branchesOf(channel, have, room);
  return {
    channel: options.channel,
    charter: toBase64(options.charterBytes),
    clock: options.clock.now(),
    logs,
    ...(branches.length === 0 ? {} : { branches }),
    files: [...view.files.keys()].map((sha256) => ({ sha256, size: view.files.sizeOf(sha256) ?? 0 })),
    attachments: [...channel.attachments.held],
    observations: [...observations.all],
    drafts: [...drafts.all],
  };
}

function incompleteOf(channel: Channel, log: PartyId): Pick<RecordAnswer["logs"][number], "incomplete"> {
  const found = channel.incomplete(log);
  if (found === undefined) return {};
  const { size, since, obstacle } = found;
  return { incomplete: { size, since, ...obstacle } };
}

/** With the room that the logs have left in the answer. */
async function branchesOf(channel: Channel, have: Have, left: number): Promise<NonNullable<RecordAnswer["branches"]>> {
  const found: NonNullable<RecordAnswer["branches"]> = [];
  let room = left;
  for (const { id } of channel.options.charter.parties)
    for (const { number, head, log, held } of channel.branches(id)) {
      const { size } = head.head;
      const from = Math.min(Math.max(have.get(`${id}/${number}`) ?? 0, held.from), size);
      const to = Math.min(size, from + room);
      room -= to - from;
      found.push({
        log: id,
        number,
        parts: held.from,
        from,
        // oxlint-disable-next-line no-await-in-loop -- in the charter's order, within one bound.
        entries: (await log.entries(from, to)).map(toBase64),
        head: formatNote(head.note),
        cosigned: channel.receiptBook.furtherNotes(id, log.tree),
      });
    }
  return found;
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
