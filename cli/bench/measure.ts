/** Medians of repeated measurements, each beside a baseline that is taken in the same run, one after the other in turn. */
import type { Result } from "@countersign/core/refusal.ts";

export interface Row {
  readonly id: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the bare work under it costs on this machine, in the same unit; null where a fixed number is the only measure. */
  readonly baseline: number | null;
  /** value / baseline. */
  readonly ratio: number | null;
  /** The number to reach, in words. */
  readonly reach: string;
  readonly ok: boolean;
}

export interface Measurement {
  readonly id: string;
  /** Told what is under way. Gives up soon after the signal. */
  measure(progress: (text: string) => void, signal: AbortSignal): Promise<Row>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Seconds that the work takes. */
export async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Medians of both works, run in turn so that what else the machine does falls on both. `prepare` comes before each work and is not measured. */
export async function inTurn(
  repeats: number,
  signal: AbortSignal,
  work: () => unknown,
  bare: () => unknown,
  prepare?: () => Promise<void>,
): Promise<{ readonly work: number; readonly bare: number; readonly ratio: number }> {
  const pairs: { work: number; bare: number }[] = [];
  for (let repeat = 0; repeat < repeats && !signal.aborted; repeat += 1) {
    await prepare?.();
    pairs.push({ bare: await seconds(bare), work: await seconds(work) });
  }
  return {
    work: median(pairs.map((pair) => pair.work)),
    bare: median(pairs.map((pair) => pair.bare)),
    ratio: median(pairs.map((pair) => pair.work / pair.bare)),
  };
}

/** Three significant digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** What a measurement cannot go on without: a refusal ends it. */
export function must<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(`${result.refusal.code}: ${result.refusal.sentence}`);
}
