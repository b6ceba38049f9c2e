/** Every inspection with its stage and what is owed next; and the button that announces one. */
import { useMemo } from "react";
import { inspections, type Inspection } from "@countersign/core/inspect/inspections.ts";
import { quotaRows } from "@countersign/core/terms/obligations.ts";
import { owed, type Owed } from "@countersign/core/terms/owed.ts";
import { inspectionMessages } from "../../messages/inspections.ts";
import { DeskLink } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf, PartyName } from "../../parts/party-name.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { ActButton } from "../acts/act-button.tsx";
import { mayAnnounce } from "../acts/may-announce.ts";
import { mostPressing, owedInWords } from "../acts/owed-acts.ts";
import type { Circle } from "../circle.ts";
import { useCircle, useDesk } from "../desk.tsx";
import { siteName } from "../statement-titles.ts";
import styles from "./inspections.module.css";

export function InspectionsPage() {
  const circle = useCircle();
  const say = useWords(inspectionMessages);
  const { now, moment } = useDesk();
  const at = moment ?? now;
  const state = circle?.state;
  const all = useMemo(() => (state === undefined ? [] : inspections(state).toReversed()), [state]);
  const open = useMemo(() => (state === undefined ? [] : owed(state, at)), [state, at]);
  if (circle === undefined) return null;
  return (
    <div className={styles["page"]}>
      <header className={styles["head"]}>
        <div>
          <h1>{say("title")}</h1>
          <Quota circle={circle} />
        </div>
        <Announce circle={circle} />
      </header>
      {all.length === 0 ? (
        <Nothing circle={circle} />
      ) : (
        <Card padded={false}>
          <ul className={styles["rows"]}>
            {all.map((inspection) => (
              <InspectionRow
                key={inspection.id}
                circle={circle}
                inspection={inspection}
                next={mostPressing(open.filter((one) => one.inspection === inspection.id))}
              />
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}

function Quota({ circle }: { readonly circle: Circle }) {
  const say = useWords(inspectionMessages);
  const { own } = useDesk();
  const rows = quotaRows(circle.state).filter(({ inspecting }) => own === undefined || inspecting === own);
  if (rows.length === 0) return null;
  return (
    <p className="quiet">
      {rows.map(({ inspecting, inspected, used, allowed }) => (
        <span key={`${inspecting} ${inspected}`} className={styles["quota"]}>
          <PartyName charter={circle.charter} id={inspecting} /> {say("quota", { used, allowed })}
        </span>
      ))}
    </p>
  );
}

function Announce({ circle }: { readonly circle: Circle }) {
  const say = useWords(inspectionMessages);
  const { own } = useDesk();
  if (own === undefined || circle.charter.parties.find(({ id }) => id === own)?.side === undefined) return null;
  const may = mayAnnounce(circle.state, own);
  return (
    <ActButton
      act="announce"
      look="main"
      large
      off={may === "yes" ? undefined : say(may === "no-agreement" ? "offNoAgreement" : "offNoQuota")}
    />
  );
}

function Nothing({ circle }: { readonly circle: Circle }) {
  const say = useWords(inspectionMessages);
  const { own } = useDesk();
  const noAgreement = mayAnnounce(circle.state, own ?? "") === "no-agreement";
  return (
    <Card>
      <p>{say("none")}</p>
      {noAgreement ? (
        <p className="quiet">
          {say("noneNoAgreement")} <DeskLink page="text">{say("toText")}</DeskLink>
        </p>
      ) : null}
    </Card>
  );
}

function InspectionRow({
  circle,
  inspection,
  next,
}: {
  readonly circle: Circle;
  readonly inspection: Inspection;
  readonly next: Owed | undefined;
}) {
  const say = useWords(inspectionMessages);
  const language = useLanguage();
  const { charter, state } = circle;
  const site = inspection.site === undefined ? say("notNamed") : siteName(inspection.site.site.id, state, language);
  return (
    <li className={styles["row"]}>
      <div className={styles["main"]}>
        <h2>
          <DeskLink page="inspection" params={{ inspection: inspection.id }}>
            {say("inspectionAt", { number: inspection.number, site })}
          </DeskLink>
        </h2>
        <p>
          <PartyName charter={charter} id={inspection.inspecting} />{" "}
          <span className="note">{say("inspectingParty")}</span>
          {"  "}
          <PartyName charter={charter} id={inspection.inspected} />{" "}
          <span className="note">{say("inspectedParty")}</span>
        </p>
      </div>
      <div className={styles["stage"]}>
        <p>
          <strong>{say(`stage_${inspection.stage}`)}</strong>
        </p>
        <p className="note">
          {say("announced")} <TimeText at={inspection.intent.time} />
        </p>
      </div>
      <div className={styles["next"]}>
        <p className="note">{say("next")}</p>
        <p>
          {next === undefined
            ? say("nothingNext")
            : say("whoOwes", {
                party: nameOf(charter, next.by, language),
                what: owedInWords(next, state, language).title,
              })}
        </p>
      </div>
    </li>
  );
}
