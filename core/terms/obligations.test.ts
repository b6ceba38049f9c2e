import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { concern } from "../consult/concern.ts";
import { reply } from "../consult/reply.ts";
import { agreedExercise, exercise, words, type Exercise } from "../inspect/_exercise-record.ts";
import { inspect, intentBody, makeStep, MOROZNA, TARN } from "../inspect/_visit.ts";
import { ambiguityStatement } from "../inspect/ambiguity-statement.ts";
import { inspections } from "../inspect/inspections.ts";
import { intent } from "../inspect/intent.ts";
import { obligationRows, quotaRows } from "./obligations.ts";
import { termsSchema } from "./terms.ts";

const terms = termsSchema.parse(
  JSON.parse(readFileSync(new URL("../../regimes/exercise.json", import.meta.url), "utf8")),
);
const NOW = "2027-06-01T00:00:00Z";

function standings({ record }: Exercise): string[] {
  return obligationRows(record.fold(), NOW).map(
    ({ obligation, party, standing }) => `${obligation.id} ${party} ${standing}`,
  );
}

describe("obligation rows", () => {
  it("are one an obligation and party, the same for both sides, once an agreement is in force", () => {
    expect(obligationRows(exercise(terms).record.fold(), NOW)).toEqual([]);
    expect(standings(agreedExercise(terms))).toEqual([
      "absence-aurelia aurelia not-inspected",
      "absence-borealia borealia not-inspected",
      "refrain-missiles aurelia stated",
      "refrain-missiles borealia stated",
      "refrain-forces aurelia stated",
      "refrain-forces borealia stated",
    ]);
  });

  it("say what stands open, what is next and what was done last", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "designation");
    const row = () => obligationRows(made.record.fold(), NOW)[1];
    expect([row()?.standing, row()?.next?.act, row()?.lastAct?.kind, row()?.sites.length]).toEqual([
      "under-way",
      "freeze",
      "sign",
      3,
    ]);
    makeStep(made, MOROZNA, "freeze");
    expect([row()?.next?.act, row()?.lastAct?.kind]).toEqual(["transport", "freeze"]);
  });

  it("stand open while a question, a refusal or a concern is, and as reported after a report that both signed", () => {
    const made = agreedExercise(terms);
    inspect(made, TARN);
    expect(standings(made)[0]).toBe("absence-aurelia aurelia open");
    const [question] = inspections(made.record.fold())[0]?.ambiguities ?? [];
    made.record.say(
      "borealia",
      ambiguityStatement,
      { ambiguity: question?.id ?? "", statement: words("Shown since."), answered: true },
      NOW,
    );
    expect(standings(made)[0]).toBe("absence-aurelia aurelia reported");
    const asked = made.record.say(
      "aurelia",
      concern,
      { obligation: "refrain-forces", title: words("Columns"), text: words("?") },
      NOW,
    );
    expect(standings(made).slice(4)).toEqual(["refrain-forces aurelia stated", "refrain-forces borealia open"]);
    made.record.say("borealia", reply, { to: asked, text: words("An exercise.") }, NOW);
    expect(obligationRows(made.record.fold(), NOW)[5]).toMatchObject({
      standing: "stated",
      lastAct: { kind: "reply" },
    });
  });
});

describe("quota rows", () => {
  it("count notices for either side alike", () => {
    expect(quotaRows(exercise(terms).record.fold())).toEqual([]);
    const made = agreedExercise(terms);
    inspect(made, MOROZNA, "designation");
    expect(quotaRows(made.record.fold())).toEqual([
      {
        inspecting: "aurelia",
        inspected: "borealia",
        allowed: 2,
        used: 1,
        left: 1,
        sites: "chosen",
        siteCount: 2,
        namedSites: ["B-03"],
      },
      {
        inspecting: "borealia",
        inspected: "aurelia",
        allowed: 2,
        used: 0,
        left: 2,
        sites: "named",
        siteCount: 2,
        namedSites: [],
      },
    ]);
  });

  it("R8 show more than allowed where a party's notices did not see each other", () => {
    const made = agreedExercise(terms);
    const sees = { aurelia: made.record.size("aurelia") };
    for (const number of [1, 2, 3]) {
      const body = intentBody(made, MOROZNA);
      made.record.say("aurelia", intent, { ...body, choice: { number, commitment: "0".repeat(64) } }, MOROZNA.notice, {
        sees,
      });
    }
    expect(quotaRows(made.record.fold())[0]).toMatchObject({ used: 3, left: 0 });
  });
});
