/** A log as files (C2SP tlog-tiles, SPEC R2): hash tiles of 256 hashes and bundles of 256 entries, full or partial. */
import { concatBytes, equalBytes } from "../bytes/concat.ts";
import { readU16, u16 } from "../bytes/big-endian.ts";
import { accept, refuse, type Result } from "../refusal.ts";
import { HASH_BYTES, MerkleTree, nodeHash, type SubtreeHashes } from "./merkle.ts";

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;
/** The largest entry: its length is a 16-bit number. */
export const ENTRY_LIMIT = 65_535;

/** Levels in a hash tile. */
const TILE_LEVELS = 8;

export interface TileAddress {
  /** 0 … 63 for hash tiles. */
  readonly level: number | "entries";
  readonly number: number;
  /** 1 … 256; 256 is a full tile, without a width in its path. */
  readonly width: number;
}

export interface TileFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** `tile/0/x001/x234/067.p/12`. Throws for an address that `parseTilePath` would never give. */
export function tilePath({ level, number, width }: TileAddress): string {
  const known = level === "entries" || (Number.isInteger(level) && level >= 0 && level <= 63);
  if (!known || !isTileNumber(number) || !Number.isInteger(width) || width < 1 || width > TILE_WIDTH)
    throw new RangeError(`no tile: ${level} ${number} ${width}`);
  const digits = String(number);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) ?? [];
  const last = groups.length - 1;
  const name = groups.map((group, index) => (index < last ? `x${group}` : group)).join("/");
  return `tile/${level}/${name}${width === TILE_WIDTH ? "" : `.p/${width}`}`;
}

/** The address of a path in its one spelling; refuses everything else, so a path from outside never leaves its folder. */
export function parseTilePath(path: string): Result<TileAddress> {
  const unread = () => refuse("tile-path", "This is no path of a tile: tile/<level or entries>/<number>[.p/<width>].", path.slice(0, 80));
  const parts = path.length > 80 ? null : /^tile\/(entries|\d|[1-5]\d|6[0-3])\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path);
  if (parts === null) return unread();
  const [, level = "", name = "", width] = parts;
  const number = Number(name.replaceAll(/[x/]/g, ""));
  if (!isTileNumber(number) || (width !== undefined && Number(width) >= TILE_WIDTH)) return unread();
  const address: TileAddress = {
    level: level === "entries" ? level : Number(level),
    number,
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  // Only one spelling: no group of zeros in front.
  return tilePath(address) === path ? accept(address) : unread();
}

/** Every tile and bundle that a head of this size needs: per level the full ones, then at most one partial. Bound the size first. */
export function tilesForSize(size: number): TileAddress[] {
  return newTileAddresses(0, size);
}

/** What a head of size `to` needs beyond one of size `from`. A larger partial tile is a new file. */
export function newTileAddresses(from: number, to: number): TileAddress[] {
  return [...newOnLevel("entries", from, to), ...newHashTiles(from, to)];
}

/** The hash tiles among `newTileAddresses`, with their bytes. The tree holds at least `to` entries. */
export function newTiles(tree: MerkleTree, from: number, to: number): TileFile[] {
  return Array.from(newHashTiles(from, to), (address) => ({
    path: tilePath(address),
    bytes: hashTile(tree, address.level, address.number, address.width),
  }));
}

/** The bundles among `newTileAddresses`, with their bytes; `entry` gives the entry at an index. */
export function newBundles(entry: (index: number) => Uint8Array, from: number, to: number): TileFile[] {
  return Array.from(newOnLevel("entries", from, to), (address) => ({
    path: tilePath(address),
    bytes: encodeBundle(Array.from({ length: address.width }, (_, index) => entry(address.number * TILE_WIDTH + index))),
  }));
}

/** Throws if the tree does not have these hashes yet. */
export function hashTile(tree: MerkleTree, level: number, number: number, width: number): Uint8Array {
  const bytes = new Uint8Array(width * HASH_BYTES);
  for (let index = 0; index < width; index += 1)
    bytes.set(tree.subtree(level * TILE_LEVELS, number * TILE_WIDTH + index), index * HASH_BYTES);
  return bytes;
}

/** Throws for no entry, more than 256, or one over 65,535 bytes: both are refused where entries come in. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length < 1 || entries.length > TILE_WIDTH) throw new RangeError(`a bundle has 1 to 256 entries, not ${entries.length}`);
  return concatBytes(...entries.flatMap((entry) => [u16(entry.length), entry]));
}

/** The entries of a bundle; refuses another count, a cut entry and anything left over. The entries are views of `bytes`. */
export function decodeBundle(bytes: Uint8Array, expectedCount: number): Result<Uint8Array[]> {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = readU16(bytes, at);
    if (length === undefined || at + 2 + length > bytes.length)
      return refuse("bundle-cut", `The entry bundle ends inside its entry ${entries.length}. Fetch it again.`);
    if (entries.length === expectedCount) return refuse("bundle-count", `The entry bundle has more than the ${expectedCount} entries expected.`);
    entries.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries.length === expectedCount
    ? accept(entries)
    : refuse("bundle-count", `The entry bundle has ${entries.length} entries, ${expectedCount} were expected. Fetch it again.`);
}

/**
 * Subtree hashes of a tree of this size read from its tiles, for `rootFrom` and the proofs. Nothing is checked: take a root
 * first and compare it with a signed head. `read` gives a tile's bytes (of the full tile, if the partial one is gone) and may throw.
 */
export function subtreesFromTiles(size: number, read: (address: TileAddress) => Uint8Array): SubtreeHashes {
  return function hash(level: number, index: number): Uint8Array {
    const tileLevel = Math.floor(level / TILE_LEVELS);
    const levelInTile = level % TILE_LEVELS;
    if (levelInTile > 0) return nodeHash(hash(level - 1, index * 2), hash(level - 1, index * 2 + 1));
    const number = Math.floor(index / TILE_WIDTH);
    const width = Math.min(TILE_WIDTH, countOn(tileLevel, size) - number * TILE_WIDTH);
    const at = (index % TILE_WIDTH) * HASH_BYTES;
    return read({ level: tileLevel, number, width }).slice(at, at + HASH_BYTES);
  };
}

/**
 * Checks all hash tiles of a tree against its root: every hash of every level must follow from the leaf hashes. Gives the tree.
 * `read` gives a tile's exact bytes, or `undefined` if it is not held.
 */
export function readTiles(size: number, root: Uint8Array, read: (address: TileAddress) => Uint8Array | undefined): Result<MerkleTree> {
  const tree = new MerkleTree();
  for (const address of newHashTiles(0, size)) {
    const where = tilePath(address);
    const bytes = read(address);
    if (bytes === undefined) return refuse("tile-missing", "A tile of this log is missing. Fetch it from a node that keeps the log.", where);
    if (bytes.length !== address.width * HASH_BYTES)
      return refuse("tile-size", `The tile has ${bytes.length} bytes, ${address.width * HASH_BYTES} were expected. Fetch it again.`, where);
    if (address.level === 0) for (let at = 0; at < bytes.length; at += HASH_BYTES) tree.append(bytes.subarray(at, at + HASH_BYTES));
    else if (!equalBytes(bytes, hashTile(tree, address.level, address.number, address.width)))
      return refuse("tile-differs", "The tile does not follow from the tiles below it. Fetch both again.", where);
  }
  return equalBytes(tree.root(), root)
    ? accept(tree)
    : refuse("tile-root-differs", `The tiles do not give the root of the head of size ${size}. Fetch them again.`);
}

/** From the lowest level up: a tile's hashes follow from tiles named before it. */
function* newHashTiles(from: number, to: number): Generator<TileAddress & { readonly level: number }> {
  for (let level = 0; countOn(level, to) > 0; level += 1) yield* newOnLevel(level, countOn(level, from), countOn(level, to));
}

/** How many hashes the tiles of a level hold: complete subtrees of 256^level leaves. */
function countOn(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** The tiles that hold what was counted from `from` to `to`; one at a time, since a size from outside may be absurd. */
function* newOnLevel<Level extends TileAddress["level"]>(
  level: Level,
  from: number,
  to: number,
): Generator<TileAddress & { readonly level: Level }> {
  if (from === to) return;
  for (let number = Math.floor(from / TILE_WIDTH); number * TILE_WIDTH < to; number += 1)
    yield { level, number, width: Math.min(TILE_WIDTH, to - number * TILE_WIDTH) };
}

/** More than 2^53 entries cannot be counted. */
function isTileNumber(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number < Number.MAX_SAFE_INTEGER / TILE_WIDTH;
}
