/**
 * The records of the channels that come before one, read from the bundle that the own node keeps. As with a node's other answers, signatures
 * are not checked here until the reader has them checked.
 */
import type { ByteSource } from "@countersign/core/bundle/byte-source.ts";
import { openBundle, type OpenedBundle } from "@countersign/core/bundle/open.ts";
import { PREVIOUS_PATH, readTar } from "@countersign/core/bundle/tar.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { vouchedFor } from "./answers.ts";
import type { ReadBranch } from "./branches.ts";
import { receiptsOf, type ChannelReading } from "./circle.ts";

/** The nearest first; nothing for bytes that are no whole bundle. */
export async function readEarlier(bundle: ByteSource | Uint8Array): Promise<readonly ChannelReading[]> {
  const opened = await openBundle(bundle, { verify: vouchedFor });
  const reading = readingOf(opened);
  if (reading === undefined) return [];
  const inner = readTar(bundle).members.find(({ path }) => path === PREVIOUS_PATH);
  const earlier = inner === undefined ? [] : await readEarlier(inner.source);
  return [{ ...reading, earlier }, ...earlier];
}

function readingOf({ record, branches, rings, problems }: OpenedBundle): ChannelReading | undefined {
  if (record === undefined || problems.length > 0) return undefined;
  const { channel, charter } = record;
  const firsts = branches.filter(({ number }) => number === 0);
  const heads = new Map(firsts.flatMap(({ party, opened }) => (opened === undefined ? [] : [[party, formatNote(opened.note)] as const])));
  const leaves = new Map(firsts.map(({ party, leaves: all, head }) => [party, all.slice(0, head.size).flatMap((leaf) => leaf ?? [])] as const));
  const receipts = [...heads].flatMap(([log, head]) => receiptsOf(charter, log, head, undefined, rings) ?? []);
  const further = new Map<PartyId, ReadBranch[]>();
  for (const { party, number, opened, leaves: all, head } of branches) {
    const list = further.get(party) ?? [];
    const held = record.logs.get(party)?.branches?.[list.length];
    if (number === 0 || opened === undefined || held === undefined) continue;
    const note = formatNote(opened.note);
    const stored = receiptsOf(charter, party, note, undefined, rings);
    const own = all.slice(held.from, head.size).flatMap((leaf) => leaf ?? []);
    further.set(party, [...list, { number, from: held.from, leaves: own, head: note, cosigned: [], held, ...(stored === undefined ? {} : { receipts: stored }) }]);
  }
  return { channel, charter, record, leaves, branches: further, heads, receipts, attachments: new Set(), observations: [], incomplete: new Map(), drafts: [], partial: false, released: new Map(), earlier: [] };
}
