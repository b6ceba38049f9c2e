/** How strongly "nothing was found" speaks, and under which assumptions. No prior belief is chosen for the reader. */
import type { Estimate, Finding } from "@countersign/core/assure/finding.ts";
import { findingCodes } from "@countersign/core/assure/codes-in-words.ts";
import { parseFraction } from "@countersign/core/assure/fraction.ts";
import { oddsTable } from "@countersign/core/assure/likelihood.ts";
import { assuranceMessages } from "../../messages/assurance.ts";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { textOf } from "../../parts/words.tsx";
import type { FindingGrounds } from "./subject.ts";
import styles from "./beside.module.css";
import pageStyles from "./assurance.module.css";

export function StrengthCard({ finding, grounds }: { readonly finding: Finding; readonly grounds: FindingGrounds }) {
  const say = useWords(assuranceMessages);
  const language = useLanguage();
  const estimate = finding.estimate ?? finding.part;
  const { assumptions } = findingCodes(finding, language, grounds.names);
  return (
    <Card label={say("strongly")} className={styles["strength"]}>
      <h2>{say("strongly")}</h2>
      {estimate === undefined ? <p className="quiet">{say("noNumber")}</p> : <Ratio estimate={estimate} />}
      {assumptions.length === 0 ? null : (
        <>
          <h3>{say("assumptions")}</h3>
          <ul className={styles["dashes"]}>
            {assumptions.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function Ratio({ estimate }: { readonly estimate: Estimate }) {
  const say = useWords(assuranceMessages);
  const language = useLanguage();
  const { likelihoodRatio, word } = estimate.atVisit;
  const ratio = likelihoodRatio === undefined ? undefined : parseFraction(likelihoodRatio.fraction);
  if (likelihoodRatio === undefined || ratio?.ok !== true) return null;
  return (
    <>
      <p className={styles["ratio"]}>{likelihoodRatio.decimal}</p>
      <p className={pageStyles["verdictKey"]}>{likelihoodRatio.fraction}</p>
      <p>
        {say("stronglyText", { ratio: likelihoodRatio.decimal, holding: estimate.holding, cells: estimate.cells })}{" "}
        {word === undefined
          ? null
          : say.rich("stronglyWord", {
              word: textOf(word, language),
              b: (inner) => <strong key="word">{inner}</strong>,
            })}
      </p>
      <table className={styles["odds"]}>
        <thead>
          <tr>
            <th scope="col">{say("ifThought")}</th>
            <th scope="col">{say("nowThink")}</th>
          </tr>
        </thead>
        <tbody>
          {oddsTable(ratio.value).map(({ before, after }) => (
            <tr key={`${before.for} ${before.against}`}>
              <td>{say("odds", { for: before.for, against: before.against })}</td>
              <td>{say("oddsAfter", { number: after.decimal })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="note">{say("oddsNote")}</p>
    </>
  );
}

export function NotCoveredCard({ finding }: { readonly finding: Finding }) {
  const say = useWords(assuranceMessages);
  const language = useLanguage();
  return (
    <Card label={say("notCovered")}>
      <h2>{say("notCovered")}</h2>
      <ul className={styles["dashes"]}>
        {findingCodes(finding, language).notCovered.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Card>
  );
}
