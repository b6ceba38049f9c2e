import { describe, expect, test } from "vitest";
import { redline } from "./redline.ts";

describe("changes word by word", () => {
  test("a Russian word is never cut in the middle", () => {
    const changes = redline(
      "Сторона уведомляет другую Сторону по каналу",
      "Сторона уведомляет другую Сторону по согласованному каналу",
      "ru",
    );
    const added = changes.filter((change) => change.added).map(({ value }) => value.trim());
    expect(added).toEqual(["согласованному"]);
    expect(changes.filter((change) => change.removed)).toEqual([]);
  });

  test("what is kept and added gives the new text, what is kept and removed the old one", () => {
    const [before, after] = ["notice of 24 hours is given", "notice of 16 hours before arrival is given"];
    const changes = redline(before, after, "en");
    expect(
      changes
        .filter(({ removed }) => !removed)
        .map(({ value }) => value)
        .join(""),
    ).toBe(after);
    expect(
      changes
        .filter(({ added }) => !added)
        .map(({ value }) => value)
        .join(""),
    ).toBe(before);
  });
});
