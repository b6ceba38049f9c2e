/**
 * One version of one party's log in a bundle: its head, the lines on it, the hash tiles under it and the entries under those.
 * Each is held against the next one, and every difference is named by its part or by its entry (`aurelia 41`).
 */
import type { Instant, PartyId } from "../bytes/fields.ts";
import { equalBytes } from "../bytes/concat.ts";
import { formatInstant } from "../bytes/instant.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import type { Charter, CharterParty } from "../channel/charter.ts";
import { readEntries, type HeldEntry, type HeldLog } from "../channel/record.ts";
import { openHead, parseCheckpointText, type Head, type OpenedHead } from "../log/checkpoint.ts";
import { readCosignatures } from "../log/cosignature.ts";
import { leafHash, MerkleTree } from "../log/merkle.ts";
import { decodeBundle, readTiles, TILE_WIDTH } from "../log/tiles.ts";
import { cosignerKeyIds } from "../signing/key-id.ts";
import { parseNote, type Note } from "../signing/note.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { bundledNote, cosignersOf, type Cosigner } from "./heads.ts";
import { branchFolder, branchTiles, checkpointPath, releasedPath, tilePathIn, type Extent } from "./manifest.ts";

export interface Cosigned {
  readonly id: PartyId;
  /** When the cosigner says that it had stored or seen it. */
  readonly at: Instant;
}

export interface OpenedBranch {
  readonly party: PartyId;
  /** 0 is the branch that is folded. */
  readonly number: number;
  readonly head: Head;
  /** Absent when a signature of the log does not hold. */
  readonly opened?: OpenedHead;
  readonly cosignedBy: readonly Cosigned[];
  readonly log: HeldLog;
  /** The entries themselves; absent where they are withheld or do not read. */
  readonly leaves: readonly (Uint8Array | undefined)[];
  /** The paths that this branch needs, in order, without released entries. */
  readonly paths: readonly string[];
}

export interface BranchContext {
  readonly channel: string;
  readonly charter: Charter;
  readonly extent: Extent;
  readonly parts: ReadonlyMap<string, Uint8Array>;
  readonly verify: VerifySignatures;
  /** Called with the number of entries just checked. */
  readonly checked: (entries: number) => void;
  readonly problems: Refusal[];
}

/** Groups of entries whose signatures are asked for before the first is answered: keeps a parallel verifier busy. */
const GROUPS_AHEAD = 4;

/** `undefined` when the head does not read: nothing below it can then be placed. Problems go into the context. */
export async function openBranch(context: BranchContext, party: CharterParty, number: number): Promise<OpenedBranch | undefined> {
  const folder = branchFolder(party.id, number);
  const path = checkpointPath(folder);
  const report = (code: string, sentence: string, where: string) => context.problems.push(refusal(code, sentence, where));
  const bytes = context.parts.get(path) ?? new Uint8Array(0);
  const note = parseNote(bytes);
  const head = note.ok ? parseCheckpointText(note.value.text) : note;
  if (!note.ok || !head.ok) {
    report("head-malformed", head.ok ? "The head does not read." : head.refusal.sentence, path);
    return undefined;
  }
  const { size, root } = head.value;
  // A head may claim any size; each 256 entries need a part of their own, so no more can be here than there are parts.
  if (size > context.parts.size * TILE_WIDTH) {
    report("head-size", `The head claims ${size} entries, more than this bundle can hold.`, path);
    return undefined;
  }
  const cosigners = cosignersOf(context.charter, party.id);
  if (bundledNote(note.value, party.keys.log, cosigners) !== decodeUtf8(bytes))
    report("head-lines", "The head carries a line of a key that the charter does not name, half of a cosignature, or its lines in another order.", path);
  const opened = await openHead(note.value, party.keys.log, context.verify);
  if (!opened.ok) report(opened.refusal.code, opened.refusal.sentence, path);
  const cosignedBy = await checkCosigners(note.value, head.value, cosigners, context, path);

  const { hashes, entries: bundles } = branchTiles(size, context.extent);
  const paths = [path, ...hashes.map((tile) => tilePathIn(folder, tile)), ...bundles.map((tile) => tilePathIn(folder, tile))];
  const leaves = context.extent === "whole" ? readBundles(context, folder, size) : readReleased(context, party.id, size);
  const tree = treeOf(context, folder, head.value, leaves);
  const entries = await readLeaves(context, party.id, size, leaves, tree);
  const branch = { party: party.id, number, head: { ...head.value, root }, cosignedBy, log: { party: party.id, entries, tree: tree ?? treeOfEntries(entries) }, leaves, paths };
  return opened.ok ? { ...branch, opened: opened.value } : branch;
}

/** The cosigners whose lines hold; lines that are there and do not hold are problems in a bundle. */
async function checkCosigners(note: Note, head: Head, cosigners: readonly Cosigner[], context: BranchContext, path: string): Promise<Cosigned[]> {
  const good = await readCosignatures(note, head, cosigners.map(({ key }) => key), context.verify);
  const cosigned: Cosigned[] = [];
  for (const { id, key } of cosigners) {
    const { ed25519 } = cosignerKeyIds(key.name, key.pair);
    const held = good.find(({ name }) => name === key.name);
    const at = held === undefined ? undefined : writableInstant(held.timeSeconds);
    if (at !== undefined) cosigned.push({ id, at });
    else if (note.signatures.some((line) => line.name === key.name && line.id === ed25519))
      context.problems.push(refusal("cosignature-fails", `The cosignature of ${id} on this head does not hold.`, path));
  }
  return cosigned;
}

/** `undefined` after the year 9999. */
function writableInstant(seconds: number): Instant | undefined {
  return seconds <= 253_402_300_799 ? formatInstant(seconds) : undefined;
}

function readBundles(context: BranchContext, folder: string, size: number): (Uint8Array | undefined)[] {
  const leaves: (Uint8Array | undefined)[] = [];
  for (const address of branchTiles(size, "whole").entries) {
    const path = tilePathIn(folder, address);
    const bytes = context.parts.get(path);
    const decoded = bytes === undefined ? undefined : decodeBundle(bytes, address.width);
    if (decoded?.ok === false) context.problems.push(refusal(decoded.refusal.code, decoded.refusal.sentence, path));
    for (let index = 0; index < address.width; index += 1) leaves.push(decoded?.ok === true ? decoded.value[index] : undefined);
  }
  return leaves;
}

function readReleased(context: BranchContext, party: PartyId, size: number): (Uint8Array | undefined)[] {
  return Array.from({ length: size }, (_, index) => context.parts.get(releasedPath(party, index)));
}

/** The tree that the tiles and the head agree on, or that the entries and the head agree on; else `undefined`. */
function treeOf(context: BranchContext, folder: string, head: Head, leaves: readonly (Uint8Array | undefined)[]): MerkleTree | undefined {
  const tiles = readTiles(head.size, head.root, (address) => context.parts.get(tilePathIn(folder, address)));
  if (tiles.ok) return tiles.value;
  const { code, sentence, where } = tiles.refusal;
  context.problems.push(refusal(code, sentence, where === undefined ? checkpointPath(folder) : `${folder}/${where}`));
  const tree = new MerkleTree();
  for (const leaf of leaves) {
    if (leaf === undefined) return undefined;
    tree.append(leafHash(leaf));
  }
  if (equalBytes(tree.root(), head.root)) return tree;
  context.problems.push(refusal("head-root-differs", "The entries do not give the root of the head.", checkpointPath(folder)));
  return undefined;
}

/** Reads every entry and holds its hash against the tree. An entry that differs is a problem and has no effect. */
async function readLeaves(
  context: BranchContext,
  party: PartyId,
  size: number,
  leaves: readonly (Uint8Array | undefined)[],
  tree: MerkleTree | undefined,
): Promise<HeldEntry[]> {
  const { charter, channel, verify } = context;
  const groups: Promise<HeldEntry[]>[] = [];
  for (let start = 0; start < size; start += TILE_WIDTH) {
    const present = leaves.slice(start, start + TILE_WIDTH).filter((leaf) => leaf !== undefined);
    await groups.at(-GROUPS_AHEAD);
    groups.push(
      readEntries(present, charter, channel, party, verify).then((entries) => {
        context.checked(Math.min(TILE_WIDTH, size - start));
        return entries;
      }),
    );
  }
  const read = (await Promise.all(groups)).flat();
  let next = 0;
  return leaves.map((leaf, index): HeldEntry => {
    const committed = tree?.subtree(0, index);
    const entry = leaf === undefined ? undefined : read[next++];
    if (entry === undefined) return { leafHash: committed ?? new Uint8Array(32), problem: context.extent === "whole" ? lost : withheld };
    if (committed === undefined || equalBytes(entry.leafHash, committed)) return entry;
    context.problems.push(refusal("entry-differs", "This entry is not the one that the log's head commits to.", `${party} ${index}`));
    return { leafHash: committed, problem: lost };
  });
}

const lost = refusal("entry-lost", "The entry that the head commits to is not in this bundle.");
const withheld = refusal("entry-withheld", "The entry is not released.");

function treeOfEntries(entries: readonly HeldEntry[]): MerkleTree {
  const tree = new MerkleTree();
  for (const entry of entries) tree.append(entry.leafHash);
  return tree;
}
