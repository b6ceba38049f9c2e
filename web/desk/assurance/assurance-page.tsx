/** What follows from the signed reports: all sites in one list, or one site's finding with everything that it rests on. */
import { useMemo } from "react";
import type { Finding } from "@countersign/core/assure/finding.ts";
import { findings } from "@countersign/core/assure/findings.ts";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { siteById } from "@countersign/core/declare/sites.ts";
import { agreementInForce } from "@countersign/core/terms/in-force.ts";
import { assuranceMessages } from "../../messages/assurance.ts";
import { DeskLink } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { inReadersOrder, PartyName } from "../../parts/party-name.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { textOf } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import { FindingView } from "./finding-view.tsx";
import { ReleasedSites } from "./released-sites.tsx";
import styles from "./assurance.module.css";

interface Placed {
  readonly circle: Circle;
  readonly finding: Finding;
}

export function AssurancePage() {
  const { circles, moment, now, place } = useDesk();
  const asOf = moment ?? now;
  const released = circles.filter(({ partial }) => partial);
  const all = useMemo(
    () =>
      circles
        .filter(({ partial }) => !partial)
        .flatMap((circle) => findings(circle.state, asOf).map((finding) => ({ circle, finding }))),
    [circles, asOf],
  );
  const wanted = all.find(({ finding }) => finding.site === place.params.site && finding.claim === "item-absent");
  return (
    <div className={styles["page"]}>
      {wanted === undefined ? (
        <AllSites all={all} asOf={asOf} released={released} />
      ) : (
        <FindingView
          key={`${wanted.circle.channel} ${wanted.finding.site}`}
          circle={wanted.circle}
          finding={wanted.finding}
          all={all.map(({ finding }) => finding)}
          asOf={asOf}
        />
      )}
    </div>
  );
}

function AllSites({
  all,
  asOf,
  released,
}: {
  readonly all: readonly Placed[];
  readonly asOf: Instant;
  readonly released: readonly Circle[];
}) {
  const say = useWords(assuranceMessages);
  const language = useLanguage();
  const { circles, own } = useDesk();
  const absent = all.filter(({ finding }) => finding.claim === "item-absent");
  const owners = inReadersOrder(
    circles[0]?.charter ?? ({ parties: [], sides: [], observers: [], statesConcerned: [] } as never),
    [...new Set(absent.map(({ finding }) => finding.owner))],
    own,
    language,
  );
  const sorted = absent.toSorted(
    (a, b) =>
      owners.indexOf(a.finding.owner) - owners.indexOf(b.finding.owner) || a.finding.site.localeCompare(b.finding.site),
  );
  const agreed = circles.some(({ state }) => agreementInForce(state) !== undefined);
  return (
    <>
      <header>
        <h1>{say("title")}</h1>
        <p className="quiet">{say("lead", { moment: formatTime(asOf) })}</p>
      </header>
      {released.map((circle) => (
        <ReleasedSites key={circle.channel} circle={circle} />
      ))}
      {released.length > 0 ? null : sorted.length === 0 ? (
        <Card>
          <p>{say(agreed ? "noneSites" : "none")}</p>
        </Card>
      ) : (
        <Card padded={false}>
          <ul className={styles["sites"]}>
            {sorted.map(({ circle, finding }) => (
              <SiteRow
                key={`${circle.channel} ${finding.obligation} ${finding.site}`}
                circle={circle}
                finding={finding}
                others={all
                  .filter((other) => other.finding.site === finding.site && other.finding.claim !== "item-absent")
                  .map((other) => other.finding)}
              />
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function SiteRow({ circle, finding, others }: Placed & { readonly others: readonly Finding[] }) {
  const say = useWords(assuranceMessages);
  const language = useLanguage();
  const declared = siteById(circle.state, finding.site);
  const titles = {
    "item-absent": "absent",
    "launcher-incapable": "launcher",
    "site-as-declared": "asDeclared",
  } as const;
  return (
    <li className={styles["siteRow"]}>
      <div className={styles["siteName"]}>
        <DeskLink page="assurance" params={{ site: finding.site }}>
          {declared === undefined ? finding.site : `${textOf(declared.site.name, language)}, ${finding.site}`}
        </DeskLink>
        <span>
          <PartyName charter={circle.charter} id={finding.owner} />
        </span>
        <span className="note">
          {finding.visit === undefined
            ? say("noVisitShort")
            : say("visitLabel", { number: finding.visit.number, day: finding.visit.left.slice(0, 10) })}
        </span>
      </div>
      <dl className={styles["siteClaims"]}>
        {[finding, ...others].map((one) => (
          <div key={one.claim}>
            <dt className="note">{say(titles[one.claim])}</dt>
            <dd>
              <strong>{say(one.verdict)}</strong>{" "}
              {one.detection === undefined ? null : <bdi className="quiet">{one.detection.decimal}</bdi>}
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
