import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readVectors } from "../../tools/vectors.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { EMPTY_ROOT, leafHash, MerkleTree, nodeHash, verifyConsistency, verifyInclusion } from "./merkle.ts";

const hex = z.string().transform((text) => new Uint8Array(Buffer.from(text, "hex")));
const base64 = z.string().transform((text) => new Uint8Array(Buffer.from(text, "base64")));
const proof = z.array(base64).nullable().transform((hashes) => hashes ?? []);

const reference = readVectors(
  "rfc6962",
  z.object({ leafInputsHex: z.array(hex), leafHashesHex: z.array(z.string()), rootsHexBySize: z.array(z.string()), hasher: z.array(z.object({ what: z.string(), hex: z.string() })) }),
);
const inclusion = readVectors(
  "merkle-inclusion",
  z.object({ cases: z.array(z.object({ file: z.string(), leafIdx: z.number(), treeSize: z.number(), root: base64, leafHash: base64, proof, wantErr: z.boolean() })) }),
);
const consistency = readVectors(
  "merkle-consistency",
  z.object({ cases: z.array(z.object({ file: z.string(), size1: z.number(), size2: z.number(), root1: base64, root2: base64, proof, wantErr: z.boolean() })) }),
);

const LEAVES = Array.from({ length: 100 }, (_, index) => leafHash(encodeUtf8(`entry ${index}`)));

function treeOf(leaves: readonly Uint8Array[]): MerkleTree {
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.append(leaf);
  return tree;
}

/** The definitions of RFC 9162, word by word and slow. */
function splitOf(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

function rootByDefinition(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  const split = splitOf(leaves.length);
  return nodeHash(rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split)));
}

function pathByDefinition(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split ? [...pathByDefinition(index, left), rootByDefinition(right)] : [...pathByDefinition(index - split, right), rootByDefinition(left)];
}

function subproofByDefinition(size: number, leaves: readonly Uint8Array[], whole: boolean): Uint8Array[] {
  if (size === leaves.length) return whole ? [] : [rootByDefinition(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return size <= split
    ? [...subproofByDefinition(size, left, whole), rootByDefinition(right)]
    : [...subproofByDefinition(size - split, right, false), rootByDefinition(left)];
}

describe.skipIf(reference === undefined)("RFC 6962 vectors", () => {
  it("R2 hashes leaves, nodes and roots as RFC 6962 does", () => {
    const leaves = (reference?.leafInputsHex ?? []).map(leafHash);
    const tree = treeOf(leaves);
    expect(leaves.map(toHex)).toEqual(reference?.leafHashesHex);
    expect(reference?.rootsHexBySize.map((_, size) => toHex(tree.root(size)))).toEqual(reference?.rootsHexBySize);
    expect([EMPTY_ROOT, leafHash(new Uint8Array(0)), leafHash(encodeUtf8("L123456")), sha256(encodeUtf8("\u0001N123N456"))].map(toHex)).toEqual(
      reference?.hasher.map((entry) => entry.hex),
    );
  });
});

describe.skipIf(inclusion === undefined)("inclusion probes", () => {
  it.each(inclusion?.cases ?? [])("R2 $file", ({ leafIdx, treeSize, leafHash: leaf, proof: path, root, wantErr }) => {
    expect(verifyInclusion(leafIdx, treeSize, leaf, path, root)).toBe(!wantErr);
  });
});

describe.skipIf(consistency === undefined)("consistency probes", () => {
  it.each(consistency?.cases ?? [])("R2 $file", ({ size1, size2, proof: path, root1, root2, wantErr }) => {
    expect(verifyConsistency(size1, size2, path, root1, root2)).toBe(!wantErr);
  });
});

describe("Merkle tree", () => {
  const tree = treeOf(LEAVES);
  const roots = Array.from({ length: LEAVES.length + 1 }, (_, size) => tree.root(size));
  const rootAt = (size: number) => roots[size]!;

  it("R2 gives at every size the root that RFC 9162 defines", () => {
    for (let size = 0; size <= LEAVES.length; size += 1) {
      const expected = toHex(rootByDefinition(LEAVES.slice(0, size)));
      expect(toHex(rootAt(size))).toBe(expected);
      expect(toHex(treeOf(LEAVES.slice(0, size)).root())).toBe(expected);
    }
  });

  it("R2 makes and accepts every inclusion proof of every tree of up to 100 entries", () => {
    for (let size = 1; size <= LEAVES.length; size += 1)
      for (let index = 0; index < size; index += 1)
        if (!verifyInclusion(index, size, LEAVES[index]!, tree.inclusionProof(index, size), rootAt(size))) expect.fail(`${index} in ${size}`);
  });

  it("R2 makes and accepts every consistency proof between sizes of up to 100 entries", () => {
    for (let to = 0; to <= LEAVES.length; to += 1)
      for (let from = 0; from <= to; from += 1)
        if (!verifyConsistency(from, to, tree.consistencyProof(from, to), rootAt(from), rootAt(to))) expect.fail(`${from} to ${to}`);
  });

  it("R2 makes the very proofs of RFC 9162", () => {
    for (let size = 1; size <= 40; size += 1)
      for (let index = 0; index < size; index += 1) {
        const leaves = LEAVES.slice(0, size);
        expect(tree.inclusionProof(index, size)).toEqual(pathByDefinition(index, leaves));
        expect(tree.consistencyProof(index + 1, size)).toEqual(subproofByDefinition(index + 1, leaves, true));
      }
  });

  it("R2 accepts an inclusion proof for no other entry, place, or root", () => {
    for (let size = 1; size <= 24; size += 1)
      for (let index = 0; index < size; index += 1) {
        const path = tree.inclusionProof(index, size);
        for (let other = 0; other <= size; other += 1) {
          if (other !== index && verifyInclusion(other, size, LEAVES[index]!, path, rootAt(size))) expect.fail(`${index} as ${other} in ${size}`);
          if (other !== index && verifyInclusion(index, size, LEAVES[other]!, path, rootAt(size))) expect.fail(`entry ${other} at ${index} in ${size}`);
          if (other !== size && verifyInclusion(index, size, LEAVES[index]!, path, rootAt(other))) expect.fail(`root of ${other} for ${size}`);
        }
      }
  });

  it("R2 accepts a consistency proof for no other sizes' roots", () => {
    for (let to = 1; to <= 24; to += 1)
      for (let from = 1; from <= to; from += 1) {
        const path = tree.consistencyProof(from, to);
        for (let other = 0; other <= 24; other += 1) {
          if (other !== from && verifyConsistency(from, to, path, rootAt(other), rootAt(to))) expect.fail(`root of ${other} for ${from} to ${to}`);
          if (other !== to && verifyConsistency(from, to, path, rootAt(from), rootAt(other))) expect.fail(`${from} to root of ${other} for ${to}`);
        }
      }
  });

  it("R2 refuses a proof with any bit changed, a hash left out, repeated, moved or added", () => {
    const sizes = fc.integer({ min: 2, max: LEAVES.length }).chain((to) => fc.tuple(fc.integer({ min: 1, max: to - 1 }), fc.constant(to)));
    const change = fc.tuple(fc.constantFrom("bit", "drop", "repeat", "swap", "append", "prepend", "shorten"), fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(sizes, change, fc.boolean(), ([from, to], [kind, place, bit], included) => {
        const path = included ? tree.inclusionProof(from, to) : tree.consistencyProof(from, to);
        const at = place % Math.max(1, path.length);
        const changed: Uint8Array[] = path.map((hash) => hash.slice());
        const hash = changed[at];
        fc.pre(hash !== undefined);
        if (kind === "bit") hash[bit >> 3] = hash[bit >> 3]! ^ (1 << (bit & 7));
        if (kind === "drop") changed.splice(at, 1);
        if (kind === "repeat") changed.splice(at, 0, hash);
        if (kind === "swap") changed.reverse();
        if (kind === "append") changed.push(rootAt(to));
        if (kind === "prepend") changed.unshift(rootAt(from));
        if (kind === "shorten") changed[at] = hash.slice(0, 31);
        fc.pre(changed.length !== path.length || changed.some((value, index) => toHex(value) !== toHex(path[index]!)));
        const accepted = included
          ? verifyInclusion(from, to, LEAVES[from]!, changed, rootAt(to))
          : verifyConsistency(from, to, changed, rootAt(from), rootAt(to));
        expect(accepted).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it("R2 refuses numbers that are no sizes, and never ends in an exception or an endless loop", () => {
    const odd = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53), 2 ** 64];
    const path = tree.inclusionProof(3, 10);
    for (const value of odd) {
      expect(verifyInclusion(value, 10, LEAVES[3]!, path, rootAt(10))).toBe(false);
      expect(verifyInclusion(3, value, LEAVES[3]!, path, rootAt(10))).toBe(false);
      expect(verifyConsistency(value, 10, path, rootAt(3), rootAt(10))).toBe(false);
      expect(verifyConsistency(3, value, path, rootAt(3), rootAt(10))).toBe(false);
    }
    const long = Array.from({ length: 63 }, () => rootAt(1));
    expect(verifyInclusion(0, Number.MAX_SAFE_INTEGER, LEAVES[0]!, long, rootAt(1))).toBe(false);
    expect(verifyConsistency(1, Number.MAX_SAFE_INTEGER, long, rootAt(1), rootAt(2))).toBe(false);
    expect(verifyInclusion(0, 1, LEAVES[0]!, Array.from({ length: 100_000 }, () => rootAt(1)), rootAt(1))).toBe(false);
  });

  it("R2 treats the empty tree as the beginning of every tree", () => {
    expect(verifyConsistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)).toBe(true);
    expect(verifyConsistency(0, 9, [], EMPTY_ROOT, rootAt(9))).toBe(true);
    expect(verifyConsistency(0, 9, [], rootAt(1), rootAt(9))).toBe(false);
    expect(verifyConsistency(0, 0, [], EMPTY_ROOT, rootAt(1))).toBe(false);
    expect(verifyConsistency(0, 9, [rootAt(9)], EMPTY_ROOT, rootAt(9))).toBe(false);
    expect(verifyInclusion(0, 0, LEAVES[0]!, [], EMPTY_ROOT)).toBe(false);
  });

  it("hands out copies: writing into one changes nothing", () => {
    tree.root(1).fill(0);
    tree.subtree(0, 0).fill(0);
    tree.inclusionProof(0, 2)[0]?.fill(0);
    expect(toHex(tree.root())).toBe(toHex(rootByDefinition(LEAVES)));
  });

  it("throws when a program asks for what the tree does not have", () => {
    expect(() => tree.root(101)).toThrow(RangeError);
    expect(() => tree.root(-1)).toThrow(RangeError);
    expect(() => tree.inclusionProof(5, 5)).toThrow(RangeError);
    expect(() => tree.inclusionProof(0, 101)).toThrow(RangeError);
    expect(() => tree.consistencyProof(6, 5)).toThrow(RangeError);
    expect(() => tree.subtree(3, 12)).toThrow(RangeError);
    expect(() => tree.append(new Uint8Array(31))).toThrow(TypeError);
  });
});
