/** Obligations, one row for each party that owes one, with what it owes next and by when; and what the terms allow. */
import { secondsBetween } from "@countersign/core/bytes/instant.ts";
import { agreementInForce } from "@countersign/core/terms/in-force.ts";
import { obligationRows, quotaRows } from "@countersign/core/terms/obligations.ts";
import type { Owed } from "@countersign/core/terms/owed.ts";
import { overviewMessages } from "../../messages/overview.ts";
import { Card } from "../../parts/card.tsx";
import { durationText } from "../../parts/duration.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { PartyName } from "../../parts/party-name.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { Words } from "../../parts/words.tsx";
import { owedInWords } from "../acts/owed-acts.ts";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import styles from "./overview.module.css";

export function ObligationTable({ circle }: { readonly circle: Circle }) {
  const { now, moment, own } = useDesk();
  const say = useWords(overviewMessages);
  const at = moment ?? now;
  const numbers = new Map(agreementInForce(circle.state)?.document.provisions.map(({ id, number }) => [id, number]));
  const ownFirst = (party: string) => (party === own ? 0 : 1);
  const rows = obligationRows(circle.state, at).toSorted((a, b) => ownFirst(a.party) - ownFirst(b.party));
  return (
    <Card padded={false}>
      <h2 className={styles["cardTitle"]}>{say("obligations")}</h2>
      {rows.length === 0 ? (
        <p className={`quiet ${styles["empty"]}`}>{say("noObligations")}</p>
      ) : (
        <div className={styles["scroller"]}>
          <table className={`${styles["table"]} ${styles["stacks"]}`}>
            <thead>
              <tr>
                <th scope="col">{say("number")}</th>
                <th scope="col">{say("obligation")}</th>
                <th scope="col">{say("party")}</th>
                <th scope="col">{say("standing")}</th>
                <th scope="col">{say("due")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ obligation, party, standing, next }) => (
                <tr key={`${obligation.id} ${party}`}>
                  <td className="quiet" data-label={say("number")}>
                    {numbers.get(obligation.provision) ?? obligation.provision}
                  </td>
                  <th scope="row">
                    <Words value={obligation.title} />
                  </th>
                  <td data-label={say("party")}>
                    <PartyName charter={circle.charter} id={party} />
                  </td>
                  <td data-label={say("standing")}>
                    {say(`standing_${standing}`)}
                    {next === undefined ? null : <NextAct next={next} circle={circle} />}
                  </td>
                  <td data-label={say("due")}>
                    {next === undefined ? <span className="quiet">{say("noClock")}</span> : <Due next={next} at={at} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function NextAct({ next, circle }: { readonly next: Owed; readonly circle: Circle }) {
  const language = useLanguage();
  return <span className={`note ${styles["line"]}`}>{owedInWords(next, circle.state, language).title}</span>;
}

function Due({ next, at }: { readonly next: Owed; readonly at: string }) {
  const say = useWords(overviewMessages);
  const language = useLanguage();
  if (next.due === undefined) return <span className="quiet">{say("noClock")}</span>;
  if (next.standing === "not-yet" && next.from !== undefined)
    return (
      <>
        <TimeText at={next.due} />
        <span className={`note ${styles["line"]}`}>
          {say("from")} <TimeText at={next.from} />
        </span>
      </>
    );
  return (
    <>
      <TimeText at={next.due} />
      <span className={`note ${styles["line"]}`}>
        {say(next.standing === "late" ? "late" : "left", {
          time: durationText(secondsBetween(at, next.due), language),
        })}
      </span>
    </>
  );
}

export function QuotaTable({ circle }: { readonly circle: Circle }) {
  const say = useWords(overviewMessages);
  const { own } = useDesk();
  const rows = quotaRows(circle.state).toSorted((a, b) => Number(b.inspecting === own) - Number(a.inspecting === own));
  if (rows.length === 0) return null;
  return (
    <Card padded={false}>
      <h2 className={styles["cardTitle"]}>{say("quotas")}</h2>
      <div className={styles["scroller"]}>
        <table className={styles["table"]}>
          <thead>
            <tr>
              <th scope="col">{say("inspecting")}</th>
              <th scope="col">{say("inspected")}</th>
              <th scope="col">{say("used")}</th>
              <th scope="col">{say("sites")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.inspecting} ${row.inspected}`}>
                <td>
                  <PartyName charter={circle.charter} id={row.inspecting} />
                </td>
                <td>
                  <PartyName charter={circle.charter} id={row.inspected} />
                </td>
                <td>{say("usedOf", { used: row.used, allowed: row.allowed })}</td>
                <td>
                  {say(row.sites === "named" ? "sites_named" : "sites_chosen", { count: row.siteCount })}
                  {row.namedSites.length === 0 ? null : (
                    <span className={`note ${styles["line"]}`}>{row.namedSites.join(", ")}</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
