/**
 * How a number falls between visits: by the terms' factor for every whole day since the team left the site, exactly (SPEC R19).
 * A day is 86,400 seconds of the record's time; a day that has not passed in full does not count.
 */
import type { Instant } from "../bytes/fields.ts";
import { wholeDaysBetween } from "../bytes/instant.ts";
import { compare, power, product, ZERO, type Fraction } from "./fraction.ts";

/** A hundred years. After that the number is zero, whatever the factor: nobody claims anything from a visit so old. */
export const LONGEST_MEMORY_DAYS = 36_525;

/** Whole days from the end of a visit; 0 before it. */
export function daysSinceVisit(left: Instant, asOf: Instant): number {
  return wholeDaysBetween(left, asOf);
}

/** value × factor^days. The factor is a fraction from 0 to 1. */
export function decayed(value: Fraction, factor: Fraction, days: number): Fraction {
  return days > LONGEST_MEMORY_DAYS ? ZERO : product(value, power(factor, days));
}

/** The first whole day on which the value lies below the level, or `undefined` if it never does. */
export function firstDayBelow(value: Fraction, factor: Fraction, level: Fraction): number | undefined {
  const isBelow = (days: number) => compare(decayed(value, factor, days), level) < 0;
  if (!isBelow(LONGEST_MEMORY_DAYS + 1)) return undefined;
  let [above, below] = [-1, LONGEST_MEMORY_DAYS + 1];
  while (below - above > 1) {
    const middle = (above + below) >> 1;
    if (isBelow(middle)) below = middle;
    else above = middle;
  }
  return below;
}
