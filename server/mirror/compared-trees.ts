/** Trees that are held against each other: which entry is the first that differs. */
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { MerkleTree } from "@countersign/core/log/merkle.ts";

/** A tree of its own: the held one, or its first `size` leaves, with more leaves behind them. */
export function treeOver(held: MerkleTree, leaves: readonly Uint8Array[], size = held.size): MerkleTree {
  const tree = new MerkleTree();
  for (let index = 0; index < size; index += 1) tree.append(held.subtree(0, index));
  for (const leaf of leaves) tree.append(leaf);
  return tree;
}

/** The first entry that is another one in the other log; `undefined` if one of them only goes further. */
export function firstDifference(one: MerkleTree, other: MerkleTree): number | undefined {
  for (let index = 0; index < Math.min(one.size, other.size); index += 1)
    if (!equalBytes(one.subtree(0, index), other.subtree(0, index))) return index;
  return undefined;
}
