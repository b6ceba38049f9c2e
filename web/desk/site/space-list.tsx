/** The diagram's twin: every space in one row, with what was done to it and when. */
import type { KeyboardEvent } from "react";
import { siteMessages } from "../../messages/site.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { formatHour } from "../../parts/time-text.tsx";
import { textOf } from "../../parts/words.tsx";
import type { Choice } from "./choice.ts";
import { SpaceSwatch } from "./space-pattern.tsx";
import { shortNumber, type SpaceState } from "./space-state.ts";
import styles from "./site.module.css";

/** `day`: of the visit, above the hours. */
export function SpaceList({
  states,
  choice,
  day,
}: {
  readonly states: readonly SpaceState[];
  readonly choice: Choice;
  readonly day: string;
}) {
  const say = useWords(siteMessages);
  const language = useLanguage();
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const current = states.findIndex(({ space }) => space.id === choice.focused);
    const next = step === undefined ? undefined : states[current + step];
    if (step === undefined) return;
    event.preventDefault();
    if (next !== undefined) choice.focus(next.space.id, "list");
  };
  return (
    <>
      <p className={styles["spaceHeads"]} aria-hidden="true">
        <span>{say("space")}</span>
        <span />
        <span>{say("state")}</span>
        <span>{day}</span>
      </p>
      <ul className={styles["spaces"]} data-twin="list" aria-label={say("list")} onKeyDown={onKeyDown}>
        {states.map((state) => {
          const { space, at, words, pattern } = state;
          const selected = choice.selected === space.id;
          return (
            <li key={space.id}>
              <button
                type="button"
                data-space={space.id}
                className={choice.shown === space.id ? styles["spaceRowShown"] : styles["spaceRow"]}
                tabIndex={choice.isStop(space.id) ? 0 : -1}
                aria-pressed={selected}
                title={textOf(space.name, language)}
                onClick={() => choice.select(space.id)}
                onPointerEnter={() => choice.preview(space.id)}
                onPointerLeave={() => choice.preview(undefined)}
                onFocus={() => choice.focusIn(space.id)}
              >
                <span className={styles["spaceNumber"]}>{shortNumber(space.id)}</span>
                <SpaceSwatch pattern={pattern} />
                <span>{say(words)}</span>
                <span className={styles["spaceHour"]}>{at === undefined ? "" : formatHour(at)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
