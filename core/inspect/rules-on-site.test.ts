import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Kind } from "../channel/kind.ts";
import { termsSchema } from "../terms/terms.ts";
import { agreedExercise, words, type Exercise } from "./_exercise-record.ts";
import {
  drawBody,
  drawOpenBody,
  inspect,
  makeStep,
  MOROZNA,
  newestInspection,
  stepTime,
  TARN,
  type StepName,
  type Visit,
} from "./_visit.ts";
import { ambiguity } from "./ambiguity.ts";
import { ambiguityStatement } from "./ambiguity-statement.ts";
import { briefing } from "./briefing.ts";
import { compileReport } from "./compile-report.ts";
import { departure } from "./departure.ts";
import { diagramCheck } from "./diagram-check.ts";
import { draw } from "./draw.ts";
import { drawOpen } from "./draw-open.ts";
import { freeze } from "./freeze.ts";
import { measurement } from "./measurement.ts";
import { objectSheet, type Sheet } from "./object-sheet.ts";
import { report } from "./report.ts";
import { transport } from "./transport.ts";

const terms = termsSchema.parse(
  JSON.parse(readFileSync(new URL("../../regimes/exercise.json", import.meta.url), "utf8")),
);

const bytes = new Uint8Array(1);

/** The code of the refusal of one statement, and the whole refusal for what it says. */
function refused<Body>(
  made: Exercise,
  by: string,
  kind: Kind<Body>,
  body: NoInfer<Body>,
  at: string,
  sees: Readonly<Record<string, number>> = {},
) {
  return made.record.refusal(made.record.say(by, kind, body, at, { sees }));
}

/** An inspection as far as a step, with its notice's id. */
function upTo(until: StepName, visit: Visit = MOROZNA): { made: Exercise; inspection: string } {
  const made = agreedExercise(terms);
  inspect(made, visit, until);
  return { made, inspection: newestInspection(made, visit.inspecting).id };
}

describe("on the way and on site", () => {
  it.each<StepName>([
    "freeze",
    "transport",
    "briefing",
    "diagram-check",
    "draw",
    "object-sheet",
    "measurement",
    "ambiguity",
    "departure",
  ])("%s waits for the designation", (step) => {
    const { made } = upTo("arrival");
    const [id = ""] = makeStep(made, MOROZNA, step);
    expect(made.record.refusal(id)?.code).toBe("inspection-site-not-named");
  });

  it("a freeze is for the inspected party or the host, at the site that was named", () => {
    const { made, inspection } = upTo("designation", TARN);
    const at = stepTime(TARN, "freeze");
    const say = (by: string, siteId: string) =>
      refused(made, by, freeze, { inspection, site: siteId, measures: words("Gates closed") }, at)?.code;
    expect([
      say("borealia", "A-01"),
      say("pomeria", "A-01"),
      say("aurelia", "A-02"),
      say("aurelia", "A-01"),
      say("carpathia", "A-01"),
    ]).toEqual(["freeze-not-by-this-party", "freeze-not-by-this-party", "freeze-other-site", undefined, undefined]);
  });

  it("hours of things done lie neither before the designation nor ahead of their statement", () => {
    const { made, inspection } = upTo("designation");
    const at = stepTime(MOROZNA, "transport");
    const before = "2027-03-11T01:00:00Z";
    const ahead = "2027-03-12T01:00:00Z";
    const codes = [
      refused(made, "borealia", transport, { inspection, atSite: before }, at)?.code,
      refused(made, "borealia", transport, { inspection, atSite: ahead }, at)?.code,
      refused(
        made,
        "borealia",
        briefing,
        { inspection, ended: ahead, counts: [{ structure: "module-1", spaces: 16, items: 0 }], safety: words("x") },
        at,
      )?.code,
      refused(made, "aurelia", departure, { inspection, left: before }, at)?.code,
      refused(made, "aurelia", departure, { inspection, left: ahead }, at)?.code,
    ];
    expect(codes).toEqual([
      "transport-before-designation",
      "transport-ahead-of-its-date",
      "briefing-ahead-of-its-date",
      "departure-before-designation",
      "departure-ahead-of-its-date",
    ]);
  });

  it("transport and briefing are for the inspected party or the host; counting, sheets, measures and leaving for the inspecting party", () => {
    const { made, inspection } = upTo("designation", TARN);
    const at = stepTime(TARN, "departure");
    const counts = [{ structure: "module-1", spaces: 16 }];
    const codes = [
      refused(made, "borealia", transport, { inspection, atSite: at }, at)?.code,
      refused(
        made,
        "borealia",
        briefing,
        { inspection, ended: at, counts: [{ structure: "module-1", spaces: 16, items: 0 }], safety: words("x") },
        at,
      )?.code,
      refused(made, "aurelia", diagramCheck, { inspection, counted: counts, differences: [] }, at)?.code,
      refused(
        made,
        "aurelia",
        objectSheet,
        { inspection, sheets: [{ space: "S-1", state: "covered", at, recognised: "none" }] },
        at,
      )?.code,
      refused(
        made,
        "carpathia",
        measurement,
        {
          inspection,
          measured: [
            { space: "S-1", what: "outline", sides: { lengthMm: 1, widthMm: 1, heightMm: 1 }, toleranceMm: 1, at },
          ],
        },
        at,
      )?.code,
      refused(made, "carpathia", departure, { inspection, left: at }, at)?.code,
    ];
    expect(codes).toEqual([
      "transport-not-by-this-party",
      "briefing-not-by-this-party",
      "diagram-check-not-by-this-party",
      "object-sheet-not-by-this-party",
      "measurement-not-by-this-party",
      "departure-not-by-this-party",
    ]);
  });

  it.each<[string, Partial<Sheet>]>([
    ["object-sheet-unknown-space", { space: "cell-77" }],
    ["object-sheet-method-missing", { state: "seen" }],
    ["object-sheet-method-unseen", { state: "covered", method: "opened-end" }],
    ["object-sheet-unknown-method", { state: "seen", method: "by-ear" }],
    ["object-sheet-before-designation", { at: "2027-03-11T01:00:00Z" }],
    ["object-sheet-ahead-of-its-date", { at: "2027-03-13T01:00:00Z" }],
  ])("refuses %s", (code, change) => {
    const { made, inspection } = upTo("briefing");
    const at = stepTime(MOROZNA, "object-sheet");
    const sheet: Sheet = { space: "S-1", state: "not-shown", at, recognised: "not-recognisable", ...change };
    expect(refused(made, "aurelia", objectSheet, { inspection, sheets: [sheet] }, at)?.code).toBe(code);
  });

  it("refuses two sheets for one space in one statement, unknown spaces in measures and questions, and a second departure", () => {
    const { made, inspection } = upTo("briefing");
    const at = stepTime(MOROZNA, "object-sheet");
    const one: Sheet = { space: "S-1", state: "not-shown", at, recognised: "not-recognisable" };
    expect(refused(made, "aurelia", objectSheet, { inspection, sheets: [one, one] }, at)?.code).toBe(
      "object-sheet-space-twice",
    );
    const sides = { lengthMm: 1, widthMm: 1, heightMm: 1 };
    expect(
      refused(
        made,
        "aurelia",
        measurement,
        { inspection, measured: [{ space: "cell-77", what: "canister", sides, toleranceMm: 1, at }] },
        at,
      )?.code,
    ).toBe("measurement-unknown-space");
    expect(
      refused(
        made,
        "aurelia",
        measurement,
        {
          inspection,
          measured: [{ space: "S-1", what: "canister", sides, toleranceMm: 1, at: "2027-03-13T01:00:00Z" }],
        },
        at,
      )?.code,
    ).toBe("measurement-ahead-of-its-date");
    expect(
      refused(
        made,
        "borealia",
        ambiguity,
        { inspection, space: "cell-77", question: words("?"), statement: words("x") },
        at,
      )?.code,
    ).toBe("ambiguity-unknown-space");
    makeStep(made, MOROZNA, "departure");
    expect(refused(made, "aurelia", departure, { inspection, left: at }, stepTime(MOROZNA, "report"))?.code).toBe(
      "departure-repeated",
    );
  });

  it("a question is for the parties of the inspection and its host; only its asker says that it is answered", () => {
    const { made, inspection } = upTo("briefing", TARN);
    const at = stepTime(TARN, "ambiguity");
    const asked = { inspection, question: words("What is this?"), statement: words("A box.") };
    expect([
      refused(made, "meridia", ambiguity, asked, at)?.code,
      refused(made, "carpathia", ambiguity, asked, at)?.code,
    ]).toEqual(["ambiguity-not-by-this-party", undefined]);
    const [question] = newestInspection(made, "borealia").ambiguities;
    const say = (by: string, answered: boolean, id = question?.id ?? "") =>
      refused(made, by, ambiguityStatement, { ambiguity: id, statement: words("A crate."), answered }, at)?.code;
    expect([
      say("aurelia", false),
      say("aurelia", true),
      say("carpathia", true),
      say("meridia", false),
      say("aurelia", false, "0".repeat(64)),
    ]).toEqual([
      undefined,
      "ambiguity-statement-not-asker",
      undefined,
      "ambiguity-statement-not-by-this-party",
      "ambiguity-statement-unknown-question",
    ]);
  });
});

describe("the joint draw", () => {
  const at = stepTime(MOROZNA, "draw");

  it("R17 takes the frozen list and the terms' number from both sides, once each", () => {
    const { made, inspection } = upTo("diagram-check");
    const body = drawBody(made, MOROZNA, inspection, "aurelia");
    const codes = [
      refused(made, "aurelia", draw, { ...body, list: body.list.slice(1) }, at)?.code,
      refused(made, "aurelia", draw, { ...body, list: body.list.toReversed() }, at)?.code,
      refused(made, "aurelia", draw, { ...body, count: 10 }, at)?.code,
      refused(made, "aurelia", draw, { ...body, seed: { ...body.seed, number: MOROZNA.seal } }, at)?.code,
      refused(made, "carpathia", draw, body, at)?.code,
      refused(made, "aurelia", draw, body, at)?.code,
      refused(made, "aurelia", draw, { ...body, seed: { ...body.seed, number: 70 } }, at)?.code,
    ];
    expect(codes).toEqual([
      "draw-list-differs",
      "draw-list-differs",
      "draw-count-differs",
      "draw-seal-number-used",
      "draw-not-by-this-party",
      undefined,
      "draw-repeated",
    ]);
  });

  it("R17 opens a seed only after it saw the other side's seal", () => {
    const { made, inspection } = upTo("diagram-check");
    made.record.say("aurelia", draw, drawBody(made, MOROZNA, inspection, "aurelia"), at);
    expect(refused(made, "aurelia", drawOpen, drawOpenBody(made, MOROZNA, inspection, "aurelia"), at)?.code).toBe(
      "draw-open-before-other-seal",
    );
    const unaware = { borealia: made.record.size("borealia") };
    made.record.say("borealia", draw, drawBody(made, MOROZNA, inspection, "borealia"), at);
    expect(
      refused(made, "aurelia", drawOpen, drawOpenBody(made, MOROZNA, inspection, "aurelia"), at, unaware)?.code,
    ).toBe("draw-open-before-other-seal");
    expect(refused(made, "aurelia", drawOpen, drawOpenBody(made, MOROZNA, inspection, "aurelia"), at)).toBeUndefined();
  });

  it("R17 takes each side's first seed, whatever a later one says that it saw", () => {
    const { made, inspection } = upTo("diagram-check");
    const seal = (
      by: string,
      number: number,
      sees: Readonly<Record<string, number>>,
      files: readonly Uint8Array[] = [],
    ) => {
      const body = drawBody(made, MOROZNA, inspection, by);
      return made.record.say(by, draw, { ...body, seed: { ...body.seed, number } }, at, { sees, files });
    };
    const unaware = { aurelia: made.record.size("aurelia"), borealia: made.record.size("borealia") };
    const [, first = ""] = makeStep(made, MOROZNA, "draw");
    makeStep(made, MOROZNA, "draw-open");
    const before = newestInspection(made, "aurelia").draw;
    const second = seal("borealia", 70, unaware);
    expect(made.record.refusal(second)).toBeUndefined();
    const after = newestInspection(made, "aurelia").draw;
    expect([after?.cells, after?.seals.find(({ author }) => author === "borealia")?.id]).toEqual([
      before?.cells,
      first,
    ]);
    expect(made.record.refusal(seal("borealia", 71, unaware, [bytes]))?.code).toBe("draw-with-files");
  });

  it("R17 opens the own seed with what was sealed, once", () => {
    const { made, inspection } = upTo("draw");
    const own = drawOpenBody(made, MOROZNA, inspection, "aurelia");
    const other = drawOpenBody(made, MOROZNA, inspection, "borealia");
    const codes = [
      refused(made, "aurelia", drawOpen, { ...own, draw: other.draw }, at)?.code,
      refused(made, "aurelia", drawOpen, { ...own, value: other.value }, at)?.code,
      refused(made, "pomeria", drawOpen, own, at)?.code,
      refused(made, "aurelia", drawOpen, own, at)?.code,
      refused(made, "aurelia", drawOpen, own, at)?.code,
    ];
    expect(codes).toEqual([
      "draw-open-not-own-draw",
      "draw-open-seal-differs",
      "draw-open-not-by-this-party",
      undefined,
      "draw-open-repeated",
    ]);
  });
});

describe("the report's statement", () => {
  it("is for the inspecting party, with the document that follows from what it saw, attached", () => {
    const { made, inspection } = upTo("departure");
    const at = stepTime(MOROZNA, "report");
    const compiled = compileReport(made.record.fold(), inspection);
    if (!compiled.ok) throw new Error(compiled.refusal.sentence);
    const { sha256: document, bytes } = compiled.value;
    const say = (by: string, hash: string, files: readonly Uint8Array[]) =>
      made.record.refusal(made.record.say(by, report, { inspection, document: hash }, at, { files }))?.code;
    expect([
      say("borealia", document, [bytes]),
      say("aurelia", "0".repeat(64), [bytes]),
      say("aurelia", document, []),
      say("aurelia", document, [bytes]),
    ]).toEqual(["report-not-by-this-party", "report-document-differs", "report-document-not-attached", undefined]);
  });

  it("R8 is judged by what it saw: a sheet that it had not seen makes another document", () => {
    const { made, inspection } = upTo("ambiguity");
    const at = stepTime(MOROZNA, "report");
    makeStep(made, MOROZNA, "departure");
    const compiled = compileReport(made.record.fold(), inspection);
    if (!compiled.ok) throw new Error(compiled.refusal.sentence);
    const sees = { borealia: made.record.size("borealia") };
    makeStep(made, MOROZNA, "ambiguity-statement");
    const say = (seen: Readonly<Record<string, number>>) =>
      made.record.refusal(
        made.record.say("aurelia", report, { inspection, document: compiled.value.sha256 }, at, {
          files: [compiled.value.bytes],
          sees: seen,
        }),
      );
    expect([say(sees)?.code, say({})?.code]).toEqual([undefined, "report-document-differs"]);
  });

  it("does not exist before the team has left", () => {
    const { made, inspection } = upTo("ambiguity-statement");
    expect(
      refused(made, "aurelia", report, { inspection, document: "0".repeat(64) }, stepTime(MOROZNA, "report"))?.code,
    ).toBe("report-before-departure");
  });
});
