/** The clocks of the terms in this inspection: what is owed by whom, from when and until when. */
import { secondsBetween } from "@countersign/core/bytes/instant.ts";
import type { Inspection } from "@countersign/core/inspect/inspections.ts";
import { owed, type Owed } from "@countersign/core/terms/owed.ts";
import { inspectionMessages } from "../../messages/inspections.ts";
import { Card } from "../../parts/card.tsx";
import { durationText } from "../../parts/duration.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { PartyName } from "../../parts/party-name.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { owedInWords } from "../acts/owed-acts.ts";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import styles from "./inspections.module.css";

export function Clocks({ circle, inspection }: { readonly circle: Circle; readonly inspection: Inspection }) {
  const say = useWords(inspectionMessages);
  const language = useLanguage();
  const { now, moment } = useDesk();
  const at = moment ?? now;
  const open = owed(circle.state, at).filter((one) => one.inspection === inspection.id);
  return (
    <Card padded={false}>
      <h2 className={styles["cardTitle"]}>{say("clocks")}</h2>
      {open.length === 0 ? (
        <p className={`quiet ${styles["empty"]}`}>{say("nothingNext")}</p>
      ) : (
        <table className={styles["table"]}>
          <thead>
            <tr>
              <th scope="col">{say("act")}</th>
              <th scope="col">{say("due")}</th>
            </tr>
          </thead>
          <tbody>
            {open.map((one) => (
              <tr key={one.id}>
                <td>
                  {owedInWords(one, circle.state, language).title}
                  <span className={`note ${styles["line"]}`}>
                    <PartyName charter={circle.charter} id={one.by} />
                  </span>
                </td>
                <td>
                  {one.due === undefined ? <span className="quiet">{say("noClock")}</span> : <TimeText at={one.due} />}
                  <span className={`note ${styles["line"]}`}>{untilText(one)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );

  function untilText({ standing, from, due }: Owed): string {
    if (standing === "not-yet" && from !== undefined)
      return say("opens", { time: durationText(secondsBetween(at, from), language) });
    return due === undefined
      ? ""
      : say(standing === "late" ? "late" : "left", { time: durationText(secondsBetween(at, due), language) });
  }
}
