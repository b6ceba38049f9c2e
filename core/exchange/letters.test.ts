import { describe, expect, test } from "vitest";
import { canonicalJson } from "../bytes/canonical.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { testRecord, type TestRecord } from "../channel/_test-record.ts";
import type { BodyOf } from "../channel/kind.ts";
import { draft } from "../text/draft.ts";
import { contact } from "./contact.ts";
import { letter } from "./letter.ts";
import { noteBody } from "./_note.ts";
import { papers } from "./letters.ts";

const inBoth = (text: string) => ({ en: text, ru: text });

function sayDraft(record: TestRecord, title: string, at: string, more: Partial<BodyOf<typeof draft>> = {}): string {
  const pieces = [{ text: inBoth("One.") }];
  const bytes = canonicalJson({
    type: "text",
    title: inBoth(title),
    provisions: [{ id: "art-1", number: "1", kind: "article", summary: false, confirmed: true, pieces }],
  });
  const body = {
    title: inBoth(title),
    document: toHex(sha256(bytes)),
    signatories: ["aurelia", "borealia"],
    answers: [],
    asksReply: true,
    sources: [],
    confirmed: true,
    ...more,
  };
  return record.say("aurelia", draft, body, at, { files: [bytes] });
}

describe("waiting", () => {
  test("a letter that asks for a reply waits until it is answered, in calendar days", () => {
    const record = testRecord();
    const asked = record.say("aurelia", letter, noteBody("Proposal", { asksReply: true }), "2027-02-02T23:50:00Z");
    const view = (asOf: string) => papers([record.fold()], asOf).find(({ id }) => id === asked);
    expect(view("2027-02-02T23:55:00Z")?.waiting).toEqual({ kind: "waits-for-a-reply", since: "2027-02-02", days: 0 });
    expect(view("2027-02-05T00:10:00Z")?.waiting).toEqual({ kind: "waits-for-a-reply", since: "2027-02-02", days: 3 });
    const answer = record.say(
      "borealia",
      letter,
      noteBody("Reply", { form: "reply", to: ["aurelia"], answers: [asked] }),
      "2027-02-06T00:10:00Z",
    );
    expect(view("2027-02-05T00:10:00Z")?.waiting?.days).toBe(3);
    expect(view("2027-02-07T00:10:00Z")).toMatchObject({
      waiting: undefined,
      answeredBy: [{ id: answer, by: "borealia", on: "2027-02-06", afterDays: 4 }],
    });
  });

  test("a letter that asks for nothing does not wait, unless only sources could tell of an answer", () => {
    for (const nature of ["exercise", "real", "reconstruction"] as const) {
      const record = testRecord({ nature });
      record.say("aurelia", letter, noteBody("Note"), "2027-02-02T09:00:00Z");
      const [note] = papers([record.fold()], "2027-02-12T09:00:00Z");
      expect(note?.waiting, nature).toEqual(
        nature === "reconstruction" ? { kind: "no-answer-known", since: "2027-02-02", days: 10 } : undefined,
      );
    }
  });

  test("a draft waits like a letter, until a newer one takes its place", () => {
    const record = testRecord();
    const first = sayDraft(record, "First", "2027-02-02T09:00:00Z");
    const view = () =>
      papers([record.fold()], "2027-02-10T09:00:00Z").map(({ title, waiting }) => [title.en, waiting?.days]);
    expect(view()).toEqual([["First", 8]]);
    sayDraft(record, "Second", "2027-02-04T09:00:00Z", { replaces: first });
    expect(view()).toEqual([
      ["Second", 6],
      ["First", undefined],
    ]);
  });

  test("one paper in two circles waits until it is answered in both", () => {
    const circles = [
      testRecord(),
      testRecord({ nature: "exercise", tolerances: { clockSeconds: 60, receiveHours: 1 } }),
    ];
    const ids = circles.map((record) =>
      record.say("aurelia", letter, noteBody("Request", { asksReply: true }), "2027-02-02T09:00:00Z"),
    );
    const view = () =>
      papers(
        circles.map((record) => record.fold()),
        "2027-02-09T09:00:00Z",
      ).find(({ title }) => title.en === "Request");
    expect(view()).toMatchObject({ waiting: { days: 7 } });
    expect(view()?.copies.map(({ id }) => id)).toEqual(ids);
    circles[0]?.say(
      "borealia",
      letter,
      noteBody("Reply", { to: ["aurelia"], answers: [ids[0] ?? ""] }),
      "2027-02-03T09:00:00Z",
    );
    expect(view()).toMatchObject({ waiting: { days: 7 }, answeredBy: [{ afterDays: 1 }] });
    circles[1]?.say(
      "borealia",
      letter,
      noteBody("Reply", { to: ["aurelia"], answers: [ids[1] ?? ""] }),
      "2027-02-03T10:00:00Z",
    );
    expect(view()).toMatchObject({ waiting: undefined, answeredBy: [{ afterDays: 1 }] });
  });
});

describe("papers", () => {
  test("two letters of one title in one circle stay two", () => {
    const record = testRecord();
    record.say("aurelia", letter, noteBody("Note"), "2027-02-02T09:00:00Z");
    record.say("aurelia", letter, noteBody("Note"), "2027-02-02T10:00:00Z");
    expect(papers([record.fold()], "2027-02-03T00:00:00Z").map(({ at }) => at)).toEqual([
      "2027-02-02T10:00:00Z",
      "2027-02-02T09:00:00Z",
    ]);
  });

  test("a contact carries the marks of those who account for it", () => {
    const record = testRecord();
    const account = (by: string) => ({ by, speaker: inBoth(by), text: inBoth("x") });
    record.say(
      "aurelia",
      contact,
      {
        form: "meeting",
        on: "2027-02-02",
        title: inBoth("Meeting"),
        accounts: [account("borealia"), account("aurelia")],
        sources: [],
        confirmed: true,
      },
      "2027-02-03T09:00:00Z",
    );
    expect(papers([record.fold()], "2027-02-04T00:00:00Z")).toMatchObject([
      { on: "2027-02-02", marks: ["borealia", "aurelia"], summary: undefined, waiting: undefined },
    ]);
  });

  test("nothing is there before the first, and nothing in an empty record", () => {
    expect(papers([], "2027-02-04T00:00:00Z")).toEqual([]);
    expect(papers([testRecord().fold()], "2027-02-04T00:00:00Z")).toEqual([]);
  });

  test("a letter to somebody outside the circle does not apply", () => {
    const record = testRecord();
    expect(
      record.refusal(record.say("aurelia", letter, noteBody("Note", { to: ["nobody"] }), "2027-02-02T09:00:00Z"))
        ?.code,
    ).toBe("letter-to-stranger");
  });
});
