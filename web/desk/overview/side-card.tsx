/** The two sides with the same fields in the same order and size; a value that is not there says so. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { Charter } from "@countersign/core/channel/charter.ts";
import { declaredSites } from "@countersign/core/declare/sites.ts";
import { letter } from "@countersign/core/exchange/letter.ts";
import { position } from "@countersign/core/exchange/position.ts";
import { quotaRows } from "@countersign/core/terms/obligations.ts";
import { owed } from "@countersign/core/terms/owed.ts";
import { draft } from "@countersign/core/text/draft.ts";
import { overviewMessages } from "../../messages/overview.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { inReadersOrder, PartyName, SideName } from "../../parts/party-name.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { useDesk } from "../desk.tsx";
import type { Circle } from "../circle.ts";
import { isSaid } from "../statement-list.tsx";
import styles from "./overview.module.css";

export function SideCards({ circle }: { readonly circle: Circle }) {
  const { own } = useDesk();
  const language = useLanguage();
  const sides = inReadersOrder(
    circle.charter,
    circle.charter.sides.map(({ id }) => id),
    ownSide(circle.charter, own),
    language,
  );
  return (
    <div className={styles["sides"]}>
      {sides.map((side) => (
        <SideCard key={side} circle={circle} side={side} />
      ))}
    </div>
  );
}

function SideCard({ circle, side }: { readonly circle: Circle; readonly side: PartyId }) {
  const { own, now, moment } = useDesk();
  const say = useWords(overviewMessages);
  const { charter, state } = circle;
  const members = charter.parties.filter((party) => party.side === side).map(({ id }) => id);
  const mark = charter.sides.find(({ id }) => id === side)?.mark ?? "left";
  const by = (author: PartyId) => members.includes(author);
  const quotas = quotaRows(state).filter(({ inspecting }) => by(inspecting));
  const used = quotas.reduce((sum, quota) => sum + quota.used, 0);
  const allowed = quotas.reduce((sum, quota) => sum + quota.allowed, 0);
  const acts = owed(state, moment ?? now).filter((one) => by(one.by) && one.standing !== "not-yet");
  const last = state.all.findLast((statement) => by(statement.author) && isSaid(statement));
  const daysOnly = charter.nature === "reconstruction";
  // From a partial record nothing is said about what is owed.
  const owing: [string, string | number][] = [
    [say("openQuestions"), acts.filter(({ act }) => act === "ambiguity-statement").length],
    [say("owedNow"), acts.length],
  ];
  const rows: [string, string | number][] = [
    [
      say("papers"),
      state.of(letter).filter(({ author }) => by(author)).length +
        state.of(draft).filter(({ author }) => by(author)).length,
    ],
    [say("positions"), state.of(position).filter(({ author }) => by(author)).length],
    [say("sitesDeclared"), declaredSites(state).filter(({ owner }) => by(owner)).length],
    ...(circle.partial ? [] : owing),
    [
      say("statements"),
      members.reduce(
        (sum, id) =>
          sum + (circle.partial ? (circle.receipts.find(({ log }) => log === id)?.size ?? 0) : state.by(id).length),
        0,
      ),
    ],
    [
      say("lastStatement"),
      last === undefined ? say("never") : daysOnly ? last.time.slice(0, 10) : formatTime(last.time),
    ],
  ];
  return (
    <section className={`${styles["side"]} ${styles[mark] ?? ""}`} data-side={mark}>
      <h2 className={styles["sideName"]}>
        <SideName charter={charter} side={side} />{" "}
        {ownSide(charter, own) === side ? <span className="note">{say("yourSide")}</span> : null}
      </h2>
      {members.length < 2 ? null : (
        <p className={styles["members"]}>
          {members.map((id) => (
            <PartyName key={id} charter={charter} id={id} />
          ))}
        </p>
      )}
      <dl className={styles["facts"]}>
        {allowed === 0 ? null : (
          <div className={styles["quota"]}>
            <dt>{say("inspectionsUsed")}</dt>
            <dd>{say("usedOf", { used, allowed })}</dd>
            <dd aria-hidden="true" className={styles["meter"]}>
              <span style={{ inlineSize: `${Math.min(100, (used / allowed) * 100)}%` }} />
            </dd>
          </div>
        )}
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function ownSide(charter: Charter, own: PartyId | undefined): PartyId | undefined {
  return charter.parties.find(({ id }) => id === own)?.side;
}
