/** From the rows of a ledger to a number: what the looks of one visit would have found, at the visit and on a later day. */
import type { Terms } from "../terms/terms.ts";
import type { Estimate, Numbers } from "./finding.ts";
import { atLeast, compare, isProbability, ONE, parseFraction, ZERO, type Fraction } from "./fraction.ts";
import type { LedgerRow } from "./ledger.ts";
import { evidenceWord, likelihoodRatio, probabilityNumber, ratioNumber } from "./likelihood.ts";
import { decayed, firstDayBelow } from "./time.ts";
import { worstSplit, type WorstSplit } from "./worst-split.ts";

/** The terms' numbers as fractions. */
export interface Measures {
  readonly terms: Terms;
  readonly level: Fraction;
  readonly factor: Fraction;
  /** By method. */
  readonly recognition: ReadonlyMap<string, Fraction>;
}

/** `undefined` where a level, a factor or a recognition is no number from 0 to 1: nothing is computed from such terms. */
export function measuresOf(terms: Terms): Measures | undefined {
  const level = probability(terms.detection.level);
  const factor = probability(terms.decay.factor);
  const recognition = new Map(terms.methods.flatMap(({ id, recognition: text }) => { const value = probability(text); return value === undefined ? [] : [[id, value] as const]; }));
  return level === undefined || factor === undefined || recognition.size !== terms.methods.length ? undefined : { terms, level, factor, recognition };
}

export interface RawEstimate extends Omit<Estimate, "atVisit" | "today"> {
  readonly detection: Fraction;
}

/**
 * The smallest detection over every way to place the significant holding. Cells left out by a joint draw count as chance; where
 * looks outside the draw make the number that trusts no draw larger, that one is given: both are lower bounds.
 *
 * A drawn cell that is too small would have shown the item for certain. A cell that was not drawn stays on the list even if it
 * is too small, which can only lower the number.
 */
export function estimateOf(measures: Measures, rows: readonly LedgerRow[], scope: Estimate["scope"]): RawEstimate {
  const { cellKinds, significantHolding } = measures.terms.detection;
  const isCell = ({ space }: LedgerRow) => cellKinds.includes(space.kind);
  const cells = rows.filter(isCell);
  const looks = (some: readonly LedgerRow[]) => some.map((row) => recognitionOf(measures, row));
  const possible = (some: readonly LedgerRow[]) => some.filter(({ state }) => state !== "too-small");
  const others = scope === "site" ? possible(rows.filter((row) => !isCell(row))) : [];
  const listed = cells.filter((row) => row.listed);
  const drawn = listed.filter((row) => row.drawn);
  const outside = possible(cells.filter((row) => !row.listed));
  const spaces = looks(others);
  const byDraw = listed.length === 0 ? undefined : worstSplit({ draw: { listed: listed.length, drawn: looks(drawn) }, cells: looks(outside), spaces }, significantHolding);
  const byLooks = worstSplit({ cells: looks(possible(cells)), spaces }, significantHolding);
  const about = { scope, cellKinds: [...new Set(cells.map(({ space }) => space.kind))], otherSpaces: others.length };
  return byDraw !== undefined && atLeast(byDraw.detection, byLooks.detection)
    ? { ...about, ...result(byDraw), cells: listed.length + outside.length, drawn: drawn.length }
    : { ...about, ...result(byLooks), cells: possible(cells).length, drawn: drawn.length };
}

/** The number at the visit and so many whole days later. */
export function estimateOn({ detection, ...about }: RawEstimate, measures: Measures, days: number): Estimate {
  return { ...about, atVisit: numbersOf(detection, measures), today: numbersOf(decayed(detection, measures.factor, days), measures) };
}

/** The first whole day after the visit on which the number lies below the level; `undefined` if it never does. */
export function dayBelowLevel({ atVisit }: Estimate, terms: Terms): number | undefined {
  const measures = measuresOf(terms);
  const detection = parseFraction(atVisit.detection.fraction);
  return measures === undefined || !detection.ok ? undefined : firstDayBelow(detection.value, measures.factor, measures.level);
}

export function numbersOf(detection: Fraction, { terms, level }: Measures): Numbers {
  const ratio = likelihoodRatio(detection);
  const word = ratio === undefined ? undefined : evidenceWord(ratio, terms.evidenceWords);
  return {
    detection: probabilityNumber(detection, level),
    ...(ratio === undefined ? {} : { likelihoodRatio: ratioNumber(ratio) }),
    ...(word === undefined ? {} : { word }),
  };
}

export function reachesLevel(detection: Fraction, { level }: Measures): boolean {
  return compare(detection, level) >= 0;
}

/** Zero unless an agreed method was used and could tell that there was nothing; one where measurements exclude the item. */
function recognitionOf({ recognition }: Measures, row: LedgerRow): Fraction {
  if (row.state === "too-small") return ONE;
  if (row.state !== "seen" || row.method === undefined || row.recognised !== "none") return ZERO;
  return recognition.get(row.method.id) ?? ZERO;
}

function result({ detection, where, holding }: WorstSplit): Pick<RawEstimate, "detection" | "worst" | "holding"> {
  return { detection, worst: where, holding };
}

function probability(text: string): Fraction | undefined {
  const value = parseFraction(text);
  return value.ok && isProbability(value.value) ? value.value : undefined;
}
