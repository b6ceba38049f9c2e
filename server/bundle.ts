/** What a node holds of a channel as one file for an air gap (SPEC R18). */
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import type { Instant, PartyId } from "@countersign/core/bytes/fields.ts";
import { sealStream, type BundleStream, type FetchedFiles } from "@countersign/core/bundle/seal.ts";
import { planBundle, planContinuingBundle, planReleasedBundle, type BundleBranch } from "@countersign/core/bundle/write.ts";
import { openFiles } from "@countersign/core/channel/release.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import { refuse, type Result } from "@countersign/core/refusal.ts";
import type { Channel } from "./channel.ts";
import { openEntries } from "./open-entries.ts";

export interface BundleWish {
  /** How much of each log its reader holds: the bundle then has what follows. */
  readonly since?: ReadonlyMap<PartyId, number>;
  /** `record`: as of the newest moment in what is held, so that the same holdings always give the same bytes. Default: the clock's. */
  readonly asOf?: "clock" | "record";
  /** `released`: what anyone may see, for an observer or the public; an observer's node has nothing else. Default: all that is held. */
  readonly extent?: "released";
  /** Leaves the ciphertexts of attachments out; a verdict then lists them. Default: those held are in it. */
  readonly withoutAttachments?: boolean;
  /** Leaves the record of the channel that this one continues out; a verdict then computes nothing. Default: it is in a whole bundle. */
  readonly withoutPrevious?: boolean;
}

/** Files come from the disk one by one, as the bundle is read. Refuses while no head is held. An observer's bundle has heads, hash tiles and what was released. */
export async function bundleOf(
  channel: Channel,
  { since, asOf = "clock", extent, withoutAttachments = false, withoutPrevious = false }: BundleWish = {},
): Promise<Result<BundleStream>> {
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
  const common = { charter, asOf: asOf === "clock" ? clock.now() : newestMoment(channel), rings };
  const { view, attachments } = channel;
  if (channel.own === undefined || extent === "released") {
    const logs = await Promise.all(
      heads.map(async ({ party, note, cosigned, tree }) => ({
        party,
        head: note,
        cosigned,
        tree,
        entries: await openEntries(channel, party),
      })),
    );
    const plan = planReleasedBundle({ ...common, logs });
    // An observer holds nothing but what it was given.
    const open = channel.own === undefined ? view.files : openFiles(view.state());
    return plan.ok ? sealStream(plan.value, { get: async (sha256) => (open.has(sha256) ? view.files.get(sha256) : undefined) }) : plan;
  }
  const branches = (await Promise.all(heads.map((head) => versionsOf(channel, head)))).flat();
  const plan = since === undefined ? planBundle({ ...common, branches, previous: withoutPrevious ? undefined : channel.options.previous?.source }) : planContinuingBundle({ ...common, branches }, since);
  const files: FetchedFiles = {
    get: async (sha256) => view.files.get(sha256) ?? (withoutAttachments ? undefined : attachments.get(sha256)),
  };
  return plan.ok ? sealStream(plan.value, files) : plan;
}

/** The first version of a log, or what goes on from it, and then every other that contradicts those before (SPEC R16). */
async function versionsOf(channel: Channel, { party, note, cosigned, size }: FirstHead): Promise<BundleBranch[]> {
  const versions: BundleBranch[] = [{ party, head: note, cosigned, entries: await channel.entries(party, 0, size) }];
  for (const { head, log } of channel.branches(party)) {
    const entries = await log.entries(0, head.head.size);
    if (versions.some((version) => isPrefix(entries, version.entries))) continue;
    const before = versions.findIndex((version) => isPrefix(version.entries, entries));
    const further: BundleBranch = { party, head: formatNote(head.note), entries };
    const { head: older, cosigned: earlier = [] } = versions[before] ?? { head: "" };
    if (before === -1) versions.push(further);
    else versions[before] = { ...further, cosigned: [older, ...earlier] };
  }
  return versions;
}

function isPrefix(shorter: readonly Uint8Array[], longer: readonly Uint8Array[]): boolean {
  return shorter.length <= longer.length && shorter.every((entry, index) => equalBytes(entry, longer[index] ?? new Uint8Array(0)));
}

interface FirstHead {
  readonly party: PartyId;
  readonly note: string;
  readonly cosigned: readonly string[];
  readonly size: number;
}

/** The whole of it in memory: for what is known to be small. */
export async function bytesOf({ size, pieces }: BundleStream): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Of all that is held: when statements were dated and heads were cosigned. */
function newestMoment(channel: Channel): Instant {
  const logs = [...channel.view.record().logs.values()].flatMap(({ entries, branches: further = [] }) => [...entries, ...further.flatMap((branch) => branch.entries)]);
  const said = [...logs, ...channel.released.held].flatMap(({ statement }) => statement?.payload.at ?? []);
  const cosigned = channel.receipts().flatMap(({ storedBy, witnessedBy }) => [...storedBy, ...witnessedBy].map(({ time }) => time));
  return [...said, ...cosigned].reduce((newest, moment) => (moment > newest ? moment : newest), "1970-01-01T00:00:00Z");
}
