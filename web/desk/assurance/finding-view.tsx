/** One site's finding of *the item is absent*, from its sentence down to the assumptions. */
import { useMemo } from "react";
import type { Finding } from "@countersign/core/assure/finding.ts";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { assuranceMessages } from "../../messages/assurance.ts";
import { DeskLink } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Words } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import { BoundChart } from "./bound-chart.tsx";
import { CheckCard } from "./check-card.tsx";
import { CompareVisits } from "./compare-visits.tsx";
import { FindingCard } from "./finding-card.tsx";
import { OpenQuestions } from "./open-questions.tsx";
import { SiteParties } from "./site-parties.tsx";
import { NotCoveredCard, StrengthCard } from "./strength-card.tsx";
import { groundsOf } from "./subject.ts";
import styles from "./assurance.module.css";

interface FindingViewProps {
  readonly circle: Circle;
  readonly finding: Finding;
  readonly all: readonly Finding[];
  readonly asOf: Instant;
}

export function FindingView({ circle, finding, all, asOf }: FindingViewProps) {
  const say = useWords(assuranceMessages);
  const language = useLanguage();
  const grounds = useMemo(() => groundsOf(circle.state, finding, language), [circle.state, finding, language]);
  if (grounds === undefined) return null;
  const { declared } = grounds.subject;
  const inspecting = grounds.visit?.signed.document.inspecting;
  return (
    <>
      <header className={styles["head"]}>
        <div>
          <p className={styles["trail"]}>
            <DeskLink page="assurance">{say("allSites")}</DeskLink> / {say("claimOf", { claim: say("absent") })}
          </p>
          <h1>
            <Words value={declared.site.name} />, {declared.site.id}
          </h1>
        </div>
        <SiteParties circle={circle} finding={finding} inspecting={inspecting} />
      </header>
      <div className={styles["columns"]}>
        <div className={styles["main"]}>
          <OpenQuestions circle={circle} finding={finding} />
          <FindingCard finding={finding} grounds={grounds} channel={circle.channel} />
        </div>
        <div className={styles["aside"]}>
          {finding.visit === undefined ? null : <CheckCard circle={circle} finding={finding} asOf={asOf} />}
          <NotCoveredCard finding={finding} />
        </div>
        <div className={styles["main"]}>
          <BoundChart state={circle.state} finding={finding} grounds={grounds} asOf={asOf} />
        </div>
        <div className={styles["aside"]}>
          <StrengthCard finding={finding} grounds={grounds} />
        </div>
      </div>
      <CompareVisits circle={circle} finding={finding} />
      <OtherClaims finding={finding} all={all} />
    </>
  );
}

/** Beside the first claim, never part of it. */
function OtherClaims({ finding, all }: { readonly finding: Finding; readonly all: readonly Finding[] }) {
  const say = useWords(assuranceMessages);
  const others = all.filter(
    ({ site, claim, obligation }) =>
      site === finding.site && obligation === finding.obligation && claim !== "item-absent",
  );
  return (
    <Card label={say("otherClaims")}>
      <h2>{say("otherClaims")}</h2>
      <dl className={styles["otherClaims"]}>
        {others.map((other) => (
          <div key={other.claim}>
            <dt className="quiet">{say(other.claim === "launcher-incapable" ? "launcher" : "asDeclared")}</dt>
            <dd>
              <strong>{say(other.verdict)}</strong> <span className={styles["verdictKey"]}>{other.verdict}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p>
        <DeskLink page="site" params={{ site: finding.site }}>
          {say("toSite")}
        </DeskLink>
      </p>
    </Card>
  );
}
