/**
 * The moment shown, on a line of time: one side's statements above, the other's below, deadlines dashed. Arrows go one event, PageUp and
 * PageDown one deadline. At the right end of what was played the moment is "now".
 */
import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { addSeconds, secondsBetween } from "@countersign/core/bytes/instant.ts";
import { Mark, type MarkKind } from "./mark.tsx";
import { formatTime } from "./time-text.tsx";
import styles from "./time-slider.module.css";

export interface SliderEvent {
  readonly at: Instant;
  readonly mark: MarkKind;
}

interface TimeSliderProps {
  readonly label: string;
  readonly from: Instant;
  readonly to: Instant;
  /** How far it was played: nothing later can be shown. */
  readonly now: Instant;
  readonly moment: Instant | undefined;
  readonly onChange: (moment: Instant | undefined) => void;
  readonly events: readonly SliderEvent[];
  readonly deadlines: readonly Instant[];
  /** How a day-precise record names its moments. */
  readonly daysOnly?: boolean;
}

export function TimeSlider({
  label,
  from,
  to,
  now,
  moment,
  onChange,
  events,
  deadlines,
  daysOnly = false,
}: TimeSliderProps) {
  const track = useRef<HTMLDivElement>(null);
  const span = Math.max(1, secondsBetween(from, to));
  const place = (at: Instant) => `${(Math.min(1, Math.max(0, secondsBetween(from, at) / span)) * 100).toFixed(3)}%`;
  const shown = moment ?? now;
  const stops = stopsOf(from, now, events);
  const choose = (at: Instant) => onChange(at >= now ? undefined : at < from ? from : at);

  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, () => Instant | undefined>> = {
      ArrowRight: () => next(stops, shown),
      ArrowUp: () => next(stops, shown),
      ArrowLeft: () => previous(stops, shown),
      ArrowDown: () => previous(stops, shown),
      PageUp: () => previous(deadlines, shown) ?? from,
      PageDown: () => next(deadlines, shown) ?? now,
      Home: () => from,
      End: () => now,
    };
    const target = moves[event.key]?.();
    if (target === undefined) return;
    event.preventDefault();
    choose(target);
  };
  const onPointer = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (box === undefined || event.buttons !== 1) return;
    if (event.type === "pointerdown") event.currentTarget.setPointerCapture(event.pointerId);
    choose(nearest(stops, addSeconds(from, Math.round(((event.clientX - box.left) / box.width) * span)), span));
  };

  return (
    <div
      ref={track}
      role="slider"
      tabIndex={0}
      className={styles["slider"]}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={secondsBetween(from, now)}
      aria-valuenow={Math.max(0, secondsBetween(from, shown))}
      aria-valuetext={daysOnly ? shown.slice(0, 10) : formatTime(shown)}
      onKeyDown={onKeyDown}
      onPointerDown={onPointer}
      onPointerMove={onPointer}
    >
      <span className={styles["line"]} />
      <span className={styles["played"]} style={{ inlineSize: place(now) }} />
      <span className={styles["shown"]} style={{ inlineSize: place(shown) }} />
      {thinOut(deadlines, span, 0.004).map((at) => (
        <span key={at} className={styles["deadline"]} style={{ insetInlineStart: place(at) }} />
      ))}
      {(["above", "below"] as const).flatMap((row) =>
        thinOut(
          events.filter(({ mark }) => (mark === "right") === (row === "below")),
          span,
          0.02,
        ).map(({ at, mark }) => (
          <span
            key={`${row} ${at}`}
            className={`${styles["mark"]} ${styles[row] ?? ""}`}
            style={{ insetInlineStart: place(at) }}
          >
            <Mark kind={mark} size={10} />
          </span>
        )),
      )}
      <span className={styles["handle"]} style={{ insetInlineStart: place(shown) }} />
      {ticksOf(from, to).map(({ at, text, last }) => (
        <span
          key={text}
          className={`${styles["tick"]} ${last ? (styles["tickLast"] ?? "") : ""}`}
          style={{ insetInlineStart: place(at) }}
        >
          {text}
        </span>
      ))}
    </div>
  );
}

/** Where the arrows stop: the beginning, every event up to now, now. */
export function stopsOf(from: Instant, now: Instant, events: readonly SliderEvent[]): readonly Instant[] {
  return [...new Set([from, ...events.map(({ at }) => at).filter((at) => at > from && at < now), now])].toSorted();
}

function next(stops: readonly Instant[], at: Instant): Instant | undefined {
  return stops.find((stop) => stop > at);
}

function previous(stops: readonly Instant[], at: Instant): Instant | undefined {
  return stops.findLast((stop) => stop < at);
}

/** Near an event the handle snaps to it. */
function nearest(stops: readonly Instant[], at: Instant, span: number): Instant {
  const close = stops.reduce<Instant | undefined>(
    (best, stop) =>
      best === undefined || Math.abs(secondsBetween(stop, at)) < Math.abs(secondsBetween(best, at)) ? stop : best,
    undefined,
  );
  return close !== undefined && Math.abs(secondsBetween(close, at)) < span * 0.012 ? close : at;
}

/** Drops what would be drawn over its neighbour; the list below the slider has all of them. */
function thinOut<Item extends Instant | SliderEvent>(items: readonly Item[], span: number, share: number): Item[] {
  const kept: Item[] = [];
  let last: Instant | undefined;
  for (const item of items.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1))) {
    if (last !== undefined && secondsBetween(last, timeOf(item)) < span * share) continue;
    kept.push(item);
    last = timeOf(item);
  }
  return kept;
}

function timeOf(item: Instant | SliderEvent): Instant {
  return typeof item === "string" ? item : item.at;
}

/** Beginnings of months between, where they leave room, and the last day. */
export function ticksOf(
  from: Instant,
  to: Instant,
): readonly { readonly at: Instant; readonly text: string; readonly last: boolean }[] {
  const span = Math.max(1, secondsBetween(from, to));
  const ticks: { at: Instant; text: string; last: boolean }[] = [
    {
      at: from,
      text: span > 40 * 86_400 && from.slice(8, 10) === "01" ? from.slice(0, 7) : from.slice(0, 10),
      last: false,
    },
  ];
  let [year, month] = [Number(from.slice(0, 4)), Number(from.slice(5, 7))];
  for (let guard = 0; guard < 60; guard += 1) {
    month += 1;
    if (month > 12) [year, month] = [year + 1, 1];
    const at = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-01T00:00:00Z`;
    if (at >= to) break;
    const room = secondsBetween(ticks.at(-1)?.at ?? from, at) / span;
    if (room >= 0.2 && secondsBetween(at, to) / span >= 0.36) ticks.push({ at, text: at.slice(0, 7), last: false });
  }
  return [...ticks, { at: to, text: to.slice(0, 10), last: true }];
}
