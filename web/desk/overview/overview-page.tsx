/** What stands where: what is needed now, both sides with the same fields, obligations with their clocks, the latest statements. */
import { agreementInForce } from "@countersign/core/terms/in-force.ts";
import { latestDraft } from "@countersign/core/text/text-state.ts";
import { overviewMessages } from "../../messages/overview.ts";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { Words } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import { useCircle, useDesk } from "../desk.tsx";
import { KeptFacts } from "../kept-facts.tsx";
import { NeedsNow } from "../needs-now.tsx";
import { StatementList, useArrivals } from "../statement-list.tsx";
import { ObligationTable, QuotaTable } from "./obligation-table.tsx";
import { releasedAgreement } from "../released.ts";
import { OtherParties } from "./other-parties.tsx";
import { SideCards } from "./side-card.tsx";
import styles from "./overview.module.css";

export function OverviewPage() {
  const { narrow } = useDesk();
  const circle = useCircle();
  if (circle === undefined) return null;
  return narrow ? <NarrowOverview /> : <WideOverview circle={circle} />;
}

/** In a half of Start: what is needed, the statements, and what the node keeps. */
function NarrowOverview() {
  const arrived = useArrivals();
  return (
    <div className={styles["narrow"]}>
      <div className={styles["needs"]}>
        <NeedsNow />
      </div>
      <StatementList limit={5} arrived={arrived} />
      <KeptFacts />
    </div>
  );
}

function WideOverview({ circle }: { readonly circle: Circle }) {
  const { own } = useDesk();
  const say = useWords(overviewMessages);
  const arrived = useArrivals();
  const { state, charter } = circle;
  const agreement = circle.partial ? releasedAgreement(state) : agreementInForce(state);
  return (
    <div className={styles["page"]}>
      <header className={styles["head"]}>
        <div>
          <h1>
            <Words value={agreement?.document.title ?? charter.title} />
          </h1>
          <p className="quiet">
            {agreement !== undefined
              ? say("inForce", { time: formatTime(agreement.since) })
              : circle.partial
                ? ""
                : say(latestDraft(state) === undefined ? "noText" : "notInForce")}{" "}
            <Words value={charter.summary} quiet />
          </p>
          {circle.partial ? <PartialNote circle={circle} /> : null}
        </div>
        <StoredByAll circle={circle} />
      </header>
      {own === undefined ? null : (
        <Card inkBar>
          <NeedsNow />
        </Card>
      )}
      <SideCards circle={circle} />
      {circle.partial ? null : (
        <>
          <ObligationTable circle={circle} />
          <QuotaTable circle={circle} />
        </>
      )}
      <section aria-labelledby="latest">
        <Card padded={false} as="div">
          <h2 id="latest" className={styles["cardTitle"]}>
            {say("latest")}
          </h2>
          <StatementList limit={8} arrived={arrived} />
          <KeptFacts />
        </Card>
      </section>
      <OtherParties circle={circle} />
    </div>
  );
}

/** An observer's page says how much of the record it stands on. */
function PartialNote({ circle }: { readonly circle: Circle }) {
  const say = useWords(overviewMessages);
  const released = [...circle.released.values()].reduce((sum, entries) => sum + entries.length, 0);
  const all = circle.receipts.reduce((sum, { size }) => sum + size, 0);
  return <p>{say("partial", { released, all, withheld: all - released })}</p>;
}

/** Whether every party's cosignature covers every log's newest head. Read from the heads, not checked here: the words say so. */
function StoredByAll({ circle }: { readonly circle: Circle }) {
  const say = useWords(overviewMessages);
  const language = useLanguage();
  const others = circle.charter.parties.length - 1;
  const behind = circle.receipts
    .map(({ log, size, storedBy }) => ({
      log,
      size,
      stored: storedBy.length < others ? 0 : Math.min(size, ...storedBy.map((one) => one.size)),
    }))
    .find(({ size, stored }) => stored < size);
  if (circle.receipts.length === 0) return null;
  return (
    <Card as="div" className={styles["same"]}>
      <Mark kind={behind === undefined ? "whole" : "open"} />
      <div>
        <strong>{say(behind === undefined ? "sameRecord" : "behind")}</strong>
        <p className="note">
          {behind === undefined
            ? say("sameRecordNote")
            : say("behindNote", {
                party: nameOf(circle.charter, behind.log, language),
                stored: behind.stored,
                size: behind.size,
              })}
        </p>
      </div>
    </Card>
  );
}
