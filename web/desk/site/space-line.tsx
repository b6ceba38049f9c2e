/** One line of words about the space that is shown, with the way to where they come from. */
import type { Charter } from "@countersign/core/channel/charter.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import { declaredTypes } from "@countersign/core/declare/sites.ts";
import { siteMessages } from "../../messages/site.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { formatHour } from "../../parts/time-text.tsx";
import { textOf } from "../../parts/words.tsx";
import type { SpaceState } from "./space-state.ts";
import { EntryLink } from "../entry-link.tsx";
import styles from "./site.module.css";

interface SpaceLineProps {
  readonly charter: Charter;
  readonly channel: string;
  readonly state: State;
  readonly shown: SpaceState | undefined;
}

export function SpaceLine({ charter, channel, state, shown }: SpaceLineProps) {
  const say = useWords(siteMessages);
  const language = useLanguage();
  if (shown === undefined) return null;
  const { space, words, at, by, sheet, measured, holds, question } = shown;
  const statement = sheet?.statement ?? measured[0]?.statement;
  const source = statement === undefined ? undefined : state.get(statement);
  const item = holds === "empty" || holds === "not-given" ? undefined : holds;
  const identity = sheet?.identity ?? item?.identity;
  const details = [
    [
      say(words),
      ...(at === undefined ? [] : [formatHour(at)]),
      ...(by === undefined ? [] : [say("by", { party: nameOf(charter, by, language) })]),
    ].join(", "),
    ...(sheet?.recognised === "item" ? [say("recognised")] : []),
    ...(sheet?.remark === undefined ? [] : [textOf(sheet.remark, language)]),
    ...(question === undefined ? [] : [`${say("openQuestion")}: ${textOf(question, language)}`]),
    item === undefined
      ? say(holds === "empty" ? "declaredEmpty" : "holdingsNotGiven")
      : say("declaredHeld", { item: itemWords(state, item.type, item.form, language) }),
    ...(identity === undefined ? [] : [say("identity", { identity })]),
  ];
  return (
    <p className={styles["line"]} role="status">
      <strong>{textOf(space.name, language)}</strong>
      <span className={styles["lineWords"]}>
        {details.map((detail) => (/[.?!]$/.test(detail) ? detail : `${detail}.`)).join(" ")}
      </span>
      {source === undefined ? null : (
        <EntryLink channel={channel} place={source}>
          {say("sheet")}
        </EntryLink>
      )}
    </p>
  );
}

function itemWords(state: State, type: string, form: string, language: "en" | "ru"): string {
  const declared = declaredTypes(state).find((one) => one.type.id === type)?.type;
  const shape = declared?.forms.find(({ id }) => id === form);
  if (declared === undefined) return type;
  return shape === undefined
    ? textOf(declared.name, language)
    : `${textOf(declared.name, language)}, ${textOf(shape.name, language)}`;
}
