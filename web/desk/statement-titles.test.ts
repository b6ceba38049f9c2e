import { describe, expect, test } from "vitest";
import { testRecord } from "@countersign/core/channel/_test-record.ts";
import { noteBody } from "@countersign/core/exchange/_note.ts";
import { letter } from "@countersign/core/exchange/letter.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { hasTitle, titleOf } from "./statement-titles.ts";

describe("titles of statements", () => {
  test("every kind has one", () => {
    expect([...kinds.keys()].filter((kind) => !hasTitle(kind))).toEqual([]);
  });

  test("a kind of a later version is named as it stands", () => {
    const state = testRecord().fold();
    const statement = {
      id: "",
      kind: "later-kind",
      author: "aurelia",
      index: 1,
      at: "2027-02-01T09:00:00Z",
      time: "2027-02-01T09:00:00Z",
      body: {},
      files: [],
      keyId: "00000000",
    };
    expect(titleOf(statement, state, "en")).toEqual({ title: "Statement of the kind later-kind" });
  });

  test("a letter names its title and whom it goes to, in the reader's language", () => {
    const record = testRecord();
    const id = record.say(
      "aurelia",
      letter,
      noteBody("Text", { title: { en: "On hours", ru: "О часах" } }),
      "2027-02-02T09:00:00Z",
    );
    const statement = record.fold().get(id);
    if (statement === undefined) throw new Error("the letter does not apply");
    expect(titleOf(statement, record.fold(), "en")).toEqual({ title: "Letter: On hours", detail: "To borealia" });
    expect(titleOf(statement, record.fold(), "ru")).toEqual({ title: "Письмо: О часах", detail: "Кому: borealia" });
  });
});
