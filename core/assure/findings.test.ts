import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addSeconds } from "../bytes/instant.ts";
import { sign } from "../channel/sign.ts";
import { agreedExercise, words, type Exercise } from "../inspect/_exercise-record.ts";
import { inspect, makeStep, MOROZNA, newestInspection, stepTime, TARN, type Visit } from "../inspect/_visit.ts";
import { ambiguityStatement } from "../inspect/ambiguity-statement.ts";
import { objectSheet } from "../inspect/object-sheet.ts";
import { termsSchema } from "../terms/terms.ts";
import { document, signed } from "./_example-visit.ts";
import { CLAIMS, type Finding } from "./finding.ts";
import { findings, series, siteVisits, visitFindings } from "./findings.ts";
import { byVisit } from "./visit.ts";

const terms = termsSchema.parse(JSON.parse(readFileSync(new URL("../../regimes/exercise.json", import.meta.url), "utf8")));
const SECOND: Visit = { ...TARN, notice: "2027-06-10T06:00:00Z", seal: 40 };
// Sixteen cells, eleven drawn, four holding, recognised in 95 of 100; computed apart from this program.
const CELLS_ALONE = "28928317/29120000";
// The store, viewed once, is where the host would do best.
const WITH_STORE = "19/20";

function absence(made: Exercise, site: string, asOf: string): Finding {
  const found = findings(made.record.fold(asOf), asOf).find((finding) => finding.site === site && finding.claim === "item-absent");
  if (found === undefined) throw new Error(`no finding on ${site}`);
  return found;
}

/** A visit on which the drawn cells' ends are seen by `method` and the store is viewed. */
function look(made: Exercise, visit: Visit, method: string): void {
  inspect(made, visit, "draw-open");
  const inspection = newestInspection(made, visit.inspecting);
  const at = stepTime(visit, "object-sheet");
  const sheets = [...(inspection.draw?.cells ?? []).map((space) => ({ space, method })), { space: "S-1", method: "interior-viewed" }].map(({ space, method: how }) => ({ space, state: "seen" as const, method: how, at, recognised: "none" as const }));
  made.record.say(visit.inspecting, objectSheet, { inspection: inspection.id, sheets }, at);
  for (const step of ["departure", "report", "sign-report"] as const) makeStep(made, visit, step);
}

describe("findings of a record", () => {
  test("R19 give three claims for every declared site of those who owe an absence, not examined before a visit", () => {
    const made = agreedExercise(terms);
    const all = findings(made.record.fold(), "2027-03-05T09:00:00Z");
    expect(all.map(({ site, claim, verdict }) => `${site} ${claim} ${verdict}`)).toEqual(["A-01", "A-02", "B-01", "B-02", "B-03"].flatMap((site) => CLAIMS.map((claim) => `${site} ${claim} not-examined`)));
    expect(findings(made.record.fold("2027-03-01T09:00:00Z"), "2027-03-01T09:00:00Z")).toEqual([]);
  });

  test("R19 count a visit when its report is signed by both, and let its number fall", () => {
    const made = agreedExercise(terms);
    look(made, TARN, "opened-end");
    const left = stepTime(TARN, "departure");
    expect(absence(made, "A-01", addSeconds(stepTime(TARN, "sign-report"), -1)).verdict).toBe("not-examined");
    const finding = absence(made, "A-01", stepTime(TARN, "sign-report"));
    expect([finding.verdict, finding.detection?.fraction, finding.visit?.left, finding.earlier]).toEqual(["nothing-found-at-level", WITH_STORE, left, []]);
    expect(absence(made, "A-02", stepTime(TARN, "sign-report")).verdict).toBe("not-examined");
    expect([26, 27, 28].map((days) => absence(made, "A-01", addSeconds(left, days * 86_400)).verdict)).toEqual(["nothing-found-at-level", "nothing-found-at-level", "nothing-found-below-level"]);
  });

  test("R19 a covered store and an open question keep the site open; the cells have their number", () => {
    const made = agreedExercise(terms);
    inspect(made, TARN);
    const asOf = stepTime(TARN, "sign-report");
    const finding = absence(made, "A-01", asOf);
    expect([finding.verdict, finding.open.map(({ code }) => code), finding.detection, finding.part?.atVisit.detection.fraction]).toEqual(["open", ["question", "spaces"], undefined, CELLS_ALONE]);
    const [question] = newestInspection(made, "borealia").ambiguities;
    made.record.say("borealia", ambiguityStatement, { ambiguity: question?.id ?? "", statement: words("Seen since."), answered: true }, "2027-05-20T09:00:00Z");
    expect(absence(made, "A-01", "2027-05-20T09:00:00Z").open.map(({ code }) => code)).toEqual(["spaces"]);
    expect(absence(made, "A-01", asOf).open).toHaveLength(2);
    const declared = findings(made.record.fold(asOf), asOf).find(({ site, claim }) => site === "A-01" && claim === "site-as-declared");
    expect([declared?.verdict, declared?.open.map(({ code }) => code)]).toEqual(["open", ["question", "structures-not-counted"]]);
  });

  test("R19 a refused signature leaves the site open and takes every number away", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "report");
    const document = newestInspection(made, "aurelia").report?.statement.body.document ?? "";
    const at = stepTime(MOROZNA, "sign-report");
    made.record.say("aurelia", sign, { document, what: "report", form: "sign" }, at);
    expect(absence(made, "B-03", at).verdict).toBe("not-examined");
    made.record.say("borealia", sign, { document, what: "report", form: "refuse", comment: words("The cover was lifted.") }, at);
    const finding = absence(made, "B-03", at);
    expect([finding.verdict, finding.open[0], finding.part]).toEqual(["open", { code: "report-refused", by: ["borealia"] }, undefined]);
  });

  test("R19 rest on the latest visit, and keep the number of the ones before", () => {
    const made = agreedExercise(terms);
    look(made, TARN, "closed-canister");
    look(made, SECOND, "opened-end");
    const asOf = stepTime(SECOND, "sign-report");
    const finding = absence(made, "A-01", asOf);
    expect([finding.verdict, finding.detection?.fraction, finding.earlier.map(({ number, verdict, days, estimate }) => [number, verdict, days, estimate?.today.detection.decimal])]).toEqual(["nothing-found-at-level", WITH_STORE, [[1, "nothing-found-below-level", 31, "0.000"]]]);
    expect(visitFindings(made.record.fold(), "A-01").map(({ verdict, detection, asOf: day }) => [verdict, detection?.decimal, day])).toEqual([
      ["nothing-found-below-level", "0.000", stepTime(TARN, "departure")],
      ["nothing-found-at-level", "0.950", stepTime(SECOND, "departure")],
    ]);
    expect(visitFindings(made.record.fold(), "A-02")).toEqual([]);
    expect(siteVisits(made.record.fold(), "A-01").map(({ rows, signed: { number } }) => [number, rows.filter(({ drawn }) => drawn).length])).toEqual([[1, 11], [2, 11]]);
  });

  test("R19 the series has the findings' numbers, day by day", () => {
    const made = agreedExercise(terms);
    look(made, TARN, "closed-canister");
    look(made, SECOND, "opened-end");
    const [from, to] = ["2027-05-10T09:30:00Z", "2027-08-10T09:30:00Z"];
    const points = series(made.record.fold(), "A-01", from, to);
    expect([points.length, points[0]?.verdict, points[0]?.detection, points[2]?.detection?.decimal, points.at(-1)?.verdict]).toEqual([93, "not-examined", undefined, "0.000", "nothing-found-below-level"]);
    for (const point of points.filter((_, index) => index % 7 === 0)) {
      const finding = absence(made, "A-01", point.at);
      if (finding.visit?.signedAt !== undefined) expect([point.verdict, point.detection, point.days]).toEqual([finding.verdict, finding.detection, finding.visit.days]);
    }
    const below = points.findIndex(({ verdict, days, detection }) => verdict === "nothing-found-below-level" && days !== undefined && detection?.decimal !== "0.000");
    expect([points[below]?.days, points[below]?.detection?.decimal, points[below - 1]?.detection?.decimal]).toEqual([28, "0.898", "0.900"]);
  });

  test("R19 are plain data: what was written as JSON reads back the same", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA);
    look(made, TARN, "opened-end");
    const all = findings(made.record.fold(), "2027-05-15T09:30:00Z");
    expect(JSON.parse(JSON.stringify(all))).toEqual(all);
  });

  test("R19 take visits in one order, however their reports are listed", () => {
    const reports = [["2027-05-12T18:30:00Z", "a"], ["2027-05-12T18:30:00Z", "b"], ["2027-03-24T18:30:00Z", "c"], ["2027-06-01T00:00:00Z", "d"]].map(([left = "", id = ""]) => {
      const made = signed({ ...document(), times: { ...document().times, left } });
      return { ...made, report: { ...made.report, id } };
    });
    fc.assert(fc.property(fc.shuffledSubarray(reports, { minLength: reports.length }), (listed) => { expect(listed.toSorted(byVisit).map(({ report }) => report.id)).toEqual(["c", "a", "b", "d"]); }));
  });
});
