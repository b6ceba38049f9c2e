/** One way to write a time, in every language: `2022-02-02 10:16 UTC`; where a source gives only a day, only the day. */
import type { Day, Instant } from "@countersign/core/bytes/fields.ts";
import styles from "./parts.module.css";

export function formatTime(instant: Instant): string {
  return `${instant.slice(0, 10)} ${formatHour(instant)}`;
}

export function formatHour(instant: Instant): string {
  return `${instant.slice(11, 16)} UTC`;
}

export function TimeText({
  at,
  twoLines = false,
}: {
  readonly at: Instant;
  /** Date above hour, for a table's cell. */ readonly twoLines?: boolean;
}) {
  if (!twoLines)
    return (
      <time className={styles["time"]} dateTime={at}>
        {formatTime(at)}
      </time>
    );
  return (
    <time className={styles["twoLines"]} dateTime={at}>
      <span>{at.slice(0, 10)} </span>
      <span>{formatHour(at)}</span>
    </time>
  );
}

export function DayText({ day }: { readonly day: Day }) {
  return (
    <time className={styles["time"]} dateTime={day}>
      {day}
    </time>
  );
}
