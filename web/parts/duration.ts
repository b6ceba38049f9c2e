/** How long, in the two largest units that say something: `59 min`, `14 h 24 min`, `13 d 5 h`. */
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { parseInstant } from "@countersign/core/bytes/instant.ts";
import { owedMessages } from "../messages/owed.ts";
import { sayIn, type Language } from "./language.tsx";

/** Seconds are rounded up to the minute, so that what is left is never shown as less than it is. */
export function durationText(seconds: number, language: Language): string {
  const say = sayIn(owedMessages, language);
  const minutes = Math.ceil(Math.abs(seconds) / 60);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60)];
  if (days >= 10) return say("days", { days });
  if (days >= 2) return say("daysHours", { days, hours: hours - days * 24 });
  return hours >= 1 ? say("hoursMinutes", { hours, minutes: minutes - hours * 60 }) : say("minutes", { minutes });
}

/** How long ago a moment was; none for one that is still to come. */
export function ageText(at: Instant, now: Instant, language: Language): string {
  return durationText(Math.max(0, (parseInstant(now) ?? 0) - (parseInstant(at) ?? 0)), language);
}
