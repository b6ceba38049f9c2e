/**
 * Second-precise UTC instants and calendar days (SPEC R3), by whole-number arithmetic on the Gregorian calendar. Years 0000 to
 * 9999; a day has 86,400 seconds and there are no leap seconds. Equal-length texts: instants compare as strings.
 */
import type { Day, Instant } from "./fields.ts";

const DAY = 86_400;
/** 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z in seconds since 1970. */
const FIRST = -62_167_219_200;
export const LAST_SECOND = 253_402_300_799;
/** Days from 0000-03-01 to 1970-01-01. Years are counted from March, so that the leap day is the last of its year. */
const MARCH_ZERO = 719_468;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Seconds since 1970-01-01T00:00:00Z; `undefined` unless `YYYY-MM-DDTHH:MM:SSZ` names an existing second. */
export function parseInstant(text: string): number | undefined {
  if (text.length !== 20 || text[10] !== "T" || text[13] !== ":" || text[16] !== ":" || text[19] !== "Z") return undefined;
  const days = daysSince1970(text);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // A field that is no number is NaN, and every comparison with it is false.
  return days !== undefined && hour <= 23 && minute <= 59 && second <= 59
    ? days * DAY + hour * 3600 + minute * 60 + second
    : undefined;
}

/** Whether the text is `YYYY-MM-DD` and such a day exists. */
export function isCalendarDay(text: string): boolean {
  return text.length === 10 && daysSince1970(text) !== undefined;
}

/** Throws unless the seconds are whole and within the years 0000 to 9999. */
export function formatInstant(seconds: number): Instant {
  if (!Number.isInteger(seconds) || seconds < FIRST || seconds > LAST_SECOND) throw new RangeError(`no instant: ${seconds}`);
  const days = Math.floor(seconds / DAY);
  const rest = seconds - days * DAY;
  return `${formatDay(days)}T${pad(Math.floor(rest / 3600), 2)}:${pad(Math.floor(rest / 60) % 60, 2)}:${pad(rest % 60, 2)}Z`;
}

/**
 * Stops at the first and last instant that can be written: a date near the year 9999 comes from outside and must not end the
 * reading of a record. Throws for an instant that does not exist; those are refused where they enter.
 */
export function addSeconds(instant: Instant, seconds: number): Instant {
  return formatInstant(Math.min(LAST_SECOND, Math.max(FIRST, secondsOf(instant) + seconds)));
}

/** As `addSeconds`. */
export function addHours(instant: Instant, hours: number): Instant {
  return addSeconds(instant, hours * 3600);
}

/** Seconds from `from` to `to`, negative if `to` is earlier. */
export function secondsBetween(from: Instant, to: Instant): number {
  return secondsOf(to) - secondsOf(from);
}

/** Full periods of 86,400 seconds from `from` to `to`; 0 if `to` is earlier. */
export function wholeDaysBetween(from: Instant, to: Instant): number {
  return Math.max(0, Math.floor(secondsBetween(from, to) / DAY));
}

/** Noon UTC: the hour is not known, and noon keeps the date in the most places of the world. */
export function instantOfDay(day: Day): Instant {
  return `${day}T12:00:00Z`;
}

/** The UTC day of an instant. */
export function dayOf(instant: Instant): Day {
  return instant.slice(0, 10);
}

function secondsOf(instant: Instant): number {
  const seconds = parseInstant(instant);
  if (seconds === undefined) throw new RangeError(`no such instant: ${instant}`);
  return seconds;
}

/** Reads `YYYY-MM-DD` at the beginning of the text. */
function daysSince1970(text: string): number | undefined {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (text[4] !== "-" || text[7] !== "-" || !(year >= 0 && month >= 1 && month <= 12 && day >= 1)) return undefined;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lastDay = month === 2 && leap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
  if (!(day <= lastDay)) return undefined;
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 1 - MARCH_ZERO;
}

function formatDay(daysFrom1970: number): Day {
  const days = daysFrom1970 + MARCH_ZERO;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}
