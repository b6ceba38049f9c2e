import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { day, instant } from "./fields.ts";
import {
  addHours,
  addSeconds,
  dayOf,
  formatInstant,
  instantOfDay,
  isCalendarDay,
  parseInstant,
  secondsBetween,
  wholeDaysBetween,
} from "./instant.ts";

const FIRST = -62_167_219_200;
const LAST = 253_402_300_799;
const seconds = fc.oneof(fc.integer({ min: FIRST, max: LAST }), fc.integer({ min: 0, max: 4_000_000_000 }));

/** The platform's calendar, as the reference. */
function byTemporal(value: number): string {
  return Temporal.Instant.fromEpochMilliseconds(value * 1000).toString();
}

describe("instants", () => {
  it("R3 agrees with Temporal in both directions", () => {
    fc.assert(
      fc.property(seconds, (value) => {
        const text = formatInstant(value);
        expect(text).toBe(byTemporal(value).replace(/^[+]?0*(\d{4}-)/, "$1"));
        expect(parseInstant(text)).toBe(value);
        expect(instant.safeParse(text).success).toBe(true);
      }),
      { numRuns: 3000 },
    );
    expect(formatInstant(FIRST)).toBe("0000-01-01T00:00:00Z");
    expect(formatInstant(LAST)).toBe("9999-12-31T23:59:59Z");
  });

  it("R3 knows every day from 1890 to 2110, and which do not exist", () => {
    for (let year = 1890; year <= 2110; year += 1)
      for (let month = 1; month <= 12; month += 1)
        for (let number = 1; number <= 31; number += 1) {
          const text = `${year}-${String(month).padStart(2, "0")}-${String(number).padStart(2, "0")}`;
          const exists = number <= Temporal.PlainYearMonth.from({ year, month }).daysInMonth;
          if (isCalendarDay(text) !== exists) expect.fail(text);
        }
  });

  it("R3 gives the same verdict as the field's pattern and the calendar on mutated texts", () => {
    const mutated = fc.tuple(seconds, fc.nat(19), fc.constantFrom(..."0123456789-:TZ +.zt")).map(([value, at, letter]) => {
      const text = formatInstant(value);
      return text.slice(0, at) + letter + text.slice(at + 1);
    });
    fc.assert(
      fc.property(mutated, (text) => {
        const read = parseInstant(text);
        if (read !== undefined) expect(formatInstant(read)).toBe(text);
        expect(instant.safeParse(text).success).toBe(read !== undefined);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    "2027-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2027-04-31T00:00:00Z",
    "2027-00-10T00:00:00Z",
    "2027-13-10T00:00:00Z",
    "2027-01-00T00:00:00Z",
    "2027-01-01T24:00:00Z",
    "2027-01-01T23:60:00Z",
    "2016-12-31T23:59:60Z",
    "2027-01-01T00:00:00",
    "2027-01-01T00:00:00+00:00",
    "2027-01-01 00:00:00Z",
    "2027-01-01T00:00:00.0Z",
    "",
  ])("R3 refuses %j", (text) => {
    expect(parseInstant(text)).toBeUndefined();
    expect(instant.safeParse(text).success).toBe(false);
  });

  it("R3 refuses days that do not exist", () => {
    expect(day.safeParse("2024-02-29").success).toBe(true);
    expect(day.safeParse("2023-02-29").success).toBe(false);
    expect(isCalendarDay("2023-02-28T")).toBe(false);
  });

  it("adds and takes the difference back, and stops at the ends of the calendar", () => {
    fc.assert(
      fc.property(seconds, fc.integer({ min: -1e9, max: 1e9 }), (value, more) => {
        const moved = addSeconds(formatInstant(value), more);
        expect(moved).toBe(formatInstant(Math.min(LAST, Math.max(FIRST, value + more))));
        expect(secondsBetween(formatInstant(value), moved)).toBe(parseInstant(moved)! - value);
      }),
    );
    expect(addHours("2027-03-11T02:07:00Z", 24)).toBe("2027-03-12T02:07:00Z");
    expect(addHours("9999-12-31T00:00:00Z", 100_000)).toBe("9999-12-31T23:59:59Z");
  });

  it("orders as texts order", () => {
    fc.assert(
      fc.property(seconds, seconds, (left, right) => { expect(formatInstant(left) < formatInstant(right)).toBe(left < right); }),
    );
  });

  it("counts whole days of 86,400 seconds, and none backwards", () => {
    expect(wholeDaysBetween("2027-03-11T02:07:00Z", "2027-03-12T02:06:59Z")).toBe(0);
    expect(wholeDaysBetween("2027-03-11T02:07:00Z", "2027-03-12T02:07:00Z")).toBe(1);
    expect(wholeDaysBetween("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z")).toBe(366);
    expect(wholeDaysBetween("2027-03-12T00:00:00Z", "2027-03-01T00:00:00Z")).toBe(0);
  });

  it("takes noon for a day without an hour", () => {
    expect(instantOfDay("2022-01-26")).toBe("2022-01-26T12:00:00Z");
    expect(dayOf("2022-01-26T23:59:59Z")).toBe("2022-01-26");
  });

  it("throws when a program asks for an instant that does not exist", () => {
    for (const value of [LAST + 1, FIRST - 1, 0.5, Number.NaN]) expect(() => formatInstant(value)).toThrow(RangeError);
    expect(() => addSeconds("2027-02-30T00:00:00Z", 1)).toThrow(RangeError);
  });
});
