/** The case clock, the line of time with both sides' statements, and what the demonstration can do. */
import { useMemo } from "react";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { deadlines } from "@countersign/core/terms/owed.ts";
import { startMessages } from "../../messages/start.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { markOf } from "../../parts/party-name.tsx";
import { TimeSlider, type SliderEvent } from "../../parts/time-slider.tsx";
import { formatHour, formatTime } from "../../parts/time-text.tsx";
import { textOf } from "../../parts/words.tsx";
import type { ChannelReading } from "../circle.ts";
import { circleAt } from "../circle.ts";
import { isSaid } from "../statement-list.tsx";
import type { DemonstrationDesk } from "./use-demonstration.ts";
import styles from "./start.module.css";

interface ClockCardProps {
  readonly demonstration: DemonstrationDesk;
  readonly channels: readonly ChannelReading[];
  readonly moment: Instant | undefined;
  readonly setMoment: (moment: Instant | undefined) => void;
  readonly onCheat: () => void;
}

export function ClockCard({ demonstration, channels, moment, setMoment, onCheat }: ClockCardProps) {
  const { state, act, refused, working } = demonstration;
  const say = useWords(startMessages);
  const language = useLanguage();
  const reconstruction = state.case === "2022";
  const events = useMemo(() => eventsOf(channels, reconstruction), [channels, reconstruction]);
  const due = useMemo(
    () =>
      reconstruction
        ? []
        : channels.flatMap((channel) => deadlines(circleAt(channel, undefined).whole, state.clock).map(({ at }) => at)),
    [channels, reconstruction, state.clock],
  );
  const next = state.nextDeadline;
  const cheating = state.nodes.find(({ id, case: name }) => id === state.cheat?.side && name === "exercise");
  const atWork = working ? say("atWork") : undefined;
  const shown = moment ?? state.clock;
  return (
    <Card className={styles["clockCard"]} label={say("clock")}>
      <div className={styles["clock"]}>
        <p className="note">{say(reconstruction || moment !== undefined ? "caseMoment" : "clock")}</p>
        <p className={styles["now"]} data-clock={shown}>
          {reconstruction ? shown.slice(0, 10) : formatTime(shown)}
        </p>
        <p className="note">
          {reconstruction
            ? say("daysOnly")
            : next === null
              ? say("noDeadline")
              : say("nextDeadline", {
                  time: next.at.slice(0, 10) === state.clock.slice(0, 10) ? formatHour(next.at) : formatTime(next.at),
                  what: textOf(next.what, language),
                })}
        </p>
      </div>
      <div className={styles["slider"]}>
        <TimeSlider
          label={say("timeline")}
          from={state.span.from}
          to={state.span.to}
          now={state.clock}
          moment={moment}
          onChange={setMoment}
          events={events}
          deadlines={due}
          daysOnly={reconstruction}
        />
      </div>
      {reconstruction ? null : (
        <div className={styles["acts"]} data-print="no">
          <Button
            off={atWork ?? (next === null ? say("noDeadlineOff") : undefined)}
            quietlyOff
            data-guide="skip"
            onClick={() => void act("skip", {})}
          >
            {say("skip")}
          </Button>
          <Button
            off={atWork ?? (state.answer === null ? say("nothingToAnswer") : undefined)}
            quietlyOff
            data-guide="answer"
            title={state.answer === null ? say("nothingToAnswer") : textOf(state.answer.what, language)}
            onClick={() => void act("answer", {})}
          >
            {say("answer")}
          </Button>
          <Button
            off={cheating === undefined ? atWork : say("cheatingAlready", { party: textOf(cheating.name, language) })}
            quietlyOff
            data-guide="cheat"
            onClick={onCheat}
          >
            {say("cheat")}
          </Button>
          <p className="note">
            {say("demoOnly")} ·{" "}
            <Button look="link" onClick={() => void act("restart", {})}>
              {say("startAgain")}
            </Button>
          </p>
        </div>
      )}
      <p className={`note ${styles["busy"]}`} role="status">
        {state.busy !== null ? say("busy", { what: textOf(state.busy, language) }) : (atWork ?? "")}
      </p>
      {refused === undefined ? null : (
        <p className={styles["busy"]} role="alert">
          <strong>{say("refused")}</strong> <span lang="en">{refused.sentence}</span>
        </p>
      )}
    </Card>
  );
}

/** One mark for each statement; in the reconstruction one for each paper's author and day. */
function eventsOf(channels: readonly ChannelReading[], reconstruction: boolean): SliderEvent[] {
  const events = channels.flatMap((channel) => {
    const { charter, whole } = circleAt(channel, undefined);
    return whole.all.filter(isSaid).map(({ time, author }) => ({ at: time, mark: markOf(charter, author) }));
  });
  if (!reconstruction) return events;
  return [...new Map(events.map((event) => [`${event.at.slice(0, 10)} ${event.mark}`, event])).values()];
}
