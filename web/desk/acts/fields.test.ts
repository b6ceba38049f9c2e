import { describe, expect, test } from "vitest";
import {
  readInstant,
  readNumber,
  readWords,
  readWordsList,
  showInstant,
  showWordsList,
  valueAt,
  withValue,
} from "./fields.ts";

describe("the form's state is the body", () => {
  test("a place deep in a body is read and replaced without touching the old body", () => {
    const body = {
      sheets: [
        { space: "cell-01", state: "seen" },
        { space: "cell-02", state: "seen" },
      ],
    };
    const changed = withValue(body, "sheets.1.state", "not-shown");
    expect(valueAt(changed, "sheets.1.state")).toBe("not-shown");
    expect(valueAt(body, "sheets.1.state")).toBe("seen");
    expect(Array.isArray(valueAt(changed, "sheets"))).toBe(true);
  });

  test("undefined removes a member", () => {
    expect(withValue({ space: "bay-14", question: 1 }, "space", undefined)).toEqual({ question: 1 });
  });

  test("an instant is shown and read alike; what is no instant stays as typed", () => {
    expect(readInstant("2027-03-11 02:07")).toBe("2027-03-11T02:07:00Z");
    expect(showInstant("2027-03-11T02:07:00Z")).toBe("2027-03-11 02:07");
    expect(readInstant(showInstant("2027-03-11T02:07:30Z"))).toBe("2027-03-11T02:07:30Z");
    expect(readInstant("2027-02-30 02:07")).toBe("2027-02-30 02:07");
    expect(readInstant("2027-03-11 2")).toBe("2027-03-11 2");
  });

  test("a number is whole or stays as typed", () => {
    expect(readNumber("16")).toBe(16);
    expect(readNumber("1.5")).toBe("1.5");
  });

  test("typed words stand in one language; an unchanged line keeps both", () => {
    expect(readWords("Длина", "ru")).toEqual({ ru: "Длина" });
    expect(readWords("  ", "en")).toBeUndefined();
    const before = [{ en: "Escort at all times", ru: "Сопровождение" }];
    expect(readWordsList(`${showWordsList(before, "en")}\nNo photographs`, before, "en")).toEqual([
      ...before,
      { en: "No photographs" },
    ]);
  });
});
