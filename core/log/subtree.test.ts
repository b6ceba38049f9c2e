import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readVectors } from "../../tools/vectors.ts";
import { toHex } from "../bytes/hex.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { EMPTY_ROOT, inclusionProofLength, leafHash, MerkleTree, nodeHash, verifyConsistency } from "./merkle.ts";
import { isSubtree, shownRoot, subtreeConsistencyProofFrom, subtreeRootFrom, verifySubtreeConsistency, verifySubtreeInclusion } from "./subtree.ts";

const base64 = z.string().transform((text) => new Uint8Array(Buffer.from(text, "base64")));
const proof = z
  .array(base64)
  .nullable()
  .transform((hashes) => hashes ?? []);
const inclusion = readVectors(
  "merkle-subtreeinclusion",
  z.object({
    cases: z.array(
      z.object({
        file: z.string(),
        leafIdx: z.number(),
        start: z.number(),
        end: z.number(),
        root: base64,
        leafHash: base64,
        proof,
        wantErr: z.boolean(),
      }),
    ),
  }),
);
const consistency = readVectors(
  "merkle-subtreeconsistency",
  z.object({
    cases: z.array(
      z.object({
        file: z.string(),
        start: z.number(),
        end: z.number(),
        size: z.number(),
        root1: base64,
        root2: base64,
        proof,
        wantErr: z.boolean(),
      }),
    ),
  }),
);

const LEAVES = Array.from({ length: 70 }, (_, index) => leafHash(encodeUtf8(`entry ${index}`)));
const tree = treeOf(LEAVES);

function treeOf(leaves: readonly Uint8Array[]): MerkleTree {
  const grown = new MerkleTree();
  for (const leaf of leaves) grown.append(leaf);
  return grown;
}

/** The definition of the draft, word by word and slow. */
function proofByDefinition(start: number, end: number, leaves: readonly Uint8Array[], whole = true): Uint8Array[] {
  if (start === 0 && end === leaves.length) return whole ? [] : [treeOf(leaves).root()];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  if (end <= split) return [...proofByDefinition(start, end, left, whole), treeOf(right).root()];
  if (start >= split) return [...proofByDefinition(start - split, end - split, right, whole), treeOf(left).root()];
  return [...proofByDefinition(0, end - split, right, false), treeOf(left).root()];
}

function* subtreesOf(size: number): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < size; start += 1)
    for (let end = start + 1; end <= size; end += 1) if (isSubtree(start, end)) yield [start, end];
}

describe.skipIf(inclusion === undefined)("subtree inclusion probes", () => {
  it.each(inclusion?.cases ?? [])("R2 $file", ({ leafIdx, start, end, leafHash: leaf, proof: path, root, wantErr }) => {
    expect(verifySubtreeInclusion(leafIdx, start, end, leaf, path, root)).toBe(!wantErr);
  });
});

describe.skipIf(consistency === undefined)("subtree consistency probes", () => {
  it.each(consistency?.cases ?? [])("R2 $file", ({ start, end, size, proof: path, root1, root2, wantErr }) => {
    expect(verifySubtreeConsistency(start, end, size, path, root1, root2)).toBe(!wantErr);
  });
});

describe("subtrees", () => {
  it("R2 knows which ranges of entries have one", () => {
    expect([...subtreesOf(5)].map(String)).toEqual([
      "0,1",
      "0,2",
      "0,3",
      "0,4",
      "0,5",
      "1,2",
      "2,3",
      "2,4",
      "3,4",
      "4,5",
    ]);
    expect(isSubtree(8, 13)).toBe(true);
    expect(isSubtree(4, 9)).toBe(false);
    for (const [start, end] of [
      [0, 0],
      [3, 2],
      [-1, 1],
      [0, 2 ** 53],
      [0.5, 1],
      [Number.NaN, 1],
    ] as const)
      expect(isSubtree(start, end)).toBe(false);
  });

  it("R2 accepts the proof of every subtree in every tree of up to 34 entries, and for no other root", () => {
    for (let size = 1; size <= 34; size += 1)
      for (const [start, end] of subtreesOf(size)) {
        const [path, part] = [
          proofByDefinition(start, end, LEAVES.slice(0, size)),
          treeOf(LEAVES.slice(start, end)).root(),
        ];
        const accepted = (hashes: readonly Uint8Array[], partRoot: Uint8Array, root: Uint8Array) =>
          verifySubtreeConsistency(start, end, size, hashes, partRoot, root);
        if (!accepted(path, part, tree.root(size))) expect.fail(`${start} to ${end} in ${size}`);
        if (accepted(path, EMPTY_ROOT, tree.root(size)) || accepted(path, part, EMPTY_ROOT))
          expect.fail(`another root: ${start} to ${end} in ${size}`);
        if (
          accepted([...path, part], part, tree.root(size)) ||
          (path.length > 0 && accepted(path.slice(1), part, tree.root(size)))
        )
          expect.fail(`another length: ${start} to ${end} in ${size}`);
      }
  });

  it("R2 makes for every subtree the proof and the root that the draft defines, and none where there is no subtree", () => {
    const hashes = (level: number, index: number) => tree.subtree(level, index);
    for (let size = 1; size <= 34; size += 1)
      for (const [start, end] of subtreesOf(size)) {
        expect(subtreeConsistencyProofFrom(hashes, start, end, size).map(toHex)).toEqual(proofByDefinition(start, end, LEAVES.slice(0, size)).map(toHex));
        expect(toHex(subtreeRootFrom(hashes, start, end))).toBe(toHex(treeOf(LEAVES.slice(start, end)).root()));
      }
    for (const [start, end, size] of [[1, 3, 34], [8, 8, 34], [8, 13, 12]] as const)
      expect(() => subtreeConsistencyProofFrom(hashes, start, end, size)).toThrow(RangeError);
    expect(() => subtreeRootFrom(hashes, 1, 3)).toThrow(RangeError);
  });

  it("R2 accepts for start 0 exactly what consistency between two heads accepts", () => {
    for (let to = 1; to <= 40; to += 1)
      for (let from = 1; from <= to; from += 1) {
        const path = tree.consistencyProof(from, to);
        for (const old of [tree.root(from), tree.root(to), EMPTY_ROOT])
          expect(verifySubtreeConsistency(0, from, to, path, old, tree.root(to))).toBe(
            verifyConsistency(from, to, path, old, tree.root(to)),
          );
      }
  });

  it("R2 accepts every entry of a subtree at its place in the log alone", () => {
    const part = treeOf(LEAVES.slice(32, 45));
    for (let index = 32; index < 45; index += 1) {
      const path = part.inclusionProof(index - 32);
      for (let place = 28; place < 48; place += 1)
        expect(verifySubtreeInclusion(place, 32, 45, LEAVES[index]!, path, part.root())).toBe(place === index);
      expect(verifySubtreeInclusion(index - 31, 1, 14, LEAVES[index]!, path, part.root())).toBe(false);
    }
  });

  it("R15 reads from a proof which root the larger tree has at the smaller size", () => {
    const other = treeOf([...LEAVES.slice(0, 11), ...LEAVES.slice(20, 40)]);
    const proofOfOther = other.consistencyProof(21, 30);
    expect(toHex(shownRoot(21, 30, proofOfOther, other.root(30))!)).toBe(toHex(other.root(21)));
    expect(shownRoot(21, 30, proofOfOther, tree.root(30))).toBeUndefined();
    expect(shownRoot(21, 30, proofOfOther.slice(1), other.root(30))).toBeUndefined();
    expect(shownRoot(16, 30, other.consistencyProof(16, 30), other.root(30))).toBeUndefined();
    expect(shownRoot(30, 30, [], other.root(30))).toBeUndefined();
    expect(shownRoot(0, 30, [], other.root(30))).toBeUndefined();
  });

  it("R2 refuses numbers that are no sizes, and never ends in an exception or an endless loop", () => {
    const long = Array.from({ length: 63 }, () => tree.root(1));
    for (const odd of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 2 ** 64]) {
      expect(verifySubtreeConsistency(odd, 8, 16, long, tree.root(8), tree.root(16))).toBe(false);
      expect(verifySubtreeConsistency(0, odd, 16, long, tree.root(8), tree.root(16))).toBe(false);
      expect(verifySubtreeConsistency(0, 8, odd, long, tree.root(8), tree.root(16))).toBe(false);
      expect(verifySubtreeInclusion(odd, 0, 16, LEAVES[0]!, long, tree.root(16))).toBe(false);
    }
    expect(
      verifySubtreeConsistency(2 ** 52, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER, long, tree.root(1), tree.root(2)),
    ).toBe(false);
    expect(
      verifySubtreeConsistency(
        0,
        3,
        5,
        Array.from({ length: 100_000 }, () => tree.root(1)),
        tree.root(3),
        tree.root(5),
      ),
    ).toBe(false);
    expect(
      verifySubtreeConsistency(0, 1, 2, [nodeHash(EMPTY_ROOT, EMPTY_ROOT)], new Uint8Array(31), tree.root(2)),
    ).toBe(false);
  });

  it("R2 says how many hashes an inclusion proof has", () => {
    for (let size = 1; size <= LEAVES.length; size += 1)
      for (let index = 0; index < size; index += 1)
        if (inclusionProofLength(index, size) !== tree.inclusionProof(index, size).length)
          expect.fail(`${index} in ${size}`);
    expect(inclusionProofLength(0, Number.MAX_SAFE_INTEGER)).toBe(53);
    expect(() => inclusionProofLength(5, 5)).toThrow(RangeError);
  });
});
