/** From the series of findings to the lines of the chart. Decimals become pixels only here; nothing is computed on from them. */
import type { SeriesPoint } from "@countersign/core/assure/findings.ts";
import type { Finding } from "@countersign/core/assure/finding.ts";
import type { ExactNumber } from "@countersign/core/assure/likelihood.ts";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { addSeconds, secondsBetween, wholeDaysBetween } from "@countersign/core/bytes/instant.ts";

export interface ChartPoint {
  readonly at: Instant;
  readonly value: number;
}

/** A stretch without a gap. */
export type ChartLine = readonly ChartPoint[];

export interface ChartLines {
  /** Up to the moment shown. */
  readonly computed: readonly ChartLine[];
  /** After it, if nothing new is seen. */
  readonly ahead: readonly ChartLine[];
  readonly firstBelow?: SeriesPoint;
}

const DAY = 86_400;
const BEFORE_FIRST_VISIT = 20;
const AFTER_SHOWN = 45;
const LONGEST = 730;

/** Whole days before and after the moment shown, so that one of the points is that moment itself. */
export function chartSpan(
  visits: readonly Finding[],
  asOf: Instant,
  firstDayBelow: number | undefined,
): { readonly from: Instant; readonly to: Instant } {
  const first = visits[0]?.visit?.left ?? asOf;
  const last = visits.at(-1)?.visit?.left ?? asOf;
  const back = Math.min(LONGEST, wholeDaysBetween(first, asOf) + BEFORE_FIRST_VISIT);
  const untilBelow = firstDayBelow === undefined ? 0 : firstDayBelow - wholeDaysBetween(last, asOf) + 15;
  const ahead = Math.min(LONGEST, Math.max(AFTER_SHOWN, untilBelow));
  return { from: addSeconds(asOf, -back * DAY), to: addSeconds(asOf, ahead * DAY) };
}

/** `visits`: the finding of each visit as it stood when the team left. The line steps there and falls day by day; where no number may be given it has a gap. */
export function chartLines(points: readonly SeriesPoint[], visits: readonly Finding[], asOf: Instant): ChartLines {
  const computed: ChartPoint[][] = [];
  let line: ChartPoint[] | undefined;
  let previous: SeriesPoint | undefined;
  const add = (at: Instant, value: number) => {
    if (line === undefined) computed.push((line = []));
    line.push({ at, value });
  };
  for (const point of points.filter(({ at }) => at <= asOf)) {
    const left = point.report === previous?.report ? undefined : visits.find(({ report }) => report === point.report);
    const atVisit = left?.detection === undefined ? undefined : numberOf(left.detection);
    const before = line?.at(-1)?.value;
    if (left?.visit !== undefined && atVisit !== undefined) {
      if (before !== undefined) add(left.visit.left, before);
      add(left.visit.left, atVisit);
    }
    if (point.detection === undefined) line = undefined;
    else add(point.at, numberOf(point.detection));
    previous = point;
  }
  const after = points
    .filter(({ at, detection }) => at >= asOf && detection !== undefined)
    .map(({ at, detection }) => ({ at, value: numberOf(detection) }));
  const firstBelow = points.find(
    (point, index) =>
      point.at > asOf &&
      point.verdict === "nothing-found-below-level" &&
      points[index - 1]?.verdict === "nothing-found-at-level",
  );
  return { computed, ahead: after.length > 1 ? [after] : [], ...(firstBelow === undefined ? {} : { firstBelow }) };
}

function numberOf(value: ExactNumber | undefined): number {
  return Number(value?.decimal ?? "0");
}

export type TableRow = Pick<SeriesPoint, "at" | "verdict" | "days" | "detection">;

/** The days worth a row beside the chart: each visit, the moment shown, the last day at the level, the first below it, the end. */
export function tableRows(
  points: readonly SeriesPoint[],
  visits: readonly Finding[],
  asOf: Instant,
): readonly TableRow[] {
  const visited = visits.flatMap(({ visit, verdict, detection }): TableRow[] =>
    visit === undefined
      ? []
      : [{ at: visit.left, verdict, days: 0, ...(detection === undefined ? {} : { detection }) }],
  );
  const others = points.filter((point, index) => {
    const next = points[index + 1];
    const before = points[index - 1];
    const turns = point.verdict === "nothing-found-at-level" && next?.verdict === "nothing-found-below-level";
    const turned = before?.verdict === "nothing-found-at-level" && point.verdict === "nothing-found-below-level";
    return point.days !== undefined && (point.at === asOf || turns || turned || next === undefined);
  });
  return [...visited, ...others].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Beginnings of months between, for the axis. */
export function monthTicks(from: Instant, to: Instant): readonly Instant[] {
  const ticks: Instant[] = [];
  let [year, month] = [Number(from.slice(0, 4)), Number(from.slice(5, 7))];
  for (;;) {
    month += 1;
    if (month > 12) [year, month] = [year + 1, 1];
    const at = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-01T00:00:00Z`;
    if (secondsBetween(at, to) <= 0) return ticks;
    ticks.push(at);
  }
}
