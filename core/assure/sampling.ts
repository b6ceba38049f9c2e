/**
 * What a random choice of cells finds, exactly (SPEC R19): the hypergeometric law with imperfect recognition, after Cameron and
 * Baldock (1998) with no false alarms. If `holding` of `cells` hold the item and `seen` of them are chosen at random, the chance
 * of seeing y holders is C(holding, y) C(cells − holding, seen − y) / C(cells, seen), and each of them goes unrecognised with
 * the chance 1 − recognition.
 */
import { accept, refuse, type Result } from "../refusal.ts";
import { compare, complement, fraction, greatestCommonDivisor, isProbability, ONE, type Fraction } from "./fraction.ts";

const CELLS_LIMIT = 1_000_000;

export interface Sample {
  /** N: what the choice is made from. */
  readonly cells: number;
  /** r: how many of them hold the item. */
  readonly holding: number;
  /** n: how many are chosen and seen. */
  readonly seen: number;
  /** p: the chance that the item is recognised in a cell that holds it and is seen. */
  readonly recognition: Fraction;
}

/** The chance that at least one holder is recognised. Refuses counts that do not fit and a recognition outside 0 to 1. */
export function detection({ cells, holding, seen, recognition }: Sample): Result<Fraction> {
  const wrong = countProblem(cells, { holding, seen }) ?? recognitionProblem(recognition);
  if (wrong !== undefined) return wrong;
  return accept(complement(missOfDraw(cells, holding, Array<Fraction>(seen).fill(complement(recognition)))));
}

export type SmallestSample =
  | { readonly reachable: true; readonly seen: number }
  /** Seeing every cell would still not reach the level; `ceiling` is what it would reach. */
  | { readonly reachable: false; readonly ceiling: Fraction };

/** The fewest cells whose choice finds the item with at least the chance `level`. Refusals as in `detection`. */
export function smallestSample({ cells, holding, recognition, level }: Omit<Sample, "seen"> & { readonly level: Fraction }): Result<SmallestSample> {
  const wrong = countProblem(cells, { holding }) ?? recognitionProblem(recognition);
  if (wrong !== undefined) return wrong;
  if (!isProbability(level)) return refuse("sampling-level", "The level is a probability from 0 to 1.", "level");
  const allowed = complement(level);
  const miss = Array<Fraction>(cells).fill(complement(recognition));
  const reaches = (seen: number) => compare(missOfDraw(cells, holding, miss.slice(0, seen)), allowed) <= 0;
  if (!reaches(cells)) return accept({ reachable: false, ceiling: complement(missOfDraw(cells, holding, miss)) });
  // Detection never falls with the number seen, so the first one that reaches the level is found by halving.
  let [below, enough] = [-1, cells];
  while (enough - below > 1) {
    const middle = (below + enough) >> 1;
    if (reaches(middle)) enough = middle;
    else below = middle;
  }
  return accept({ reachable: true, seen: enough });
}

/**
 * The chance that nothing is recognised when `misses.length` of `cells` are drawn at random and `holding` of them hold the item.
 * `misses` are the chances of not recognising it, of the cells drawn, largest first: which of the cells drawn was looked at in
 * which way may have been the host's doing, so that holders are taken to get the poorest looks. Counts that do not fit throw.
 */
export function missOfDraw(cells: number, holding: number, misses: readonly Fraction[]): Fraction {
  const drawn = misses.length;
  if (holding > cells || drawn > cells || holding < 0) throw new RangeError(`no such draw: ${drawn} of ${cells}, ${holding} holding`);
  // The law is symmetric in the holders and the drawn; with the smaller of the two below, the numbers stay small.
  const [smaller, larger] = holding < drawn ? [holding, drawn] : [drawn, holding];
  const first = Math.max(0, smaller - (cells - larger));
  const common = misses.slice(0, smaller).reduce((multiple, { denominator }) => leastCommonMultiple(multiple, denominator), 1n);
  const missed = (index: number) => { const { numerator, denominator } = misses[index] ?? ONE; return numerator * (common / denominator); };
  let ways = choose(larger, first) * choose(cells - larger, smaller - first);
  let unseen = 1n;
  for (let index = 0; index < first; index += 1) unseen *= missed(index);
  let total = 0n;
  for (let found = first; ; found += 1) {
    total = total * common + ways * unseen;
    if (found === smaller) break;
    ways = (ways * BigInt((larger - found) * (smaller - found))) / BigInt((found + 1) * (cells - larger - smaller + found + 1));
    unseen *= missed(found);
  }
  return fraction(total, choose(cells, smaller) * common ** BigInt(smaller));
}

/** How many ways there are to choose `some` of `all`. */
export function choose(all: number, some: number): bigint {
  if (some < 0 || some > all) return 0n;
  let ways = 1n;
  for (let index = 0; index < Math.min(some, all - some); index += 1) ways = (ways * BigInt(all - index)) / BigInt(index + 1);
  return ways;
}

function countProblem(cells: number, parts: Readonly<Record<string, number>>): ReturnType<typeof refuse> | undefined {
  if (!Number.isSafeInteger(cells) || cells < 0 || cells > CELLS_LIMIT) return refuse("sampling-cells", "The number of cells is a whole number from 0 to 1,000,000.", "cells");
  for (const [name, part] of Object.entries(parts))
    if (!Number.isSafeInteger(part) || part < 0 || part > cells) return refuse("sampling-count", `${part} of ${cells} cells cannot be; give a whole number from 0 to ${cells}.`, name);
  return undefined;
}

function recognitionProblem(recognition: Fraction): ReturnType<typeof refuse> | undefined {
  return isProbability(recognition) ? undefined : refuse("sampling-recognition", "The recognition is a probability from 0 to 1.", "recognition");
}

function leastCommonMultiple(left: bigint, right: bigint): bigint {
  return left === right ? left : (left * right) / greatestCommonDivisor(left, right);
}
