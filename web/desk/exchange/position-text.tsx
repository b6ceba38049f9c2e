/** What a party said on a provision, in the grammar of the grid: word, note, conditions each led by "if", what is unconfirmed. */
import type { Day, Words as WordsValue } from "@countersign/core/bytes/fields.ts";
import type { PositionWord } from "@countersign/core/exchange/position.ts";
import type { PositionEntry } from "@countersign/core/exchange/positions.ts";
import { exchangeMessages } from "../../messages/exchange.ts";
import { useWords } from "../../parts/language.tsx";
import { Words } from "../../parts/words.tsx";
import { Unconfirmed } from "./source-list.tsx";
import styles from "./positions.module.css";

/** A willingness to discuss never has the weight of an offer; a gap is no position. */
export function PositionWordText({ word }: { readonly word: PositionWord }) {
  const say = useWords(exchangeMessages);
  return <span className={styles[lookOf(word)]}>{say(word)}</span>;
}

function lookOf(word: PositionWord): string {
  if (word === "willing-to-discuss") return "wordDiscuss";
  return ["as-reported", "not-addressed", "not-known", "no-answer"].includes(word) ? "wordQuiet" : "word";
}

/** Entries of one day and one word, as several papers of that day state it: read as one. */
export interface Said {
  readonly word: PositionWord;
  readonly on: Day;
  readonly entries: readonly PositionEntry[];
}

export function saidBy(history: readonly PositionEntry[]): readonly Said[] {
  const said: { word: PositionWord; on: Day; entries: PositionEntry[] }[] = [];
  for (const entry of history) {
    const { word } = entry.statement.body;
    const last = said.at(-1);
    if (last !== undefined && last.word === word && last.on === entry.on) last.entries.unshift(entry);
    else said.push({ word, on: entry.on, entries: [entry] });
  }
  return said;
}

/** `dated`: with its day before the word, where a party has said something else before. */
export function WordLine({ said, dated }: { readonly said: Said; readonly dated: boolean }) {
  const { word, on, entries } = said;
  const unconfirmed = entries.every(({ statement: { body } }) => !body.confirmed && body.unconfirmedPart === undefined);
  return (
    <span className={styles["wordLine"]}>
      {dated ? <time dateTime={on}>{on} </time> : null}
      <PositionWordText word={word} /> {unconfirmed ? <Unconfirmed /> : null}
    </span>
  );
}

/** Without `word` the word stands elsewhere already. */
export function SaidText({
  said,
  dated,
  word = true,
}: {
  readonly said: Said;
  readonly dated: boolean;
  readonly word?: boolean;
}) {
  const say = useWords(exchangeMessages);
  const { entries } = said;
  const notes = once(entries.flatMap(({ statement: { body } }) => body.note ?? []));
  const conditions = once(entries.flatMap(({ statement: { body } }) => body.conditions));
  const parts = once(
    entries.flatMap(({ statement: { body } }) => (body.confirmed ? [] : (body.unconfirmedPart ?? []))),
  );
  return (
    <span className={styles["said"]}>
      {word ? <WordLine said={said} dated={dated} /> : null}
      {notes.map((note) => (
        <span key={keyOf(note)} className={styles["saidNote"]}>
          <Words value={note} quiet />
        </span>
      ))}
      {conditions.length === 0 ? null : (
        <span className={styles["conditions"]} role="list">
          {conditions.map((condition) => (
            <span key={keyOf(condition)} role="listitem" className={styles["condition"]}>
              <span className={styles["if"]}>{say("if")} </span>
              <span>
                <Words value={condition} quiet />
              </span>
            </span>
          ))}
        </span>
      )}
      {parts.map((part) => (
        <span key={keyOf(part)} className={styles["saidNote"]}>
          <Words value={part} quiet /> <Unconfirmed />
        </span>
      ))}
    </span>
  );
}

function once(words: readonly WordsValue[]): readonly WordsValue[] {
  return [...new Map(words.map((value) => [keyOf(value), value])).values()];
}

function keyOf(value: WordsValue): string {
  return `${value.en ?? ""}|${value.ru ?? ""}`;
}
