/** One side's live desk on Start: it reads its own node and nothing else, and keeps its own page. */
import { useCallback, useEffect, useId, useState } from "react";
import type { Instant, PartyId } from "@countersign/core/bytes/fields.ts";
import { inspections } from "@countersign/core/inspect/inspections.ts";
import { shellMessages } from "../../messages/shell.ts";
import { startMessages } from "../../messages/start.ts";
import { Button } from "../../parts/button.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { textOf } from "../../parts/words.tsx";
import { hrefOf } from "../addresses.ts";
import { CannotWriteNotice } from "../cannot-write-notice.tsx";
import { DeskProvider, useCircle, useDesk, useDeskOf, type PageName, type PageParams, type Place } from "../desk.tsx";
import { barPageOf, barPages, PageOf, type BarPage } from "../pages.tsx";
import { FailureNotice, Reading } from "../reading-notice.tsx";
import { readerOf } from "../reading.ts";
import { titleOf } from "../statement-titles.ts";
import { useArrivals } from "../statement-list.tsx";
import type { DemoNode } from "./demo-node.ts";
import { Mismatch } from "./mismatch.tsx";
import styles from "./start.module.css";

interface HalfProps {
  readonly node: DemoNode;
  readonly other: DemoNode;
  readonly side: "left" | "right";
  readonly moment: Instant | undefined;
  readonly setMoment: (moment: Instant | undefined) => void;
  readonly place: Place;
  readonly setPlace: (place: Place) => void;
  /** On a phone one half is shown at a time. */
  readonly shown: boolean;
  readonly onArrived: (sentence: string, count: number) => void;
}

export function Half({ node, other, side, moment, setMoment, place, setPlace, shown, onArrived }: HalfProps) {
  const say = useWords(startMessages);
  const language = useLanguage();
  const goTo = useCallback((page: PageName, params: PageParams = {}) => setPlace({ page, params }), [setPlace]);
  const href = useCallback((page: PageName, params?: PageParams) => hrefOf(node.segment, page, params), [node.segment]);
  const { desk, reading } = useDeskOf({
    base: node.base,
    place,
    narrow: true,
    timeIsAbove: true,
    moment,
    setMoment,
    goTo,
    hrefOf: href,
  });
  const name = textOf(node.name, language);
  return (
    <section
      className={`${styles["half"]} ${styles[side] ?? ""}`}
      data-half={side}
      data-shown={shown}
      data-f6
      tabIndex={-1}
      aria-label={say("half", { name })}
    >
      {desk === undefined ? (
        <div className={styles["halfBody"]}>
          {reading.failure === undefined ? <Reading read={reading.read} /> : <SilentNode node={node} other={other} />}
        </div>
      ) : (
        <DeskProvider desk={desk}>
          <HalfHead node={node} side={side} name={name} />
          {reading.failure === undefined ? null : <SilentNode node={node} other={other} />}
          {moment === undefined ? null : (
            <p className={styles["asOf"]} role="status">
              <strong>{say("asOfOff", { time: formatTime(moment) })}</strong>{" "}
              <Button onClick={() => setMoment(undefined)}>{say("backToNow")}</Button>
            </p>
          )}
          <CannotWriteNotice />
          <Mismatch />
          <Announcer name={name} onArrived={onArrived} />
          <HalfPage />
        </DeskProvider>
      )}
    </section>
  );
}

function HalfHead({
  node,
  side,
  name,
}: {
  readonly node: DemoNode;
  readonly side: "left" | "right";
  readonly name: string;
}) {
  const say = useWords(startMessages);
  const { hrefOf: href } = useDesk();
  return (
    <header className={styles["halfHead"]}>
      <h2 className={styles[`${side}Ink`]}>
        <Mark kind={side} size={18} /> {name}
      </h2>
      <p className="note">
        <RoleNow id={node.id} />
      </p>
      <a href={href("overview")}>{say("openDesk", { name })}</a>
    </header>
  );
}

/** What the side is in the newest inspection. */
function RoleNow({ id }: { readonly id: PartyId }) {
  const say = useWords(startMessages);
  const circle = useCircle();
  const last = circle === undefined ? undefined : inspections(circle.state).findLast(({ stage }) => stage !== "signed");
  if (last === undefined) return <>{say("role_side")}</>;
  return (
    <>
      {say(last.inspecting === id ? "role_inspecting" : last.inspected === id ? "role_inspected" : "role_side", {
        number: last.number,
      })}
    </>
  );
}

function HalfPage() {
  const { place, goTo, facts } = useDesk();
  const say = useWords(startMessages);
  const shell = useWords(shellMessages);
  const language = useLanguage();
  const panel = useId();
  const tabs = barPages.map((page) => ({ value: page, label: shell(page) }));
  const current = barPageOf(place.page);
  const name = textOf(facts.name, language);
  return (
    <>
      <div className={styles["tabs"]}>
        <Tabs
          label={say("pageOf", { name })}
          tabs={tabs}
          value={current}
          onChange={(page) => goTo(page)}
          panel={panel}
        />
      </div>
      <label className={styles["tabSelect"]}>
        <span className="only-read-aloud">{say("page")}</span>
        <select value={current} onChange={(event) => goTo(event.target.value as BarPage)}>
          {tabs.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <div
        id={panel}
        role="tabpanel"
        aria-label={shell(place.page)}
        className={place.page === "overview" ? undefined : styles["halfBody"]}
      >
        <PageOf page={place.page} />
      </div>
    </>
  );
}

function SilentNode({ node, other }: { readonly node: DemoNode; readonly other: DemoNode }) {
  const say = useWords(startMessages);
  const language = useLanguage();
  const [first = "", ...rest] = say("silent", {
    name: textOf(node.name, language),
    other: textOf(other.name, language),
  }).split(/(?<=\.)\s/);
  return (
    <div className={styles["halfBody"]}>
      <FailureNotice failure={first} holds={rest.join(" ")}>
        <Button onClick={() => void readerOf(node.base).refresh()}>{say("tryAgain")}</Button>
      </FailureNotice>
    </div>
  );
}

/** Tells the page's live region what has come to this half. */
function Announcer({
  name,
  onArrived,
}: {
  readonly name: string;
  readonly onArrived: (sentence: string, count: number) => void;
}) {
  const arrived = useArrivals();
  const circle = useCircle();
  const language = useLanguage();
  const say = useWords(startMessages);
  const [told, setTold] = useState(arrived);
  useEffect(() => {
    if (arrived === told) return;
    setTold(arrived);
    const [id] = arrived;
    const statement = id === undefined ? undefined : circle?.state.get(id);
    onArrived(
      statement === undefined || circle === undefined
        ? ""
        : say("arrivedOn", { name, title: titleOf(statement, circle.state, language).title }),
      arrived.size,
    );
  }, [arrived, told, circle, language, say, name, onArrived]);
  return null;
}
