/** The report and who has signed it. */
import type { Inspection } from "@countersign/core/inspect/inspections.ts";
import { inspectionMessages } from "../../messages/inspections.ts";
import { Card } from "../../parts/card.tsx";
import { HashText } from "../../parts/hash-text.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { inReadersOrder, markOfAll, nameOf, PartyName } from "../../parts/party-name.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { Words } from "../../parts/words.tsx";
import { ActButton } from "../acts/act-button.tsx";
import { whySigned } from "../acts/already.ts";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import styles from "./inspections.module.css";

export function ReportCard({ circle, inspection }: { readonly circle: Circle; readonly inspection: Inspection }) {
  const say = useWords(inspectionMessages);
  const language = useLanguage();
  const { own } = useDesk();
  const { report, inspecting, inspected } = inspection;
  const { charter } = circle;
  const given = report?.act.signatures ?? [];
  const signers = inReadersOrder(charter, [inspecting, inspected], own, language);
  return (
    <Card>
      <h2>
        <Mark
          kind={markOfAll(
            charter,
            given.filter(({ body }) => body.form !== "refuse").map(({ author }) => author),
          )}
        />{" "}
        {say("report")}
      </h2>
      {report === undefined ? (
        <p className="quiet">{say("reportNone")}</p>
      ) : (
        <>
          <p>
            {say("reportBy", {
              party: nameOf(charter, report.statement.author, language),
              time: formatTime(report.statement.time),
            })}
            .{" "}
            {say("facts", {
              spaces: report.document.spaces.length,
              measured: report.document.measured.length,
              questions: report.document.ambiguities.length,
            })}
            . {say("oneStatement")}
          </p>
          <p className="note">
            {say("reportHash")}: <HashText hex={report.statement.body.document} groups={8} />
          </p>
          <ul className={styles["signatures"]}>
            {signers.map((id) => {
              const statement = given.find(({ author }) => author === id);
              return (
                <li key={id}>
                  <PartyName charter={charter} id={id} />
                  <span className="quiet">
                    {statement === undefined
                      ? say("notSigned")
                      : say(
                          ({ sign: "signed", "sign-with-comment": "signedComment", refuse: "refusedToSign" } as const)[
                            statement.body.form
                          ],
                          { time: formatTime(statement.time) },
                        )}
                  </span>
                  {statement?.body.comment === undefined ? null : <Words value={statement.body.comment} />}
                </li>
              );
            })}
          </ul>
          {own !== undefined && signers.includes(own) ? (
            <ActButton
              act="signReport"
              subject={{ inspection: inspection.id, document: report.statement.body.document }}
              look="main"
              off={whySigned(given, own, charter, language)}
            />
          ) : null}
        </>
      )}
    </Card>
  );
}
