/** The record: every entry of every circle, and its four checks, made in this browser. */
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { recordMessages } from "../../messages/record.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useElementWidth } from "../../parts/element-width.ts";
import { useWords } from "../../parts/language.tsx";
import { formatTime } from "../../parts/time-text.tsx";
import { useDesk, type PageParams } from "../desk.tsx";
import { entryParams } from "../entry-link.tsx";
import { Continues } from "./continues.tsx";
import { type CheckRun, useCheckRun } from "./check-run.ts";
import { FoundFile } from "./found-file.tsx";
import { EntryList } from "./entry-list.tsx";
import { EntryPanel } from "./entry-panel.tsx";
import { Incomplete } from "./incomplete.tsx";
import { Noticed } from "./noticed.tsx";
import { ReadAgain } from "./read-again.tsx";
import { RecordFilter } from "./record-filter.tsx";
import { filterRows, NO_FILTER, ownStatements, type Row, rowsOf } from "./rows.ts";
import { Versions } from "./versions.tsx";
import { Withheld } from "./withheld.tsx";
import styles from "./record.module.css";

const PAGE = 60;
/** In a half of Start. */
const NARROW_PAGE = 20;
/** Below this the entry opens in place. */
const BESIDE = 740;
const COLUMNS = 1120;

export function RecordPage() {
  const say = useWords(recordMessages);
  const desk = useDesk();
  const { moment, now, place, goTo, narrow } = desk;
  const circles = useMemo(() => [...desk.circles, ...desk.before], [desk.circles, desk.before]);
  const step = narrow ? NARROW_PAGE : PAGE;
  const [page, width] = useElementWidth<HTMLDivElement>();
  const [filter, setFilter] = useState(NO_FILTER);
  const [limit, setLimit] = useState(step);
  const rows = useMemo(() => rowsOf(circles), [circles]);
  const found = useMemo(() => filterRows(rows, filter), [rows, filter]);
  const run = useCheckRun(now, moment);
  const opened = openedRow(rows, place.params);
  useScrollTo(opened?.key);

  const shown = found.slice(0, limit);
  const beside = width >= BESIDE;
  const toggle = (row: Row) => {
    if (row.key === opened?.key) return goTo("record", {});
    goTo("record", entryParams(row.circle, row));
    if (run.of(row) === undefined) run.check([row]);
  };
  const panelOf = (row: Row) => (
    <EntryPanel
      row={row}
      checked={run.of(row)}
      running={run.isRunning(row)}
      onCheck={() => run.check([row])}
      named={beside}
    />
  );
  const inPlace = beside ? undefined : panelOf;

  return (
    <div ref={page} className={styles["page"]}>
      <header className={styles["pageHead"]}>
        <h1>{say("title")}</h1>
        <p className="quiet">
          {moment === undefined
            ? say("lead")
            : say("leadAsOf", {
                moment: formatTime(moment),
                shown: rows.length,
                all: circles.reduce((sum, { whole }) => sum + ownStatements(whole).length + whole.inert.length, 0),
              })}
        </p>
      </header>
      {circles.map((circle) => (
        <Incomplete key={circle.channel} circle={circle} />
      ))}
      {circles.map((circle) => (
        <Noticed key={circle.channel} circle={circle} />
      ))}
      {circles.map((circle) => (
        <Continues key={circle.channel} circle={circle} />
      ))}
      {circles.flatMap((circle) => circle.parted.map((parted) => <Versions key={`${circle.channel} ${parted.party}`} circle={circle} parted={parted} />))}
      <Card className={styles["counts"]}>
        <Counts rows={rows} run={run} />
        <CheckAll rows={rows} run={run} />
        <ReadAgain last={desk.facts.readAgain} />
      </Card>
      <Withheld circles={circles} />
      <RecordFilter
        filter={filter}
        rows={rows}
        circles={circles}
        onChange={(next) => {
          setFilter(next);
          setLimit(step);
        }}
      />
      <div className={beside ? styles["beside"] : styles["single"]}>
        <Card padded={false}>
          {shown.length === 0 ? <p className={styles["empty"]}>{say(rows.length === 0 ? "nothing" : "none")}</p> : null}
          <EntryList
            rows={shown}
            run={run}
            opened={opened?.key}
            onToggle={toggle}
            inPlace={inPlace}
            columns={width >= COLUMNS}
          />
          <p className={styles["listFoot"]}>
            <span>{say("shown", { shown: shown.length, all: rows.length })}</span>
            {shown.length < found.length ? (
              <Button look="link" onClick={() => setLimit(limit + step)}>
                {say("older")}
              </Button>
            ) : null}
          </p>
        </Card>
        {beside ? (
          <Card label={say("panelLabel")} as="aside" className={styles["panelCard"]}>
            {opened === undefined ? <p className="quiet">{say("choose")}</p> : panelOf(opened)}
            <p className={styles["hint"]}>{say("arrowHint")}</p>
          </Card>
        ) : null}
      </div>
      <FoundFile />
    </div>
  );
}

function Counts({ rows, run }: { readonly rows: readonly Row[]; readonly run: CheckRun }) {
  const say = useWords(recordMessages);
  const outcomes = rows.map((row) => run.of(row)?.checks.outcome);
  const differing = outcomes.filter((outcome) => outcome === "fails").length;
  const unchecked = outcomes.filter((outcome) => outcome === undefined).length;
  const count = (number: number, words: string): ReactNode => (
    <div className={styles["count"]}>
      <dt className="note">{words}</dt>
      <dd>{number}</dd>
    </div>
  );
  return (
    <dl className={styles["countList"]}>
      {count(rows.length, say("statements", { count: rows.length }))}
      {count(rows.length - differing - unchecked, say("checked"))}
      {count(unchecked, say("unchecked"))}
      {count(differing, say("differing", { count: differing }))}
    </dl>
  );
}

/** Checks the whole record, with progress and a way to stop. */
function CheckAll({ rows, run }: { readonly rows: readonly Row[]; readonly run: CheckRun }) {
  const say = useWords(recordMessages);
  const { progress, running } = run;
  const many = progress !== undefined && progress.all > 1;
  const numbers = { done: progress?.done ?? 0, all: progress?.all ?? 0 };
  return (
    <div className={styles["checkAll"]}>
      {running && many ? (
        <Button onClick={run.stop}>{say("stop")}</Button>
      ) : (
        <Button off={rows.length === 0 ? say("none") : undefined} quietlyOff onClick={() => run.check(rows)}>
          {say(many ? "checkAllAgain" : "checkAll")}
        </Button>
      )}
      <p className="note" role="status">
        {!many
          ? ""
          : progress.stopped
            ? say("stopped", numbers)
            : running
              ? say("checking", numbers)
              : say("checkedAll", numbers)}
      </p>
      {running && many ? (
        <progress
          className={styles["progress"]}
          value={progress.done}
          max={progress.all}
          aria-label={say("checking", numbers)}
        />
      ) : null}
    </div>
  );
}

function openedRow(
  rows: readonly Row[],
  { log, index, circle, version }: PageParams,
): Row | undefined {
  if (log === undefined || index === undefined) return undefined;
  return rows.find(
    (row) =>
      row.author === log &&
      row.index === index &&
      (circle === undefined || row.circle.channel.startsWith(circle)) &&
      (version === undefined || row.versions.length === 0 || row.versions.includes(version)),
  );
}

/** An address that names an entry brings it into view once; opening by hand never moves the page. */
function useScrollTo(key: string | undefined): void {
  const first = useRef(true);
  useEffect(() => {
    if (!first.current || key === undefined) return;
    first.current = false;
    document.querySelector(`[data-entry="${CSS.escape(key)}"]`)?.scrollIntoView({ block: "center" });
  }, [key]);
}
