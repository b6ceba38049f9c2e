/** `proof`: what it costs to make and check the proof that an entry stands in a log of a million, as a node and its reader do. */
import { randomBytes } from "node:crypto";
import { MerkleTree, nodeHash, verifyInclusion } from "@countersign/core/log/merkle.ts";
import { inTurn, rounded, type Measurement } from "./measure.ts";

const ENTRIES = 1_000_000;
const PROOFS = 200;
const REPEATS = 7;

export const proof: Measurement = {
  id: "proof",
  async measure(progress, signal) {
    progress(`proof: a log of ${ENTRIES} entries`);
    const tree = new MerkleTree();
    const leaves = randomBytes(ENTRIES * 32);
    for (let index = 0; index < ENTRIES; index += 1)
      tree.append(new Uint8Array(leaves.subarray(index * 32, index * 32 + 32)));
    const root = tree.root();
    const chosen = Array.from(
      { length: PROOFS },
      (_, number) => Math.floor((number * ENTRIES) / PROOFS) + (number % 256),
    );
    let steps = 0;
    const work = () => {
      for (const index of chosen) {
        const path = tree.inclusionProof(index, ENTRIES);
        steps = path.length;
        if (!verifyInclusion(index, ENTRIES, tree.subtree(0, index), path, root))
          throw new Error(`the proof of ${index} does not hold`);
      }
    };
    // The least that checking a path must do: one hash a step.
    const bare = () => {
      for (const index of chosen) {
        let hash = tree.subtree(0, index);
        for (let step = 0; step < 20; step += 1) hash = nodeHash(hash, hash);
      }
    };
    progress("proof: measuring");
    const times = await inTurn(REPEATS, signal, work, bare);
    const milliseconds = (times.work / PROOFS) * 1000;
    return {
      id: "proof",
      what: `proof of one entry of ${ENTRIES}, made and checked (${steps} hashes)`,
      value: rounded(milliseconds),
      unit: "ms",
      baseline: rounded((times.bare / PROOFS) * 1000),
      ratio: rounded(times.ratio),
      reach: "at most 1 ms",
      ok: milliseconds <= 1,
    };
  },
};
