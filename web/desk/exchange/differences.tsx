/** Where sources differ: all values side by side, of equal weight, each with its source. The program does not choose. */
import type { Difference } from "@countersign/core/exchange/differences.ts";
import { exchangeMessages } from "../../messages/exchange.ts";
import { Card } from "../../parts/card.tsx";
import { useWords } from "../../parts/language.tsx";
import { Words } from "../../parts/words.tsx";
import { SourceList } from "./source-list.tsx";
import styles from "./rail.module.css";
import pageStyles from "./exchange.module.css";

export function Differences({ differences }: { readonly differences: readonly Difference[] }) {
  const say = useWords(exchangeMessages);
  if (differences.length === 0) return null;
  return (
    <Card label={say("sourcesDiffer")} className={pageStyles["railCard"]}>
      <header className={pageStyles["cardHead"]}>
        <h2>{say("sourcesDiffer")}</h2>
      </header>
      <ul className={styles["differences"]}>
        {differences.map(({ id, question, values }) => (
          <li key={id} id={`difference-${id}`} tabIndex={-1}>
            <h3 className={styles["question"]}>
              <Words value={question} />
            </h3>
            <ul className={styles["values"]}>
              {values.map((value) => (
                <li key={`${value.value.en ?? ""} ${value.value.ru ?? ""}`}>
                  <p className={styles["value"]}>
                    <Words value={value.value} />
                  </p>
                  {value.note === undefined ? null : (
                    <p className="note">
                      <Words value={value.note} quiet />
                    </p>
                  )}
                  <details className={styles["valueSources"]}>
                    <summary>{say("sourcesOf", { count: value.sources.length })}</summary>
                    <SourceList sources={value.sources} ownWord={false} />
                  </details>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <p className="note">{say(differences.every(({ values }) => values.length === 2) ? "bothKeptTwo" : "bothKept")}</p>
    </Card>
  );
}
