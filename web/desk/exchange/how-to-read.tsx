/** What the words of the grid mean, with the look that each has there. */
import type { PositionWord } from "@countersign/core/exchange/position.ts";
import { exchangeMessages } from "../../messages/exchange.ts";
import { Card } from "../../parts/card.tsx";
import { useWords } from "../../parts/language.tsx";
import { PositionWordText } from "./position-text.tsx";
import { Unconfirmed } from "./source-list.tsx";
import styles from "./exchange.module.css";
import railStyles from "./rail.module.css";

export function HowToRead({ reconstruction }: { readonly reconstruction: boolean }) {
  const say = useWords(exchangeMessages);
  const line = (word: PositionWord, text: string) => (
    <div>
      <dt>
        <PositionWordText word={word} />
      </dt>
      <dd>{text}</dd>
    </div>
  );
  return (
    <Card label={say("howToRead")} className={styles["railCard"]}>
      <header className={styles["cardHead"]}>
        <h2>{say("howToRead")}</h2>
      </header>
      <dl className={railStyles["howTo"]}>
        {line("willing-to-discuss", say("readDiscuss"))}
        {line("as-reported", say("readReported"))}
        {line("not-addressed", say("readNotAddressed"))}
        {reconstruction ? line("not-known", say("readNotKnown")) : line("no-answer", say("readNoAnswer"))}
        {reconstruction ? (
          <div>
            <dt>
              <Unconfirmed />
            </dt>
            <dd>{say("readUnconfirmed")}</dd>
          </div>
        ) : null}
      </dl>
    </Card>
  );
}
