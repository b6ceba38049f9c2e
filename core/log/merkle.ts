/**
 * The Merkle tree of RFC 9162 section 2.1 (the same as RFC 6962): roots and proofs at any size, and their checks. Proofs are
 * made from the hashes of complete subtrees, wherever those are kept: in memory (`MerkleTree`) or in tiles (`log/tiles.ts`).
 */
import { toBase64 } from "../bytes/base64.ts";
import { concatBytes, equalBytes } from "../bytes/concat.ts";
import { sha256 } from "../bytes/sha256.ts";

export const HASH_BYTES = 32;

/** SHA-256 of nothing. */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

/** The hash of the complete subtree number `index` of 2^`level` leaves. Asked only for subtrees inside the tree. */
export type SubtreeHashes = (level: number, index: number) => Uint8Array;

/** What is hashed is put together here: an array of its own for each entry of a long log costs as much as the hash. The first byte stays 0x00. */
const leaf = new Uint8Array(1 + 65_535);
const node = new Uint8Array(1 + 2 * HASH_BYTES).fill(0x01, 0, 1);

export function leafHash(entry: Uint8Array): Uint8Array {
  if (entry.length >= leaf.length) return sha256(concatBytes(leaf.subarray(0, 1), entry));
  leaf.set(entry, 1);
  return sha256(leaf.subarray(0, 1 + entry.length));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  // What is no hash comes from outside alone, and gives none that anybody has.
  const bytes = left.length === HASH_BYTES && right.length === HASH_BYTES ? node : Uint8Array.of(0x01, ...new Uint8Array(2 * HASH_BYTES));
  bytes.set(left, 1);
  bytes.set(right, 1 + HASH_BYTES);
  return sha256(bytes);
}

/** The root at a size, from O(log size) subtree hashes. */
export function rootFrom(hashes: SubtreeHashes, size: number): Uint8Array {
  return size === 0 ? EMPTY_ROOT : rangeRoot(hashes, 0, size);
}

/** RFC 9162 section 2.1.3.1. Throws unless 0 ≤ index < size. */
export function inclusionProofFrom(hashes: SubtreeHashes, index: number, size: number): Uint8Array[] {
  if (!isSize(index) || !isSize(size) || index >= size) throw new RangeError(`no entry ${index} in a tree of ${size}`);
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      proof.push(rangeRoot(hashes, middle, end));
      end = middle;
    } else {
      proof.push(rangeRoot(hashes, start, middle));
      start = middle;
    }
  }
  return proof.reverse();
}

/** RFC 9162 section 2.1.4.1; nothing needs to be shown from size 0 or to the same size. Throws unless 0 ≤ from ≤ to. */
export function consistencyProofFrom(hashes: SubtreeHashes, from: number, to: number): Uint8Array[] {
  if (!isSize(from) || !isSize(to) || from > to) throw new RangeError(`no consistency from ${from} to ${to}`);
  if (from === 0 || from === to) return [];
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = to;
  while (end !== from) {
    const middle = start + largestPowerBelow(end - start);
    if (from <= middle) {
      proof.push(rangeRoot(hashes, middle, end));
      end = middle;
    } else {
      proof.push(rangeRoot(hashes, start, middle));
      start = middle;
    }
  }
  // The checker knows the old root already; it needs this part only where it is not the whole old tree.
  if (start > 0) proof.push(rangeRoot(hashes, start, end));
  return proof.reverse();
}

/** An append-only tree in memory: every complete subtree's hash, 64 bytes an entry. */
export class MerkleTree {
  readonly #levels: HashList[] = [new HashList()];
  readonly #rootTexts: string[] = [];

  get size(): number {
    return this.#level(0).length;
  }

  /** Takes the leaf's hash (`leafHash`), not the entry. */
  append(leaf: Uint8Array): void {
    if (leaf.length !== HASH_BYTES) throw new TypeError("a leaf hash has 32 bytes");
    let hash = leaf;
    for (let level = 0; ; level += 1) {
      const list = this.#level(level);
      list.push(hash);
      if (list.length % 2 === 1) return;
      hash = nodeHash(list.at(list.length - 2), list.at(list.length - 1));
    }
  }

  /** The hash of the complete subtree number `index` of 2^`level` leaves. Throws if it is not complete. */
  subtree(level: number, index: number): Uint8Array {
    const list = this.#levels[level];
    if (list === undefined || index < 0 || index >= list.length) throw new RangeError(`no subtree ${index} on level ${level}`);
    return list.at(index);
  }

  /** The root at this or an earlier size. */
  root(size: number = this.size): Uint8Array {
    this.#require(size);
    return rootFrom(this.#hashes, size);
  }

  /** The same in base64, kept once computed: every statement names a few roots, and most of them are named more than once. */
  rootText(size: number): string {
    const known = this.#rootTexts[size];
    if (known !== undefined) return known;
    const text = toBase64(this.root(size));
    this.#rootTexts[size] = text;
    return text;
  }

  inclusionProof(index: number, size: number = this.size): Uint8Array[] {
    this.#require(size);
    return inclusionProofFrom(this.#hashes, index, size);
  }

  consistencyProof(from: number, to: number = this.size): Uint8Array[] {
    this.#require(to);
    return consistencyProofFrom(this.#hashes, from, to);
  }

  readonly #hashes: SubtreeHashes = (level, index) => this.subtree(level, index);

  #level(level: number): HashList {
    const list = this.#levels[level] ?? new HashList();
    this.#levels[level] = list;
    return list;
  }

  #require(size: number): void {
    if (!isSize(size) || size > this.size) throw new RangeError(`the tree has ${this.size} entries, not ${size}`);
  }
}

/** RFC 9162 section 2.1.3.2. Any input may come from outside; nothing throws. */
export function verifyInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || leaf.length !== HASH_BYTES || !areHashes(proof)) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equalBytes(hash, root);
}

/**
 * RFC 9162 section 2.1.4.2; from size 0 and between equal sizes the proof is empty (C2SP tlog-witness). Any input may come from
 * outside; nothing throws.
 */
export function verifyConsistency(
  from: number,
  to: number,
  proof: readonly Uint8Array[],
  fromRoot: Uint8Array,
  toRoot: Uint8Array,
): boolean {
  if (!isSize(from) || !isSize(to) || from > to || !areHashes(proof)) return false;
  if (from === 0) {
    const possible = to === 0 ? equalBytes(toRoot, EMPTY_ROOT) : toRoot.length === HASH_BYTES;
    return possible && proof.length === 0 && equalBytes(fromRoot, EMPTY_ROOT);
  }
  if (from === to) return proof.length === 0 && equalBytes(fromRoot, toRoot);
  // An old tree that is one complete subtree is not repeated in the proof.
  const path = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  const [first, ...siblings] = path;
  if (first === undefined) return false;
  let node = from - 1;
  let last = to - 1;
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let oldHash = first;
  let newHash = first;
  for (const sibling of siblings) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else newHash = nodeHash(newHash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equalBytes(oldHash, fromRoot) && equalBytes(newHash, toRoot);
}

/** How many hashes an inclusion proof has. Throws unless 0 ≤ index < size. */
export function inclusionProofLength(index: number, size: number): number {
  if (!isSize(index) || !isSize(size) || index >= size) throw new RangeError(`no entry ${index} in a tree of ${size}`);
  let length = 0;
  for (let [node, last] = [index, size - 1]; last > 0; [node, last] = [half(node), half(last)])
    if (node % 2 === 1 || node < last) length += 1;
  return length;
}

/** Hashes one after the other in one growing array: a hash of its own array would take four times the memory. */
class HashList {
  length = 0;
  #bytes = new Uint8Array(16 * HASH_BYTES);

  push(hash: Uint8Array): void {
    const at = this.length * HASH_BYTES;
    if (at === this.#bytes.length) {
      const grown = new Uint8Array(at * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(hash, at);
    this.length += 1;
  }

  /** A copy: the caller may keep it. */
  at(index: number): Uint8Array {
    return this.#bytes.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }
}

/** The root over the leaves start … end − 1, where start begins a subtree at least that large. */
export function rangeRoot(hashes: SubtreeHashes, start: number, end: number): Uint8Array {
  const count = end - start;
  if (isPowerOfTwo(count)) return hashes(Math.log2(count), start / count);
  const middle = start + largestPowerBelow(count);
  return nodeHash(rangeRoot(hashes, start, middle), rangeRoot(hashes, middle, end));
}

/** The largest power of two below `count` (RFC 9162's k), for a count of 2 or more. */
export function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/** Sizes reach 2^53, beyond what bit operations can hold. */
function isPowerOfTwo(count: number): boolean {
  return count === 1 || largestPowerBelow(count) * 2 === count;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

/** Whether a number from outside is a size or an index that can be counted with: 0 … 2^53 − 1. */
export function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Whether a proof from outside has at most 63 hashes, each of 32 bytes. */
export function areHashes(proof: readonly Uint8Array[]): boolean {
  return proof.length <= 63 && proof.every((hash) => hash.length === HASH_BYTES);
}
