/** The root that a tree would have with more leaves behind it, without changing the tree: a head is checked before anything is kept. */
import { nodeHash, rootFrom, type MerkleTree, type SubtreeHashes } from "@countersign/core/log/merkle.ts";

/** Throws unless `leaves` follow directly on the tree. */
export function extendedRoot(tree: MerkleTree, leaves: readonly Uint8Array[]): Uint8Array {
  const before = tree.size;
  const hash: SubtreeHashes = (level, index) => {
    if ((index + 1) * 2 ** level <= before) return tree.subtree(level, index);
    if (level > 0) return nodeHash(hash(level - 1, index * 2), hash(level - 1, index * 2 + 1));
    const leaf = leaves[index - before];
    if (leaf === undefined) throw new RangeError(`no leaf ${index}`);
    return leaf;
  };
  return rootFrom(hash, before + leaves.length);
}
