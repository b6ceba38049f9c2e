import { describe, expect, it } from "vitest";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { kinds } from "../kinds.ts";
import { rememberingVerify, SmallRecord } from "./_small-record.ts";
import type { ByteSource } from "./byte-source.ts";
import { openBundle } from "./open.ts";
import { readTar } from "./tar.ts";
import { verifyBundle } from "./verify.ts";
import { writeBundle } from "./write.ts";

const verify = rememberingVerify();
const FILE_BYTES = 100_000;
const FILES = 40;

/** A record of many files in one bundle. */
async function bundleOfFiles(): Promise<{ bundle: Uint8Array; files: ReadonlyMap<string, Uint8Array> }> {
  const small = await new SmallRecord().begin();
  for (let count = 0; count < FILES; count += 1)
    await small.say("aurelia", "publication", { statement: "11".repeat(32) }, [new Uint8Array(FILE_BYTES).fill(count + 1)]);
  const written = writeBundle(await small.holdings());
  if (!written.ok) throw new Error(written.refusal.sentence);
  return { bundle: written.value, files: small.files };
}

/** Bytes that say what was asked of them; from the given read on, some of them are others. */
class Watched implements ByteSource {
  readonly #bytes: Uint8Array;
  largest = 0;
  total = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes.slice();
  }

  get size(): number {
    return this.#bytes.length;
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = this.#bytes.slice(offset, offset + length);
    this.largest = Math.max(this.largest, bytes.length);
    this.total += bytes.length;
    return bytes;
  }

  flip(at: number): void {
    this.#bytes[at] = (this.#bytes[at] ?? 0) ^ 1;
  }
}

function placeOf(bundle: Uint8Array, path: string): number {
  let at = 0;
  for (const member of readTar(bundle).members) {
    if (member.path === path) return at + 512;
    at += 512 + Math.ceil(member.size / 512) * 512;
  }
  throw new Error(`no part ${path}`);
}

describe("a bundle read where it lies", () => {
  it("R18 is never asked for more than one part at a time, and its files no oftener than they are needed", async () => {
    const { bundle } = await bundleOfFiles();
    const largestPart = Math.max(...readTar(bundle).members.map(({ size }) => size));
    const source = new Watched(bundle);
    const opened = await openBundle(source, { verify });
    expect(opened.problems).toEqual([]);
    expect(opened.record?.files.size).toBe(FILES);
    expect(source.largest).toBe(largestPart);
    // Each file once; headers, tiles and entries a few times.
    expect(source.total).toBeLessThan(FILES * FILE_BYTES + 8 * (bundle.length - FILES * FILE_BYTES));
    const before = source.total;
    const [hash = ""] = [...(opened.record?.files.keys() ?? [])];
    expect(toHex(sha256(opened.record?.files.get(hash) ?? new Uint8Array(0)))).toBe(hash);
    expect(source.total - before).toBe(FILE_BYTES);
  });

  it("R18 gives the same verdict wherever it lies", async () => {
    const { bundle } = await bundleOfFiles();
    const verdict = await verifyBundle(new Watched(bundle), { verify, kinds });
    expect(verdict.problems).toEqual([]);
    expect(verdict).toEqual(await verifyBundle(bundle, { verify, kinds }));
  });

  it("R18 gives no bytes of a part that was changed since it was checked, and says so", async () => {
    const { bundle } = await bundleOfFiles();
    const path = readTar(bundle).members.find((member) => member.path.startsWith("files/"))?.path ?? "";
    const source = new Watched(bundle);
    const opened = await openBundle(source, { verify });
    expect(opened.changed()).toEqual([]);
    source.flip(placeOf(bundle, path) + 7);
    expect(opened.record?.files.get(path.slice("files/".length))).toBeUndefined();
    expect(opened.changed().map(({ code, where }) => [code, where])).toEqual([["part-changed", path]]);
  });

  it("R18 changed while it is checked is never called whole", async () => {
    const { bundle } = await bundleOfFiles();
    let flipped = false;
    const source = new Watched(bundle);
    const verdict = await verifyBundle(source, {
      kinds,
      verify: async (checks) => {
        // The signatures of heads are checked after every part was hashed, and before the entries are read.
        if (!flipped) source.flip(placeOf(bundle, "log/aurelia/tile/entries/000.p/41") + 7);
        flipped = true;
        return verify(checks);
      },
    });
    expect(verdict.ok).toBe(false);
    expect(verdict.problems.map(({ code }) => code)).toContain("part-changed");
  });

  it("R18 whichever one reading of its entries gives other bytes, nothing of them is taken", async () => {
    const { bundle } = await bundleOfFiles();
    const path = "log/aurelia/tile/entries/000.p/41";
    const start = placeOf(bundle, path);
    const whole = await verifyBundle(bundle, { verify, kinds });
    // Other bytes in an entry, and a length that makes the whole part unreadable.
    for (const changed of [0, 7])
      for (const which of [0, 1]) {
        let readings = 0;
        const source: ByteSource = {
          size: bundle.length,
          read: (offset, length) => {
            const bytes = bundle.slice(offset, offset + length);
            if (offset === start && readings++ === which) bytes[changed] = (bytes[changed] ?? 0) ^ 0xff;
            return bytes;
          },
        };
        const verdict = await verifyBundle(source, { verify, kinds });
        // It was read once more where the first look could make nothing of it.
        if (which === 1 && changed === 0) expect(verdict).toEqual(whole);
        else expect(verdict.problems).not.toEqual([]);
        expect(readings).toBeGreaterThan(1);
      }
  });

  it("R18 cut short while it is read ends in problems", async () => {
    const { bundle } = await bundleOfFiles();
    const shrinking: ByteSource = {
      size: bundle.length,
      read: (offset, length) => (offset > bundle.length / 2 ? new Uint8Array(0) : bundle.subarray(offset, offset + length)),
    };
    const verdict = await verifyBundle(shrinking, { verify, kinds });
    expect(verdict.ok).toBe(false);
  });
});
