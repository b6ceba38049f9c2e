/** Three claims about a site, side by side and never merged. None follows from another. */
import { useMemo, type ReactNode } from "react";
import type { Finding } from "@countersign/core/assure/finding.ts";
import { findings } from "@countersign/core/assure/findings.ts";
import { daySentence, findingSentence } from "@countersign/core/assure/sentence.ts";
import type { DeclaredSite } from "@countersign/core/declare/sites.ts";
import { siteMessages } from "../../messages/site.ts";
import { DeskLink } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { textOf } from "../../parts/words.tsx";
import { RunsText } from "../assurance/runs-text.tsx";
import { groundsOf } from "../assurance/subject.ts";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import styles from "./site.module.css";

export function SiteClaims({ circle, declared }: { readonly circle: Circle; readonly declared: DeclaredSite }) {
  const say = useWords(siteMessages);
  const { moment, now } = useDesk();
  const asOf = moment ?? now;
  const own = useMemo(
    () => (circle.partial ? [] : findings(circle.state, asOf).filter(({ site }) => site === declared.site.id)),
    [circle.state, circle.partial, asOf, declared.site.id],
  );
  return (
    <section className={styles["claims"]} aria-label={say("claims")}>
      <header className={styles["claimsHead"]}>
        <h2>{say("claims")}</h2>
        <p className="quiet">{say("claimsNote")}</p>
      </header>
      {own.length === 0 ? (
        <Card>
          <p>{say(circle.partial ? "noClaimsReleased" : "noClaims")}</p>
        </Card>
      ) : (
        <div className={styles["claimCards"]}>
          {own.map((finding) => (
            <ClaimCard
              key={`${finding.obligation} ${finding.claim}`}
              circle={circle}
              declared={declared}
              finding={finding}
            />
          ))}
        </div>
      )}
    </section>
  );
}

function ClaimCard({
  circle,
  declared,
  finding,
}: {
  readonly circle: Circle;
  readonly declared: DeclaredSite;
  readonly finding: Finding;
}) {
  const say = useWords(siteMessages);
  const language = useLanguage();
  const grounds = useMemo(() => groundsOf(circle.state, finding, language), [circle.state, finding, language]);
  const [number, title] = (
    {
      "item-absent": [1, "absent"],
      "launcher-incapable": [2, "launcher"],
      "site-as-declared": [3, "asDeclared"],
    } as const
  )[finding.claim];
  return (
    <Card as="article" className={styles["claim"]}>
      <p className="note">{say("claim", { number })}</p>
      <h3 className={styles["claimTitle"]}>{say(title)}</h3>
      <p className={styles["verdict"]}>{say(`verdict_${finding.verdict}`)}</p>
      <p className={styles["verdictKey"]}>{finding.verdict}</p>
      <p>
        <RunsText runs={findingSentence(finding, language, grounds?.names)} />
      </p>
      {finding.estimate === undefined ? null : (
        <p>
          <RunsText runs={daySentence(finding, language)} />
        </p>
      )}
      <div className={styles["claimLink"]}>{linkOf(finding, say, circle, declared, language)}</div>
    </Card>
  );
}

type SaySite = ReturnType<typeof useWords<keyof (typeof siteMessages)["en"]>>;

function linkOf(
  finding: Finding,
  say: SaySite,
  circle: Circle,
  declared: DeclaredSite,
  language: "en" | "ru",
): ReactNode {
  if (finding.claim === "item-absent")
    return (
      <DeskLink page="assurance" params={{ site: finding.site }}>
        {say("howComputed")}
      </DeskLink>
    );
  if (finding.claim === "launcher-incapable")
    return (
      <DeskLink page="text" params={{ circle: circle.channel.slice(0, 8) }}>
        {say("whatTerms")}
      </DeskLink>
    );
  const counted = groundsOf(circle.state, finding, language)?.visit?.signed.document.counted ?? [];
  if (counted.length === 0) return null;
  return (
    <details>
      <summary className={styles["summary"]}>{say("counted")}</summary>
      <table className={styles["countedTable"]}>
        <thead>
          <tr>
            <th scope="col">{say("structure")}</th>
            <th scope="col">{say("declared")}</th>
            <th scope="col">{say("countedHead")}</th>
          </tr>
        </thead>
        <tbody>
          {declared.site.structures.map((structure) => (
            <tr key={structure.id}>
              <th scope="row">{textOf(structure.name, language)}</th>
              <td>{structure.spaces.length}</td>
              <td>{counted.find((row) => row.structure === structure.id)?.spaces ?? say("notGiven")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
