import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { agreedExercise, words } from "../inspect/_exercise-record.ts";
import { agreementInForce } from "../terms/in-force.ts";
import { termsSchema } from "../terms/terms.ts";
import { concern } from "./concern.ts";
import { consent } from "./consent.ts";
import { concerns, consentFor, consents } from "./consultation.ts";
import { reply } from "./reply.ts";

const terms = termsSchema.parse(
  JSON.parse(readFileSync(new URL("../../regimes/exercise.json", import.meta.url), "utf8")),
);
const AT = "2027-06-01T09:00:00Z";

describe("consents", () => {
  it("stand for a host, an agreement and a site", () => {
    const { record } = agreedExercise(terms);
    const state = record.fold();
    const agreement = agreementInForce(state)?.sha256 ?? "";
    expect(consents(state).map(({ author }) => author)).toEqual(["carpathia", "pomeria"]);
    expect(consentFor(state, agreement, "carpathia", "A-01")?.author).toBe("carpathia");
    expect(consentFor(state, agreement, "carpathia", "A-02")).toBeUndefined();
    expect(consentFor(state, "0".repeat(64), "carpathia", "A-01")).toBeUndefined();
  });

  it("refuses consent for what does not stand on own soil", () => {
    const { record } = agreedExercise(terms);
    const id = record.say(
      "carpathia",
      consent,
      { agreement: "0".repeat(64), sites: ["A-01", "A-02"], conditions: [] },
      AT,
    );
    expect([record.refusal(id)?.code, record.refusal(id)?.sentence]).toEqual([
      "consent-not-on-own-soil",
      expect.stringContaining("A-02"),
    ]);
  });
});

describe("concerns", () => {
  it("ask who owes the obligation, who made the statement, or else the other side; one reply answers", () => {
    const { record } = agreedExercise(terms);
    const declared =
      record
        .fold()
        .by("borealia")
        .find(({ kind }) => kind === "site")?.id ?? "";
    record.say(
      "meridia",
      concern,
      { obligation: "refrain-missiles", title: words("Launchers"), text: words("Seen at the border.") },
      "2027-05-31T09:00:00Z",
    );
    record.say("aurelia", concern, { about: declared, title: words("Diagram"), text: words("A hall is missing.") }, AT);
    const third = record.say("aurelia", concern, { title: words("General"), text: words("A question.") }, AT);
    record.say("pomeria", reply, { to: third, text: words("Not asked, but.") }, AT);
    const read = () =>
      concerns(record.fold()).map(({ statement, addressed, replies, answered }) => [
        statement.body.title.en,
        addressed,
        replies.length,
        answered,
      ]);
    expect(read()).toEqual([
      ["Launchers", ["aurelia", "borealia"], 0, false],
      ["Diagram", ["borealia"], 0, false],
      ["General", ["borealia"], 1, false],
    ]);
    record.say("borealia", reply, { to: third, text: words("An answer.") }, AT);
    expect(concerns(record.fold()).find(({ statement }) => statement.id === third)?.answered).toBe(true);
  });

  it("refuses what is about nothing its author had", () => {
    const { record } = agreedExercise(terms);
    expect(
      record.refusal(record.say("aurelia", concern, { about: "0".repeat(64), title: words("x"), text: words("x") }, AT))
        ?.code,
    ).toBe("concern-about-unknown");
    expect(record.refusal(record.say("aurelia", reply, { to: "0".repeat(64), text: words("x") }, AT))?.code).toBe(
      "reply-to-unknown",
    );
  });
});
