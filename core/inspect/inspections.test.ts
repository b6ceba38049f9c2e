import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../bytes/canonical.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { sign } from "../channel/sign.ts";
import { site } from "../declare/site.ts";
import { holdings } from "../declare/holdings.ts";
import { termsSchema } from "../terms/terms.ts";
import { agreedExercise, testSite, words, type Exercise } from "./_exercise-record.ts";
import { inspect, makeStep, MOROZNA, newestInspection, STEPS, stepTime, TARN } from "./_visit.ts";
import { ambiguityStatement } from "./ambiguity-statement.ts";
import { compileReport } from "./compile-report.ts";
import { freeze } from "./freeze.ts";
import { inspections } from "./inspections.ts";
import { objectSheet } from "./object-sheet.ts";
import { readReport, reportDocument } from "./report-document.ts";
import { signedReports } from "./signed-reports.ts";

const terms = termsSchema.parse(
  JSON.parse(readFileSync(new URL("../../regimes/exercise.json", import.meta.url), "utf8")),
);

function compiled(made: Exercise) {
  const result = compileReport(made.record.fold(), newestInspection(made, MOROZNA.inspecting).id);
  if (!result.ok) throw new Error(result.refusal.sentence);
  return result.value;
}

describe("an inspection from notice to signed report", () => {
  it("passes through its stages, one statement after the other, and every statement applies", () => {
    const made = agreedExercise(terms);
    const stages = STEPS.map((step) => {
      makeStep(made, MOROZNA, step);
      return newestInspection(made, "aurelia").stage;
    });
    expect(stages).toEqual([
      "announced",
      "arrived",
      "designated",
      "frozen",
      "at-site",
      "briefed",
      "briefed",
      "briefed",
      "briefed",
      "examined",
      "examined",
      "examined",
      "examined",
      "left",
      "reported",
      "signed",
    ]);
    expect(made.record.fold().inert).toEqual([]);
  });

  it("knows who inspects whom where, what was sealed, drawn, seen, measured and left open", () => {
    const made = agreedExercise(terms);
    const ids = inspect(made, MOROZNA);
    inspect(made, TARN);
    const [first, second] = inspections(made.record.fold());
    expect([
      first?.number,
      first?.inspecting,
      first?.inspected,
      first?.host,
      first?.site?.site.id,
      first?.seal.opened,
    ]).toEqual([1, "aurelia", "borealia", undefined, "B-03", "matches"]);
    expect([second?.number, second?.inspecting, second?.inspected, second?.host, second?.site?.site.id]).toEqual([
      2,
      "borealia",
      "aurelia",
      "carpathia",
      "A-01",
    ]);
    const drawn = first?.draw?.cells ?? [];
    expect([first?.draw?.list.length, drawn.length, new Set(drawn).size]).toEqual([16, 11, 11]);
    expect(first?.sheets.map(({ space }) => space)).toEqual([...drawn.toSorted(), "S-1"]);
    expect(first?.measurements.map(({ space, statement }) => [space, statement])).toEqual([
      ["S-1", ids.measurement[0]],
    ]);
    expect(
      first?.ambiguities.map(({ by, statements, answered }) => [by, statements.map((one) => one.by), answered]),
    ).toEqual([["aurelia", ["aurelia", "borealia"], false]]);
  });

  it("lists what was done, when and by whom", () => {
    const made = agreedExercise(terms);
    inspect(made, TARN);
    expect(newestInspection(made, "borealia").steps.map(({ time, by, what }) => `${time} ${by} ${what}`)).toEqual([
      "2027-05-10T06:00:00Z borealia intent",
      "2027-05-10T22:30:00Z borealia arrival",
      "2027-05-11T02:35:00Z borealia designation",
      "2027-05-11T03:10:00Z aurelia freeze",
      "2027-05-11T10:40:00Z carpathia transport",
      "2027-05-11T11:40:00Z aurelia briefing",
      "2027-05-11T12:35:00Z borealia diagram-check",
      "2027-05-11T12:55:00Z borealia draw",
      "2027-05-11T12:55:00Z aurelia draw",
      "2027-05-11T13:00:00Z borealia draw-open",
      "2027-05-11T13:00:00Z aurelia draw-open",
      "2027-05-11T16:20:00Z borealia object-sheet",
      "2027-05-11T17:00:00Z borealia measurement",
      "2027-05-11T17:15:00Z borealia ambiguity",
      "2027-05-11T17:40:00Z aurelia ambiguity-statement",
      "2027-05-11T19:10:00Z borealia departure",
      "2027-05-11T20:20:00Z borealia report",
      "2027-05-11T20:32:00Z borealia sign",
      "2027-05-11T20:32:00Z aurelia sign",
    ]);
  });

  it("is held against the declaration that stood when the site was named, whatever is declared afterwards", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "designation");
    const before = newestInspection(made, "aurelia").site;
    const later = testSite("B-03", "canister-bay");
    made.record.say(
      "borealia",
      site,
      { ...later, structures: later.structures.slice(1) },
      stepTime(MOROZNA, "designation"),
    );
    made.record.say(
      "borealia",
      holdings,
      { site: "B-03", on: "2027-03-11", items: [] },
      stepTime(MOROZNA, "designation"),
    );
    for (const step of STEPS.slice(3, 7)) makeStep(made, MOROZNA, step);
    const after = newestInspection(made, "aurelia").site;
    expect([after?.statement.id, after?.holdings?.id]).toEqual([before?.statement.id, before?.holdings?.id]);
  });

  it("takes the newest sheet of a space and the asker's last word on a question", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "ambiguity-statement");
    const { id, ambiguities } = newestInspection(made, "aurelia");
    const at = stepTime(MOROZNA, "ambiguity-statement");
    const second = made.record.say(
      "aurelia",
      objectSheet,
      { inspection: id, sheets: [{ space: "S-1", state: "seen", method: "interior-viewed", at, recognised: "none" }] },
      at,
    );
    const ambiguity = ambiguities[0]?.id ?? "";
    made.record.say("aurelia", ambiguityStatement, { ambiguity, statement: words("Seen now."), answered: true }, at);
    const after = newestInspection(made, "aurelia");
    expect(after.sheets.at(-1)).toMatchObject({ space: "S-1", state: "seen", statement: second });
    expect(after.ambiguities[0]?.answered).toBe(true);
    made.record.say(
      "aurelia",
      ambiguityStatement,
      { ambiguity, statement: words("Not so clear."), answered: false },
      at,
    );
    expect(newestInspection(made, "aurelia").ambiguities[0]?.answered).toBe(false);
  });
});

describe("the report", () => {
  it("is put together byte for byte alike, from facts alone, and reads back", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA);
    const { document, bytes, sha256: hash } = compiled(made);
    expect([toHex(sha256(bytes)), compiled(made).sha256]).toEqual([hash, hash]);
    expect(reportDocument.parse(document)).toEqual(document);
    expect(readReport(made.record.fold(), hash)).toEqual(document);
    expect(document).toMatchObject({
      inspecting: "aurelia",
      inspected: "borealia",
      site: "B-03",
      team: 3,
      times: {
        notice: "2027-03-10T05:30:00Z",
        arrival: "2027-03-10T22:00:00Z",
        designation: "2027-03-11T02:05:00Z",
        freeze: "2027-03-11T02:40:00Z",
        atSite: "2027-03-11T10:10:00Z",
        briefing: "2027-03-11T11:10:00Z",
        left: "2027-03-11T18:40:00Z",
      },
      counted: [{ structure: "module-1", spaces: 16 }],
    });
    expect([
      document.spaces.length,
      document.drawn?.cells.length,
      document.measured.length,
      document.ambiguities[0]?.statements.length,
    ]).toEqual([12, 11, 1, 2]);
  });

  it.each(["intent", "designation", "measurement"] as const)(
    "cannot be put together after %s, before the team has left",
    (until) => {
      const made = agreedExercise(terms);
      inspect(made, MOROZNA, until);
      const result = compileReport(made.record.fold(), newestInspection(made, "aurelia").id);
      expect(result.ok ? "" : result.refusal.code).toMatch(/^report-before-(designation|departure)$/);
      expect(compileReport(made.record.fold(), "0".repeat(64)).ok).toBe(false);
    },
  );

  it("leaves out a draw that one side did not open, and a freeze that was not made", () => {
    const made = agreedExercise(terms);
    for (const step of STEPS.filter((one) => one !== "freeze" && one !== "draw-open" && !one.startsWith("ambiguity")))
      makeStep(made, MOROZNA, step);
    const { document } = compiled(made);
    expect([document.drawn, document.times.freeze, document.ambiguities]).toEqual([undefined, undefined, []]);
    expect(newestInspection(made, "aurelia").stage).toBe("signed");
  });

  it("R7 counts as signed when both sides signed, and as disputed when one refuses", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "report");
    expect(signedReports(made.record.fold())).toEqual([]);
    const { statement } = newestInspection(made, "aurelia").report ?? {};
    const document = statement?.body.document ?? "";
    made.record.say("aurelia", sign, { document, what: "report", form: "sign" }, "2027-03-11T20:00:00Z");
    expect(signedReports(made.record.fold())).toEqual([]);
    made.record.say(
      "borealia",
      sign,
      { document, what: "report", form: "refuse", comment: words("The cover was lifted.") },
      "2027-03-11T20:10:00Z",
    );
    expect(
      signedReports(made.record.fold()).map(({ number, disputed, signedAt }) => [number, disputed, signedAt]),
    ).toEqual([[1, true, "2027-03-11T20:10:00Z"]]);
    inspect(made, TARN);
    expect(
      signedReports(made.record.fold()).map(({ number, disputed, signedAt, document: { site: where } }) => [
        number,
        disputed,
        signedAt,
        where,
      ]),
    ).toEqual([
      [1, true, "2027-03-11T20:10:00Z", "B-03"],
      [2, false, "2027-05-11T20:32:00Z", "A-01"],
    ]);
  });

  it("can be put together again after a refusal; the one that both sign counts", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "report");
    const first = newestInspection(made, "aurelia").report?.statement.body.document ?? "";
    made.record.say("borealia", sign, { document: first, what: "report", form: "refuse" }, "2027-03-11T20:10:00Z");
    const { id } = newestInspection(made, "aurelia");
    made.record.say(
      "aurelia",
      objectSheet,
      {
        inspection: id,
        sheets: [
          {
            space: "S-1",
            state: "refused",
            at: "2027-03-11T15:00:00Z",
            recognised: "not-recognisable",
            remark: words("Corrected."),
          },
        ],
      },
      "2027-03-11T20:20:00Z",
    );
    makeStep(made, { ...MOROZNA, notice: "2027-03-10T06:30:00Z" }, "report");
    const second = newestInspection(made, "aurelia").report?.statement.body.document ?? "";
    expect(second).not.toBe(first);
    for (const by of ["aurelia", "borealia"])
      made.record.say(by, sign, { document: second, what: "report", form: "sign" }, "2027-03-11T21:00:00Z");
    expect(signedReports(made.record.fold()).map(({ disputed, act }) => [disputed, act.document])).toEqual([
      [false, second],
    ]);
    expect(newestInspection(made, "aurelia").reports.length).toBe(2);
  });

  it("is signed by the inspecting and the inspected party alone", () => {
    const made = agreedExercise(terms);
    inspect(made, TARN, "report");
    const document = newestInspection(made, "borealia").report?.statement.body.document ?? "";
    const say = (by: string, hash: string) =>
      made.record.refusal(
        made.record.say(by, sign, { document: hash, what: "report", form: "sign" }, "2027-05-12T09:00:00Z"),
      )?.code;
    expect([
      say("carpathia", document),
      say("meridia", document),
      say("aurelia", toHex(sha256(canonicalJson({})))),
      say("aurelia", document),
    ]).toEqual(["sign-not-by-this-party", "sign-not-by-this-party", "sign-report-unknown", undefined]);
  });
});

describe("lateness", () => {
  it("is shown and never refused: a freeze a day late applies", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "designation");
    const { id } = newestInspection(made, "aurelia");
    const late = made.record.say(
      "borealia",
      freeze,
      { inspection: id, site: "B-03", measures: words("Gates closed") },
      "2027-03-12T09:00:00Z",
    );
    expect(made.record.refusal(late)).toBeUndefined();
    expect(newestInspection(made, "aurelia").freeze?.id).toBe(late);
  });
});
