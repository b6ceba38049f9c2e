import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytesNamed, testRecord } from "../channel/_test-record.ts";
import { receive } from "../channel/receive.ts";
import { sign } from "../channel/sign.ts";
import { concern } from "../consult/concern.ts";
import { reply } from "../consult/reply.ts";
import { letter } from "../exchange/letter.ts";
import {
  agreedExercise,
  exercise,
  signText,
  supportWording,
  words,
  type Exercise,
} from "../inspect/_exercise-record.ts";
import {
  inspect,
  makeStep,
  MOROZNA,
  newestInspection,
  stepTime,
  STEPS,
  TARN,
  type StepName,
} from "../inspect/_visit.ts";
import { ambiguity } from "../inspect/ambiguity.ts";
import { designation } from "../inspect/designation.ts";
import { objectSheet } from "../inspect/object-sheet.ts";
import { deadlines, nextDeadline, owed } from "./owed.ts";
import { termsSchema } from "./terms.ts";

const terms = termsSchema.parse(
  JSON.parse(readFileSync(new URL("../../regimes/exercise.json", import.meta.url), "utf8")),
);

/** "act by party", in the order of due moments. */
function acts(made: Pick<Exercise, "record">, now: string): string[] {
  return owed(made.record.fold(), now).map(({ act, by }) => `${act} ${by}`);
}

describe("what is owed before an inspection", () => {
  it("R1 begins with the signatures of the charter", () => {
    const record = testRecord({ signed: false });
    record.say("borealia", sign, { document: record.channel, what: "charter", form: "sign" }, "2027-02-01T09:00:00Z");
    expect(acts({ record }, "2027-02-01T09:00:00Z")).toEqual([
      "sign-charter aurelia",
      "sign-charter carpathia",
      "sign-charter meridia",
      "sign-charter pomeria",
    ]);
  });

  it("goes from open brackets, which either side may settle, to signatures, to consents, to nothing", () => {
    const made = exercise(terms);
    const now = "2027-03-02T09:00:00Z";
    expect(acts(made, now)).toEqual(["support aurelia", "support borealia"]);
    expect(owed(made.record.fold(), now)[0]).toMatchObject({
      provision: "art-5",
      bracket: "notice-hours",
      statement: made.draft,
      standing: "due",
    });
    supportWording(made, "borealia", "hours-16", now);
    expect(acts(made, now)).toEqual(["sign-agreement aurelia", "sign-agreement borealia", "sign-agreement meridia"]);
    for (const by of ["aurelia", "borealia", "meridia"]) signText(made, by, now);
    expect(acts(made, now)).toEqual(["consent carpathia", "consent pomeria"]);
    expect(acts(agreedExercise(terms), now)).toEqual([]);
  });

  it("has letters that ask for an answer until an addressee answers, with no clock", () => {
    const made = { record: testRecord() };
    const asking = {
      form: "demand" as const,
      title: words("A question"),
      text: words("?"),
      to: ["borealia", "meridia"],
      answers: [],
      asksReply: true,
      venues: [],
      sources: [],
      confirmed: true,
    };
    const id = made.record.say("aurelia", letter, asking, "2027-02-02T09:00:00Z");
    made.record.say(
      "carpathia",
      letter,
      { ...asking, to: ["aurelia"], answers: [id], asksReply: false },
      "2027-02-03T09:00:00Z",
    );
    expect(
      owed(made.record.fold(), "2027-02-24T09:00:00Z").map(({ act, by, due, standing }) => [act, by, due, standing]),
    ).toEqual([
      ["letter-reply", "borealia", undefined, "due"],
      ["letter-reply", "meridia", undefined, "due"],
    ]);
    made.record.say(
      "meridia",
      letter,
      { ...asking, to: ["aurelia"], answers: [id], asksReply: false },
      "2027-02-25T09:00:00Z",
    );
    expect(acts(made, "2027-02-25T09:00:00Z")).toEqual([]);
  });

  it("has concerns until an addressed party replies", () => {
    const { record } = agreedExercise(terms);
    const id = record.say(
      "aurelia",
      concern,
      { obligation: "absence-borealia", title: words("Launchers"), text: words("?") },
      "2027-06-01T09:00:00Z",
    );
    expect(acts({ record }, "2027-06-02T09:00:00Z")).toEqual(["reply-concern borealia"]);
    record.say("borealia", reply, { to: id, text: words("None.") }, "2027-06-02T09:00:00Z");
    expect(acts({ record }, "2027-06-02T09:00:00Z")).toEqual([]);
  });
});

describe("what is owed in an inspection", () => {
  it("follows its stages", () => {
    const made = agreedExercise(terms);
    const after = STEPS.map((step) => {
      makeStep(made, TARN, step);
      return [step, acts(made, stepTime(TARN, step)).join(", ")];
    });
    const onSite = "departure borealia";
    expect(after).toEqual([
      ["intent", "arrival borealia"],
      ["arrival", "designation borealia"],
      ["designation", "freeze aurelia, transport carpathia"],
      ["freeze", "transport carpathia"],
      ["transport", `briefing aurelia, ${onSite}, diagram-check borealia, object-sheet borealia`],
      ["briefing", `${onSite}, diagram-check borealia, object-sheet borealia`],
      ["diagram-check", `${onSite}, object-sheet borealia`],
      ["draw", `${onSite}, draw-open aurelia, draw-open borealia`],
      ["draw-open", `${onSite}, object-sheet borealia`],
      ["object-sheet", onSite],
      ["measurement", onSite],
      ["ambiguity", `${onSite}, ambiguity-statement aurelia`],
      ["ambiguity-statement", onSite],
      ["departure", "report borealia"],
      ["report", "sign-report aurelia, sign-report borealia"],
      ["sign-report", ""],
    ]);
  });

  it("has the clocks of the terms", () => {
    const clocks = (
      ["intent", "arrival", "designation", "transport", "briefing", "departure"] satisfies StepName[]
    ).map((until) => {
      const at = agreedExercise(terms);
      inspect(at, MOROZNA, until);
      const [first] = owed(at.record.fold(), stepTime(MOROZNA, until));
      return [first?.act, first?.from, first?.due, first?.hours, first?.standing];
    });
    expect(clocks).toEqual([
      ["arrival", "2027-03-10T22:00:00Z", "2027-03-10T22:00:00Z", 16, "not-yet"],
      ["designation", "2027-03-11T02:00:00Z", "2027-03-11T22:00:00Z", 20, "not-yet"],
      // Nothing of Borealia's has seen the designation yet: received at the latest one hour after it was sent.
      ["freeze", "2027-03-11T03:05:00Z", "2027-03-11T04:05:00Z", 1, "not-yet"],
      ["briefing", "2027-03-11T10:10:00Z", "2027-03-11T11:10:00Z", 1, "due"],
      ["departure", "2027-03-11T11:10:00Z", "2027-03-12T11:10:00Z", 24, "due"],
      ["report", "2027-03-11T18:40:00Z", "2027-03-11T20:40:00Z", 2, "due"],
    ]);
  });

  it("R10 runs the freeze from the recipient's first statement that saw the designation, where the terms say so", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "designation");
    made.record.say("borealia", receive, {}, "2027-03-11T02:06:00Z");
    const [freeze, transport] = owed(made.record.fold(), "2027-03-11T02:07:00Z");
    expect([freeze?.act, freeze?.from, freeze?.due]).toEqual([
      "freeze",
      "2027-03-11T02:06:00Z",
      "2027-03-11T03:06:00Z",
    ]);
    expect(transport?.due).toBe("2027-03-11T11:06:00Z");
  });

  it("R9 runs it from the designation itself where the terms do not speak of receipt", () => {
    const { clocksFrom: _, ...access } = terms.access;
    const made = agreedExercise({ ...terms, access });
    inspect(made, MOROZNA, "designation");
    made.record.say("borealia", receive, {}, "2027-03-11T02:06:00Z");
    expect(owed(made.record.fold(), "2027-03-11T02:07:00Z")[0]?.due).toBe("2027-03-11T03:05:00Z");
  });

  it("asks for a question about what was not shown, until one is written down", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "diagram-check");
    const { id } = newestInspection(made, "aurelia");
    const at = "2027-03-11T15:00:00Z";
    made.record.say("aurelia", objectSheet, { inspection: id, sheets: [{ space: "cell-03", state: "not-shown", at, recognised: "not-recognisable" }] }, at);
    expect(owed(made.record.fold(), at).find(({ act }) => act === "ambiguity")).toMatchObject({ by: "aurelia", space: "cell-03" });
    made.record.say("aurelia", ambiguity, { inspection: id, space: "cell-03", question: words("How long?"), statement: words("Not shown.") }, at);
    expect(owed(made.record.fold(), at).some(({ act }) => act === "ambiguity")).toBe(false);
  });

  it("calls an act late after its moment, and still owes it", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "designation");
    made.record.say("borealia", receive, {}, "2027-03-11T02:06:00Z");
    const standing = (now: string) => owed(made.record.fold(), now).find(({ act }) => act === "freeze")?.standing;
    expect([
      standing("2027-03-11T03:06:00Z"),
      standing("2027-03-11T03:06:01Z"),
      standing("2027-04-01T00:00:00Z"),
    ]).toEqual(["due", "late", "late"]);
  });

  it("lets a site be named after its window, and goes on from there", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "arrival");
    const { id } = newestInspection(made, "aurelia");
    const missed = "2027-03-12T22:00:00Z";
    expect(owed(made.record.fold(), missed)[0]).toMatchObject({ act: "designation", standing: "late" });
    made.record.say(
      "aurelia",
      designation,
      { inspection: id, site: "B-03", nonce: bytesNamed("choice 1", 32) },
      missed,
    );
    expect(acts(made, missed)).toEqual(["freeze borealia", "transport borealia"]);
  });

  it("asks for no draw where every cell can be seen, or where the sheets say that the parties chose otherwise", () => {
    const wide = { ...terms, detection: { ...terms.detection, drawnCells: 16 } };
    const all = agreedExercise(wide);
    inspect(all, MOROZNA, "diagram-check");
    expect(acts(all, stepTime(MOROZNA, "diagram-check"))).toEqual(["departure aurelia", "object-sheet aurelia"]);
    const chosen = agreedExercise(terms);
    for (const step of STEPS.slice(0, 10).filter((one) => !one.startsWith("draw"))) makeStep(chosen, MOROZNA, step);
    expect(acts(chosen, stepTime(MOROZNA, "object-sheet"))).toEqual(["departure aurelia", "object-sheet aurelia"]);
  });

  it("asks for nothing more after a refused report, and keeps each act's id from state to state", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "report");
    const ids = () => owed(made.record.fold(), "2027-03-11T20:00:00Z").map(({ id }) => id);
    const before = ids();
    const document = newestInspection(made, "aurelia").report?.statement.body.document ?? "";
    made.record.say("aurelia", sign, { document, what: "report", form: "sign" }, "2027-03-11T20:00:00Z");
    expect(before.filter((id) => id.endsWith(" borealia"))).toEqual(ids());
    made.record.say("borealia", sign, { document, what: "report", form: "refuse" }, "2027-03-11T20:00:00Z");
    expect(ids()).toEqual([]);
  });
});

describe("deadlines", () => {
  it("are every future moment that the record leads to, in order", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "arrival");
    inspect(made, { ...TARN, notice: "2027-03-11T06:00:00Z" }, "intent");
    expect(
      deadlines(made.record.fold(), "2027-03-11T00:00:00Z").map(
        ({ at, what, owed: { act, by } }) => `${at} ${what} ${act} ${by}`,
      ),
    ).toEqual([
      "2027-03-11T02:00:00Z opens designation aurelia",
      "2027-03-11T22:00:00Z due designation aurelia",
      "2027-03-11T22:30:00Z due arrival borealia",
    ]);
  });

  it("the next one is after now, never now", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "intent");
    const next = (now: string) => nextDeadline(made.record.fold(), now);
    expect([next("2027-03-10T06:00:00Z")?.at, next("2027-03-10T22:00:00Z")]).toEqual([
      "2027-03-10T22:00:00Z",
      undefined,
    ]);
  });
});
