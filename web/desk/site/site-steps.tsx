/** What was done at the site in one inspection, when and by whom; the main steps first, all of them on request. */
import { useState } from "react";
import { draw } from "@countersign/core/inspect/draw.ts";
import { arrival } from "@countersign/core/inspect/arrival.ts";
import { briefing } from "@countersign/core/inspect/briefing.ts";
import { departure } from "@countersign/core/inspect/departure.ts";
import { intent } from "@countersign/core/inspect/intent.ts";
import type { Statement } from "@countersign/core/channel/kind.ts";
import { report } from "@countersign/core/inspect/report.ts";
import { siteMessages } from "../../messages/site.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useWords } from "../../parts/language.tsx";
import { PartyName } from "../../parts/party-name.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import type { Circle } from "../circle.ts";
import { StatementTitle } from "../statement-title.tsx";
import styles from "./site.module.css";

/** Left out until all steps are asked for. */
const LESSER: readonly string[] = [intent.name, arrival.name, briefing.name, draw.name, departure.name, report.name];

export function SiteSteps({ circle, steps }: { readonly circle: Circle; readonly steps: readonly Statement[] }) {
  const say = useWords(siteMessages);
  const [all, setAll] = useState(false);
  const main = steps.filter(({ kind }) => !LESSER.includes(kind));
  const shown = all || main.length === 0 ? steps : main;
  return (
    <Card padded={false} label={say("steps")}>
      <header className={styles["cardHead"]}>
        <h2>{say("steps")}</h2>
        {steps.length > main.length && main.length > 0 ? (
          <Button look="link" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? say("fewerSteps") : say("allSteps", { count: steps.length })}
          </Button>
        ) : null}
      </header>
      {steps.length === 0 ? <p className={styles["none"]}>{say("noSteps")}</p> : null}
      <ol className={styles["steps"]}>
        {shown.map((statement) => (
          <li key={statement.id} className={styles["step"]}>
            <TimeText at={statement.time} />
            <span>
              <PartyName charter={circle.charter} id={statement.author} />
            </span>
            <span>
              <StatementTitle statement={statement} statements={circle.state} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
