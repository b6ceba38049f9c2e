/** The lower bound from day to day: steps at visits, a fall between them, the agreed level, and the same numbers in a table. */
import { scaleLinear, scaleTime } from "d3-scale";
import { line as lineOf } from "d3-shape";
import { type KeyboardEvent, useMemo, useState } from "react";
import { series, type SeriesPoint, visitFindings } from "@countersign/core/assure/findings.ts";
import type { Finding } from "@countersign/core/assure/finding.ts";
import { parseFraction } from "@countersign/core/assure/fraction.ts";
import { firstDayBelow } from "@countersign/core/assure/time.ts";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { parseInstant } from "@countersign/core/bytes/instant.ts";
import type { Statements } from "@countersign/core/channel/kind.ts";
import { assuranceMessages } from "../../messages/assurance.ts";
import { Card } from "../../parts/card.tsx";
import { useElementWidth } from "../../parts/element-width.ts";
import { useWords } from "../../parts/language.tsx";
import { chartLines, type ChartPoint, chartSpan, monthTicks, tableRows } from "./chart-series.ts";
import type { FindingGrounds } from "./subject.ts";
import styles from "./chart.module.css";

interface BoundChartProps {
  readonly state: Statements;
  readonly finding: Finding;
  readonly grounds: FindingGrounds;
  readonly asOf: Instant;
}

export function BoundChart({ state, finding, grounds, asOf }: BoundChartProps) {
  const say = useWords(assuranceMessages);
  const { site, obligation, level } = finding;
  const { terms } = grounds.subject;
  const visits = useMemo(() => visitFindings(state, site, obligation), [state, site, obligation]);
  const span = useMemo(
    () => chartSpan(visits, asOf, daysUntilBelow(finding, terms.decay.factor)),
    [visits, asOf, finding, terms],
  );
  const points = useMemo(() => series(state, site, span.from, span.to, obligation), [state, site, span, obligation]);
  if (!points.some(({ detection }) => detection !== undefined)) return null;
  return (
    <Card label={say("falls")} className={styles["chartCard"]}>
      <header className={styles["cardHead"]}>
        <h2>{say("falls")}</h2>
        <span className="note">{say("fallsTerms", { factor: terms.decay.factor })}</span>
      </header>
      <Drawing points={points} visits={visits} asOf={asOf} level={level} />
      <ChartTable points={points} visits={visits} asOf={asOf} />
    </Card>
  );
}

function daysUntilBelow(finding: Finding, factor: string): number | undefined {
  const value = parseFraction(finding.estimate?.atVisit.detection.fraction ?? "");
  const fall = parseFraction(factor);
  const level = parseFraction(finding.level);
  return value.ok && fall.ok && level.ok && finding.verdict === "nothing-found-at-level"
    ? firstDayBelow(value.value, fall.value, level.value)
    : undefined;
}

interface DrawingProps {
  readonly points: readonly SeriesPoint[];
  readonly visits: readonly Finding[];
  readonly asOf: Instant;
  readonly level: string;
}

const TOP = 14;
const BOTTOM = 26;
const LEFT = 42;

function Drawing({ points, visits, asOf, level }: DrawingProps) {
  const say = useWords(assuranceMessages);
  const [frame, measured] = useElementWidth<HTMLDivElement>();
  const [chosen, setChosen] = useState<Instant | undefined>(undefined);
  const width = Math.max(280, measured);
  const height = width < 480 ? 220 : 290;
  const roomy = width >= 480;
  const from = points[0]?.at ?? asOf;
  const to = points.at(-1)?.at ?? asOf;
  const x = scaleTime()
    .domain([dateOf(from), dateOf(to)])
    .range([LEFT, width - 8]);
  const y = scaleLinear()
    .domain([0, 1])
    .range([height - BOTTOM, TOP]);
  const path = lineOf<ChartPoint>()
    .x(({ at }) => x(dateOf(at)))
    .y(({ value }) => y(value));
  const { computed, ahead, firstBelow } = useMemo(() => chartLines(points, visits, asOf), [points, visits, asOf]);
  const at = points.findIndex((point) => point.at === (chosen ?? asOf));
  const point = points[at];
  const words = pointWords(say, point);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageUp: -30,
      PageDown: 30,
      Home: -points.length,
      End: points.length,
    }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setChosen(points[Math.min(points.length - 1, Math.max(0, at + step))]?.at);
  };

  return (
    <figure className={styles["chart"]}>
      <div
        ref={frame}
        role="slider"
        tabIndex={0}
        className={styles["chartFrame"]}
        aria-label={say("chartLabel")}
        aria-valuemin={0}
        aria-valuemax={points.length - 1}
        aria-valuenow={Math.max(0, at)}
        aria-valuetext={words}
        onKeyDown={onKeyDown}
      >
        <svg
          className={styles["chartSvg"]}
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          aria-hidden="true"
        >
          {[0, 0.25, 0.5, 0.75, 1].map((value) => (
            <g key={value}>
              <path className={styles["gridLine"]} d={`M${LEFT} ${y(value)}H${width - 8}`} />
              <text className={styles["axisText"]} x={LEFT - 8} y={y(value) + 4} textAnchor="end">
                {value.toFixed(2)}
              </text>
            </g>
          ))}
          {monthTicks(from, to)
            .filter((_, index, all) => roomy || index % Math.ceil(all.length / 3) === 0)
            .map((month) => (
              <g key={month}>
                <path className={styles["gridLine"]} d={`M${x(dateOf(month))} ${height - BOTTOM}v5`} />
                <text
                  className={styles["axisText"]}
                  x={Math.min(width - 26, x(dateOf(month)))}
                  y={height - 6}
                  textAnchor="middle"
                >
                  {month.slice(0, 7)}
                </text>
              </g>
            ))}
          <path className={styles["levelLine"]} d={`M${LEFT} ${y(Number(level))}H${width - 8}`} />
          <text className={styles["label"]} x={LEFT + 5} y={y(Number(level)) - 6}>
            {say("agreedLevel", { level })}
          </text>
          <path className={styles["shownLine"]} d={`M${x(dateOf(asOf))} ${TOP}V${height - BOTTOM}`} />
          {computed.map((line) => (
            <path key={line[0]?.at} className={styles["computedLine"]} d={path([...line]) ?? ""} />
          ))}
          {ahead.map((line) => (
            <path key={line[0]?.at} className={styles["aheadLine"]} d={path([...line]) ?? ""} />
          ))}
          <Labels
            {...{ visits, points, asOf, width, roomy }}
            x={(instant) => x(dateOf(instant))}
            y={y}
            firstBelow={firstBelow}
          />
          {chosen === undefined || point === undefined ? null : (
            <path className={styles["chosenLine"]} d={`M${x(dateOf(point.at))} ${TOP}V${height - BOTTOM}`} />
          )}
        </svg>
      </div>
      <figcaption>
        <ul className={styles["legend"]}>
          <LegendLine look="computedLine" words={say("legendComputed")} />
          <LegendLine look="aheadLine" words={say("legendAhead")} />
          <LegendLine look="levelLine" words={say("legendLevel")} />
        </ul>
        <p className={styles["chosenWords"]}>{chosen === undefined ? "" : words}</p>
      </figcaption>
    </figure>
  );
}

interface LabelsProps {
  readonly visits: readonly Finding[];
  readonly points: readonly SeriesPoint[];
  readonly asOf: Instant;
  readonly width: number;
  readonly roomy: boolean;
  readonly x: (at: Instant) => number;
  readonly y: (value: number) => number;
  readonly firstBelow: SeriesPoint | undefined;
}

/** Dots for visits (hollow where nothing could be recognised), the moment shown, and the first day below the level. */
function Labels({ visits, points, asOf, width, roomy, x, y, firstBelow }: LabelsProps) {
  const say = useWords(assuranceMessages);
  const shown = points.find(({ at }) => at === asOf);
  const numbered = visits.filter(({ detection }) => detection !== undefined);
  const latest = numbered.at(-1);
  // On a phone the label of the visit stands where the other would.
  const stem = roomy ? 0.66 : 0.28;
  return (
    <>
      {numbered.map((visit) => {
        const value = Number(visit.detection?.decimal ?? "0");
        const cx = x(visit.visit?.left ?? asOf);
        const labelled = roomy || visit === latest;
        const before = cx > width / 2 || (value > 0.5 && cx > 190);
        const dx = before ? -9 : 9;
        const top = value > 0.5 ? (roomy ? y(value) + 44 : y(0.64)) : y(value) - 22;
        return (
          <g key={visit.report}>
            <circle className={value === 0 ? styles["dotHollow"] : styles["dotFull"]} cx={cx} cy={y(value)} r="5" />
            {labelled ? (
              <text className={styles["label"]} x={cx + dx} y={top} textAnchor={before ? "end" : "start"}>
                {say("visitLabel", { number: visit.visit?.number ?? 0, day: visit.visit?.left.slice(0, 10) ?? "" })}
                <tspan className={styles["labelQuiet"]} x={cx + dx} dy="17">
                  {say("lowerBound", { number: visit.detection?.decimal ?? "" })}
                </tspan>
              </text>
            ) : null}
          </g>
        );
      })}
      {shown?.detection === undefined || !roomy ? null : (
        <text
          className={styles["label"]}
          x={x(asOf) + (x(asOf) > width - 190 ? -7 : 7)}
          y={y(0.36)}
          textAnchor={x(asOf) > width - 190 ? "end" : "start"}
        >
          {say("shownLabel", { day: asOf.slice(0, 10) })}
          <tspan className={styles["labelQuiet"]} x={x(asOf) + (x(asOf) > width - 190 ? -7 : 7)} dy="17">
            {say("lowerBound", { number: shown.detection.decimal })}
          </tspan>
        </text>
      )}
      {firstBelow?.detection === undefined ? null : (
        <g>
          <path
            className={styles["belowStem"]}
            d={`M${x(firstBelow.at)} ${y(Number(firstBelow.detection.decimal)) + 5}V${y(stem)}`}
          />
          <circle
            className={styles["belowDot"]}
            cx={x(firstBelow.at)}
            cy={y(Number(firstBelow.detection.decimal))}
            r="5"
          />
          <text
            className={styles["belowText"]}
            x={x(firstBelow.at) + (x(firstBelow.at) > width - 190 ? -7 : 7)}
            y={y(stem)}
            textAnchor={x(firstBelow.at) > width - 190 ? "end" : "start"}
          >
            {say("belowFrom", { day: firstBelow.at.slice(0, 10) })}
          </text>
        </g>
      )}
    </>
  );
}

function LegendLine({ look, words }: { readonly look: string; readonly words: string }) {
  return (
    <li>
      <svg width="26" height="8" viewBox="0 0 26 8" aria-hidden="true" focusable="false">
        <path className={styles[look]} d="M0 4H26" />
      </svg>
      {words}
    </li>
  );
}

function ChartTable({
  points,
  visits,
  asOf,
}: {
  readonly points: readonly SeriesPoint[];
  readonly visits: readonly Finding[];
  readonly asOf: Instant;
}) {
  const say = useWords(assuranceMessages);
  return (
    <div className={styles["tableBox"]} tabIndex={0} role="region" aria-label={say("lowerBoundHead")}>
      <table className={styles["table"]}>
        <thead>
          <tr>
            <th scope="col">{say("day")}</th>
            <th scope="col">{say("daysSince")}</th>
            <th scope="col">{say("lowerBoundHead")}</th>
            <th scope="col">{say("verdictThatDay")}</th>
          </tr>
        </thead>
        <tbody>
          {tableRows(points, visits, asOf).map((row) => (
            <tr key={row.at} className={row.at === asOf ? styles["rowShown"] : undefined}>
              <th scope="row">
                {row.at.slice(0, 10)} {row.at === asOf ? <span className="quiet">{say("thisDay")}</span> : null}
              </th>
              <td>{row.days ?? ""}</td>
              <td>{row.detection?.decimal ?? say("noNumberPlace")}</td>
              <td className="mono">{row.verdict}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type SayAssurance = ReturnType<typeof useWords<keyof (typeof assuranceMessages)["en"]>>;

function pointWords(say: SayAssurance, point: SeriesPoint | undefined): string {
  if (point === undefined) return "";
  const day = point.at.slice(0, 10);
  if (point.detection === undefined || point.days === undefined)
    return say("chartDayNone", { day, place: say("noNumberPlace") });
  return say("chartDay", {
    day,
    days: point.days,
    number: point.detection.decimal,
    place: say(point.verdict === "nothing-found-at-level" ? "atLevel" : "belowLevel"),
  });
}

function dateOf(at: Instant): Date {
  return new Date((parseInstant(at) ?? 0) * 1000);
}
