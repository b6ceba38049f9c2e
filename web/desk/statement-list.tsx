/** Statements, newest first, with where each has got to: sent, received, stored. These are three different things and stand apart. */
import { useEffect, useMemo, useRef, useState } from "react";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { delivery, type Delivery } from "@countersign/core/channel/receipts.ts";
import { receive } from "@countersign/core/channel/receive.ts";
import { sign } from "@countersign/core/channel/sign.ts";
import type { Statement } from "@countersign/core/channel/kind.ts";
import type { DraftNote } from "@countersign/wire/endpoints.ts";
import { listMessages } from "../messages/list.ts";
import { DeskLink } from "../parts/button.tsx";
import { useLanguage, useWords } from "../parts/language.tsx";
import { Mark } from "../parts/mark.tsx";
import { inReadersOrder, markOf, nameOf, PartyName } from "../parts/party-name.tsx";
import { DayText, formatHour, formatTime, TimeText } from "../parts/time-text.tsx";
import { textOf } from "../parts/words.tsx";
import type { ActName } from "./acts/act.ts";
import { ActButton } from "./acts/act-button.tsx";
import { allReceipts, type Circle } from "./circle.ts";
import { useCircle, useDesk } from "./desk.tsx";
import { EntryLink } from "./entry-link.tsx";
import { FilesNote } from "./files.tsx";
import { StatementTitle } from "./statement-title.tsx";
import styles from "./statement-list.module.css";

interface StatementListProps {
  readonly limit: number;
  /** Ids of what has just come from another side. */
  readonly arrived?: ReadonlySet<string>;
}

export function StatementList({ limit, arrived }: StatementListProps) {
  const { moment } = useDesk();
  const circle = useCircle();
  const say = useWords(listMessages);
  const statements = useMemo(
    () => (circle === undefined ? [] : circle.state.all.filter(isSaid).toReversed()),
    [circle],
  );
  if (circle === undefined) return null;
  const drafts = moment === undefined ? circle.drafts : [];
  const shown = statements.slice(0, Math.max(1, limit - drafts.length));
  if (shown.length === 0 && drafts.length === 0)
    return <p className={`quiet ${styles["empty"]}`}>{say("nothingSaid")}</p>;
  return (
    <div className={styles["list"]}>
      <table className={styles["table"]}>
        <caption className="only-read-aloud">{say("statements")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("statement")}</th>
            <th scope="col">{say("sent")}</th>
            <th scope="col">{say("received")}</th>
            <th scope="col">{say("storedBy")}</th>
          </tr>
        </thead>
        <tbody>
          {drafts.map((draft) => (
            <DraftRow key={draft.id} draft={draft} circle={circle} />
          ))}
          {shown.map((statement) => (
            <StatementRow
              key={statement.id}
              statement={statement}
              circle={circle}
              arrived={arrived?.has(statement.id) === true}
            />
          ))}
        </tbody>
      </table>
      <p className={`note ${styles["more"]}`}>
        {say("shownOf", { shown: shown.length, all: statements.length })}{" "}
        <DeskLink page="record">{say("wholeRecord")}</DeskLink>
      </p>
    </div>
  );
}

/** Receipts are made by nodes, and a charter's signature founds the record: neither is something said. */
export function isSaid(statement: Statement): boolean {
  return statement.kind !== receive.name && !(statement.kind === sign.name && statement.index === 0);
}

function StatementRow({
  statement,
  circle,
  arrived,
}: {
  readonly statement: Statement;
  readonly circle: Circle;
  readonly arrived: boolean;
}) {
  const say = useWords(listMessages);
  const { own, moment } = useDesk();
  const got = useMemo(() => delivery(statement, circle.state, allReceipts(circle)), [statement, circle]);
  const first = [...got.received.values()].toSorted()[0];
  const mine = statement.author === own;
  // Sources of a reconstruction give days; an hour would be made up.
  const daysOnly = circle.charter.nature === "reconstruction";
  const timeOf = (at: string) => (daysOnly ? <DayText day={at.slice(0, 10)} /> : <TimeText at={at} twoLines />);
  return (
    <tr
      data-statement={statement.id}
      data-arrived={arrived || undefined}
      className={arrived ? styles["arrived"] : undefined}
    >
      <td className={styles["what"]}>
        {arrived ? <span className={styles["label"]}>{say("justArrived")}</span> : null}
        <span className={styles["marked"]}>
          <Mark kind={markOf(circle.charter, statement.author)} />
          <span>
            <EntryLink channel={circle.channel} place={statement} look="bare" className={styles["title"]} marked>
              <StatementTitle statement={statement} statements={circle.state} />
            </EntryLink>
            {mine &&
            first === undefined &&
            moment === undefined &&
            got.received.size === 0 &&
            hasOtherSide(circle, statement.author) ? (
              <span className="note">{say("noReceipt")}</span>
            ) : null}
            <FilesNote circle={circle} statement={statement} />
            <span className={styles["oneLine"]}>
              {daysOnly
                ? got.sent.slice(0, 10)
                : `${say("sent")} ${formatTime(got.sent)}, ${first === undefined ? say(circle.partial ? "receiptNotKnown" : "notReceived") : `${say("received").toLowerCase()} ${sameDay(first, got.sent)}`}`}
            </span>
          </span>
        </span>
      </td>
      <td className={styles["time"]}>{timeOf(got.sent)}</td>
      <td className={styles["time"]}>
        {first === undefined ? (
          <span className="quiet">{say(circle.partial ? "notKnown" : "notYet")}</span>
        ) : (
          timeOf(first)
        )}
      </td>
      <td className={styles["stored"]}>
        {arrived ? <Arrow /> : null}
        <StoredBy got={got} circle={circle} />
      </td>
    </tr>
  );
}

/** Acts about nothing in particular: their drafts can be gone on with from the list; others from where they were begun. */
const freeActs: readonly ActName[] = ["letter", "announce", "consent", "raiseConcern"];

function DraftRow({ draft, circle }: { readonly draft: DraftNote; readonly circle: Circle }) {
  const say = useWords(listMessages);
  const language = useLanguage();
  const act = freeActs.find((name) => name === draft.id);
  const { own } = useDesk();
  return (
    <tr className={styles["draft"]}>
      <td className={styles["what"]}>
        <span className={styles["marked"]}>
          <Mark kind={own === undefined ? "open" : markOf(circle.charter, own)} />
          <span>
            <strong className={styles["title"]}>{textOf(draft.title, language)}</strong>
            <span className={styles["noteLine"]}>{say("unsigned")}</span>
            {act === undefined ? null : <ActButton act={act} look="link" label={say("goOn")} />}
          </span>
        </span>
      </td>
      <td className={styles["time"]}>{say("draft")}</td>
      <td className={`quiet ${styles["time"]}`}>{say("notSent")}</td>
      <td className={`quiet ${styles["stored"]}`}>{say("onlyHere")}</td>
    </tr>
  );
}

/** The parties of the sides by name, the others as a number, the observers by their heads. */
function StoredBy({ got, circle }: { readonly got: Delivery; readonly circle: Circle }) {
  const say = useWords(listMessages);
  const language = useLanguage();
  const { own } = useDesk();
  const { charter } = circle;
  const isOfSide = (id: PartyId) => charter.parties.some((party) => party.id === id && party.side !== undefined);
  const sides = inReadersOrder(charter, got.storedBy.filter(isOfSide), own, language);
  const others = got.storedBy.filter((id) => !isOfSide(id));
  const ofOthers = charter.parties.filter(({ side }) => side === undefined).length;
  return (
    <ul>
      {sides.map((id) => (
        <li key={id}>
          <PartyName charter={charter} id={id} />
        </li>
      ))}
      {others.length === 1 && ofOthers === 1
        ? others.map((id) => (
            <li key={id}>
              <PartyName charter={charter} id={id} />
            </li>
          ))
        : others.length > 0 && (
            <li className="quiet" title={others.map((id) => nameOf(charter, id, language)).join(", ")}>
              {say("others", { count: others.length, of: ofOthers })}
            </li>
          )}
      {charter.observers.map(({ id }) => (
        <li key={id} className={styles["observer"]}>
          <Mark kind={got.witnessedBy.includes(id) ? "other" : "open"} />
          <span>
            {got.witnessedBy.includes(id)
              ? say("observerHead", { name: nameOf(charter, id, language) })
              : say("witnessNotYet")}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** In the gutter between the halves, pointing to the half that it has come to; where that is, the half's own style says. */
function Arrow() {
  return (
    <span className={styles["arrow"]} aria-hidden="true">
      <svg viewBox="0 0 16 16" width="14" height="14">
        <path d="M2 8h11M9 4l4 4-4 4" fill="none" stroke="currentColor" strokeWidth="1.8" />
      </svg>
    </span>
  );
}

const ARRIVED_MS = 20_000;

/** What has come from others since the page was opened: for 20 seconds, or until something newer is said here. */
export function useArrivals(): ReadonlySet<string> {
  const circle = useCircle();
  const { own } = useDesk();
  const known = useRef<Set<string> | undefined>(undefined);
  const [arrived, setArrived] = useState<ReadonlySet<string>>(new Set());
  const whole = circle?.whole;
  useEffect(() => {
    if (whole === undefined) return undefined;
    const ids = whole.all.filter(isSaid);
    const before = known.current;
    known.current = new Set(ids.map(({ id }) => id));
    if (before === undefined) return undefined;
    const fresh = ids.filter(({ id }) => !before.has(id));
    if (fresh.length === 0) return undefined;
    setArrived(new Set(fresh.filter(({ author }) => author !== own).map(({ id }) => id)));
    const timer = setTimeout(() => setArrived(new Set()), ARRIVED_MS);
    return () => clearTimeout(timer);
  }, [whole, own]);
  return arrived;
}

function hasOtherSide({ charter }: Circle, author: PartyId): boolean {
  return charter.parties.some(({ id, side }) => id === author && side !== undefined);
}

function sameDay(time: string, other: string): string {
  return time.slice(0, 10) === other.slice(0, 10) ? formatHour(time) : formatTime(time);
}
