/** Both cases played without a person, and what a third party can then check alone. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { replaceSha256 } from "@countersign/core/bytes/sha256.ts";
import { verifyBundle, type Verdict } from "@countersign/core/bundle/verify.ts";
import { kinds } from "@countersign/core/kinds.ts";
import type { SignatureCheck, VerifySignatures } from "@countersign/core/signing/algorithm.ts";
import { nativeSha256, nativeVerify } from "@countersign/server/signing.ts";
import { emptyFolder } from "./_demo.ts";
import { run, runAlone, type Ended } from "./_program.ts";

/** Seconds that a reader waits for (DESIGN.md, order of first light); a test fails at twice that, since machines differ. */
const PLAY_SECONDS = 30;
const VERIFY_SECONDS = 5;
const CIRCLES = ["exercise", "nato-russia", "us-russia"];

let folder: string;
let played: Ended;

beforeAll(async () => {
  replaceSha256(nativeSha256);
  folder = await emptyFolder();
  played = await run(["demo", "--once", "--dir", folder]);
  console.info(`demo --once: ${(played.milliseconds / 1000).toFixed(1)} s`);
});

describe("countersign demo --once", () => {
  test("plays both cases, prints the findings, leaves a bundle of each circle and ends with 0", async () => {
    expect(played.err).not.toMatch(/fault/);
    expect(played.code).toBe(0);
    expect((await readdir(folder)).filter((name) => name.endsWith(".tar")).toSorted()).toEqual(
      CIRCLES.map((circle) => `${circle}.tar`),
    );
    expect(played.out).toContain("0.917");
    expect(played.out).not.toMatch(/\bverified\b|\btrusted\b|\bcompliant\b|\bviolation\b/i);
    expect(played.milliseconds).toBeLessThan(PLAY_SECONDS * 2000);
  });
});

describe("countersign verify", () => {
  test.each(CIRCLES)("finds the bundle of %s whole, with no network and no other file", async (circle) => {
    const { code, out, err, milliseconds } = await runAlone(join(folder, `${circle}.tar`), [
      "verify",
      join(folder, `${circle}.tar`),
      "--json",
    ]);
    console.info(`verify ${circle}: ${(milliseconds / 1000).toFixed(1)} s`);
    expect(err).toBe("");
    expect(code).toBe(0);
    const verdict = JSON.parse(out) as Verdict;
    expect(verdict).toMatchObject({
      ok: true,
      anchored: false,
      problems: [],
      inert: [],
      observations: [],
      nature: circle === "exercise" ? "exercise" : "reconstruction",
    });
    expect(milliseconds).toBeLessThan(VERIFY_SECONDS * 2000);
  });

  test("gives the findings of the four visits", async () => {
    const { out } = await run(["verify", join(folder, "exercise.tar"), "--json"]);
    const { findings } = JSON.parse(out) as Verdict;
    const absence = (site: string) =>
      findings.find((finding) => finding.site === site && finding.claim === "item-absent");
    expect(absence("A-01")).toMatchObject({
      verdict: "nothing-found-at-level",
      level: "0.90",
      estimate: {
        scope: "site",
        cells: 24,
        drawn: 11,
        holding: 4,
        atVisit: {
          detection: { fraction: "14171207/15456000", decimal: "0.917" },
          likelihoodRatio: { decimal: "12.03" },
        },
      },
    });
    expect(absence("A-01")?.earlier).toMatchObject([{ number: 2, verdict: "nothing-found-below-level" }]);
    expect(absence("B-05")).toMatchObject({
      verdict: "nothing-found-at-level",
      estimate: { atVisit: { detection: { fraction: "14171207/15456000" } } },
    });
    expect(absence("B-03")?.verdict).toBe("open");
    expect(absence("B-03")?.detection).toBeUndefined();
    expect(absence("A-02")?.verdict).toBe("not-examined");
    expect(
      new Set(findings.filter(({ claim }) => claim === "launcher-incapable").map(({ verdict }) => verdict)),
    ).toEqual(new Set(["not-examined"]));
  });

  test("takes another moment, and the finding falls with the days", async () => {
    const at = async (moment: string): Promise<string | undefined> => {
      const { out } = await run(["verify", join(folder, "exercise.tar"), "--json", "--as-of", moment]);
      return (JSON.parse(out) as Verdict).findings.find(({ site, claim }) => site === "A-01" && claim === "item-absent")
        ?.verdict;
    };
    // 14171207/15456000 × (499/500)^n is above 0.90 on day 9 and below on day 10.
    expect(await at("2027-05-21T12:00:00Z")).toBe("nothing-found-at-level");
    expect(await at("2027-05-22T12:00:00Z")).toBe("nothing-found-below-level");
  });

  test("fails for any changed byte and names the place", async () => {
    const bundles = await Promise.all(
      CIRCLES.map(async (circle) => new Uint8Array(await readFile(join(folder, `${circle}.tar`)))),
    );
    const verify = remembering(nativeVerify);
    const position = fc.integer({ min: 0, max: bundles.reduce((sum, { length }) => sum + length, 0) - 1 });
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 1, max: 255 }), async (chosen, change) => {
        const { bytes, place } = pick(bundles, chosen);
        const changed = bytes.slice();
        changed[place] = (changed[place] ?? 0) ^ change;
        const verdict = await verifyBundle(changed, { verify, kinds });
        expect(verdict.ok).toBe(false);
        expect(verdict.problems.length).toBeGreaterThan(0);
        for (const { where, text } of verdict.problems)
          expect([where, text].map((words) => words.length > 0)).toEqual([true, true]);
        // What is after the last part has no name but its place: the first byte of the closing blocks.
        const part = partAt(bytes, place);
        const named = ({ where }: { readonly where: string }): boolean =>
          where === part || where === `byte ${place - (place % 512)}` || (part === "end" && where.startsWith("byte "));
        expect(verdict.problems.some(named), `${part} in ${JSON.stringify(verdict.problems)}`).toBe(true);
      }),
      { numRuns: 200, seed: 20220202 },
    );
  });

  test("ends with 1 at a changed byte and says where", async () => {
    const bytes = new Uint8Array(await readFile(join(folder, "exercise.tar")));
    const place = bytes.length >> 1;
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    const file = join(folder, "changed.tar");
    await writeFile(file, bytes);
    const { code, out } = await run(["verify", file]);
    expect(code).toBe(1);
    expect(out).toMatch(/^Not whole: /);
    expect(out).toContain(partAt(bytes, place));
  });

  test.each([0, 1, 700, 40_000])("says one sentence about a bundle cut short to %i bytes", async (length) => {
    const file = join(folder, "short.tar");
    await writeFile(file, (await readFile(join(folder, "exercise.tar"))).subarray(0, length));
    const { code, out, err } = await run(["verify", file]);
    expect(code).not.toBe(0);
    // Either the input cannot be used at all, or it is no whole bundle and one problem says why.
    const problems = out.split("Problems\n")[1]?.split("\n\n")[0] ?? "";
    const said = (err === "" ? problems : err).trim().split("\n");
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/cut short|no bundle|not a bundle|empty/i);
  });
});

/** Checks no pair of signature and message twice: only what a change has touched is checked anew. */
function remembering(verify: VerifySignatures): VerifySignatures {
  const known = new Map<string, boolean>();
  const keyOf = ({ publicKey, signature, message }: SignatureCheck): string =>
    [publicKey, signature, message].map((bytes) => Buffer.from(nativeSha256(bytes)).toString("base64")).join();
  return async (checks) => {
    const fresh = checks.filter((check) => !known.has(keyOf(check)));
    const answers = await verify(fresh);
    for (const [index, check] of fresh.entries()) known.set(keyOf(check), answers[index] ?? false);
    return checks.map((check) => known.get(keyOf(check)) ?? false);
  };
}

function pick(bundles: readonly Uint8Array[], chosen: number): { readonly bytes: Uint8Array; readonly place: number } {
  let place = chosen;
  for (const bytes of bundles) {
    if (place < bytes.length) return { bytes, place };
    place -= bytes.length;
  }
  throw new Error("no such place");
}

/** The name of the tar's part in whose header, bytes or padding a position lies. */
function partAt(tar: Uint8Array, place: number): string {
  const text = (from: number, length: number): string =>
    new TextDecoder().decode(tar.subarray(from, from + length)).replace(/\0.*$/s, "");
  for (let at = 0; at < tar.length;) {
    const [name, prefix, size] = [text(at, 100), text(at + 345, 155), Number.parseInt(text(at + 124, 12), 8)];
    if (name === "") return "end";
    const end = at + 512 + Math.ceil(size / 512) * 512;
    if (place < end) return prefix === "" ? name : `${prefix}/${name}`;
    at = end;
  }
  return "end";
}
