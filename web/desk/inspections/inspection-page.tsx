/** One inspection: what the own side can say now, the clocks, the seal, the draw, the spaces, open questions, the report, and every step. */
import { useMemo } from "react";
import { inspections, type Inspection } from "@countersign/core/inspect/inspections.ts";
import { inspectionMessages } from "../../messages/inspections.ts";
import { DeskLink } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { HashText } from "../../parts/hash-text.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { markOf, nameOf, PartyName } from "../../parts/party-name.tsx";
import { Mark } from "../../parts/mark.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { Words } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import { useCircle, useDesk } from "../desk.tsx";
import { EntryLink } from "../entry-link.tsx";
import { StatementTitle } from "../statement-title.tsx";
import { siteName } from "../statement-titles.ts";
import { ActsNow } from "./acts-now.tsx";
import { Clocks } from "./clocks.tsx";
import { Questions } from "./questions.tsx";
import { ReportCard } from "./report-card.tsx";
import { Spaces } from "./spaces.tsx";
import styles from "./inspections.module.css";

export function InspectionPage() {
  const circle = useCircle();
  const { place } = useDesk();
  const say = useWords(inspectionMessages);
  const state = circle?.state;
  const wanted = place.params.inspection;
  const inspection = useMemo(
    () => (state === undefined ? undefined : inspections(state).find(({ id }) => id === wanted)),
    [state, wanted],
  );
  if (circle === undefined) return null;
  if (inspection === undefined)
    return (
      <Card>
        <p>{say("noInspection")}</p>
        <p>
          <DeskLink page="inspections">{say("all")}</DeskLink>
        </p>
      </Card>
    );
  return <InspectionOf circle={circle} inspection={inspection} />;
}

function InspectionOf({ circle, inspection }: { readonly circle: Circle; readonly inspection: Inspection }) {
  const say = useWords(inspectionMessages);
  return (
    <div className={styles["page"]}>
      <Head circle={circle} inspection={inspection} />
      <ActsNow circle={circle} inspection={inspection} />
      <div className={styles["two"]}>
        <Clocks circle={circle} inspection={inspection} />
        <Seal circle={circle} inspection={inspection} />
      </div>
      <Spaces circle={circle} inspection={inspection} />
      <Questions circle={circle} inspection={inspection} />
      <ReportCard circle={circle} inspection={inspection} />
      <Card padded={false}>
        <h2 className={styles["cardTitle"]}>{say("steps")}</h2>
        <table className={styles["table"]}>
          <thead>
            <tr>
              <th scope="col">{say("time")}</th>
              <th scope="col">{say("by")}</th>
              <th scope="col">{say("what")}</th>
            </tr>
          </thead>
          <tbody>
            {inspection.steps.map(({ time, by, statement }) => (
              <tr key={statement.id}>
                <td className="quiet">
                  <TimeText at={time} twoLines />
                </td>
                <td>
                  <PartyName charter={circle.charter} id={by} />
                </td>
                <td>
                  <EntryLink channel={circle.channel} place={statement} look="bare" className={styles["step"]} marked>
                    <StatementTitle statement={statement} statements={circle.state} />
                  </EntryLink>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
    </div>
  );
}

function Head({ circle, inspection }: { readonly circle: Circle; readonly inspection: Inspection }) {
  const say = useWords(inspectionMessages);
  const language = useLanguage();
  const { charter, state } = circle;
  const site = inspection.site?.site.id;
  const { host } = inspection;
  return (
    <header className={styles["head"]}>
      <div>
        <p className="note">
          <DeskLink page="inspections">{say("all")}</DeskLink>
        </p>
        <h1>
          {site === undefined
            ? say("inspection", { number: inspection.number })
            : say("inspectionAt", { number: inspection.number, site: siteName(site, state, language) })}
        </h1>
        <p className={styles["parties"]}>
          <span>
            <PartyName charter={charter} id={inspection.inspecting} />, {say("inspectingParty")}
          </span>
          <span>
            <PartyName charter={charter} id={inspection.inspected} />,{" "}
            {say(host === undefined ? "inspectedParty" : "stationingParty")}
          </span>
          {host === undefined ? null : (
            <span>
              <PartyName charter={charter} id={host} />, {say("host")}
            </span>
          )}
        </p>
        <p className="note">
          {say("obligation")}: <Words value={inspection.obligation.title} />
        </p>
      </div>
      <div className={styles["stage"]}>
        <p>
          <strong>{say(`stage_${inspection.stage}`)}</strong>
        </p>
        {site === undefined ? null : (
          <p className={styles["links"]}>
            <DeskLink page="site" params={{ site }}>
              {say("toSite")}
            </DeskLink>
            <DeskLink page="assurance" params={{ site }}>
              {say("toFinding")}
            </DeskLink>
          </p>
        )}
      </div>
    </header>
  );
}

function Seal({ circle, inspection }: { readonly circle: Circle; readonly inspection: Inspection }) {
  const say = useWords(inspectionMessages);
  const language = useLanguage();
  const { draw, seal } = inspection;
  return (
    <Card>
      <h2>{say("seal")}</h2>
      <p>
        <HashText hex={seal.commitment} />
      </p>
      <p>
        <Mark kind={seal.opened === "not-yet" ? "open" : markOf(circle.charter, inspection.inspecting)} />{" "}
        {seal.opened === "matches"
          ? say("sealOpened")
          : seal.opened === "differs"
            ? say("sealDiffers")
            : say("sealClosed", { party: nameOf(circle.charter, inspection.inspecting, language) })}
      </p>
      {draw === undefined ? null : (
        <>
          <h2 className={styles["second"]}>{say("draw")}</h2>
          {draw.cells === undefined ? (
            <p>
              {say("drawSealed", {
                count: draw.count,
                of: draw.list.length,
                sealed: draw.seals.length,
                opened: draw.openings.length,
              })}
            </p>
          ) : (
            <>
              <p>{say("drawDone", { count: draw.cells.length, of: draw.list.length })}</p>
              <p className={styles["cells"]}>{draw.cells.join(" ")}</p>
            </>
          )}
        </>
      )}
    </Card>
  );
}
