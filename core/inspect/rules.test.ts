import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytesNamed } from "../channel/_test-record.ts";
import type { BodyOf, Kind } from "../channel/kind.ts";
import { consent } from "../consult/consent.ts";
import { termsSchema, type Terms } from "../terms/terms.ts";
import { agreedExercise, drawBody, drawOpenBody, exercise, inspect, intentBody, makeStep, MOROZNA, newestInspection, signText, stepTime, supportWording, TARN, textOf, words, type Exercise, type StepName, type Visit } from "./_exercise-record.ts";
import { ambiguity } from "./ambiguity.ts";
import { ambiguityStatement } from "./ambiguity-statement.ts";
import { arrival } from "./arrival.ts";
import { briefing } from "./briefing.ts";
import { compileReport } from "./compile-report.ts";
import { departure } from "./departure.ts";
import { designation } from "./designation.ts";
import { diagramCheck } from "./diagram-check.ts";
import { draw } from "./draw.ts";
import { drawOpen } from "./draw-open.ts";
import { freeze } from "./freeze.ts";
import { intent } from "./intent.ts";
import { measurement } from "./measurement.ts";
import { objectSheet, type Sheet } from "./object-sheet.ts";
import { report } from "./report.ts";
import { transport } from "./transport.ts";

const terms = termsSchema.parse(JSON.parse(readFileSync(new URL("../../regimes/exercise.json", import.meta.url), "utf8")));

/** The code of the refusal of one statement, and the whole refusal for what it says. */
function refused<Body>(made: Exercise, by: string, kind: Kind<Body>, body: NoInfer<Body>, at: string, sees: Readonly<Record<string, number>> = {}) {
  return made.record.refusal(made.record.say(by, kind, body, at, { sees }));
}

/** An inspection as far as a step, with its notice's id. */
function upTo(until: StepName, visit: Visit = MOROZNA): { made: Exercise; inspection: string } {
  const made = agreedExercise(terms);
  inspect(made, visit, until);
  return { made, inspection: newestInspection(made, visit.inspecting).id };
}

describe("a notice of inspection", () => {
  const say = (change: Partial<BodyOf<typeof intent>>, by = "aurelia", made = agreedExercise(terms)) => refused(made, by, intent, { ...intentBody(made, MOROZNA), ...change }, MOROZNA.notice);

  it("applies as the exercise has it", () => {
    expect(say({})).toBeUndefined();
  });

  it.each<[string, Partial<BodyOf<typeof intent>>]>([
    ["intent-agreement-not-in-force", { agreement: "0".repeat(64) }],
    ["intent-no-such-obligation", { obligation: "other" }],
    ["intent-no-such-obligation", { obligation: "refrain-missiles" }],
    ["intent-not-owed-by-other-side", { obligation: "absence-aurelia" }],
    ["intent-notice-too-short", { arrival: "2027-03-10T21:29:59Z" }],
    ["intent-team-too-large", { team: Array.from({ length: 11 }, (_, at) => ({ name: `Inspector ${at}`, role: at === 0 ? "leader" : "inspector" })) }],
    ["intent-team-leader", { team: [{ name: "Tomas Bratt", role: "inspector" }] }],
  ])("refuses %s", (code, change) => {
    expect(say(change)?.code).toBe(code);
  });

  it("names the terms' rule and the earliest hour when the notice is too short", () => {
    expect(say({ arrival: "2027-03-10T20:00:00Z" })?.sentence).toMatch(/noticeHours.*2027-03-10T21:30:00Z/);
  });

  it("R9 counts the hours from the record's time, so that an early date gains nothing", () => {
    const made = agreedExercise(terms);
    inspect(made, { ...TARN, notice: "2027-03-10T12:00:00Z" }, "intent");
    const why = say({}, "aurelia", made);
    expect([why?.code, why?.sentence]).toEqual(["intent-notice-too-short", expect.stringContaining("Announced at 2027-03-10T12:00:00Z")]);
  });

  it.each(["carpathia", "meridia", "borealia"])("is not for %s under this obligation", (by) => {
    expect(say({}, by)?.code).toBe("intent-not-owed-by-other-side");
  });

  it("needs an agreement that all have signed", () => {
    const made = exercise(terms);
    supportWording(made, "borealia", "hours-16", "2027-03-01T09:00:00Z");
    for (const by of ["aurelia", "borealia"]) signText(made, by, "2027-03-02T09:00:00Z");
    const agreement = textOf(made).agreement?.sha256 ?? "";
    expect(say({ agreement }, "aurelia", made)?.code).toBe("intent-agreement-not-in-force");
    signText(made, "meridia", "2027-03-02T09:00:00Z");
    expect(say({ agreement }, "aurelia", made)).toBeUndefined();
  });

  it("is refused before it is signed when no inspection is left, with the rule named", () => {
    const made = agreedExercise(terms);
    for (const seal of [1, 11]) inspect(made, { ...MOROZNA, seal }, "intent");
    const third = { ...intentBody(made, MOROZNA), choice: { ...intentBody(made, MOROZNA).choice, number: 21 } };
    const why = refused(made, "aurelia", intent, third, MOROZNA.notice);
    expect([why?.code, why?.where, why?.sentence]).toEqual(["intent-quota-used", "quotas", expect.stringMatching(/2 inspections.*quotas/)]);
  });

  it("R17 refuses a seal number that its author has used", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "intent");
    expect(say({}, "aurelia", made)?.code).toBe("intent-seal-number-used");
  });
});

describe("arrival and designation", () => {
  const arrived = { pointOfEntry: words("Port Lund"), arrived: "2027-03-10T22:00:00Z", team: 3 };
  const nonce = bytesNamed("choice 1", 32);

  it.each<[string, string, Partial<typeof arrived>, string]>([
    ["arrival-not-by-this-party", "borealia", {}, "2027-03-10T22:00:00Z"],
    ["arrival-before-notice-ran", "aurelia", { arrived: "2027-03-10T21:00:00Z" }, "2027-03-10T22:00:00Z"],
    ["arrival-ahead-of-its-date", "aurelia", { arrived: "2027-03-10T22:06:00Z" }, "2027-03-10T22:00:00Z"],
    ["arrival-team-too-large", "aurelia", { team: 11 }, "2027-03-10T22:00:00Z"],
  ])("refuses %s", (code, by, change, at) => {
    const { made, inspection } = upTo("intent");
    expect(refused(made, by, arrival, { inspection, ...arrived, ...change }, at)?.code).toBe(code);
  });

  it("refuses an arrival for no inspection, and a second one", () => {
    const { made, inspection } = upTo("arrival");
    expect(refused(made, "aurelia", arrival, { inspection: "0".repeat(64), ...arrived }, "2027-03-10T22:00:00Z")?.code).toBe("inspection-unknown");
    expect(refused(made, "aurelia", arrival, { inspection, ...arrived }, "2027-03-10T22:30:00Z")?.code).toBe("arrival-repeated");
  });

  it.each<[string, string, { site?: string; nonce?: string }, string]>([
    ["designation-not-by-this-party", "borealia", {}, "2027-03-11T02:05:00Z"],
    ["designation-too-early", "aurelia", {}, "2027-03-11T01:59:59Z"],
    ["designation-site-not-declared", "aurelia", { site: "B-77" }, "2027-03-11T02:05:00Z"],
    ["designation-site-not-declared", "aurelia", { site: "A-01" }, "2027-03-11T02:05:00Z"],
    ["designation-seal-differs", "aurelia", { site: "B-01" }, "2027-03-11T02:05:00Z"],
    ["designation-seal-differs", "aurelia", { nonce: bytesNamed("another", 32) }, "2027-03-11T02:05:00Z"],
  ])("refuses %s", (code, by, change, at) => {
    const { made, inspection } = upTo("arrival");
    expect(refused(made, by, designation, { inspection, site: "B-03", nonce, ...change }, at)?.code).toBe(code);
  });

  it("allows a designation at the first second and long after the window, and none before the arrival or twice", () => {
    const first = upTo("arrival");
    expect(refused(first.made, "aurelia", designation, { inspection: first.inspection, site: "B-03", nonce }, "2027-03-11T02:00:00Z")).toBeUndefined();
    expect(refused(first.made, "aurelia", designation, { inspection: first.inspection, site: "B-03", nonce }, "2027-03-11T03:00:00Z")?.code).toBe("designation-repeated");
    const late = upTo("arrival");
    expect(refused(late.made, "aurelia", designation, { inspection: late.inspection, site: "B-03", nonce }, "2027-03-13T02:00:00Z")).toBeUndefined();
    const early = upTo("intent");
    expect(refused(early.made, "aurelia", designation, { inspection: early.inspection, site: "B-03", nonce }, "2027-03-11T02:05:00Z")?.code).toBe("designation-before-arrival");
  });

  it("needs the consent of the host on whose soil the site stands", () => {
    const made = agreedExercise(terms, ["pomeria"]);
    inspect(made, TARN, "arrival");
    const { id } = newestInspection(made, "borealia");
    const name = () => refused(made, "borealia", designation, { inspection: id, site: "A-01", nonce }, stepTime(TARN, "designation"));
    const why = name();
    expect([why?.code, why?.sentence]).toEqual(["designation-without-consent", expect.stringContaining("carpathia")]);
    const agreement = newestInspection(made, "borealia").agreement.sha256;
    made.record.say("carpathia", consent, { agreement, sites: ["A-01"], conditions: [] }, TARN.notice);
    expect(name()).toBeUndefined();
  });

  it("keeps to the number of sites that the terms let a party choose", () => {
    const one: Terms = { ...terms, quotas: terms.quotas.map((quota) => ({ ...quota, siteCount: 1 })) };
    const made = agreedExercise(one);
    inspect(made, MOROZNA, "designation");
    const other = { ...MOROZNA, site: "B-01", seal: 11, notice: "2027-04-10T05:30:00Z" };
    inspect(made, other, "arrival");
    const { id } = newestInspection(made, "aurelia");
    expect(refused(made, "aurelia", designation, { inspection: id, site: "B-01", nonce: bytesNamed("choice 11", 32) }, stepTime(other, "designation"))?.code).toBe("designation-other-site");
  });
});

describe("on the way and on site", () => {
  it.each<StepName>(["freeze", "transport", "briefing", "diagram-check", "draw", "object-sheet", "measurement", "ambiguity", "departure"])("%s waits for the designation", (step) => {
    const { made } = upTo("arrival");
    const [id = ""] = makeStep(made, MOROZNA, step);
    expect(made.record.refusal(id)?.code).toBe("inspection-site-not-named");
  });

  it("a freeze is for the inspected party or the host, at the site that was named", () => {
    const { made, inspection } = upTo("designation", TARN);
    const at = stepTime(TARN, "freeze");
    const say = (by: string, siteId: string) => refused(made, by, freeze, { inspection, site: siteId, measures: words("Gates closed") }, at)?.code;
    expect([say("borealia", "A-01"), say("pomeria", "A-01"), say("aurelia", "A-02"), say("aurelia", "A-01"), say("carpathia", "A-01")]).toEqual(["freeze-not-by-this-party", "freeze-not-by-this-party", "freeze-other-site", undefined, undefined]);
  });

  it("hours of things done lie neither before the designation nor ahead of their statement", () => {
    const { made, inspection } = upTo("designation");
    const at = stepTime(MOROZNA, "transport");
    const before = "2027-03-11T01:00:00Z";
    const ahead = "2027-03-12T01:00:00Z";
    const codes = [
      refused(made, "borealia", transport, { inspection, atSite: before }, at)?.code,
      refused(made, "borealia", transport, { inspection, atSite: ahead }, at)?.code,
      refused(made, "borealia", briefing, { inspection, ended: ahead, counts: [{ structure: "module-1", spaces: 16, items: 0 }], safety: words("x") }, at)?.code,
      refused(made, "aurelia", departure, { inspection, left: before }, at)?.code,
      refused(made, "aurelia", departure, { inspection, left: ahead }, at)?.code,
    ];
    expect(codes).toEqual(["transport-before-designation", "transport-ahead-of-its-date", "briefing-ahead-of-its-date", "departure-before-designation", "departure-ahead-of-its-date"]);
  });

  it("transport and briefing are for the inspected party or the host; counting, sheets, measures and leaving for the inspecting party", () => {
    const { made, inspection } = upTo("designation", TARN);
    const at = stepTime(TARN, "departure");
    const counts = [{ structure: "module-1", spaces: 16 }];
    const codes = [
      refused(made, "borealia", transport, { inspection, atSite: at }, at)?.code,
      refused(made, "borealia", briefing, { inspection, ended: at, counts: [{ structure: "module-1", spaces: 16, items: 0 }], safety: words("x") }, at)?.code,
      refused(made, "aurelia", diagramCheck, { inspection, counted: counts, differences: [] }, at)?.code,
      refused(made, "aurelia", objectSheet, { inspection, sheets: [{ space: "S-1", state: "covered", at, recognised: "none" }] }, at)?.code,
      refused(made, "carpathia", measurement, { inspection, measured: [{ space: "S-1", what: "outline", sides: { lengthMm: 1, widthMm: 1, heightMm: 1 }, toleranceMm: 1, at }] }, at)?.code,
      refused(made, "carpathia", departure, { inspection, left: at }, at)?.code,
    ];
    expect(codes).toEqual(["transport-not-by-this-party", "briefing-not-by-this-party", "diagram-check-not-by-this-party", "object-sheet-not-by-this-party", "measurement-not-by-this-party", "departure-not-by-this-party"]);
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
    expect(refused(made, "aurelia", objectSheet, { inspection, sheets: [one, one] }, at)?.code).toBe("object-sheet-space-twice");
    const sides = { lengthMm: 1, widthMm: 1, heightMm: 1 };
    expect(refused(made, "aurelia", measurement, { inspection, measured: [{ space: "cell-77", what: "canister", sides, toleranceMm: 1, at }] }, at)?.code).toBe("measurement-unknown-space");
    expect(refused(made, "aurelia", measurement, { inspection, measured: [{ space: "S-1", what: "canister", sides, toleranceMm: 1, at: "2027-03-13T01:00:00Z" }] }, at)?.code).toBe("measurement-ahead-of-its-date");
    expect(refused(made, "borealia", ambiguity, { inspection, space: "cell-77", question: words("?"), statement: words("x") }, at)?.code).toBe("ambiguity-unknown-space");
    makeStep(made, MOROZNA, "departure");
    expect(refused(made, "aurelia", departure, { inspection, left: at }, stepTime(MOROZNA, "report"))?.code).toBe("departure-repeated");
  });

  it("a question is for the parties of the inspection and its host; only its asker says that it is answered", () => {
    const { made, inspection } = upTo("briefing", TARN);
    const at = stepTime(TARN, "ambiguity");
    const asked = { inspection, question: words("What is this?"), statement: words("A box.") };
    expect([refused(made, "meridia", ambiguity, asked, at)?.code, refused(made, "carpathia", ambiguity, asked, at)?.code]).toEqual(["ambiguity-not-by-this-party", undefined]);
    const [question] = newestInspection(made, "borealia").ambiguities;
    const say = (by: string, answered: boolean, id = question?.id ?? "") => refused(made, by, ambiguityStatement, { ambiguity: id, statement: words("A crate."), answered }, at)?.code;
    expect([say("aurelia", false), say("aurelia", true), say("carpathia", true), say("meridia", false), say("aurelia", false, "0".repeat(64))]).toEqual([
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
    expect(codes).toEqual(["draw-list-differs", "draw-list-differs", "draw-count-differs", "draw-seal-number-used", "draw-not-by-this-party", undefined, "draw-repeated"]);
  });

  it("R17 opens a seed only after it saw the other side's seal", () => {
    const { made, inspection } = upTo("diagram-check");
    made.record.say("aurelia", draw, drawBody(made, MOROZNA, inspection, "aurelia"), at);
    expect(refused(made, "aurelia", drawOpen, drawOpenBody(made, MOROZNA, inspection, "aurelia"), at)?.code).toBe("draw-open-before-other-seal");
    const unaware = { borealia: made.record.size("borealia") };
    made.record.say("borealia", draw, drawBody(made, MOROZNA, inspection, "borealia"), at);
    expect(refused(made, "aurelia", drawOpen, drawOpenBody(made, MOROZNA, inspection, "aurelia"), at, unaware)?.code).toBe("draw-open-before-other-seal");
    expect(refused(made, "aurelia", drawOpen, drawOpenBody(made, MOROZNA, inspection, "aurelia"), at)).toBeUndefined();
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
    expect(codes).toEqual(["draw-open-not-own-draw", "draw-open-seal-differs", "draw-open-not-by-this-party", undefined, "draw-open-repeated"]);
  });
});

describe("the report's statement", () => {
  it("is for the inspecting party, with the document that follows from what it saw, attached", () => {
    const { made, inspection } = upTo("departure");
    const at = stepTime(MOROZNA, "report");
    const compiled = compileReport(made.record.fold(), inspection);
    if (!compiled.ok) throw new Error(compiled.refusal.sentence);
    const { sha256: document, bytes } = compiled.value;
    const say = (by: string, hash: string, files: readonly Uint8Array[]) => made.record.refusal(made.record.say(by, report, { inspection, document: hash }, at, { files }))?.code;
    expect([say("borealia", document, [bytes]), say("aurelia", "0".repeat(64), [bytes]), say("aurelia", document, []), say("aurelia", document, [bytes])]).toEqual([
      "report-not-by-this-party",
      "report-document-differs",
      "report-document-not-attached",
      undefined,
    ]);
  });

  it("R8 is judged by what it saw: a sheet that it had not seen makes another document", () => {
    const { made, inspection } = upTo("ambiguity");
    const at = stepTime(MOROZNA, "report");
    makeStep(made, MOROZNA, "departure");
    const compiled = compileReport(made.record.fold(), inspection);
    if (!compiled.ok) throw new Error(compiled.refusal.sentence);
    const sees = { borealia: made.record.size("borealia") };
    makeStep(made, MOROZNA, "ambiguity-statement");
    const say = (seen: Readonly<Record<string, number>>) => made.record.refusal(made.record.say("aurelia", report, { inspection, document: compiled.value.sha256 }, at, { files: [compiled.value.bytes], sees: seen }));
    expect([say(sees)?.code, say({})?.code]).toEqual([undefined, "report-document-differs"]);
  });

  it("does not exist before the team has left", () => {
    const { made, inspection } = upTo("ambiguity-statement");
    expect(refused(made, "aurelia", report, { inspection, document: "0".repeat(64) }, stepTime(MOROZNA, "report"))?.code).toBe("report-before-departure");
  });
});
