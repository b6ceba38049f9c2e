import { describe, expect, test } from "vitest";
import { fraction, fractionText, ONE, ZERO } from "./fraction.ts";
import { evidenceWord, likelihoodRatio, oddsTable, probabilityNumber, ratioNumber } from "./likelihood.ts";

const detection = fraction(14171207n, 15456000n);
const table = [{ from: "1", word: { en: "none" } }, { from: "2", word: { en: "weak" } }, { from: "10", word: { en: "moderate" } }, { from: "100", word: { en: "moderately strong" } }];

describe("likelihood", () => {
  test("R19 is one over what would have been missed", () => {
    const ratio = likelihoodRatio(detection);
    expect(ratio === undefined ? undefined : ratioNumber(ratio)).toEqual({ fraction: "15456000/1284793", decimal: "12.03" });
    expect([fraction(1n, 2n), fraction(9n, 10n), fraction(99n, 100n)].map((value) => fractionText(likelihoodRatio(value) ?? ZERO))).toEqual(["2/1", "10/1", "100/1"]);
    expect(likelihoodRatio(ONE)).toBeUndefined();
    expect(likelihoodRatio(ZERO)).toEqual(ONE);
  });

  test("R19 has the word of the highest line reached, the lower end included", () => {
    expect([fraction(1n, 2n), ONE, fraction(1999n, 1000n), fraction(2n), fraction(10n), fraction(99_999n, 1000n), fraction(5000n)].map((ratio) => evidenceWord(ratio, table)?.en)).toEqual([undefined, "none", "none", "weak", "moderate", "moderate", "moderately strong"]);
  });

  test("R19 multiplies odds that the reader brings", () => {
    expect(oddsTable(likelihoodRatio(detection) ?? ONE).map(({ before, after }) => `${before.for} to ${before.against}: ${after.decimal}`)).toEqual(["1 to 1: 12.03", "1 to 4: 3.01", "1 to 12: 1.00"]);
  });

  test("R19 shows a probability below the level below it", () => {
    expect(probabilityNumber(fraction(8999n, 10_000n), fraction(9n, 10n))).toEqual({ fraction: "8999/10000", decimal: "0.899" });
  });
});
