/** The frame of a desk: nature band, bar with its pages, and the page. */
import { useState, type ReactNode } from "react";
import { shellMessages } from "../messages/shell.ts";
import { Button, DeskLink } from "../parts/button.tsx";
import { useLanguage, useWords, type Language } from "../parts/language.tsx";
import { Mark } from "../parts/mark.tsx";
import { PartyName } from "../parts/party-name.tsx";
import { Segments } from "../parts/segments.tsx";
import { formatTime } from "../parts/time-text.tsx";
import { textOf } from "../parts/words.tsx";
import { Band, useTitle } from "./band.tsx";
import { CannotWriteNotice } from "./cannot-write-notice.tsx";
import { useCircle, useDesk, type PageName } from "./desk.tsx";
import { barPageOf, barPages } from "./pages.tsx";
import styles from "./shell.module.css";

export function Shell({
  onLanguage,
  children,
}: {
  readonly onLanguage: (language: Language) => void;
  readonly children: ReactNode;
}) {
  const { facts, place, moment, setMoment } = useDesk();
  const say = useWords(shellMessages);
  const circle = useCircle();
  const nature = circle?.charter.nature;
  useTitle(say(place.page), nature);
  return (
    <>
      <Band nature={nature} demonstration={facts.demonstration} onLanguage={onLanguage} />
      <Bar />
      <main id="content" tabIndex={-1} className={styles["main"]}>
        {moment === undefined ? null : (
          <div className={styles["asOf"]} role="status">
            <strong>{say("asOfNotice", { time: formatTime(moment) })}</strong>
            <Button onClick={() => setMoment(undefined)}>{say("backToNow")}</Button>
          </div>
        )}
        <CannotWriteNotice />
        <Circles />
        {children}
      </main>
    </>
  );
}

function Bar() {
  const { facts, place, own, now, moment, canAct } = useDesk();
  const say = useWords(shellMessages);
  const circle = useCircle();
  const [open, setOpen] = useState(false);
  const current = barPageOf(place.page);
  return (
    <header className={styles["bar"]}>
      <a href="/" className={styles["product"]}>
        <Mark kind="whole" size={18} />
        {say("product")}
      </a>
      <nav id="pages" className={styles["pages"]} data-open={open} aria-label={say("pages")} data-print="no">
        {barPages.map((page) => (
          <DeskLink key={page} page={page} current={page === current} look="bare">
            {say(page)}
          </DeskLink>
        ))}
      </nav>
      <div className={styles["moment"]}>
        <strong>{formatTime(moment ?? now)}</strong>
        <span className="note">
          {moment === undefined ? say(facts.demonstration ? "caseClock" : "nodeClock") : say("asOf")}
        </span>
      </div>
      <div className={styles["who"]}>
        {own !== undefined && circle !== undefined && (canAct || moment !== undefined) ? (
          <PartyName charter={circle.charter} id={own} />
        ) : (
          <OutsiderName />
        )}
      </div>
      <button
        type="button"
        className={styles["menu"]}
        aria-expanded={open}
        aria-controls="pages"
        onClick={() => setOpen(!open)}
        data-print="no"
      >
        <svg viewBox="0 0 16 12" width="16" height="12" aria-hidden="true">
          <path d="M0 1h16M0 6h16M0 11h16" stroke="currentColor" strokeWidth="1.6" />
        </svg>
        {say("menu")}
      </button>
    </header>
  );
}

/** A reader or observer: the ring with a dot. An author's or compiler's desk in a reconstruction is a reader's. */
function OutsiderName() {
  const { own } = useDesk();
  const say = useWords(shellMessages);
  const circle = useCircle();
  const language = useLanguage();
  const party = circle?.charter.parties.find(({ id }) => id === own);
  return (
    <span style={{ display: "inline-flex", gap: 6, alignItems: "center" }}>
      <Mark kind="other" />
      {own === undefined
        ? say("observer")
        : party === undefined
          ? say("reader")
          : `${say("reader")}, ${textOf(party.name, language)}`}
    </span>
  );
}

/** These show every circle of the node at once. */
const ofAllCircles: readonly PageName[] = ["exchange", "record", "map", "site", "assurance"];

/** Where a node is in several channels: which one is shown. */
function Circles() {
  const { circles, place, goTo } = useDesk();
  const say = useWords(shellMessages);
  const language = useLanguage();
  const shown = useCircle();
  if (circles.length < 2 || shown === undefined || ofAllCircles.includes(place.page)) return null;
  return (
    <div className={styles["circles"]} data-print="no">
      <Segments
        label={say("circle")}
        options={circles.map(({ channel, charter }) => ({
          value: channel.slice(0, 8),
          label: textOf(charter.title, language),
        }))}
        value={shown.channel.slice(0, 8)}
        onChange={(circle) => goTo(barPageOf(place.page), { circle })}
      />
    </div>
  );
}
