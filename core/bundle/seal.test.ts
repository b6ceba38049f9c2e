import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../bytes/concat.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { SmallRecord } from "./_small-record.ts";
import { sealStream, type BundleStream, type FetchedFiles } from "./seal.ts";
import { planBundle, planContinuingBundle, writeBundle, writeContinuingBundle } from "./write.ts";
import type { Result } from "../refusal.ts";

function must<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(result.refusal.sentence);
  return result.value;
}

async function collect({ pieces }: BundleStream): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return concatBytes(...all);
}

const small = await new SmallRecord({ observer: true }).begin();
for (const length of [0, 1, 511, 512, 513, 70_000])
  await small.say("borealia", "release", { statements: ["22".repeat(32)] }, [new Uint8Array(length).fill(length % 251)]);
const holdings = await small.holdings();
const hashes = [...small.files.keys()];
const held: FetchedFiles = { get: async (hash) => small.files.get(hash) };

describe("a bundle written piece by piece", () => {
  it("R18 has the bytes of one written at once, whichever files are held", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(hashes), async (kept) => {
        const files = new Map([...small.files].filter(([hash]) => kept.includes(hash)));
        const get = async (hash: string) => files.get(hash);
        const stream = must(await sealStream(must(planBundle(holdings)), { get }));
        const bytes = await collect(stream);
        expect(bytes).toEqual(must(writeBundle({ ...holdings, files })));
        expect(stream.size).toBe(bytes.length);
        const from = new Map([["borealia", 3]]);
        const continuing = must(await sealStream(must(planContinuingBundle(holdings, from)), { get }));
        expect(await collect(continuing)).toEqual(must(writeContinuingBundle({ ...holdings, files }, from)));
      }),
      { numRuns: 20 },
    );
  });

  it("R18 asks for one file after the other, and for the next only when the one before was taken", async () => {
    const asked: string[] = [];
    const stream = must(
      await sealStream(must(planBundle(holdings)), { get: async (hash) => (asked.push(hash), small.files.get(hash)) }),
    );
    const named = [...hashes].sort();
    expect(asked).toEqual(named);
    asked.length = 0;
    const seen: string[] = [];
    for await (const piece of stream.pieces) {
      seen.push(toHex(sha256(piece)));
      // Nothing is read ahead: of the files asked for, all but the last have gone out.
      expect(asked.slice(0, -1).every((hash) => seen.includes(hash))).toBe(true);
    }
    expect(asked).toEqual(named);
  });

  it("R18 is not made with a file that is not what its name says, and breaks off where one was changed meanwhile", async () => {
    const [first = ""] = hashes;
    const damaged = await sealStream(must(planBundle(holdings)), {
      get: async (hash) => (hash === first ? new Uint8Array(3) : held.get(hash)),
    });
    expect(damaged).toMatchObject({ ok: false, refusal: { code: "bundle-file-damaged", where: first } });
    let times = 0;
    const stream = must(
      await sealStream(must(planBundle(holdings)), {
        get: async (hash) => (hash === first && times++ > 0 ? new Uint8Array(3) : held.get(hash)),
      }),
    );
    await expect(collect(stream)).rejects.toThrow("changed while a bundle was written");
  });
});
