/** The finding itself: verdict, sentence, bar in true proportion, its inputs, and what another holding would give. */
import { useState } from "react";
import type { Estimate, Finding } from "@countersign/core/assure/finding.ts";
import { daySentence, estimateSentence, findingSentence } from "@countersign/core/assure/sentence.ts";
import { assuranceMessages } from "../../messages/assurance.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { textOf } from "../../parts/words.tsx";
import { RunsText } from "./runs-text.tsx";
import { estimateFor, type FindingGrounds, isRefused, methodsOnCells, outOfHundred, unseenSpaces } from "./subject.ts";
import { WhereFrom } from "./where-from.tsx";
import styles from "./finding.module.css";
import pageStyles from "./assurance.module.css";

interface FindingCardProps {
  readonly finding: Finding;
  readonly grounds: FindingGrounds;
  readonly channel: string;
}

export function FindingCard({ finding, grounds, channel }: FindingCardProps) {
  const say = useWords(assuranceMessages);
  const language = useLanguage();
  const [holding, setHolding] = useState<number | undefined>(undefined);
  const terms = finding.estimate ?? finding.part;
  const other = holding === undefined ? undefined : estimateFor(grounds, finding, holding);
  const shown = other ?? terms;
  const sentence =
    other === undefined
      ? findingSentence(finding, language, grounds.names)
      : estimateSentence(other, unseenSpaces(finding), language);
  return (
    <Card className={styles["finding"]}>
      <header className={styles["findingHead"]}>
        <div>
          {other === undefined ? (
            <>
              <p className={pageStyles["verdict"]}>{say(finding.verdict)}</p>
              <p className={pageStyles["verdictKey"]}>{finding.verdict}</p>
            </>
          ) : (
            <p className={styles["whatIf"]} role="status">
              {say("whatIf")}
            </p>
          )}
        </div>
        <div className={styles["findingFacts"]}>
          {shown === undefined ? null : (
            <p className={styles["factStrong"]}>
              {say("onVisitDay", { atVisit: shown.atVisit.detection.decimal, today: shown.today.detection.decimal })}
            </p>
          )}
          {finding.visit === undefined ? null : (
            <p>{say(isRefused(finding) ? "reportRefused" : "reportSigned", { number: finding.visit.number, at: formatTime(finding.visit.signedAt) })}</p>
          )}
          <p>{say("rules", { version: finding.rules })}</p>
        </div>
      </header>
      <p className={styles["sentence"]}>
        <RunsText runs={sentence} />
      </p>
      {finding.estimate === undefined || other !== undefined ? null : (
        <p className="quiet">
          <RunsText runs={daySentence(finding, language)} />
        </p>
      )}
      {shown === undefined ? null : <FoundBar estimate={shown} part={shown.scope === "cells"} />}
      {shown === undefined ? null : (
        <Inputs
          estimate={shown}
          grounds={grounds}
          whatIf={other !== undefined}
          onHolding={setHolding}
          termsHolding={terms?.holding ?? 0}
        />
      )}
      {terms === undefined ? null : <WhereFrom finding={finding} grounds={grounds} channel={channel} />}
    </Card>
  );
}

/** Ink for what would have been found, level lines for what would not; the lengths are the number itself. */
function FoundBar({ estimate, part }: { readonly estimate: Estimate; readonly part: boolean }) {
  const say = useWords(assuranceMessages);
  const found = Number(estimate.atVisit.detection.decimal.replace(".", "").slice(0, 4));
  const { holding, cells } = estimate;
  return (
    <figure className={styles["bar"]}>
      <div className={styles["barLine"]} aria-hidden="true">
        <span className={styles["barFound"]} style={{ inlineSize: `${found / 10}%` }} />
      </div>
      <figcaption className={styles["barWords"]}>
        <span>
          <strong>{say("found", { found })}</strong>
          {part ? <span className="quiet">, {say("partOnly")}</span> : null}
        </span>
        <span>{say("missed", { missed: 1000 - found })}</span>
        {estimate.worst === "cells" ? (
          <span className={styles["barText"]}>{say("barText", { holding, cells })}</span>
        ) : null}
      </figcaption>
    </figure>
  );
}

interface InputsProps {
  readonly estimate: Estimate;
  readonly grounds: FindingGrounds;
  readonly whatIf: boolean;
  readonly termsHolding: number;
  readonly onHolding: (holding: number | undefined) => void;
}

function Inputs({ estimate, grounds, whatIf, termsHolding, onHolding }: InputsProps) {
  const say = useWords(assuranceMessages);
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const { cells, drawn, holding } = estimate;
  const methods = methodsOnCells(grounds);
  const seen = methods.reduce((sum, { count }) => sum + count, 0);
  const choices = Array.from({ length: Math.min(8, cells) }, (_, index) => index + 1);
  return (
    <>
      <dl className={styles["inputs"]}>
        <div>
          <dt>{drawn > 0 ? say("inputDrawn", { drawn, cells }) : say("inputSeen", { seen, cells })}</dt>
          <dd>{say(drawn > 0 ? "inputDrawnText" : "inputSeenText")}</dd>
        </div>
        {methods.map(({ method }) => (
          <div key={method.id}>
            <dt>{say("inputRecognition", { value: outOfHundred(method.recognition) })}</dt>
            <dd>{say("inputRecognitionText", { method: textOf(method.name, language) })}</dd>
          </div>
        ))}
        <div>
          <dt>
            <button type="button" className={styles["holding"]} aria-expanded={open} onClick={() => setOpen(!open)}>
              {say("inputHolding", { holding, cells })}
            </button>
          </dt>
          <dd>{whatIf ? say("whatIf") : say("inputHoldingText")}</dd>
        </div>
      </dl>
      {open ? (
        <div className={styles["choices"]}>
          <p className="note">{say("whatIfHow", { holding: termsHolding })}</p>
          <div role="group" aria-label={say("whatIfLabel")} className={styles["choiceRow"]}>
            {choices.map((choice) => (
              <button
                key={choice}
                type="button"
                className={styles["choice"]}
                aria-pressed={choice === holding}
                onClick={() => onHolding(choice === termsHolding ? undefined : choice)}
              >
                {choice}
              </button>
            ))}
            <Button
              look="link"
              onClick={() => {
                onHolding(undefined);
                setOpen(false);
              }}
            >
              {say("whatIfBack", { holding: termsHolding })}
            </Button>
          </div>
        </div>
      ) : null}
    </>
  );
}
