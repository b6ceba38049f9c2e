/** What the own side owes in this inspection, and what else it may say at this stage. */
import type { Inspection } from "@countersign/core/inspect/inspections.ts";
import { owed } from "@countersign/core/terms/owed.ts";
import { mayDraw } from "@countersign/core/terms/owed-in-inspection.ts";
import { inspectionMessages } from "../../messages/inspections.ts";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import type { ActName } from "../acts/act.ts";
import { ActButton } from "../acts/act-button.tsx";
import { byPressure, owedInWords } from "../acts/owed-acts.ts";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import { owedMessages } from "../../messages/owed.ts";
import styles from "./inspections.module.css";

export function ActsNow({ circle, inspection }: { readonly circle: Circle; readonly inspection: Inspection }) {
  const { own, now, moment } = useDesk();
  const say = useWords(inspectionMessages);
  const sayOwed = useWords(owedMessages);
  const language = useLanguage();
  if (own === undefined) return null;
  const mine = byPressure(
    owed(circle.state, moment ?? now).filter((one) => one.inspection === inspection.id && one.by === own),
  );
  const free = freeActs(inspection, own).filter(
    (act) => !mine.some((one) => owedInWords(one, circle.state, language).act === act),
  );
  return (
    <Card inkBar>
      <h2>{say("whatCanBeSaid")}</h2>
      {mine.length + free.length === 0 ? <p className="quiet">{say("nothingToSay")}</p> : null}
      <div className={styles["acts"]}>
        {mine.map((one, position) => {
          const { act, subject } = owedInWords(one, circle.state, language);
          if (act === undefined) return null;
          const notYet =
            one.standing === "not-yet" && one.from !== undefined
              ? sayOwed("from", { time: formatTime(one.from) })
              : undefined;
          return (
            <ActButton
              key={one.id}
              act={act}
              subject={subject}
              look={position === 0 && notYet === undefined ? "main" : "plain"}
              off={notYet}
            />
          );
        })}
        {free.map((act) => (
          <ActButton key={act} act={act} subject={{ inspection: inspection.id }} />
        ))}
      </div>
    </Card>
  );
}

/** Not owed, but possible while the team is on site: a draw, more sheets, measurements, questions. */
function freeActs(inspection: Inspection, own: string): readonly ActName[] {
  if (inspection.designation === undefined || inspection.departure !== undefined) return [];
  if (inspection.transport === undefined && inspection.briefing === undefined)
    return own === inspection.inspecting || own === inspection.inspected ? ["raiseQuestion"] : [];
  const drawing: readonly ActName[] = mayDraw(inspection) ? ["sealDraw"] : [];
  if (own === inspection.inspecting) return [...drawing, "recordSeen", "measure", "raiseQuestion"];
  if (own === inspection.inspected) return [...drawing, "raiseQuestion"];
  return own === inspection.host ? ["raiseQuestion"] : [];
}
