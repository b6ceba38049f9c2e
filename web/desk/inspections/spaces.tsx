/** What was done to each space, as recorded. Spaces without a sheet are on the site's page, where the whole diagram is. */
import { useState } from "react";
import { spacesOf } from "@countersign/core/declare/sites.ts";
import type { Inspection } from "@countersign/core/inspect/inspections.ts";
import { inspectionMessages } from "../../messages/inspections.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { textOf, Words } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import styles from "./inspections.module.css";

const FEW = 8;

export function Spaces({ inspection }: { readonly circle: Circle; readonly inspection: Inspection }) {
  const say = useWords(inspectionMessages);
  const language = useLanguage();
  const [all, setAll] = useState(false);
  const { sheets, site, agreement } = inspection;
  if (site === undefined) return null;
  const named = new Map(spacesOf(site.site).map(({ id, name }) => [id, textOf(name, language)]));
  // What was not simply seen is what a reader looks for.
  const sorted = sheets.toSorted((a, b) => Number(a.state === "seen") - Number(b.state === "seen"));
  const shown = all ? sorted : sorted.slice(0, FEW);
  return (
    <Card padded={false}>
      <h2 className={styles["cardTitle"]}>{say("spaces")}</h2>
      {sheets.length === 0 ? (
        <p className={`quiet ${styles["empty"]}`}>{say("noSheets")}</p>
      ) : (
        <div className={styles["scroller"]}>
          <table className={styles["table"]}>
            <thead>
              <tr>
                <th scope="col">{say("space")}</th>
                <th scope="col">{say("state")}</th>
                <th scope="col">{say("method")}</th>
                <th scope="col">{say("recognised")}</th>
                <th scope="col">{say("time")}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((sheet) => {
                const method = agreement.terms.methods.find(({ id }) => id === sheet.method);
                return (
                  <tr key={sheet.space} data-space={sheet.space}>
                    <th scope="row">{named.get(sheet.space) ?? sheet.space}</th>
                    <td>
                      {say(`state_${sheet.state}`)}
                      {sheet.remark === undefined ? null : (
                        <span className={`note ${styles["line"]}`}>
                          <Words value={sheet.remark} />
                        </span>
                      )}
                    </td>
                    <td>{method === undefined ? "" : <Words value={method.name} quiet />}</td>
                    <td>{say(`recognised_${sheet.recognised}`)}</td>
                    <td className="quiet">
                      <TimeText at={sheet.at} />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {sheets.length > FEW && !all ? (
        <p className={styles["empty"]}>
          <Button look="link" onClick={() => setAll(true)}>
            {say("showAll", { count: sheets.length })}
          </Button>
        </p>
      ) : null}
    </Card>
  );
}
