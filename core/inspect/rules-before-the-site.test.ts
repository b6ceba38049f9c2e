import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytesNamed } from "../channel/_test-record.ts";
import type { BodyOf, Kind } from "../channel/kind.ts";
import { consent } from "../consult/consent.ts";
import { termsSchema, type Terms } from "../terms/terms.ts";
import {
  agreedExercise,
  exercise,
  signText,
  supportWording,
  textOf,
  words,
  type Exercise,
} from "./_exercise-record.ts";
import { inspect, intentBody, MOROZNA, newestInspection, stepTime, TARN, type StepName, type Visit } from "./_visit.ts";
import { arrival } from "./arrival.ts";
import { designation } from "./designation.ts";
import { intent } from "./intent.ts";

const terms = termsSchema.parse(
  JSON.parse(readFileSync(new URL("../../regimes/exercise.json", import.meta.url), "utf8")),
);

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

describe("a notice of inspection", () => {
  const say = (change: Partial<BodyOf<typeof intent>>, by = "aurelia", made = agreedExercise(terms)) =>
    refused(made, by, intent, { ...intentBody(made, MOROZNA), ...change }, MOROZNA.notice);

  it("applies as the exercise has it", () => {
    expect(say({})).toBeUndefined();
  });

  it.each<[string, Partial<BodyOf<typeof intent>>]>([
    ["intent-agreement-not-in-force", { agreement: "0".repeat(64) }],
    ["intent-no-such-obligation", { obligation: "other" }],
    ["intent-no-such-obligation", { obligation: "refrain-missiles" }],
    ["intent-not-owed-by-other-side", { obligation: "absence-aurelia" }],
    ["intent-notice-too-short", { arrival: "2027-03-10T21:29:59Z" }],
    [
      "intent-team-too-large",
      {
        team: Array.from({ length: 11 }, (_, at) => ({
          name: `Inspector ${at}`,
          role: at === 0 ? "leader" : "inspector",
        })),
      },
    ],
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
    expect([why?.code, why?.sentence]).toEqual([
      "intent-notice-too-short",
      expect.stringContaining("Announced at 2027-03-10T12:00:00Z"),
    ]);
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
    expect([why?.code, why?.where, why?.sentence]).toEqual([
      "intent-quota-used",
      "quotas",
      expect.stringMatching(/2 inspections.*quotas/),
    ]);
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
    expect(
      refused(made, "aurelia", arrival, { inspection: "0".repeat(64), ...arrived }, "2027-03-10T22:00:00Z")?.code,
    ).toBe("inspection-unknown");
    expect(refused(made, "aurelia", arrival, { inspection, ...arrived }, "2027-03-10T22:30:00Z")?.code).toBe(
      "arrival-repeated",
    );
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
    expect(
      refused(
        first.made,
        "aurelia",
        designation,
        { inspection: first.inspection, site: "B-03", nonce },
        "2027-03-11T02:00:00Z",
      ),
    ).toBeUndefined();
    expect(
      refused(
        first.made,
        "aurelia",
        designation,
        { inspection: first.inspection, site: "B-03", nonce },
        "2027-03-11T03:00:00Z",
      )?.code,
    ).toBe("designation-repeated");
    const late = upTo("arrival");
    expect(
      refused(
        late.made,
        "aurelia",
        designation,
        { inspection: late.inspection, site: "B-03", nonce },
        "2027-03-13T02:00:00Z",
      ),
    ).toBeUndefined();
    const early = upTo("intent");
    expect(
      refused(
        early.made,
        "aurelia",
        designation,
        { inspection: early.inspection, site: "B-03", nonce },
        "2027-03-11T02:05:00Z",
      )?.code,
    ).toBe("designation-before-arrival");
  });

  it("needs the consent of the host on whose soil the site stands", () => {
    const made = agreedExercise(terms, ["pomeria"]);
    inspect(made, TARN, "arrival");
    const { id } = newestInspection(made, "borealia");
    const name = () =>
      refused(made, "borealia", designation, { inspection: id, site: "A-01", nonce }, stepTime(TARN, "designation"));
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
    expect(
      refused(
        made,
        "aurelia",
        designation,
        { inspection: id, site: "B-01", nonce: bytesNamed("choice 11", 32) },
        stepTime(other, "designation"),
      )?.code,
    ).toBe("designation-other-site");
  });
});
