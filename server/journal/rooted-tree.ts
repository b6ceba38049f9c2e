/** A tree that remembers the roots it was asked for: every fold asks again for those that statements have named. */
import { MerkleTree } from "@countersign/core/log/merkle.ts";

export class RootedTree extends MerkleTree {
  readonly #roots = new Map<number, Uint8Array>();

  override root(size: number = this.size): Uint8Array {
    const known = this.#roots.get(size) ?? super.root(size);
    this.#roots.set(size, known);
    return known;
  }
}
