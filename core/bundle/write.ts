/** Writes what a node holds of a channel into one file (SPEC R18). The same holdings always give the same bytes. */
import { encodeUtf8 } from "../bytes/utf8.ts";
import { equalBytes } from "../bytes/concat.ts";
import type { Instant, PartyId } from "../bytes/fields.ts";
import { isAttachment } from "../channel/attachment.ts";
import { channelId, charterBytes, type Charter, type CharterParty } from "../channel/charter.ts";
import type { HeldFiles } from "../channel/held-files.ts";
import type { KeyRing } from "../channel/key-ring.ts";
import { rootSignedLeaves } from "../channel/record.ts";
import { readStatement } from "../channel/statement.ts";
import { parseCheckpointText, type Head } from "../log/checkpoint.ts";
import { leafHash, MerkleTree } from "../log/merkle.ts";
import { newBundles, newTiles } from "../log/tiles.ts";
import { parseNote, type Note } from "../signing/note.ts";
import { accept, refuse, type Result } from "../refusal.ts";
import type { ByteSource } from "./byte-source.ts";
import { bundledNote, carries, cosignersOf } from "./heads.ts";
import {
  branchFolder,
  CHARTER_PATH,
  checkpointPath,
  cosignedPath,
  entryPath,
  type Manifest,
} from "./manifest.ts";
import { sealBytes, type BundlePlan } from "./seal.ts";
import type { TarMember } from "./tar.ts";

export interface BundleHeads {
  /** The newest head held, with every cosignature line known of it. Lines of keys that the charter does not name are left out. */
  readonly head: string;
  /** Older heads of the same log with the newest cosignatures of those who have not cosigned the newest one; others are left out. */
  readonly cosigned?: readonly string[];
}

/** One party's log as held: the newest head with every cosignature line known, and the entries under it. */
export interface BundleBranch extends BundleHeads {
  readonly party: PartyId;
  /** At least as many as the head covers; what goes beyond is left out. */
  readonly entries: readonly Uint8Array[];
}

interface BundleContents {
  readonly charter: Charter;
  readonly asOf: Instant;
  /** The keys of parties whose logs change them, as held; a party that is left out has those of the charter. */
  readonly rings?: ReadonlyMap<PartyId, KeyRing>;
}

/** Held files by their SHA-256, hex; only those that a statement names are written. */
interface HeldBytes {
  readonly files: Pick<HeldFiles, "get">;
}

export interface WholeHoldings extends BundleContents {
  /** In any order of parties. A second branch of one party comes after the one that is folded (SPEC R16). */
  readonly branches: readonly BundleBranch[];
  /** The bundle of the channel that this one continues, which goes into a whole bundle as it is; absent: left out, or there is none. */
  readonly previous?: ByteSource | undefined;
}

export type WholeBundle = WholeHoldings & HeldBytes;

export interface ReleasedLog extends BundleHeads {
  readonly party: PartyId;
  /** Over at least as many leaf hashes as the head covers. */
  readonly tree: MerkleTree;
  /** Released entries by their index. */
  readonly entries: ReadonlyMap<number, Uint8Array>;
}

/** What an observer holds: heads, hash tiles, and the entries that both sides have released. */
export interface ReleasedHoldings extends BundleContents {
  readonly logs: readonly ReleasedLog[];
}

/** At once, in memory: for what is known to be small. */
export function writeBundle(holdings: WholeBundle): Result<Uint8Array> {
  return sealed(planBundle(holdings), holdings);
}

export function writeReleasedBundle(holdings: ReleasedHoldings & HeldBytes): Result<Uint8Array> {
  return sealed(planReleasedBundle(holdings), holdings);
}

export function writeContinuingBundle(holdings: WholeBundle, from: ReadonlyMap<PartyId, number>): Result<Uint8Array> {
  return sealed(planContinuingBundle(holdings, from), holdings);
}

function sealed(plan: Result<BundlePlan>, { files }: HeldBytes): Result<Uint8Array> {
  return plan.ok ? accept(sealBytes(plan.value, files)) : plan;
}

/** Everything but the files. Refuses a head that does not read or covers entries that are not there. */
export function planBundle(holdings: WholeHoldings): Result<BundlePlan> {
  const parts: TarMember[] = [];
  const named = new Set<string>();
  const rings = ringsWithin(holdings, holdings.branches);
  for (const party of holdings.charter.parties) {
    const branches = holdings.branches.filter((branch) => branch.party === party.id);
    for (const [number, branch] of branches.entries()) {
      const tree = new MerkleTree();
      for (const entry of branch.entries) tree.append(leafHash(entry));
      const folder = branchFolder(party.id, number);
      const heads = headParts(holdings.charter, party, branch, tree, folder, rings);
      if (!heads.ok) return heads;
      const { size } = heads.value;
      const bundles = newBundles((index) => branch.entries[index] ?? new Uint8Array(0), 0, size);
      parts.push(...heads.value.parts);
      for (const { path, bytes } of [...newTiles(tree, 0, size), ...bundles])
        parts.push({ path: `${folder}/${path}`, bytes });
      for (const entry of branch.entries.slice(0, size)) addNamedFiles(named, entry, "whole");
    }
  }
  return accept({ ...plan(holdings, "whole", parts, named), previous: holdings.previous });
}

/** As `planBundle`, for an observer; the bundle is marked `released`. */
export function planReleasedBundle(holdings: ReleasedHoldings): Result<BundlePlan> {
  return planSingleEntries(holdings, "released", new Map());
}

/**
 * As `planBundle`, for a reader who holds this much of each log: the entries after that and the files they name, and all earlier entries
 * that change keys. The hash tiles show that the rest continues what the reader holds. A log left out of `from` begins at 0.
 */
export function planContinuingBundle(holdings: WholeHoldings, from: ReadonlyMap<PartyId, number>): Result<BundlePlan> {
  const logs = holdings.branches.map(({ entries, ...heads }): ReleasedLog => {
    const tree = new MerkleTree();
    for (const entry of entries) tree.append(leafHash(entry));
    const start = from.get(heads.party) ?? 0;
    const kept = new Map(rootSignedLeaves(entries.slice(0, start)).map(({ index, leaf }) => [index, leaf]));
    for (const [index, entry] of entries.entries()) if (index >= start) kept.set(index, entry);
    return { ...heads, tree, entries: kept };
  });
  return planSingleEntries({ ...holdings, logs }, "since", from);
}

function planSingleEntries(
  holdings: ReleasedHoldings,
  extent: Exclude<Manifest["extent"], "whole">,
  from: ReadonlyMap<PartyId, number>,
): Result<BundlePlan> {
  const starts: { party: PartyId; size: number }[] = [];
  const parts: TarMember[] = [];
  const entries: TarMember[] = [];
  const named = new Set<string>();
  const rings = ringsWithin(holdings, holdings.logs);
  for (const party of holdings.charter.parties) {
    const log = holdings.logs.find((candidate) => candidate.party === party.id);
    if (log === undefined) continue;
    const folder = branchFolder(party.id, 0);
    const heads = headParts(holdings.charter, party, log, log.tree, folder, rings);
    if (!heads.ok) return heads;
    const { size } = heads.value;
    const start = from.get(party.id) ?? 0;
    if (start > size)
      return refuse("bundle-beyond", `The log of ${party.id} has ${size} entries here; there is nothing to go on with at ${start}.`, party.id);
    starts.push({ party: party.id, size: start });
    parts.push(...heads.value.parts);
    for (const { path, bytes } of newTiles(log.tree, 0, size)) parts.push({ path: `${folder}/${path}`, bytes });
    for (const [index, entry] of [...log.entries].sort(([a], [b]) => a - b)) {
      if (index >= size) continue;
      entries.push({ path: entryPath(extent, party.id, index), bytes: entry });
      if (index >= start) addNamedFiles(named, entry, extent);
    }
  }
  return accept(plan(holdings, extent, [...parts, ...entries], named, extent === "since" ? { from: starts } : {}));
}

/** A reader knows of each log's keys what the bundle's own head of it covers, and no more. */
function ringsWithin(
  { rings = new Map() }: BundleContents,
  logs: readonly (BundleHeads & { readonly party: PartyId })[],
): ReadonlyMap<PartyId, KeyRing> {
  return new Map(
    [...rings].map(([party, ring]) => {
      const first = logs.find((log) => log.party === party);
      const read = first === undefined ? undefined : readHead(first.head);
      return [party, ring.within(read?.ok === true ? read.value.head.size : 0)];
    }),
  );
}

interface HeadParts {
  readonly size: number;
  readonly parts: readonly TarMember[];
}

/** The checkpoint, then an older cosigned head of each cosigner that has not cosigned this one. */
function headParts(
  charter: Charter,
  { id, keys }: CharterParty,
  heads: BundleHeads,
  tree: MerkleTree,
  folder: string,
  rings: ReadonlyMap<PartyId, KeyRing>,
): Result<HeadParts> {
  const newest = readHead(heads.head);
  if (!newest.ok) return newest;
  const { size, root } = newest.value.head;
  if (size > tree.size)
    return refuse(
      "bundle-entries-missing",
      `The head of ${id} covers ${size} entries, ${tree.size} are held. Fetch the rest first.`,
      id,
    );
  if (!equalBytes(tree.root(size), root))
    return refuse("bundle-head-differs", `The entries held do not give the head of ${id}.`, id);
  const cosigners = cosignersOf(charter, id, rings);
  const parts: TarMember[] = [
    { path: checkpointPath(folder), bytes: encodeUtf8(bundledNote(newest.value.note, keys.log, cosigners)) },
  ];
  const older = (heads.cosigned ?? []).flatMap((text) => {
    const read = readHead(text);
    return read.ok && read.value.head.size < size && equalBytes(tree.root(read.value.head.size), read.value.head.root)
      ? [read.value]
      : [];
  });
  for (const cosigner of cosigners) {
    if (carries(newest.value.note, cosigner)) continue;
    const latest = older.filter(({ note }) => carries(note, cosigner)).toSorted((a, b) => b.head.size - a.head.size)[0];
    if (latest !== undefined)
      parts.push({
        path: cosignedPath(folder, cosigner.id),
        bytes: encodeUtf8(bundledNote(latest.note, keys.log, [cosigner])),
      });
  }
  return accept({ size, parts });
}

function readHead(text: string): Result<{ head: Head; note: Note }> {
  const note = parseNote(text);
  if (!note.ok) return note;
  const head = parseCheckpointText(note.value.text);
  return head.ok ? accept({ head: head.value, note: note.value }) : head;
}

/** An attachment is for its readers, even where another statement has made its ciphertext a body file that is held. */
function addNamedFiles(named: Set<string>, entry: Uint8Array, extent: Manifest["extent"]): void {
  const read = readStatement(entry);
  if (!read.ok) return;
  for (const file of read.value.payload.files) if (extent !== "released" || !isAttachment(file)) named.add(file.sha256);
}

function plan(
  { charter, asOf }: BundleContents,
  extent: Manifest["extent"],
  logs: readonly TarMember[],
  named: ReadonlySet<string>,
  begins: Pick<Manifest, "from"> = {},
): BundlePlan {
  return {
    manifest: { type: "bundle", version: 1, channel: channelId(charter), nature: charter.nature, asOf, extent, ...begins },
    parts: [{ path: CHARTER_PATH, bytes: charterBytes(charter) }, ...logs],
    named,
  };
}
