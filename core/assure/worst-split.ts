/**
 * Where the host would do best to put a significant holding (SPEC R19): the smallest detection over every way to place it. Cells
 * hold one item each; any other space may hold the whole holding. The number of a site is this minimum, so it holds wherever
 * the item stood.
 */
import { compare, complement, ONE, product, type Fraction } from "./fraction.ts";
import { missOfDraw } from "./sampling.ts";

export interface Looks {
  /** A joint draw: how many cells it was made from, and the recognition of each one drawn. */
  readonly draw?: { readonly listed: number; readonly drawn: readonly Fraction[] };
  /** Recognition of every cell outside the draw that could hold the item; zero where it was not seen. */
  readonly cells: readonly Fraction[];
  /** Recognition of every other space that could hold the item; zero where it was not seen. */
  readonly spaces: readonly Fraction[];
}

export interface WorstSplit {
  /** The smallest chance of recognising at least one item. */
  readonly detection: Fraction;
  /** In cells, or all of it in one of the other spaces; `none` where no space could hold the item. */
  readonly where: "cells" | "space" | "none";
  /** How many items the number is about: the holding, or as many as there are cells where that is all that fits. */
  readonly holding: number;
}

/** `holding`: the number of items, at least 1. */
export function worstSplit({ draw, cells, spaces }: Looks, holding: number): WorstSplit {
  const room = (draw?.listed ?? 0) + cells.length;
  const inCells = room === 0 || (holding > room && spaces.length > 0) ? undefined : missInCells(draw, cells, Math.min(holding, room));
  const poorest = spaces.toSorted(compare)[0];
  const inSpace = poorest === undefined ? undefined : complement(poorest);
  if (inCells !== undefined && (inSpace === undefined || compare(inCells, inSpace) >= 0))
    return { detection: complement(inCells), where: "cells", holding: Math.min(holding, room) };
  if (inSpace !== undefined) return { detection: complement(inSpace), where: "space", holding };
  return { detection: ONE, where: "none", holding };
}

/** The largest chance of missing all of `holding` items over every split between the list of the draw and the other cells. */
function missInCells(draw: Looks["draw"], cells: readonly Fraction[], holding: number): Fraction {
  const listed = draw?.listed ?? 0;
  const drawnMisses = (draw?.drawn ?? []).map(complement).toSorted((a, b) => compare(b, a));
  const otherMisses = cells.map(complement).toSorted((a, b) => compare(b, a));
  let worst: Fraction | undefined;
  let inOthers = ONE;
  for (let others = 0; others <= Math.min(holding, cells.length); others += 1) {
    if (others > 0) inOthers = product(inOthers, otherMisses[others - 1] ?? ONE);
    if (holding - others > listed) continue;
    const miss = listed === 0 ? inOthers : product(inOthers, missOfDraw(listed, holding - others, drawnMisses));
    if (worst === undefined || compare(miss, worst) > 0) worst = miss;
    // No later split can be missed more often than this one's part outside the list.
    if (compare(inOthers, worst) <= 0) break;
  }
  return worst ?? ONE;
}
