import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare, complement, decimalText, fraction, fractionText, ONE, parseFraction, power, type Fraction } from "./fraction.ts";
import { detection, missOfDraw, smallestSample, type Sample } from "./sampling.ts";

const vectorsPath = new URL("../../../shared/vectors/assurance.json", import.meta.url);
const haveVectors = existsSync(vectorsPath);
if (!haveVectors) console.log("The folder shared/vectors is not here: the published sampling tables are not compared.");

interface Inputs {
  readonly N: number;
  readonly r: number;
  readonly n: number;
  readonly se?: string | number;
  readonly beta: string;
  readonly perItemDetection?: string | number;
}
interface Vector {
  readonly id: string;
  readonly function: string;
  readonly inputs: Inputs;
  readonly expected: number;
  readonly tolerance: number;
  readonly note?: string;
  readonly reproduces: boolean | string;
}

const all = haveVectors ? (JSON.parse(readFileSync(vectorsPath, "utf8")) as { vectors: Vector[] }).vectors.filter(({ reproduces }) => reproduces !== false) : [];
const of = (...names: string[]) => all.filter((vector) => names.includes(vector.function));

const number = (text: string | number): Fraction => {
  const parsed = parseFraction(String(text));
  if (!parsed.ok) throw new Error(parsed.refusal.sentence);
  return parsed.value;
};
const find = (cells: number, holding: number, seen: number, recognition: Fraction = ONE): Fraction => {
  const found = detection({ cells, holding, seen, recognition });
  if (!found.ok) throw new Error(found.refusal.sentence);
  return found.value;
};
const need = (cells: number, holding: number, level: string, recognition: Fraction = ONE): number | "never" => {
  const smallest = smallestSample({ cells, holding, recognition, level: number(level) });
  if (!smallest.ok) throw new Error(smallest.refusal.sentence);
  return smallest.value.reachable ? smallest.value.seen : "never";
};
const approximately = (value: Fraction): number => Number(decimalText(value, 330));

describe.skipIf(!haveVectors)("published sampling values", () => {
  test.each(of("hypergeom.detection"))("$id", ({ inputs: { N, r, n }, expected, tolerance, note }) => {
    const found = find(N, r, n);
    expect(Math.abs(approximately(found) - expected)).toBeLessThanOrEqual(tolerance);
    const exact = /exact fraction (\d+\/\d+)/.exec(note ?? "")?.[1];
    if (exact !== undefined) expect(fractionText(found)).toBe(exact);
  });

  test.each(of("hypergeom.detectionImperfect").filter(({ inputs }) => typeof inputs.N === "number"))("$id", ({ inputs: { N, r, n, se }, expected, tolerance }) => {
    expect(Math.abs(approximately(find(N, r, n, number(se ?? "1"))) - expected)).toBeLessThanOrEqual(tolerance);
  });

  test.each(of("hypergeom.nonDetectionImperfect").filter(({ inputs }) => typeof inputs.N === "number"))("$id", ({ inputs: { N, r, n, se }, expected, tolerance }) => {
    expect(Math.abs(approximately(complement(find(N, r, n, number(se ?? "1")))) - expected)).toBeLessThanOrEqual(tolerance);
  });

  test("ffd-alpha-k7", () => {
    const misses = Array.from({ length: 10 }, (_, index) => { const size = index + 1; return decimalText(complement(find(size, Math.max(1, Math.round(size / 5)), Math.min(size, 7), number("0.9"))), 4); });
    expect(misses).toEqual(["0.1000", "0.1000", "0.1000", "0.1000", "0.1000", "0.1000", "0.1000", "0.0325", "0.0725", "0.1180"]);
  });

  test("ffd-lookup", () => {
    const bands: readonly (readonly [number, number])[] = [[1, 1], [2, 2], [3, 3], [4, 5], [6, 6], [7, 31], [32, 249]];
    const sizes = bands.map(([from, to]) => Math.max(...Array.from({ length: to - from + 1 }, (_, index) => Number(need(from + index, Math.max(1, Math.round((from + index) / 5)), "0.7", number("0.9"))))));
    expect(sizes).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test.each(of("hypergeom.sampleSizeExact"))("$id", ({ inputs: { N, r, beta, perItemDetection }, expected }) => {
    const level = decimalText(complement(number(beta)), 6);
    expect(need(N, r, level, number(perItemDetection ?? "1"))).toBe(expected);
  });

  test.each(of("hypergeom.logNonDetection"))("$id", ({ inputs: { N, r, n }, expected, tolerance }) => {
    expect(Math.abs(Math.log(approximately(complement(find(N, r, n)))) - expected)).toBeLessThanOrEqual(Math.max(tolerance, 1e-12));
  });

  test.each(of("iaea.sampleSize"))("$id", ({ inputs: { N, r, beta }, expected }) => {
    expect(need(N, r, decimalText(complement(number(beta)), 6))).toBe((expected as unknown as number[])[2]);
  });

  test("each table was found", () => expect([of("hypergeom.detection"), of("hypergeom.sampleSizeExact"), of("iaea.sampleSize")].map(({ length }) => length > 5)).toEqual([true, true, true]));
});

describe("detection", () => {
  test("R19 is exact for 24 cells, 4 holding, 11 seen, recognised in 95 of 100", () => {
    expect(fractionText(find(24, 4, 11, number("0.95")))).toBe("14171207/15456000");
    expect(fractionText(find(12, 1, 3))).toBe("1/4");
    expect(fractionText(find(24, 4, 11, number("0")))).toBe("0/1");
  });

  test("R19 gives the planning table", () => {
    const row = (cells: number, holding: number, recognition = "1") => ["0.5", "0.8", "0.9", "0.95"].map((level) => need(cells, holding, level, number(recognition)));
    expect([row(12, 1), row(12, 2), row(12, 3), row(12, 5), row(12, 1, "0.9"), row(12, 2, "0.9"), row(100, 3, "0.9")]).toEqual([
      [6, 10, 11, 12], [4, 7, 8, 9], [3, 5, 6, 7], [2, 3, 4, 5], [7, 11, 12, "never"], [4, 8, 9, 11], [23, 46, 60, 70],
    ]);
  });

  test("R19 says what seeing everything would reach when the level is out of reach", () => {
    expect(smallestSample({ cells: 12, holding: 1, recognition: number("0.9"), level: number("0.95") })).toEqual({ ok: true, value: { reachable: false, ceiling: fraction(9n, 10n) } });
  });

  test("R19 refuses counts that cannot be and a recognition or level outside 0 to 1", () => {
    const good: Sample = { cells: 24, holding: 4, seen: 11, recognition: ONE };
    const codes = [{ seen: 25 }, { holding: 25 }, { seen: -1 }, { holding: 1.5 }, { cells: Number.NaN }, { recognition: fraction(11n, 10n) }, { recognition: fraction(-1n, 10n) }].map((change) => {
      const found = detection({ ...good, ...change });
      return found.ok ? "given" : found.refusal.code;
    });
    expect(codes).toEqual(["sampling-count", "sampling-count", "sampling-count", "sampling-count", "sampling-cells", "sampling-recognition", "sampling-recognition"]);
    const level = smallestSample({ ...good, level: fraction(3n, 2n) });
    expect(level.ok ? "given" : level.refusal.code).toBe("sampling-level");
  });

  const counts = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.nat(), fc.integer({ min: 0, max: 20 })).map(([cells, holding, seen, p]) => ({ cells, holding: holding % (cells + 1), seen: seen % (cells + 1), p: fraction(BigInt(p), 20n) }));

  test("R19 never falls with more seen, more holding or better recognition", () => {
    fc.assert(
      fc.property(counts, ({ cells, holding, seen, p }) => {
        const found = find(cells, holding, seen, p);
        if (seen < cells) expect(compare(find(cells, holding, seen + 1, p), found)).toBeGreaterThanOrEqual(0);
        if (holding < cells) expect(compare(find(cells, holding + 1, seen, p), found)).toBeGreaterThanOrEqual(0);
        expect(compare(find(cells, holding, seen, ONE), found)).toBeGreaterThanOrEqual(0);
        expect(compare(find(cells + 1, holding, seen, p), found)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test("R19 is symmetric in what is seen and what is held where recognition is certain", () => {
    fc.assert(fc.property(counts, ({ cells, holding, seen }) => { expect(find(cells, holding, seen)).toEqual(find(cells, seen, holding)); }));
  });

  test("R19 of everything is one look at each holder", () => {
    fc.assert(fc.property(counts, ({ cells, holding, p }) => { expect(find(cells, holding, cells, p)).toEqual(complement(power(complement(p), holding))); }));
  });

  test("R19 with looks of different quality lies between the poorest and the best of them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer({ min: 0, max: 10 }), { maxLength: 20 }), fc.nat(), (cells, tenths, number) => {
        const misses = tenths.slice(0, cells).map((tenth) => fraction(BigInt(tenth), 10n)).toSorted((a, b) => compare(b, a));
        const holding = number % (cells + 1);
        const alike = (miss: Fraction | undefined) => missOfDraw(cells, holding, misses.map(() => miss ?? ONE));
        const mixed = missOfDraw(cells, holding, misses);
        expect(compare(mixed, alike(misses[0]))).toBeLessThanOrEqual(0);
        expect(compare(mixed, alike(misses.at(-1)))).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("R19 the exact number lies within 3 below the usual formula, and within 1 below its refinement", () => {
    for (const cells of [10, 30, 75, 150])
      for (const beta of [0.05, 0.1, 0.5])
        for (let holding = 1; holding <= Math.min(cells, 30); holding += 1) {
          const share = 1 - beta ** (1 / holding);
          // Formulas in floats: a whole number that comes out a hair too large must not be rounded up to the next.
          const above = (value: number) => Math.ceil(value - 1e-9);
          const exact = Number(need(cells, holding, String(1 - beta)));
          expect([0, 1, 2, 3]).toContain(above(cells * share) - exact);
          expect([0, 1]).toContain(above(share * (cells - (holding - 1) / 2)) - exact);
        }
  });
});
