/** The questions that keep a site open: each with a statement from each side, side by side, and no common verdict. */
import type { Finding } from "@countersign/core/assure/finding.ts";
import { inspections } from "@countersign/core/inspect/inspections.ts";
import { assuranceMessages } from "../../messages/assurance.ts";
import { DeskLink } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useWords } from "../../parts/language.tsx";
import { PartyName } from "../../parts/party-name.tsx";
import { Words } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import styles from "./assurance.module.css";

export function OpenQuestions({ circle, finding }: { readonly circle: Circle; readonly finding: Finding }) {
  const say = useWords(assuranceMessages);
  const ids = finding.open.flatMap((reason) => (reason.code === "question" ? [reason.id] : []));
  const questions = inspections(circle.state).flatMap(({ id, ambiguities }) =>
    ambiguities.filter((question) => ids.includes(question.id)).map((question) => ({ inspection: id, question })),
  );
  return questions.map(({ inspection, question }) => (
    <Card key={question.id} inkBar label={say("question")} className={styles["question"]}>
      <h2>{say("question")}</h2>
      <p className={styles["questionText"]}>
        <Words value={question.question} />
      </p>
      <ul className={styles["statements"]}>
        {question.statements.map(({ by, text, statement }) => (
          <li key={statement}>
            <p>
              <PartyName charter={circle.charter} id={by} />
            </p>
            <p>
              <Words value={text} />
            </p>
          </li>
        ))}
      </ul>
      <p>
        <DeskLink page="inspection" params={{ inspection }}>
          {say("asked")}
        </DeskLink>
      </p>
    </Card>
  ));
}
