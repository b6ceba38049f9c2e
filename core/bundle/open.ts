/** Reads a bundle into the record it holds, in Node and in a browser alike, and lists everything that is wrong with it (SPEC R18). */
import type { PartyId } from "../bytes/fields.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { isAttachment } from "../channel/attachment.ts";
import { channelId, readCharter, type Charter } from "../channel/charter.ts";
import { KeyRing } from "../channel/key-ring.ts";
import { sharedSize } from "../channel/branches.ts";
import { EARLIER_LIMIT } from "../channel/previous.ts";
import { bodyFilesOf, type Naming } from "../channel/release.ts";
import type { HeldBranch, HeldLog, HeldRecord } from "../channel/record.ts";
import { readStatement, type ReadStatement } from "../channel/statement.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { beginEntries, GroupsAhead, openBranch, type BegunBranch, type BranchEntries, type OpenedBranch } from "./branch.ts";
import { BundledFiles } from "./bundled-files.ts";
import type { ByteSource } from "./byte-source.ts";
import { openContainer, type Container } from "./container.ts";
import {
  branchFolder,
  CHARTER_PATH,
  checkpointPath,
  filePath,
  entryPath,
  FURTHER_BRANCHES,
  MANIFEST_PATH,
  startOf,
  type Manifest,
} from "./manifest.ts";
import { openPrevious, type OpenedPrevious } from "./previous.ts";
import type { BranchContext } from "./read-head.ts";
import { PREVIOUS_PATH } from "./tar.ts";

export interface OpenedBundle {
  readonly manifest?: Manifest;
  /** What is held, as far as it is sound; absent when the manifest or the charter does not read. */
  readonly record?: HeldRecord;
  /** Every branch whose head reads, in the order of the charter. */
  readonly branches: readonly OpenedBranch[];
  /** Every party's keys as its log in this bundle gives them; empty when the charter does not read. */
  readonly rings: ReadonlyMap<PartyId, KeyRing>;
  /** Everything that is wrong, not only the first thing. Empty: the bundle is whole. */
  readonly problems: readonly Refusal[];
  /** Parts that were not the same when they were read again: by now, and after whatever is read later. */
  readonly changed: () => readonly Refusal[];
}

export interface OpenOptions {
  readonly verify: VerifySignatures;
  /** Entries checked so far, of how many. */
  readonly progress?: (checked: number, of: number) => void;
}

/** Goes through the source once to check every byte of it, and reads entries and files again when they are used. */
export function openBundle(source: ByteSource | Uint8Array, options: OpenOptions): Promise<OpenedBundle> {
  return openWithin(source, options, EARLIER_LIMIT);
}

/** The bundle of the channel that a charter continues, checked as a bundle and held against the charter's heads. */
export function openPreviousBundle(source: ByteSource, charter: Charter, options: OpenOptions): Promise<OpenedPrevious> {
  return openPrevious(source, charter, EARLIER_LIMIT, options.verify, (within, room) => openWithin(within, options, room));
}

/** `room`: how many bundles of earlier channels may lie in this one, one inside the other. */
async function openWithin(source: ByteSource | Uint8Array, options: OpenOptions, room: number): Promise<OpenedBundle> {
  const container = openContainer(source);
  const problems = [...container.problems];
  const { manifest, parts } = container;
  let changed = (): readonly Refusal[] => parts.changed;
  if (manifest === undefined) return { branches: [], rings: new Map(), problems, changed };
  // What is missing after the cut follows from it; one sentence says more than a list of all of it.
  const cut = problems.find(({ code }) => code === "tar-cut-short");
  if (cut !== undefined) return { manifest, branches: [], rings: new Map(), problems: [cut], changed };
  const charter = openCharter(manifest, parts, problems);
  if (charter === undefined) return { manifest, branches: [], rings: new Map(), problems, changed };

  const total = countEntries(manifest);
  let checked = 0;
  const context: BranchContext = {
    channel: channelId(charter),
    charter,
    extent: manifest.extent,
    startOf: (party) => startOf(manifest, party),
    parts,
    tiles: countTiles(parts.paths()),
    verify: options.verify,
    problems,
    checked: (entries) => options.progress?.((checked += entries), Math.max(total, checked)),
  };
  const begun: { readonly problems: Refusal[]; readonly branch: BegunBranch | undefined }[] = [];
  const ahead = new GroupsAhead();
  for (const party of charter.parties)
    for (let number = 0; number <= FURTHER_BRANCHES && parts.has(checkpointPath(branchFolder(party.id, number))); number += 1) {
      const own: Refusal[] = [];
      begun.push({ problems: own, branch: await beginEntries({ ...context, problems: own }, ahead, party, number) });
    }
  const read: BranchEntries[] = [];
  for (const { problems: own, branch } of begun) {
    if (branch !== undefined) read.push({ ...branch, entries: await branch.read() });
    problems.push(...own);
  }
  const rings = new Map(charter.parties.map(({ id }) => [id, KeyRing.of(charter, id)]));
  for (const { number, ring } of read) if (number === 0) rings.set(ring.party, ring);
  const branches: OpenedBranch[] = [];
  for (const one of read) branches.push(await openBranch(context, one, rings));
  const logs = new Map(branches.flatMap((branch) => (branch.number === 0 ? [[branch.party, withVersions(branch, branches)] as const] : [])));
  const files = openFiles(container, charter, manifest, branches, problems);
  const inner = manifest.extent === "whole" && charter.previous !== undefined ? parts.sourceOf(PREVIOUS_PATH) : undefined;
  comparePaths(manifest, charter, branches, files, inner === undefined ? [] : [PREVIOUS_PATH], problems);
  compareStarts(manifest, branches, problems);
  const record: HeldRecord = { channel: context.channel, charter, logs, files };
  if (inner === undefined) return { manifest, record, branches, rings, problems, changed };
  const before = await openPrevious(inner, charter, room, options.verify, (within, left) => openWithin(within, options, left));
  problems.push(...before.problems);
  changed = () => [...parts.changed, ...before.changed()];
  return { manifest, record: before.record === undefined ? record : { ...record, previous: before.record }, branches, rings, problems, changed };
}

/** Further versions count only where their heads are signed: anybody could make up others. */
function withVersions({ party, log }: OpenedBranch, branches: readonly OpenedBranch[]): HeldLog {
  const further = branches.flatMap((branch): HeldBranch[] => {
    if (branch.party !== party || branch.number === 0 || branch.opened === undefined) return [];
    const from = sharedSize(log.tree, branch.log.tree);
    return [{ from, entries: branch.log.entries.slice(from), tree: branch.log.tree }];
  });
  return further.length === 0 ? log : { ...log, branches: further };
}

function openCharter(manifest: Manifest, parts: Container["parts"], problems: Refusal[]): Charter | undefined {
  const bytes = parts.get(CHARTER_PATH);
  if (bytes === undefined) {
    problems.push(refusal("charter-missing", "The bundle has no charter. Ask for it again from who gave it.", CHARTER_PATH));
    return undefined;
  }
  const charter = readCharter(bytes);
  if (!charter.ok) {
    problems.push(refusal(charter.refusal.code, charter.refusal.sentence, CHARTER_PATH));
    return undefined;
  }
  if (toHex(sha256(bytes)) !== manifest.channel)
    problems.push(
      refusal("channel-differs", "The charter is not the one whose channel the manifest names.", MANIFEST_PATH),
    );
  if (charter.value.nature !== manifest.nature)
    problems.push(
      refusal(
        "nature-differs",
        `The charter says ${charter.value.nature}, the manifest says ${manifest.nature}.`,
        MANIFEST_PATH,
      ),
    );
  return charter.value;
}

/**
 * Files by hash. Each must be named by a statement, and in a whole bundle each body file must be there that a soundly signed statement
 * names and nodes keep (SPEC R6): of the others nobody need have a file, and an entry that names one spoils nobody's bundle.
 */
function openFiles(
  { parts }: Container,
  { caps }: Charter,
  manifest: Manifest,
  branches: readonly OpenedBranch[],
  problems: Refusal[],
): BundledFiles {
  const named = new Map<string, { readonly body: boolean; readonly where: string }>();
  const statements: Naming[] = [];
  for (const { party, leaves, log } of branches)
    for (let index = 0; index < leaves.size; index += 1) {
      const sound = log.entries[index]?.statement;
      const statement = sound ?? readable(leaves.get(index));
      if (manifest.extent === "released" && statement !== undefined) statements.push({ author: party, files: statement.payload.files });
      for (const file of statement?.payload.files ?? [])
        if (named.get(file.sha256)?.body !== true)
          named.set(file.sha256, {
            body: sound !== undefined && !isAttachment(file) && file.size <= caps.bodyFileBytes && index >= startOf(manifest, party),
            where: `${party} ${index}`,
          });
    }
  const open = bodyFilesOf(statements, statements);
  const files = new BundledFiles(parts);
  for (const path of parts.paths()) {
    if (!path.startsWith("files/")) continue;
    const hash = parts.hashOf(path) ?? "";
    if (filePath(hash) !== path)
      problems.push(refusal("file-hash", "The file does not have the hash that is its name.", path));
    else if (!named.has(hash))
      problems.push(refusal("file-unnamed", "No statement in this bundle names this file.", path));
    else if (manifest.extent === "released" && !open.has(hash))
      problems.push(refusal("attachment-released", "An attachment is for its readers alone and never in a bundle of what was released.", path));
    else files.add(hash);
  }
  if (manifest.extent !== "released")
    for (const [hash, { body, where }] of named)
      if (body && !files.has(hash))
        problems.push(
          refusal("file-missing", `The file ${hash} that this statement names is not in the bundle.`, where),
        );
  return files;
}

/** An entry without effect may name files too; they were kept with it. */
function readable(leaf: Uint8Array | undefined): ReadStatement | undefined {
  const read = leaf === undefined ? undefined : readStatement(leaf);
  return read?.ok === true ? read.value : undefined;
}

/** Every part has its one place: the manifest lists what follows from the heads and the files, in that order, and nothing else. */
function comparePaths(
  manifest: Manifest,
  charter: Charter,
  branches: readonly OpenedBranch[],
  files: BundledFiles,
  last: readonly string[],
  problems: Refusal[],
): void {
  const listed = manifest.parts.map(({ path }) => path);
  const { extent } = manifest;
  const single = branches.flatMap(({ party, leaves }) =>
    extent === "whole" ? [] : [...leaves.present()].map(({ index }) => entryPath(extent, party, index)),
  );
  const wanted = [
    CHARTER_PATH,
    ...branches.flatMap(({ paths }) => paths),
    ...single,
    ...[...files.keys()].sort().map(filePath),
    ...last,
  ];
  const listedSet = new Set(listed);
  const wantedSet = new Set(wanted);
  const known = new Set(problems.map(({ where }) => where));
  // Below a head that does not read nothing can be placed.
  const unread = new Set([...known].flatMap((where) => (where?.endsWith("/checkpoint") === true ? [where.slice(0, -"/checkpoint".length)] : [])));
  const isKnown = (path: string) => known.has(path) || foldersOf(path).some((folder) => unread.has(folder));
  for (const path of listed)
    if (!wantedSet.has(path) && !isKnown(path))
      problems.push(refusal("part-unexpected", partSentence(path, charter), path));
  for (const path of wanted)
    if (!listedSet.has(path) && !isKnown(path))
      problems.push(refusal("part-missing", "The log's head needs this part; the bundle does not have it.", path));
  if (problems.length > 0) return;
  const misplaced = listed.find((path, position) => path !== wanted[position]);
  if (misplaced !== undefined)
    problems.push(refusal("part-order", "The parts do not stand in their order.", misplaced));
}

function foldersOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, position) => parts.slice(0, position + 1).join("/"));
}

/** A bundle that continues says from where for each log in it, once, in the order of the charter, and within its head. */
function compareStarts({ extent, from = [] }: Manifest, branches: readonly OpenedBranch[], problems: Refusal[]): void {
  if (extent !== "since") return;
  const logs = branches.filter(({ number }) => number === 0);
  const inPlace = from.length === logs.length && logs.every(({ party }, position) => from[position]?.party === party);
  const within = logs.every(({ head }, position) => (from[position]?.size ?? 0) <= head.size);
  if (inPlace && within) return;
  problems.push(
    refusal(
      "from-differs",
      "Where the bundle begins does not fit the heads in it: one beginning for each log, in the order of the charter, none beyond its head.",
      MANIFEST_PATH,
    ),
  );
}

function partSentence(path: string, charter: Charter): string {
  const party = /^(?:log|released|entries)\/([^/]+)\//.exec(path)?.[1];
  return party !== undefined && !charter.parties.some(({ id }) => id === party)
    ? `The charter names no party ${party}.`
    : "Nothing in the record needs this part.";
}

/** By the folder of the branch that they are of. */
function countTiles(paths: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const end = path.indexOf("/tile/");
    if (end > 0) counts.set(path.slice(0, end), (counts.get(path.slice(0, end)) ?? 0) + 1);
  }
  return counts;
}

/** An upper bound from the manifest, for the progress line: full and partial entry bundles, or released entries. */
function countEntries(manifest: Manifest): number {
  let count = 0;
  for (const { path } of manifest.parts) {
    const bundle = /\/tile\/entries\/[x\d/]+(?:\.p\/(\d+))?$/.exec(path);
    if (bundle !== null) count += Number(bundle[1] ?? 256);
  }
  return count;
}
