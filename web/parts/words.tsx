/** Words that stand in the record in one or two languages: the reader's own if there, else the other, marked as such. */
import type { Words as WordsValue } from "@countersign/core/bytes/fields.ts";
import { useLanguage, useWords, type Language } from "./language.tsx";
import { partsMessages } from "../messages/parts.ts";
import styles from "./parts.module.css";

export interface PickedWords {
  readonly text: string;
  readonly language: Language;
}

export function pickWords(value: WordsValue, language: Language): PickedWords {
  const other = language === "en" ? "ru" : "en";
  const own = value[language];
  return own === undefined ? { text: value[other] ?? "", language: other } : { text: own, language };
}

/** Only the text, for titles and sentences put together. */
export function textOf(value: WordsValue, language: Language): string {
  return pickWords(value, language).text;
}

export function Words({
  value,
  quiet = false,
}: {
  readonly value: WordsValue;
  /** Without the mark, where many stand together. */ readonly quiet?: boolean;
}) {
  const language = useLanguage();
  const say = useWords(partsMessages);
  const picked = pickWords(value, language);
  if (picked.language === language) return <span>{picked.text}</span>;
  return (
    <span>
      <span lang={picked.language}>{picked.text}</span>
      {quiet ? null : (
        <i className={styles["otherLanguage"]}>{say(picked.language === "ru" ? "inRussian" : "inEnglish")}</i>
      )}
    </span>
  );
}
