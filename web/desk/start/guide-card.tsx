/** The one next thing to do. The step follows the record, not the click. */
import { useState } from "react";
import { guideMessages } from "../../messages/guide.ts";
import { Button } from "../../parts/button.tsx";
import { useWords } from "../../parts/language.tsx";
import styles from "./start.module.css";

type Step = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;

interface GuideCardProps {
  /** 13 when all are done. */
  readonly step: number;
  /** The site that was named, and whether it is the one that the exercise has planned. */
  readonly site: { readonly name: string; readonly planned: boolean };
  readonly onShow: () => void;
  readonly onBegin: () => void;
  readonly onRestart: () => void;
  readonly recordHref: string | undefined;
}

export function GuideCard({ step, site, onShow, onBegin, onRestart, recordHref }: GuideCardProps) {
  const say = useWords(guideMessages);
  const [explained, setExplained] = useState<number>();
  if (step > 12)
    return (
      <section className={styles["guide"]} data-f6 tabIndex={-1} aria-label={say("next")}>
        <p className={`${styles["sentence"]} ${styles["closing"]}`}>{say("done")}</p>
        <div className={styles["guideButtons"]}>
          <Button large onClick={onRestart}>
            {say("startAgain")}
          </Button>
          {recordHref === undefined ? null : (
            <a href={recordHref} download className={styles["linkButton"]}>
              {say("takeRecord")}
            </a>
          )}
        </div>
      </section>
    );
  const known = Math.max(1, step) as Step;
  const named = { site: site.name, planned: site.planned ? "yes" : "no" };
  return (
    <section className={styles["guide"]} data-f6 data-step={known} tabIndex={-1} aria-label={say("next")}>
      <p className={styles["number"]}>
        <strong>{known}</strong> <span className="note">{say("of", { count: 12 })}</span>
      </p>
      <div className={styles["words"]}>
        <p className="note">{say("next")}</p>
        <p className={styles["sentence"]} aria-live="polite">
          {say(`step${known}`, named)}
        </p>
        <p className="quiet">{say(`below${known}`, named)}</p>
        {explained === known ? <p className={styles["explained"]}>{say(`explain${known}`)}</p> : null}
      </div>
      <div className={styles["guideButtons"]} data-print="no">
        <Button
          large
          aria-expanded={explained === known}
          onClick={() => setExplained(explained === known ? undefined : known)}
        >
          {say(explained === known ? "explainLess" : "explain")}
        </Button>
        {known === 3 ? (
          <Button large look="main" data-guide="begin" onClick={onBegin}>
            {say("begin")}
          </Button>
        ) : (
          <Button large look="main" onClick={onShow}>
            {say("showWhere")}
          </Button>
        )}
      </div>
    </section>
  );
}
