import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { series, visitFindings, findings } from "@countersign/core/assure/findings.ts";
import { agreedExercise } from "@countersign/core/inspect/_exercise-record.ts";
import { inspect, TARN } from "@countersign/core/inspect/_visit.ts";
import { termsSchema } from "@countersign/core/terms/terms.ts";
import { chartLines, chartSpan, monthTicks, tableRows } from "./chart-series.ts";
import { estimateFor, groundsOf, outOfHundred } from "./subject.ts";

const fileOf = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8"));
const terms = termsSchema.parse(fileOf("regimes/exercise.json"));
const asOf = "2027-05-15T09:30:00Z";

function visited() {
  const made = agreedExercise(terms);
  inspect(made, TARN);
  const state = made.record.fold(asOf);
  const finding = findings(state, asOf).find(({ site, claim }) => site === "A-01" && claim === "item-absent");
  if (finding === undefined) throw new Error("no finding");
  return { state, finding, visits: visitFindings(state, "A-01") };
}

describe("numbers beside the finding", () => {
  test("a recognition is written out of a hundred, exactly", () => {
    expect(["0.95", "0", "1", "0.5", "0.975", "0.005", "0.9"].map(outOfHundred)).toEqual([
      "95",
      "0",
      "100",
      "50",
      "97.5",
      "0.5",
      "90",
    ]);
  });

  test("what if with the terms' own holding gives the finding's own number", () => {
    const { state, finding } = visited();
    const grounds = groundsOf(state, finding, "en");
    if (grounds === undefined) throw new Error("no grounds");
    const shown = finding.estimate ?? finding.part;
    const again = estimateFor(grounds, finding, terms.detection.significantHolding);
    expect(again?.atVisit.detection).toEqual(shown?.atVisit.detection);
    expect(again?.today.detection).toEqual(shown?.today.detection);
  });
});

describe("the chart", () => {
  test("one of its points is the moment shown, with the finding's number", () => {
    const { state, finding, visits } = visited();
    const span = chartSpan(visits, asOf, undefined);
    const points = series(state, "A-01", span.from, span.to);
    expect(points.find(({ at }) => at === asOf)?.detection).toEqual(finding.detection);
    expect(span.from < (visits[0]?.visit?.left ?? "")).toBe(true);
  });

  test("draws nothing where no number is given, and never goes on past a gap", () => {
    const points = ["2027-05-01", "2027-05-02", "2027-05-03", "2027-05-04"].map((day, index) => ({
      at: `${day}T09:30:00Z`,
      verdict: index === 2 ? ("open" as const) : ("nothing-found-at-level" as const),
      days: index,
      report: "r",
      ...(index === 2 ? {} : { detection: { fraction: "9/10", decimal: "0.900" } }),
    }));
    const { computed, ahead } = chartLines(points, [], "2027-05-04T09:30:00Z");
    expect(computed.map((line) => line.length)).toEqual([2, 1]);
    expect(ahead).toEqual([]);
  });

  test("the table has the visit, the moment shown and the end, in order", () => {
    const { state, visits } = visited();
    const span = chartSpan(visits, asOf, undefined);
    const rows = tableRows(series(state, "A-01", span.from, span.to), visits, asOf);
    expect(rows.some(({ at }) => at === asOf)).toBe(true);
    expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).toSorted());
  });

  test("months are marked once each", () => {
    expect(monthTicks("2027-03-04T00:00:00Z", "2027-06-30T00:00:00Z").map((at) => at.slice(0, 7))).toEqual([
      "2027-04",
      "2027-05",
      "2027-06",
    ]);
  });
});
