import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jointDraw, jointSeed, samplePlaces } from "./draws.ts";

const vectorsPath = new URL("../../../shared/vectors/assurance.json", import.meta.url);
const haveVectors = existsSync(vectorsPath);
if (!haveVectors) console.log("The folder shared/vectors is not here: the published draws are not compared.");

interface Vector {
  readonly id: string;
  readonly function: string;
  readonly inputs: { readonly seed: string; readonly count: number; readonly total: number; readonly withReplacement: boolean };
  readonly expected: readonly number[];
}

const list = Array.from({ length: 24 }, (_, index) => `cell-${String(index + 1).padStart(2, "0")}`);
const openings = [
  { party: "aurelia", value: `${"A".repeat(43)}=` },
  { party: "borealia", value: `${"/".repeat(42)}8=` },
];
const context = { inspection: "ab".repeat(32) };

describe.skipIf(!haveVectors)("published draws of Rivest's sampler", () => {
  const vectors = haveVectors ? (JSON.parse(readFileSync(vectorsPath, "utf8")) as { vectors: Vector[] }).vectors.filter((vector) => vector.function === "random.rivestSampler") : [];

  test.each(vectors.filter(({ inputs }) => inputs.withReplacement))("$id", ({ inputs, expected }) => {
    expect(samplePlaces(inputs.seed, inputs.total, inputs.count, "repeated").map(({ place }) => place)).toEqual(expected);
  });

  test.each(vectors.filter(({ inputs }) => !inputs.withReplacement))("$id", ({ inputs, expected }) => {
    const steps = samplePlaces(inputs.seed, inputs.total, inputs.count, "once");
    const kept = steps.filter((step) => step.kept).map(({ place }) => place);
    expect([kept[0], kept[4], kept[30], kept[31], kept[46], steps.at(-1)?.counter]).toEqual(expected);
    expect(steps.filter((step) => !step.kept)).toEqual([{ counter: 32, place: 611, kept: false }]);
  });

  test("the published ones were found", () => expect(vectors.length).toBeGreaterThanOrEqual(9));
});

describe("joint draws", () => {
  test("R17 are the same whichever side opens first", () => {
    expect(jointDraw(list, 11, openings.toReversed(), context)).toEqual(jointDraw(list, 11, openings, context));
    expect(jointDraw(list, 11, openings, context)).toHaveLength(11);
  });

  test("R17 give what a second program, written from the description alone, drew", () => {
    expect(jointSeed(list, 11, openings, context)).toBe("7fb3dc16067ad48011d57ebe0df248c92f4d8347c76c7cec6392c468793eaef0");
    expect(jointDraw(list, 11, openings, context)).toEqual(["cell-07", "cell-15", "cell-13", "cell-16", "cell-03", "cell-10", "cell-17", "cell-05", "cell-09", "cell-08", "cell-20"]);
  });

  test("R17 change with each side's value, the list, the count and the inspection", () => {
    const seeds = [
      jointSeed(list, 11, openings, context),
      jointSeed(list, 12, openings, context),
      jointSeed(list.slice(1), 11, openings, context),
      jointSeed(list.toReversed(), 11, openings, context),
      jointSeed(list, 11, openings, { inspection: "cd".repeat(32) }),
      jointSeed(list, 11, openings.map(({ party }, index) => ({ party, value: openings[1 - index]?.value ?? "" })), context),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  test("R17 give nothing without two whole values, for a doubled name or too many cells", () => {
    expect(jointDraw(list, 11, openings.slice(1), context)).toEqual([]);
    expect(jointDraw(list, 11, [...openings.slice(1), ...openings.slice(1)], context)).toEqual([]);
    expect(jointDraw(list, 11, openings.map(({ party }) => ({ party, value: "AAAA" })), context)).toEqual([]);
    expect(jointDraw([...list, "cell-01"], 11, openings, context)).toEqual([]);
    expect(jointDraw(list, 25, openings, context)).toEqual([]);
  });

  test("R17 draw each cell once, and every cell when all are drawn", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,12}$/), { minLength: 1, maxLength: 40 }), fc.nat(), (names, number) => {
        const count = 1 + (number % names.length);
        const drawn = jointDraw(names, count, openings, context);
        expect(new Set(drawn).size).toBe(count);
        expect(drawn.every((name) => names.includes(name))).toBe(true);
        expect(jointDraw(names, names.length, openings, context).toSorted()).toEqual(names.toSorted());
      }),
      { numRuns: 50 },
    );
  });
});
