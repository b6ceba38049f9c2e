import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare, complement, fraction, fractionText, ONE, power, product, ZERO, type Fraction } from "./fraction.ts";
import { missOfDraw } from "./sampling.ts";
import { worstSplit } from "./worst-split.ts";

const p = fraction(19n, 20n);
const times = (count: number, value: Fraction = p) => Array<Fraction>(count).fill(value);

describe("the worst split", () => {
  test("R19 puts the holding into the cells of the draw, where they are found least often", () => {
    const split = worstSplit({ draw: { listed: 24, drawn: times(11) }, cells: [], spaces: times(3) }, 4);
    expect([fractionText(split.detection), split.where, split.holding]).toEqual(["14171207/15456000", "cells", 4]);
  });

  test("R19 puts all of it into one space that was seen worse", () => {
    const split = worstSplit({ draw: { listed: 24, drawn: times(11) }, cells: [], spaces: [p, fraction(1n, 2n)] }, 4);
    expect([fractionText(split.detection), split.where]).toEqual(["1/2", "space"]);
  });

  test("R19 is zero where one space was not seen, however well the others were", () => {
    expect(worstSplit({ cells: [], spaces: [p, fraction(9n, 10n), ZERO] }, 1).detection).toEqual(ZERO);
  });

  test("R19 takes the cells not seen first and the rest of the holding from those seen", () => {
    expect(worstSplit({ cells: [...times(22), ZERO, ZERO], spaces: [] }, 4).detection).toEqual(complement(power(complement(p), 2)));
  });

  test("R19 is about no more items than there is room for, unless a larger space takes them all", () => {
    expect(worstSplit({ cells: times(2), spaces: [] }, 4)).toEqual({ detection: complement(power(complement(p), 2)), where: "cells", holding: 2 });
    expect(worstSplit({ cells: times(2), spaces: times(1) }, 4)).toEqual({ detection: p, where: "space", holding: 4 });
    expect(worstSplit({ cells: [], spaces: [] }, 4)).toEqual({ detection: ONE, where: "none", holding: 4 });
  });

  test("R19 is the minimum over every split, tried one by one", () => {
    const tenth = fc.integer({ min: 0, max: 10 }).map((value) => fraction(BigInt(value), 10n));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(tenth, { maxLength: 8 }), fc.array(tenth, { maxLength: 5 }), fc.integer({ min: 1, max: 13 }), (listed, looks, cells, wanted) => {
        const drawn = looks.slice(0, listed);
        const holding = Math.min(wanted, listed + cells.length);
        let worst = ZERO;
        for (let subset = 0; subset < 2 ** cells.length; subset += 1) {
          const outside = cells.filter((_, index) => (subset & (2 ** index)) !== 0);
          const inside = holding - outside.length;
          if (inside < 0 || inside > listed) continue;
          const misses = drawn.map(complement).toSorted((a, b) => compare(b, a));
          const miss = outside.reduce((left, look) => product(left, complement(look)), missOfDraw(listed, inside, misses));
          if (compare(miss, worst) > 0) worst = miss;
        }
        expect(worstSplit({ draw: { listed, drawn }, cells, spaces: [] }, wanted).detection).toEqual(complement(worst));
      }),
    );
  });
});
