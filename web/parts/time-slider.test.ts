import { describe, expect, test } from "vitest";
import { durationText } from "./duration.ts";
import { stopsOf, ticksOf } from "./time-slider.tsx";

describe("the line of time", () => {
  test("arrows stop at the beginning, at each event once, and now", () => {
    const at = (day: string) => `2027-03-${day}T00:00:00Z`;
    const events = [at("05"), at("03"), at("05"), at("20")].map((time) => ({ at: time, mark: "left" as const }));
    expect(stopsOf(at("01"), at("10"), events)).toEqual([at("01"), at("03"), at("05"), at("10")]);
  });

  test("ticks have both ends, in order, and leave room", () => {
    const ticks = ticksOf("2027-02-02T09:00:00Z", "2027-06-30T00:00:00Z");
    expect(ticks[0]?.text).toBe("2027-02-02");
    expect(ticks.at(-1)).toMatchObject({ text: "2027-06-30", last: true });
    expect(ticks.map(({ at }) => at)).toEqual(ticks.map(({ at }) => at).toSorted());
    expect(ticks.length).toBeLessThanOrEqual(6);
  });
});

describe("how long", () => {
  test.each([
    [30, "1 min"],
    [59 * 60, "59 min"],
    [3600, "1 h 0 min"],
    [14 * 3600 + 24 * 60, "14 h 24 min"],
    [13 * 86_400, "13 d"],
    [3 * 86_400 + 5 * 3600, "3 d 5 h"],
    [-3600, "1 h 0 min"],
  ])("%i s is %s", (seconds, text) => {
    expect(durationText(seconds, "en")).toBe(text);
  });
});
