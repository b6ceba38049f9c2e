/**
 * For an observer: the signed reports that were released, site by site, and why no number stands beside them. A number is given only if
 * all its inputs are there (SPEC R18), and what is held back cannot be known from outside.
 */
import { declaredSites } from "@countersign/core/declare/sites.ts";
import { assuranceMessages } from "../../messages/assurance.ts";
import { DeskLink } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { inReadersOrder, PartyName } from "../../parts/party-name.tsx";
import { textOf } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import { namedButNotHeld, siteVisits } from "../site/site-visit.ts";
import styles from "./assurance.module.css";

export function ReleasedSites({ circle }: { readonly circle: Circle }) {
  const say = useWords(assuranceMessages);
  const language = useLanguage();
  const { charter, state } = circle;
  const sites = declaredSites(state);
  const owners = inReadersOrder(charter, [...new Set(sites.map(({ owner }) => owner))], undefined, language);
  const sorted = sites.toSorted(
    (a, b) => owners.indexOf(a.owner) - owners.indexOf(b.owner) || a.site.id.localeCompare(b.site.id),
  );
  return (
    <>
      <Card inkBar>
        <p className={styles["verdict"]}>{say("partial")}</p>
        <p className="quiet">{say("partialWhy")}</p>
      </Card>
      <Card padded={false}>
        <ul className={styles["sites"]}>
          {sorted.map(({ site, owner }) => {
            const visits = siteVisits(state, site.id, true);
            return (
              <li key={site.id} className={styles["siteRow"]}>
                <div className={styles["siteName"]}>
                  <DeskLink page="site" params={{ site: site.id }}>
                    {textOf(site.name, language)}, {site.id}
                  </DeskLink>
                  <span>
                    <PartyName charter={charter} id={owner} />
                  </span>
                </div>
                <ul className={styles["releasedReports"]}>
                  {visits.length === 0 ? <li className="quiet">{say("noReportReleased")}</li> : null}
                  {visits.map(({ id, number, day, report }) => (
                    <li key={id}>
                      <strong>{say("reportReleased", { number, day })}</strong>
                      <span className="quiet">
                        {report === undefined
                          ? ""
                          : say("partialCount", { count: namedButNotHeld(state, report).length })}
                      </span>
                    </li>
                  ))}
                </ul>
              </li>
            );
          })}
        </ul>
      </Card>
    </>
  );
}
