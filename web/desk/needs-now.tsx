/** What is needed of this side now: one thing with its clock and button; the same box when there is nothing. */
import { useMemo } from "react";
import { secondsBetween } from "@countersign/core/bytes/instant.ts";
import { owed, type Owed } from "@countersign/core/terms/owed.ts";
import { owedMessages } from "../messages/owed.ts";
import { durationText } from "../parts/duration.ts";
import { useLanguage, useWords } from "../parts/language.tsx";
import { nameOf } from "../parts/party-name.tsx";
import { formatHour, formatTime } from "../parts/time-text.tsx";
import { ActButton } from "./acts/act-button.tsx";
import { mayAnnounce } from "./acts/may-announce.ts";
import { mostPressing, owedInWords } from "./acts/owed-acts.ts";
import { useCircle, useDesk } from "./desk.tsx";
import styles from "./needs-now.module.css";

export function NeedsNow({ heading = true }: { readonly heading?: boolean }) {
  const { own, now, moment } = useDesk();
  const circle = useCircle();
  const language = useLanguage();
  const say = useWords(owedMessages);
  const at = moment ?? now;
  const all = useMemo(() => (circle === undefined ? [] : owed(circle.state, at)), [circle, at]);
  if (circle === undefined) return null;
  const mine = own === undefined ? [] : all.filter(({ by }) => by === own);
  const first = mostPressing(mine.filter(({ standing }) => standing !== "not-yet")) ?? mostPressing(mine);
  const waiting =
    mostPressing(
      all.filter(({ by, standing, act }) => by !== own && standing !== "not-yet" && act !== "letter-reply"),
    ) ?? mostPressing(all.filter(({ by }) => by !== own));
  const shown = first ?? waiting;
  const words = shown === undefined ? undefined : owedInWords(shown, circle.state, language);
  const clock = shown === undefined ? undefined : clockOf(shown, at);
  // Nothing is owed by anyone: what the side may do of its own will.
  const announces = own !== undefined && clock === undefined && mayAnnounce(circle.state, own) === "yes";
  const more = mine.filter(({ standing }) => standing !== "not-yet").length - 1;

  return (
    <div className={styles["needs"]}>
      <div className={styles["text"]}>
        {heading ? <h2 className={styles["heading"]}>{say("needsNow")}</h2> : null}
        <p className={styles["what"]}>{first === undefined ? say("nothing") : words?.title}</p>
        <p className="note">
          {first !== undefined
            ? [whenText(first, at), more > 0 ? say("others", { count: more }) : ""].filter(Boolean).join("; ")
            : waiting === undefined
              ? say("nobody")
              : say(waiting.due === undefined ? "waitingFor" : "waitingForBefore", {
                  party: nameOf(circle.charter, waiting.by, language),
                  what: words?.title ?? "",
                  time: waiting.due === undefined ? "" : sameDay(waiting.due, at),
                })}
        </p>
      </div>
      <div className={styles["act"]}>
        {clock === undefined || shown === undefined ? null : (
          <p className={styles["clock"]}>
            <strong>{durationText(clock.seconds, language)}</strong>
            <span className="note">
              {clock.hours === undefined
                ? say("opensIn")
                : say(clock.late ? "lateOf" : "leftOf", { hours: clock.hours })}
            </span>
          </p>
        )}
        {first !== undefined && words?.act !== undefined ? (
          <ActButton
            act={words.act}
            subject={words.subject}
            look="main"
            {...(words.label === undefined ? {} : { label: words.label })}
            off={
              first.standing === "not-yet" && first.from !== undefined
                ? say("from", { time: formatTime(first.from) })
                : undefined
            }
            quietlyOff
          />
        ) : (
          <span className={styles["offered"]}>
            {announces ? <ActButton act="announce" /> : null}
            <ActButton act="letter" look={announces ? "link" : "plain"} />
          </span>
        )}
      </div>
    </div>
  );

  function whenText(one: Owed, moment: string): string {
    if (one.standing === "not-yet" && one.from !== undefined) return say("from", { time: formatTime(one.from) });
    if (one.due !== undefined)
      return say(one.standing === "late" ? "pastDue" : "before", { time: formatTime(one.due) });
    return one.from === undefined || one.from > moment
      ? ""
      : say(one.act === "letter-reply" ? "sinceNoClock" : "since", { time: formatTime(one.from) });
  }
}

/** On the same day the hour is enough. */
function sameDay(time: string, now: string): string {
  return time.slice(0, 10) === now.slice(0, 10) ? formatHour(time) : formatTime(time);
}

interface RunningClock {
  readonly seconds: number;
  readonly late: boolean;
  /** Its whole length; without it, the time until the act is possible. */
  readonly hours?: number;
}

function clockOf({ standing, from, due, hours }: Owed, at: string): RunningClock | undefined {
  if (standing === "not-yet")
    return from === undefined ? undefined : { seconds: secondsBetween(at, from), late: false };
  if (due === undefined || hours === undefined) return undefined;
  return { seconds: secondsBetween(at, due), late: standing === "late", hours };
}
