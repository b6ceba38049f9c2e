/** Open questions with a statement from each side, side by side and with equal weight. */
import { spacesOf } from "@countersign/core/declare/sites.ts";
import type { Inspection } from "@countersign/core/inspect/inspections.ts";
import { inspectionMessages } from "../../messages/inspections.ts";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { inReadersOrder, PartyName } from "../../parts/party-name.tsx";
import { textOf, Words } from "../../parts/words.tsx";
import { ActButton } from "../acts/act-button.tsx";
import { whyStated } from "../acts/already.ts";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import { FilesNote } from "../files.tsx";
import styles from "./inspections.module.css";

export function Questions({ circle, inspection }: { readonly circle: Circle; readonly inspection: Inspection }) {
  const say = useWords(inspectionMessages);
  const language = useLanguage();
  const { own } = useDesk();
  if (inspection.designation === undefined) return null;
  const { ambiguities, inspecting, inspected, site } = inspection;
  const spaceName = (id: string) => {
    const space = site === undefined ? undefined : spacesOf(site.site).find((candidate) => candidate.id === id);
    return space === undefined ? id : textOf(space.name, language);
  };
  return (
    <Card>
      <h2>{say("questions")}</h2>
      {ambiguities.length === 0 ? <p className="quiet">{say("noQuestions")}</p> : null}
      {ambiguities.map((asked) => {
        const { id, space, question, statements, answered } = asked;
        const sides = inReadersOrder(
          circle.charter,
          [...new Set([inspecting, inspected, ...statements.map((one) => one.by)])],
          own,
          language,
        );
        return (
          <article key={id} className={styles["question"]}>
            <h3>
              {space === undefined ? null : `${spaceName(space)}: `}
              <Words value={question} />
            </h3>
            <QuestionFiles circle={circle} statement={id} />
            <p className="note">{say(answered ? "questionAnswered" : "questionOpen")}</p>
            <div className={styles["statements"]}>
              {sides.map((side) => {
                const own = statements.filter((one) => one.by === side);
                return (
                  <div key={side}>
                    <PartyName charter={circle.charter} id={side} />
                    {own.length === 0 ? <p className="quiet">{say("statementMissing")}</p> : null}
                    {own.map(({ statement, text }) => (
                      <p key={statement}>
                        <Words value={text} />
                        <QuestionFiles circle={circle} statement={statement} />
                      </p>
                    ))}
                  </div>
                );
              })}
            </div>
            {own !== undefined && sides.includes(own) ? (
              <ActButton
                act="stateOnQuestion"
                subject={{ inspection: inspection.id, ambiguity: id }}
                off={whyStated(asked, own, circle.charter, language)}
              />
            ) : null}
          </article>
        );
      })}
    </Card>
  );
}

function QuestionFiles({ circle, statement }: { readonly circle: Circle; readonly statement: string }) {
  const found = circle.state.get(statement);
  return found === undefined ? null : <FilesNote circle={circle} statement={found} />;
}
