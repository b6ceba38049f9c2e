import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readVectors } from "../../tools/vectors.ts";
import { toBase64 } from "../bytes/base64.ts";
import { toHex } from "../bytes/hex.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { nobleVerify } from "../signing/noble.ts";
import { parseNote, signatureOf } from "../signing/note.ts";
import { parseVerifierKey } from "../signing/verifier-key.ts";
import { parseCheckpointText } from "./checkpoint.ts";
import { consistencyProofFrom, inclusionProofFrom, leafHash, MerkleTree, rootFrom } from "./merkle.ts";
import {
  decodeBundle,
  encodeBundle,
  newBundles,
  newTileAddresses,
  newTiles,
  parseTilePath,
  readTiles,
  subtreesFromTiles,
  TILE_WIDTH,
  tilePath,
  tilesForSize,
  type TileAddress,
} from "./tiles.ts";

const paths = readVectors(
  "tile-paths",
  z.object({
    goPaths: z.array(z.object({ path: z.string(), h: z.number().exactOptional(), n: z.number().exactOptional(), w: z.number().exactOptional(), error: z.boolean().exactOptional() })),
    c2sp: z.array(z.object({ index: z.string(), path: z.string() })),
    c2spTreeShapes: z.array(z.object({ size: z.string() }).catchall(z.unknown())),
  }),
);
const log = readVectors(
  "tlog-tiles-15",
  z.object({
    origin: z.string(),
    vkey: z.string(),
    entries: z.array(z.string()),
    checkpointsBySize: z.record(z.string(), z.string()),
    tile_0_000_p_b64: z.record(z.string(), z.string()),
    entries_000_p_b64: z.record(z.string(), z.string()),
  }),
);

function entryAt(index: number): Uint8Array {
  return encodeUtf8(`entry ${index}`);
}

function treeOf(size: number): MerkleTree {
  const tree = new MerkleTree();
  for (let index = 0; index < size; index += 1) tree.append(leafHash(entryAt(index)));
  return tree;
}

/** What a log that signed heads of these sizes has published. */
function publish(tree: MerkleTree, sizes: readonly number[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let from = 0;
  for (const to of sizes) {
    for (const { path, bytes } of [...newTiles(tree, from, to), ...newBundles(entryAt, from, to)]) {
      expect(files.has(path)).toBe(false);
      files.set(path, bytes);
    }
    from = to;
  }
  return files;
}

const addresses: fc.Arbitrary<TileAddress> = fc.record({
  level: fc.oneof(fc.constant("entries" as const), fc.nat(63)),
  number: fc.oneof(fc.nat(2000), fc.nat(2 ** 31), fc.integer({ min: 0, max: 2 ** 45 - 1 })),
  width: fc.integer({ min: 1, max: 256 }),
});

describe.skipIf(paths === undefined)("tile paths of other projects", () => {
  it("R2 writes the number of a tile as C2SP does", () => {
    for (const { index, path } of paths?.c2sp ?? []) expect(tilePath({ level: 0, number: Number(index), width: 256 })).toBe(`tile/0/${path}`);
  });

  it("R2 reads the paths of Go's tiles without their height", () => {
    for (const { path, n, w, h, error } of paths?.goPaths ?? []) {
      const read = parseTilePath(path.replace(/^tile\/\d\//, "tile/").replace("/data/", "/entries/"));
      expect(read.ok).toBe(error !== true);
      if (read.ok) expect(read.value).toMatchObject({ number: n, width: w === 2 ** (h ?? 0) ? TILE_WIDTH : w });
    }
  });

  it("R2 gives a tree the tiles that C2SP describes", () => {
    for (const { size, ...levels } of paths?.c2spTreeShapes ?? []) {
      const tiles = tilesForSize(Number(size));
      for (const [level, shape] of Object.entries(levels)) {
        if (!level.startsWith("level")) continue;
        const here = tiles.filter((tile) => tile.level === Number(level.slice("level".length)));
        const full = here.filter((tile) => tile.width === TILE_WIDTH).length;
        expect({ full, partial: here.find((tile) => tile.width < TILE_WIDTH)?.width ?? 0 }).toEqual(shape);
      }
    }
  });
});

describe.skipIf(log === undefined)("a log of another project", () => {
  const entries = (log?.entries ?? []).map((entry) => encodeUtf8(entry));
  const tree = new MerkleTree();
  for (const entry of entries) tree.append(leafHash(entry));

  it("R2 gives the same root and signed text at every size", async () => {
    const key = parseVerifierKey(log?.vkey ?? "");
    if (!key.ok) return expect.fail(key.refusal.sentence);
    for (const [size, checkpoint] of Object.entries(log?.checkpointsBySize ?? {})) {
      const note = parseNote(checkpoint);
      const head = note.ok ? parseCheckpointText(note.value.text) : note;
      expect(head).toEqual({ ok: true, value: { origin: log?.origin, size: Number(size), root: tree.root(Number(size)) } });
      if (!note.ok) return expect.fail(note.refusal.sentence);
      const signature = signatureOf(note.value, key.value.name, key.value.id) ?? new Uint8Array(0);
      expect(await nobleVerify([{ algorithm: "ed25519", publicKey: key.value.publicKey, message: encodeUtf8(note.value.text), signature }])).toEqual([true]);
    }
  });

  it("R2 writes the same tiles and bundles", () => {
    for (const [size, bytes] of Object.entries(log?.tile_0_000_p_b64 ?? {}))
      expect(newTiles(tree, 0, Number(size)).map((file) => [file.path, toBase64(file.bytes)])).toEqual([[`tile/0/000.p/${size}`, bytes]]);
    for (const [size, bytes] of Object.entries(log?.entries_000_p_b64 ?? {}))
      expect(newBundles((index) => entries[index]!, 0, Number(size)).map((file) => [file.path, toBase64(file.bytes)])).toEqual([[`tile/entries/000.p/${size}`, bytes]]);
  });
});

describe("tile paths", () => {
  it("R2 reads back every path it writes", () => {
    fc.assert(
      fc.property(addresses, (address) => {
        expect(parseTilePath(tilePath(address))).toEqual({ ok: true, value: address });
      }),
      { numRuns: 1000 },
    );
  });

  it("R2 reads no path in a second spelling", () => {
    fc.assert(
      fc.property(addresses, fc.nat(), fc.nat(2), fc.string({ unit: fc.constantFrom(..."0129x/.p-entri %٠"), maxLength: 2 }), (address, place, cut, put) => {
        const path = tilePath(address);
        const at = place % (path.length + 1);
        const changed = path.slice(0, at) + put + path.slice(at + cut);
        const read = parseTilePath(changed);
        if (read.ok) expect(tilePath(read.value)).toBe(changed);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    "",
    "tile/0/0",
    "tile/0/00",
    "tile/0/1000",
    "tile/0/x000/001",
    "tile/0/001/002",
    "tile/0/x01/002",
    "tile/00/001",
    "tile/64/001",
    "tile/-1/001",
    "tile/0/001.p/0",
    "tile/0/001.p/256",
    "tile/0/001.p/01",
    "tile/0/001.p/",
    "tile/0/001.p/1/",
    "tile/data/001",
    "tile/0/x001/../001",
    "../tile/0/001",
    "/tile/0/001",
    "tile/0/001\n",
    "tile/0/x999/x999/x999/x999/x999/999",
    `tile/0/${"x001/".repeat(1000)}001`,
  ])("R2 refuses %j", (path) => {
    expect(parseTilePath(path).ok).toBe(false);
  });

  it("throws when a program asks for a tile that cannot be", () => {
    for (const odd of [{ level: 64 }, { level: -1 }, { number: -1 }, { number: 0.5 }, { number: 2 ** 53 }, { width: 0 }, { width: 257 }])
      expect(() => tilePath({ level: 0, number: 0, width: 1, ...odd })).toThrow(RangeError);
  });
});

describe("entry bundles", () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 });

  it("R2 reads back what it wrote", () => {
    fc.assert(
      fc.property(entries, (list) => {
        expect(decodeBundle(encodeBundle(list), list.length)).toEqual({ ok: true, value: list });
      }),
      { numRuns: 50 },
    );
  });

  it("R2 refuses another count, a cut bundle and bytes left over", () => {
    fc.assert(
      fc.property(entries, fc.nat(), (list, place) => {
        const bytes = encodeBundle(list);
        const cut = bytes.subarray(0, place % bytes.length);
        for (const [wrong, count] of [[cut, list.length], [bytes, list.length + 1], [bytes, list.length - 1], [new Uint8Array([...bytes, 0]), list.length]] as const)
          expect(decodeBundle(wrong, count).ok).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it("R2 carries the largest entry, and throws when a program gives a larger one, none, or too many", () => {
    expect(decodeBundle(encodeBundle([new Uint8Array(65_535)]), 1).ok).toBe(true);
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(RangeError);
    expect(() => encodeBundle([])).toThrow(RangeError);
    expect(() => encodeBundle(Array.from({ length: 257 }, () => new Uint8Array(1)))).toThrow(RangeError);
  });
});

describe("tiles of a growing log", () => {
  const tree = treeOf(1500);
  const growth = fc.uniqueArray(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 12 }).map((sizes) => sizes.toSorted((a, b) => a - b));

  it("R2 has at every published size every file that this size needs, and writes none twice", () => {
    fc.assert(
      fc.property(growth, (sizes) => {
        const files = publish(tree, sizes);
        for (const size of sizes) for (const address of tilesForSize(size)) expect(files.has(tilePath(address))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it("R2 names exactly the files that it makes", () => {
    fc.assert(
      fc.property(growth, (sizes) => {
        const [from, to] = [sizes[0]!, sizes.at(-1)!];
        const named = newTileAddresses(from, to).map(tilePath).toSorted();
        expect([...newTiles(tree, from, to), ...newBundles(entryAt, from, to)].map((file) => file.path).toSorted()).toEqual(named);
        expect(newTileAddresses(to, to)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it("R2 gives the tree back from its tiles, at any published size", () => {
    for (const size of [0, 1, 255, 256, 257, 512, 1280, 1500]) {
      const files = publish(tree, size === 0 ? [] : [size]);
      const read = readTiles(size, tree.root(size), (address) => files.get(tilePath(address)));
      if (!read.ok) return expect.fail(read.refusal.sentence);
      expect(toHex(read.value.root())).toBe(toHex(tree.root(size)));
    }
  });

  it("R2 refuses tiles with any bit changed, of another length, missing, or for another root", () => {
    const size = 1500;
    const files = publish(tree, [size]);
    const hashTiles = tilesForSize(size).filter((address) => address.level !== "entries");
    const codeWith = (changed: ReadonlyMap<string, Uint8Array>, root = tree.root(size)) => {
      const read = readTiles(size, root, (address) => changed.get(tilePath(address)));
      return read.ok ? "accepted" : read.refusal.code;
    };
    fc.assert(
      fc.property(fc.constantFrom(...hashTiles), fc.nat(), fc.integer({ min: 1, max: 255 }), (address, place, mask) => {
        const path = tilePath(address);
        const bytes = files.get(path)!.slice();
        bytes[place % bytes.length] = bytes[place % bytes.length]! ^ mask;
        expect(codeWith(new Map([...files, [path, bytes]]))).toMatch(/^tile-(root-)?differs$/);
      }),
      { numRuns: 30 },
    );
    const first = tilePath(hashTiles[0]!);
    expect(codeWith(new Map([...files, [first, new Uint8Array(31)]]))).toBe("tile-size");
    expect(codeWith(new Map([...files].filter(([path]) => path !== first)))).toBe("tile-missing");
    expect(codeWith(files, tree.root(1499))).toBe("tile-root-differs");
    const absurd = readTiles(Number.MAX_SAFE_INTEGER, tree.root(), (address) => files.get(tilePath(address)));
    expect(!absurd.ok && absurd.refusal.code).toBe("tile-missing");
  });

  it("R2 makes from tiles the proofs that the tree makes", () => {
    const files = publish(tree, [1500]);
    const hashes = subtreesFromTiles(1500, (address) => files.get(tilePath(address))!);
    fc.assert(
      fc.property(fc.nat(1499), fc.integer({ min: 1, max: 1500 }), (index, size) => {
        expect(toHex(rootFrom(hashes, 1500))).toBe(toHex(tree.root(1500)));
        expect(inclusionProofFrom(hashes, index, 1500)).toEqual(tree.inclusionProof(index, 1500));
        expect(consistencyProofFrom(hashes, size, 1500)).toEqual(tree.consistencyProof(size, 1500));
      }),
      { numRuns: 100 },
    );
  });

  it("R2 reads what a partial tile held from the full one that took its place", () => {
    const files = publish(tree, [700, 1500]);
    expect(files.delete("tile/0/002.p/188")).toBe(true);
    const hashes = subtreesFromTiles(700, (address) => files.get(tilePath(address)) ?? files.get(tilePath({ ...address, width: 256 }))!);
    expect(toHex(rootFrom(hashes, 700))).toBe(toHex(tree.root(700)));
    expect(inclusionProofFrom(hashes, 690, 700)).toEqual(tree.inclusionProof(690, 700));
  });

  it("R2 works across the third level of tiles", () => {
    const large = treeOf(70_000);
    const files = new Map(newTiles(large, 0, 70_000).map((file) => [file.path, file.bytes]));
    expect(files.get("tile/2/000.p/1")?.length).toBe(32);
    const read = (address: TileAddress) => files.get(tilePath(address))!;
    const hashes = subtreesFromTiles(70_000, read);
    expect(toHex(rootFrom(hashes, 70_000))).toBe(toHex(large.root()));
    expect(inclusionProofFrom(hashes, 65_537, 70_000)).toEqual(large.inclusionProof(65_537));
    expect(readTiles(70_000, large.root(), read).ok).toBe(true);
  });
});
