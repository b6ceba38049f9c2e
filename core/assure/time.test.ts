import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addSeconds } from "../bytes/instant.ts";
import { compare, decimalText, fraction, ONE, product, ZERO } from "./fraction.ts";
import { daysSinceVisit, decayed, firstDayBelow, LONGEST_MEMORY_DAYS } from "./time.ts";

const value = fraction(14171207n, 15456000n);
const factor = fraction(499n, 500n);
const level = fraction(9n, 10n);

describe("time", () => {
  test("R19 lets the number fall exactly: at the level on day 9, below it on day 10", () => {
    expect([0, 3, 9, 10, 49].map((days) => decimalText(decayed(value, factor, days), 3, [level]))).toEqual(["0.917", "0.911", "0.901", "0.899", "0.831"]);
    expect(firstDayBelow(value, factor, level)).toBe(10);
    expect(decayed(value, factor, 2)).toEqual(fraction(14171207n * 499n ** 2n, 15456000n * 500n ** 2n));
  });

  test("R19 counts a day when it has passed in full", () => {
    const left = "2027-05-12T17:15:00Z";
    expect([daysSinceVisit(left, "2027-05-13T17:14:59Z"), daysSinceVisit(left, "2027-05-13T17:15:00Z"), daysSinceVisit(left, "2027-05-11T00:00:00Z")]).toEqual([0, 1, 0]);
  });

  test("R19 has nothing left of a visit a hundred years ago, and forgets nothing before where the factor is one", () => {
    expect(decayed(value, ONE, LONGEST_MEMORY_DAYS)).toEqual(value);
    expect(decayed(value, ONE, LONGEST_MEMORY_DAYS + 1)).toEqual(ZERO);
    expect([firstDayBelow(value, ONE, level), firstDayBelow(value, factor, ZERO), firstDayBelow(ZERO, factor, level)]).toEqual([LONGEST_MEMORY_DAYS + 1, undefined, 0]);
  });

  test("R19 falls day by day, and two spans after one another are one span", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 1000 }), (first, second, thousandths) => {
        const each = fraction(BigInt(thousandths), 1000n);
        expect(decayed(decayed(value, each, first), each, second)).toEqual(decayed(value, each, first + second));
        expect(compare(decayed(value, each, first + 1), decayed(value, each, first))).toBeLessThanOrEqual(0);
        expect(decayed(value, factor, first + 1)).toEqual(product(decayed(value, factor, first), factor));
      }),
      { numRuns: 50 },
    );
  });

  test("R19 gives every second of a day the same number", () => {
    const left = "2027-05-12T17:15:00Z";
    fc.assert(fc.property(fc.integer({ min: 0, max: 86_399 }), (seconds) => { expect(daysSinceVisit(left, addSeconds(left, 86_400 * 7 + seconds))).toBe(7); }));
  });
});
