/**
 * How strongly "nothing was found" speaks: the likelihood ratio, which needs no prior belief, the terms' word for it, and what
 * it makes of odds that a reader brings along.
 */
import type { Words } from "../bytes/fields.ts";
import type { Terms } from "../terms/terms.ts";
import { atLeast, compare, complement, decimalText, fraction, fractionText, ONE, parseFraction, product, quotient, type Fraction } from "./fraction.ts";

/** A number as findings carry it: the exact fraction and a decimal computed from it in whole numbers (SPEC R19). */
export interface ExactNumber {
  readonly fraction: string;
  readonly decimal: string;
}

/** 1 / (1 − detection): how many times likelier it is to find nothing where nothing is. `undefined` at a detection of 1. */
export function likelihoodRatio(detection: Fraction): Fraction | undefined {
  return compare(detection, ONE) >= 0 ? undefined : quotient(ONE, complement(detection));
}

/** The word of the highest line of the table whose `from` the ratio reaches; `undefined` below the first line. */
export function evidenceWord(ratio: Fraction, table: Terms["evidenceWords"]): Words | undefined {
  let word: Words | undefined;
  for (const line of table) {
    const from = parseFraction(line.from);
    if (from.ok && atLeast(ratio, from.value)) word = line.word;
  }
  return word;
}

export interface OddsRow {
  /** Odds of absence before, for to against. */
  readonly before: { readonly for: number; readonly against: number };
  /** Odds of absence after, to one. */
  readonly after: ExactNumber;
}

/** What the ratio makes of odds of 1 to 1, 1 to 4 and 1 to 12. Where a reader starts is the reader's own. */
export function oddsTable(ratio: Fraction, start: readonly OddsRow["before"][] = [{ for: 1, against: 1 }, { for: 1, against: 4 }, { for: 1, against: 12 }]): OddsRow[] {
  return start.map((before) => ({ before, after: ratioNumber(product(ratio, fraction(BigInt(before.for), BigInt(before.against)))) }));
}

/** Three places; below the level or below 1 it never reads as if it had reached it. */
export function probabilityNumber(value: Fraction, level: Fraction): ExactNumber {
  return { fraction: fractionText(value), decimal: decimalText(value, 3, [level, ONE]) };
}

/** Two places. */
export function ratioNumber(value: Fraction): ExactNumber {
  return { fraction: fractionText(value), decimal: decimalText(value, 2) };
}
