/**
 * Whatever a bundle is made of, opening and verifying it ends in a verdict with places and sentences: it never throws, never takes more than
 * its bounds, and calls nothing whole that is not the writer's bytes. Changed are headers (with a checksum that fits again), parts,
 * their order and number, and what the manifest says of them. Seeds are fixed.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../bytes/canonical.ts";
import { concatBytes, equalBytes } from "../bytes/concat.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { readCharter } from "../channel/charter.ts";
import { kinds } from "../kinds.ts";
import { inputs } from "../log/_fuzz-inputs.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { forge } from "./_forge.ts";
import { rememberingVerify, SmallRecord } from "./_small-record.ts";
import { readManifest } from "./manifest.ts";
import { readTar, writeTar } from "./tar.ts";
import { verifyBundle } from "./verify.ts";
import { writeBundle } from "./write.ts";

const SEED = 20_220_126;
const BLOCK = 512;

const small = await new SmallRecord({ observer: true }).begin();
await small.say("aurelia", "release", { statements: ["11".repeat(32)] });
const made = writeBundle(await small.holdings());
if (!made.ok) throw new Error(made.refusal.sentence);
const bundle = made.value;
const { members } = readTar(bundle);
const paths = members.map(({ path }) => path);

/** A forger whose signatures all hold: what is left to find is everything else. */
const anySignature: VerifySignatures = async (checks) => checks.map(() => true);

async function expectVerdict(bytes: Uint8Array): Promise<void> {
  const verdict = await verifyBundle(bytes, { verify: anySignature, kinds });
  if (equalBytes(bytes, bundle)) return;
  expect(verdict.ok).toBe(verdict.problems.length === 0);
  for (const { code, text } of verdict.problems) {
    expect(code).toMatch(/^[a-z][a-z0-9-]+$/);
    expect(text).toMatch(/^[^a-z\s].{5,1000}[.)]$/su);
  }
  expect(JSON.stringify(verdict).length).toBeLessThan(2_000_000);
}

/** The header of a part with one field changed and its checksum made to fit. */
function withHeader(part: number, at: number, text: string, fits: boolean): Uint8Array {
  const changed = bundle.slice();
  let header = 0;
  for (const { bytes } of members.slice(0, part)) header += BLOCK + Math.ceil(bytes.length / BLOCK) * BLOCK;
  changed.set(encodeUtf8(text).subarray(0, BLOCK - at), header + at);
  if (!fits) return changed;
  changed.fill(0x20, header + 148, header + 156);
  const sum = changed.subarray(header, header + BLOCK).reduce((total, byte) => total + byte, 0);
  changed.set(encodeUtf8(`${sum.toString(8).padStart(6, "0")}\0 `), header + 148);
  return changed;
}

describe("a bundle of whatever", () => {
  it("R18 has headers of any content: links, devices, huge sizes, paths that lead away", async () => {
    const fields = fc.constantFrom(
      ...["1", "2", "3", "5", "6", "x", "g", "L", "K", "\0", "7", "V"].map((kind) => [156, kind] as const),
      ...["77777777777", "00000000000", "-0000000001", "8".repeat(11), "\u0080\0\0\0\0\0\0\u0001", "00000001000"].map((size) => [124, size] as const),
      ...["../../etc/passwd\0", "/etc/passwd\0", "a/../b\0", ".\0", "a\\b\0", "manifest.json\0", "charter.json\0", "\0", "é\0", "a".repeat(100)].map((path) => [0, path] as const),
      ...["0000777", "ustar  ", "root\0", "a/b/c"].flatMap((text) => [100, 108, 116, 136, 157, 257, 265, 297, 345].map((at) => [at, text] as const)),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(members.length - 1), fields, fc.boolean(), async (part, [at, text], fits) => {
        const changed = withHeader(part, at, text, fits);
        const verdict = await verifyBundle(changed, { verify: anySignature, kinds });
        expect(verdict.ok).toBe(equalBytes(changed, bundle));
        await expectVerdict(changed);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it("R18 has parts left out, twice, in another order, of each other's content, or within each other", async () => {
    const change = fc.record({ kind: fc.constantFrom("drop", "swap", "copy", "nest", "empty", "grow", "rename"), at: fc.nat(members.length - 1), to: fc.nat(members.length - 1) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let parts = members.map(({ path, bytes }) => ({ path, bytes }));
        for (const { kind, at, to } of changes) {
          const [one, other] = [parts[at], parts[to]];
          if (one === undefined || other === undefined) continue;
          if (kind === "drop") parts = parts.filter((part) => part !== one);
          else if (kind === "swap") parts = parts.map((part) => (part === one ? other : part === other ? one : part));
          else if (kind === "copy") one.bytes = other.bytes;
          else if (kind === "nest") one.bytes = bundle;
          else if (kind === "empty") one.bytes = new Uint8Array(0);
          else if (kind === "grow") one.bytes = concatBytes(one.bytes, one.bytes);
          else one.path = `x${one.path}`.slice(0, 100);
        }
        const taken = new Set<string>();
        await expectVerdict(writeTar(parts.filter(({ path }) => !taken.has(path) && taken.add(path))));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it("R18 has hashes that fit again after any change of a part's text", async () => {
    const parts = members.filter(({ path }) => !path.startsWith("manifest"));
    const realSignatures = rememberingVerify();
    for (const { path, bytes } of parts)
      await fc.assert(
        fc.asyncProperty(inputs([bytes]), async (other) => {
          const forged = forge(bundle, (some) => some.set(path, other));
          await expectVerdict(forged);
          if (!equalBytes(other, bytes)) expect((await verifyBundle(forged, { verify: realSignatures, kinds })).ok, path).toBe(false);
        }),
        { seed: SEED, numRuns: 25 },
      );
  });

  it("R18 R1 has a manifest and a charter that do not read, or read as they are written", () => {
    for (const [path, read] of [
      ["manifest.json", readManifest],
      ["charter.json", readCharter],
    ] as const) {
      const example = members.find((member) => member.path === path)?.bytes ?? new Uint8Array(0);
      expect(read(example).ok).toBe(true);
      fc.assert(
        fc.property(inputs([example]), (bytes) => {
          const result = read(bytes);
          if (result.ok) expect(equalBytes(canonicalJson(result.value), bytes)).toBe(true);
          else expect(result.refusal.sentence).toMatch(/^[A-Z"`].{10,2000}\.$/s);
        }),
        { seed: SEED, numRuns: 500 },
      );
    }
  });

  it("R18 has more headers than may be, none of which is a part, and is left after as many", () => {
    const link = withHeader(0, 156, "2", true).subarray(0, BLOCK);
    link.set(encodeUtf8("00000000000"), 124);
    const many = new Uint8Array(200_100 * BLOCK);
    for (let at = 0; at < many.length; at += BLOCK) many.set(link, at);
    const { members: read, problems } = readTar(many);
    expect(read).toEqual([]);
    expect(problems.at(-1)?.code).toBe("tar-too-many");
    expect(problems.length).toBeLessThan(500_000);
  });

  it("R18 is cut, doubled or mixed with itself anywhere", async () => {
    expect(paths.length).toBeGreaterThan(5);
    await fc.assert(
      fc.asyncProperty(fc.nat(bundle.length), fc.nat(bundle.length), fc.nat(2), async (one, other, how) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        if (how === 0) await expectVerdict(bundle.subarray(0, from));
        else if (how === 1) await expectVerdict(concatBytes(bundle.subarray(0, to), bundle.subarray(from)));
        else await expectVerdict(concatBytes(bundle.subarray(0, from), bundle.subarray(to)));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});
