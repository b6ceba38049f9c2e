import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atLeast, compare, complement, decimalText, difference, fraction, fractionText, ONE, parseFraction, power, product, quotient, sum, type Fraction } from "./fraction.ts";

const anyFraction = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 20n })).map(([numerator, denominator]) => fraction(numerator, denominator));

const read = (text: string): Fraction => {
  const parsed = parseFraction(text);
  if (!parsed.ok) throw new Error(parsed.refusal.sentence);
  return parsed.value;
};

describe("fractions", () => {
  test("R19 read decimals and fractions in lowest terms", () => {
    expect(["0.95", "499/500", "0", "1.000", "12.03", "15456000/1284793"].map((text) => fractionText(read(text)))).toEqual(["19/20", "499/500", "0/1", "1/1", "1203/100", "15456000/1284793"]);
  });

  test("R19 refuse what is no number, zero below the line and texts without end", () => {
    const codes = ["", "-1", "1e3", ".5", "1.", "1/2/3", "0x10", " 1", "NaN", "1/0", "9".repeat(201)].map((text) => { const parsed = parseFraction(text); return parsed.ok ? "read" : parsed.refusal.code; });
    expect(codes).toEqual([...Array<string>(9).fill("fraction-malformed"), "fraction-over-zero", "fraction-too-long"]);
  });

  test("R19 follow the laws of arithmetic", () => {
    fc.assert(
      fc.property(anyFraction, anyFraction, anyFraction, (a, b, c) => {
        expect(product(a, sum(b, c))).toEqual(sum(product(a, b), product(a, c)));
        expect(sum(difference(a, b), b)).toEqual(a);
        expect(complement(complement(a))).toEqual(a);
        expect(product(power(a, 2), a)).toEqual(power(a, 3));
        if (b.numerator !== 0n) expect(product(quotient(a, b), b)).toEqual(a);
        expect(compare(a, b)).toBe(-compare(b, a) + 0);
      }),
    );
  });

  test("R19 are turned into decimals by whole numbers", () => {
    expect(decimalText(fraction(14171207n, 15456000n), 3)).toBe("0.917");
    expect(decimalText(product(fraction(14171207n, 15456000n), power(fraction(499n, 500n), 10)), 3)).toBe("0.899");
    expect(decimalText(fraction(15456000n, 1284793n), 2)).toBe("12.03");
    expect([decimalText(fraction(1n, 2n), 0), decimalText(fraction(1n, 8n), 2), decimalText(fraction(-1n, 8n), 2), decimalText(fraction(-1n, 1000n), 2), decimalText(fraction(0n), 3)]).toEqual(["1", "0.13", "-0.13", "0.00", "0.000"]);
  });

  test("R19 never round up to a level that they do not reach", () => {
    const level = fraction(9n, 10n);
    expect(decimalText(fraction(8999n, 10_000n), 3, [level])).toBe("0.899");
    expect(decimalText(level, 3, [level])).toBe("0.900");
    expect(decimalText(fraction(9999n, 10_000n), 3, [level, ONE])).toBe("0.999");
    expect(decimalText(fraction(8994n, 10_000n), 3, [level])).toBe("0.899");
  });

  test("R19 keep a decimal within half a unit, or a whole one where a level is near, and on its side of the level", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 1000n }), (numerator, denominator, thousandths) => {
        const [value, level] = [fraction(numerator, denominator), fraction(thousandths, 1000n)];
        const shown = read(decimalText(value, 3, [level]));
        expect(atLeast(shown, level)).toBe(atLeast(value, level));
        const gap = difference(shown, value);
        expect(compare(product(gap, gap), fraction(1n, 1_000_000n))).toBeLessThan(0);
      }),
    );
  });
});
