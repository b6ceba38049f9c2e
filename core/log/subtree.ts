/**
 * Subtrees: the part of a log's tree over the entries start … end − 1 (draft-ietf-plants-merkle-tree-certs-03 section 4, which C2SP
 * tlog-witness and tlog-mirror refer to). A tree from its first entry on is one of them, so consistency between two heads is the
 * case of start 0.
 */
import { equalBytes } from "../bytes/concat.ts";
import { areHashes, EMPTY_ROOT, isSize, largestPowerBelow, nodeHash, rangeRoot, verifyInclusion, type SubtreeHashes } from "./merkle.ts";

/** Whether the entries start … end − 1 can have a subtree: start is a multiple of the smallest power of two that holds their number. */
export function isSubtree(start: number, end: number): boolean {
  if (!isSize(start) || !isSize(end) || start >= end) return false;
  const count = end - start;
  const room = count === 1 ? 1 : largestPowerBelow(count) * 2;
  return start % room === 0;
}

/** The root of the subtree start … end − 1. Throws where there is none. */
export function subtreeRootFrom(hashes: SubtreeHashes, start: number, end: number): Uint8Array {
  if (!isSubtree(start, end)) throw new RangeError(`no subtree ${start} … ${end}`);
  return rangeRoot(hashes, start, end);
}

/** That the tree of `size` entries holds the subtree start … end − 1 (section 4.4.1 of the draft). Throws where there is none. */
export function subtreeConsistencyProofFrom(hashes: SubtreeHashes, start: number, end: number, size: number): Uint8Array[] {
  if (!isSubtree(start, end) || !isSize(size) || end > size) throw new RangeError(`no subtree ${start} … ${end} in a tree of ${size}`);
  const proof: Uint8Array[] = [];
  let [low, high, first] = [0, size, start];
  while (low !== first || high !== end) {
    const middle = low + largestPowerBelow(high - low);
    if (end <= middle) {
      proof.push(rangeRoot(hashes, middle, high));
      high = middle;
    } else {
      proof.push(rangeRoot(hashes, low, middle));
      // Where a split of the tree runs through the subtree, the way goes on to its last part.
      first = Math.max(first, middle);
      low = middle;
    }
  }
  // The checker knows the subtree's root already; it needs this part only where it is not the whole subtree.
  if (first > start) proof.push(rangeRoot(hashes, low, high));
  return proof.reverse();
}

/** That the entry `index` of the log is in the subtree with this root. Any input may come from outside; nothing throws. */
export function verifySubtreeInclusion(
  index: number,
  start: number,
  end: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  return isSubtree(start, end) && verifyInclusion(index - start, end - start, leaf, proof, root);
}

/**
 * That the tree of `size` entries with `treeRoot` holds the subtree with `subtreeRoot` at start … end − 1. A subtree of nothing
 * has the empty tree's root, an empty proof, and is in every tree. Any input may come from outside; nothing throws.
 */
export function verifySubtreeConsistency(
  start: number,
  end: number,
  size: number,
  proof: readonly Uint8Array[],
  subtreeRoot: Uint8Array,
  treeRoot: Uint8Array,
): boolean {
  if (!isSize(size) || !isSize(end) || end > size || !areHashes(proof)) return false;
  if (start === end) return proof.length === 0 && equalBytes(subtreeRoot, EMPTY_ROOT);
  if (!isSubtree(start, end)) return false;
  const roots = climb(start, end, size, proof, subtreeRoot);
  return roots !== undefined && equalBytes(roots.subtree, subtreeRoot) && equalBytes(roots.tree, treeRoot);
}

/**
 * The root that the tree with `toRoot` had at the size `from`, as far as a consistency proof shows it by itself. `undefined` if the
 * proof does not lead to `toRoot`, or leaves the old root out because it is one complete subtree.
 */
export function shownRoot(
  from: number,
  to: number,
  proof: readonly Uint8Array[],
  toRoot: Uint8Array,
): Uint8Array | undefined {
  if (!isSubtree(0, from) || !isSize(to) || from >= to || !areHashes(proof)) return undefined;
  const roots = climb(0, from, to, proof, undefined);
  return roots !== undefined && equalBytes(roots.tree, toRoot) ? roots.subtree : undefined;
}

/** Where the hash of one step of a proof lies: right or left of everything so far, or left of it and inside the subtree. */
type Side = "right" | "left" | "inside";

interface Way {
  /** From the bottom up. */
  readonly sides: readonly Side[];
  /** Whether the way begins at the whole subtree, whose root is then not part of the proof. */
  readonly whole: boolean;
}

/** The roots of subtree and tree that a proof gives; `undefined` for another number of hashes than this way has. */
function climb(
  start: number,
  end: number,
  size: number,
  proof: readonly Uint8Array[],
  subtreeRoot: Uint8Array | undefined,
): { readonly subtree: Uint8Array; readonly tree: Uint8Array } | undefined {
  const { sides, whole } = wayTo(start, end, size);
  const [first, ...hashes] = whole ? [subtreeRoot, ...proof] : proof;
  if (first === undefined || hashes.length !== sides.length) return undefined;
  let [subtree, tree] = [first, first];
  for (const [step, hash] of hashes.entries()) {
    if (hash === undefined) return undefined;
    if (sides[step] === "inside") subtree = nodeHash(hash, subtree);
    tree = sides[step] === "right" ? nodeHash(tree, hash) : nodeHash(hash, tree);
  }
  return { subtree, tree };
}

/** Goes down from the tree's root to the subtree, or to its last complete part where a split of the tree runs through it. */
function wayTo(start: number, end: number, size: number): Way {
  const sides: Side[] = [];
  let whole = true;
  let [low, high, first] = [0, size, start];
  while (low !== first || high !== end) {
    const middle = low + largestPowerBelow(high - low);
    if (end <= middle) {
      sides.unshift("right");
      high = middle;
    } else if (first >= middle) {
      sides.unshift("left");
      low = middle;
    } else {
      sides.unshift("inside");
      [low, first] = [middle, middle];
      whole = false;
    }
  }
  return { sides, whole };
}
