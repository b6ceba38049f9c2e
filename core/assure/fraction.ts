/**
 * Exact fractions over whole numbers of any size (SPEC R19): no float reaches a finding. A fraction is always in lowest terms
 * with a positive denominator, so that equal values have one spelling.
 */
import { accept, refuse, type Result } from "../refusal.ts";

export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Longer texts are refused before they are read. */
export const FRACTION_TEXT_LIMIT = 200;

/** Throws when the denominator is zero. */
export function fraction(numerator: bigint, denominator = 1n): Fraction {
  if (denominator === 0n) throw new RangeError("a fraction has no denominator of zero");
  const divisor = greatestCommonDivisor(magnitude(numerator), magnitude(denominator));
  const sign = denominator < 0n ? -1n : 1n;
  return { numerator: (sign * numerator) / divisor, denominator: (sign * denominator) / divisor };
}

export const ZERO = fraction(0n);
export const ONE = fraction(1n);

/** Reads `0.95`, `12` and `499/500`: what the terms write. Refuses signs, exponents and a denominator of zero. */
export function parseFraction(text: string): Result<Fraction> {
  if (text.length > FRACTION_TEXT_LIMIT)
    return refuse("fraction-too-long", `A number of ${text.length} characters is not read; at most ${FRACTION_TEXT_LIMIT} are.`);
  const parts = /^(\d+)\/(\d+)$/.exec(text);
  if (parts !== null) {
    const denominator = BigInt(parts[2] ?? "0");
    if (denominator === 0n) return refuse("fraction-over-zero", `${text} divides by zero.`);
    return accept(fraction(BigInt(parts[1] ?? "0"), denominator));
  }
  const decimal = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (decimal === null) return refuse("fraction-malformed", `"${text}" is no number: write it like 0.95 or 499/500.`);
  const places = decimal[2] ?? "";
  return accept(fraction(BigInt((decimal[1] ?? "0") + places), 10n ** BigInt(places.length)));
}

/** `14171207/15456000`; a whole number is written over one. */
export function fractionText({ numerator, denominator }: Fraction): string {
  return `${numerator}/${denominator}`;
}

export function sum(left: Fraction, right: Fraction): Fraction {
  return fraction(left.numerator * right.denominator + right.numerator * left.denominator, left.denominator * right.denominator);
}

export function difference(left: Fraction, right: Fraction): Fraction {
  return fraction(left.numerator * right.denominator - right.numerator * left.denominator, left.denominator * right.denominator);
}

/** Shortens crosswise before it multiplies: a small factor times the power of a thousand days stays quick. */
export function product(left: Fraction, right: Fraction): Fraction {
  const one = greatestCommonDivisor(magnitude(left.numerator), right.denominator);
  const other = greatestCommonDivisor(magnitude(right.numerator), left.denominator);
  return {
    numerator: (left.numerator / one) * (right.numerator / other),
    denominator: (left.denominator / other) * (right.denominator / one),
  };
}

/** Throws when divided by zero. */
export function quotient(left: Fraction, right: Fraction): Fraction {
  if (right.numerator === 0n) throw new RangeError("divided by zero");
  const sign = right.numerator < 0n ? -1n : 1n;
  return product(left, { numerator: sign * right.denominator, denominator: magnitude(right.numerator) });
}

/** Throws on an exponent that is negative or not whole. Lowest terms stay lowest terms. */
export function power({ numerator, denominator }: Fraction, exponent: number): Fraction {
  if (!Number.isSafeInteger(exponent) || exponent < 0) throw new RangeError(`no such power: ${exponent}`);
  return { numerator: numerator ** BigInt(exponent), denominator: denominator ** BigInt(exponent) };
}

/** What is missing to one: the chance of the opposite. */
export function complement({ numerator, denominator }: Fraction): Fraction {
  return { numerator: denominator - numerator, denominator };
}

/** Negative, zero or positive, for `sort`. */
export function compare(left: Fraction, right: Fraction): -1 | 0 | 1 {
  const difference = left.numerator * right.denominator - right.numerator * left.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function atLeast(left: Fraction, right: Fraction): boolean {
  return compare(left, right) >= 0;
}

export function isProbability(value: Fraction): boolean {
  return value.numerator >= 0n && value.numerator <= value.denominator;
}

/**
 * The value with this many decimal places, rounded to the nearest (a half away from zero), computed in whole numbers.
 *
 * A decimal beside a verdict must not contradict it. Where the value lies below one of `bounds` but its nearest decimal would
 * reach that bound, it is rounded down instead: 0.8996 against a level of 0.90 reads 0.899, never 0.900. Verdicts compare the
 * fraction itself.
 */
export function decimalText(value: Fraction, places: number, bounds: readonly Fraction[] = []): string {
  const scale = 10n ** BigInt(places);
  const negative = value.numerator < 0n;
  const scaled = magnitude(value.numerator) * scale;
  const nearest = (scaled * 2n + value.denominator) / (value.denominator * 2n);
  const passes = ({ numerator, denominator }: Fraction) => nearest * denominator >= numerator * scale;
  const down = !negative && bounds.some((bound) => compare(value, bound) < 0 && passes(bound));
  const digits = String(down ? scaled / value.denominator : nearest).padStart(places + 1, "0");
  const sign = negative && nearest > 0n ? "-" : "";
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Of two numbers that are not negative; the other one where one is zero. */
export function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let [larger, smaller] = [left, right];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
