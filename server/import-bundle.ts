/**
 * Takes a bundle that came by hand into a node's copies (SPEC R18). All of it is checked before anything is written; then it goes the way
 * that everything pulled goes: kept, cosigned, its receipts learnt, its contradictions kept as evidence.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { ByteSource } from "@countersign/core/bundle/byte-source.ts";
import type { OpenedBranch } from "@countersign/core/bundle/branch.ts";
import { forksIn } from "@countersign/core/bundle/forks.ts";
import { startOf, type Manifest } from "@countersign/core/bundle/manifest.ts";
import { openBundle, type OpenedBundle, type OpenOptions } from "@countersign/core/bundle/open.ts";
import type { HeldRecord } from "@countersign/core/channel/record.ts";
import { accept, refuse, type Refusal, type Result } from "@countersign/core/refusal.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import type { Observation } from "@countersign/wire/endpoints.ts";
import type { Channel } from "./channel.ts";
import { commitKey } from "./journal/commit-record.ts";
import { BundlePeer } from "./mirror/bundle-peer.ts";
import type { BroughtHead } from "./mirror/exchange.ts";
import { nativeVerify } from "./signing.ts";

/** A bundle without a fault, of this channel or another. */
export interface SoundBundle {
  readonly manifest: Manifest;
  readonly record: HeldRecord;
  readonly branches: readonly OpenedBranch[];
  /** Parts that were not the same when they were read again, while they were taken. */
  readonly changed: () => readonly Refusal[];
}

/** One log before and after. */
export interface ImportedLog {
  readonly log: PartyId;
  /** Entries held before and now. */
  readonly from: number;
  readonly to: number;
  /** What the bundle's head covers. */
  readonly offered: number;
}

export interface ImportedBundle {
  readonly channel: string;
  readonly extent: Manifest["extent"];
  readonly logs: readonly ImportedLog[];
  /** What this import made the node notice. */
  readonly observations: readonly Observation[];
  /** Own entries written because of it: a `receive`. */
  readonly said: number;
}

/**
 * Checks a whole bundle and refuses it for the first thing that is wrong with it. Nothing is written. What is taken from it later is read
 * from the source again, and held against what was checked.
 */
export async function readSoundBundle(
  source: ByteSource | Uint8Array,
  progress?: OpenOptions["progress"],
): Promise<Result<SoundBundle>> {
  const opened = await openBundle(source, { verify: nativeVerify, ...(progress === undefined ? {} : { progress }) });
  const { manifest, record, branches } = opened;
  const problems = [...opened.problems, ...(await falseBranches(opened)), ...opened.changed()];
  const [first] = problems;
  if (first !== undefined) return notWhole(first, problems.length);
  if (manifest === undefined || record === undefined) throw new Error("a bundle without a problem does not read");
  return accept({ manifest, record, branches, changed: opened.changed });
}

/**
 * For a node that is not started yet: refuses a bundle with entries of the node's own log where the folder has none. Starting would sign a
 * first entry a second time.
 */
export async function refuseLostLog(directory: string, self: PartyId, { manifest, branches }: SoundBundle): Promise<Result<void>> {
  const own = branches.find(({ party, number, head }) => party === self && number === 0 && head.size > 0);
  const begun = await stat(join(directory, "logs", manifest.channel, "log", self, commitKey(1))).then(
    () => true,
    () => false,
  );
  return own === undefined || begun ? accept(undefined) : aheadOfOwnLog(own.head.size, 0);
}

/** `from`: who brought it, for the words of what is noticed. Refuses a bundle of another channel, and one that begins beyond what is held. */
export async function importBundle(
  channel: Channel,
  { manifest, record, branches, changed }: SoundBundle,
  from: PartyId,
): Promise<Result<ImportedBundle>> {
  const { self, charter } = channel.options;
  if (manifest.channel !== channel.options.channel)
    return refuse(
      "bundle-other-channel",
      `This is a bundle of the channel ${manifest.channel}, not of ${channel.options.channel}. Nothing was taken.`,
    );
  if (channel.own === undefined && manifest.extent !== "released")
    return refuse(
      "bundle-not-for-observer",
      "This bundle holds the entries themselves, which an observer does not take. Ask for one of what was released.",
    );
  const held = (log: PartyId) => channel.tree(log)?.size ?? 0;
  const gap = branches.find(({ party, number }) => number === 0 && party !== self && startOf(manifest, party) > held(party));
  if (gap !== undefined)
    return refuse(
      "bundle-gap",
      `This bundle goes on from entry ${startOf(manifest, gap.party)} of ${gap.party}; this node holds ${held(gap.party)}. Nothing was taken: ask for a bundle that begins at ${held(gap.party)} or before.`,
    );
  const ahead = branches.find(({ party, number, head }) => number === 0 && party === self && head.size > held(self));
  if (ahead !== undefined && channel.own !== undefined)
    return aheadOfOwnLog(ahead.head.size, held(self));
  const before = new Map(charter.parties.map(({ id }) => [id, held(id)]));
  const noticed = new Set(channel.observations.all);
  await channel.take(branches.flatMap((branch) => headsOf(branch, new BundlePeer(from, branch, record.files), wanted)));
  if (changed().length > 0)
    return refuse("bundle-changed", "The bundle was changed while it was taken in. What was taken before that is sound; copy the bundle again, and take it in once more.");
  const newest = new Map(branches.flatMap(({ party, number, head }) => (number === 0 ? [[party, head.size] as const] : [])));
  const own = before.get(self) ?? 0;
  return accept({
    channel: manifest.channel,
    extent: manifest.extent,
    logs: charter.parties.map(({ id }) => ({
      log: id,
      from: before.get(id) ?? 0,
      to: id === self ? own : held(id),
      offered: newest.get(id) ?? 0,
    })),
    observations: channel.observations.all.filter((one) => !noticed.has(one) && (one.times === undefined || one.from === from)),
    said: held(self) - own,
  });

  /** Of what was released a party learns who has cosigned what it holds; entries cannot be taken from it. */
  function wanted(party: PartyId, size: number): boolean {
    return manifest.extent !== "released" || channel.own === undefined || size <= held(party);
  }
}

/** The newest head first: the entries come with it. Then older ones, for those who cosigned no newer one. */
function headsOf(
  { party, opened, older }: OpenedBranch,
  peer: BundlePeer,
  wanted: (party: PartyId, size: number) => boolean,
): BroughtHead[] {
  return [...(opened === undefined ? [] : [opened]), ...older]
    .filter(({ head }) => wanted(party, head.size))
    .map(({ note }) => ({ log: party, note: formatNote(note), peer }));
}

/** Branches that contradict nothing. A fork is no fault of a bundle: it is what a bundle must bring. */
async function falseBranches({ record, branches }: OpenedBundle): Promise<Refusal[]> {
  if (record === undefined) return [];
  return (await forksIn(record, branches, nativeVerify)).filter(({ code }) => code !== "fork");
}

function notWhole({ code, sentence, where }: Refusal, count: number): Result<never> {
  const more = count === 1 ? "" : ` And ${count - 1} more; \`countersign verify\` lists them.`;
  return refuse(code, `Nothing was taken, because this bundle is not whole. ${sentence}${more}`, where);
}

function aheadOfOwnLog(offered: number, held: number): Result<never> {
  return refuse(
    "bundle-ahead-of-own-log",
    `This bundle holds ${offered} entries of this node's own log; the folder holds ${held}, so it is older than what its key has signed. Nothing was taken. Say nothing with it: put back the newest copy of the folder, or fetch the missing entries from the others' nodes with \`countersign serve\`.`,
  );
}
