/** The list of entries. A row opens its entry in place or beside the list; arrows walk, Enter opens and closes, C checks again. */
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { recordMessages } from "../../messages/record.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf } from "../../parts/party-name.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { useDesk } from "../desk.tsx";
import { VersionMark } from "../entry-link.tsx";
import { StatementTitle } from "../statement-title.tsx";
import type { CheckRun } from "./check-run.ts";
import { InertReason } from "./inert-reason.tsx";
import type { Row } from "./rows.ts";
import { SignatureLine } from "./signature-line.tsx";
import styles from "./record.module.css";
import checksStyles from "./checks.module.css";

interface EntryListProps {
  readonly rows: readonly Row[];
  readonly run: CheckRun;
  readonly opened: string | undefined;
  readonly onToggle: (row: Row) => void;
  /** Rendered below the opened row; absent where a panel stands beside the list. */
  readonly inPlace: ((row: Row) => ReactNode) | undefined;
  readonly columns: boolean;
}

export function EntryList({ rows, run, opened, onToggle, inPlace, columns }: EntryListProps) {
  const say = useWords(recordMessages);
  const list = useRef<HTMLOListElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("[data-entry]") ?? [])];
    const current = buttons.findIndex((button) => button === document.activeElement);
    if (current < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      Home: 0,
      End: buttons.length - 1,
    }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      buttons[Math.min(buttons.length - 1, Math.max(0, target))]?.focus();
    }
    const row = rows[current];
    if (event.key.toLowerCase() === "c" && row !== undefined) run.check([row]);
  };
  return (
    <>
      {columns ? (
        <div className={styles["columnHeads"]} aria-hidden="true">
          <span>{say("entry")}</span>
          <span>{say("time")}</span>
          <span>{say("statement")}</span>
          <span>{say("signatures")}</span>
          <span>{say("check")}</span>
        </div>
      ) : null}
      <ol
        ref={list}
        className={columns ? styles["columns"] : styles["blocks"]}
        aria-label={say("listLabel")}
        onKeyDown={onKeyDown}
      >
        {rows.map((row) => {
          const isOpen = row.key === opened;
          return (
            <li key={row.key} className={isOpen ? styles["openItem"] : styles["item"]}>
              <button
                type="button"
                data-entry={row.key}
                className={styles["row"]}
                aria-expanded={isOpen}
                onClick={() => onToggle(row)}
              >
                <RowContent row={row} run={run} isOpen={isOpen && inPlace !== undefined} columns={columns} />
              </button>
              {isOpen && inPlace !== undefined ? inPlace(row) : null}
            </li>
          );
        })}
      </ol>
    </>
  );
}

function RowContent({
  row,
  run,
  isOpen,
  columns,
}: {
  readonly row: Row;
  readonly run: CheckRun;
  readonly isOpen: boolean;
  readonly columns: boolean;
}) {
  const say = useWords(recordMessages);
  const language = useLanguage();
  const { before } = useDesk();
  const { circle, author, index, time, statement, inert } = row;
  const known = `kind_${row.kind}`;
  return (
    <>
      <span className={styles["rowEntry"]}>
        {nameOf(circle.charter, author, language)} {index}
        {before.some(({ channel }) => channel === circle.channel) ? <span className="note">{say("earlierChannel")}</span> : null}
      </span>
      <span className={styles["rowTime"]}>{time === undefined ? null : <TimeText at={time} twoLines={columns} />}</span>
      <span className={styles["rowTitle"]}>
        {statement === undefined ? (
          <>
            <span className={styles["inertTitle"]}>{say.has(known) ? say(known) : row.kind}</span>
            <VersionMark channel={circle.channel} place={row} />
            <span className="note">
              {inert === undefined ? null : <InertReason inert={inert} />}
            </span>
          </>
        ) : (
          <StatementTitle statement={statement} statements={circle.state} />
        )}
      </span>
      <SignatureLine row={row} />
      <span className={styles["rowCheck"]}>
        <CheckWords row={row} run={run} />
        {isOpen ? <span className={styles["closeWord"]}>{say("close")}</span> : null}
      </span>
    </>
  );
}

function CheckWords({ row, run }: { readonly row: Row; readonly run: CheckRun }) {
  const say = useWords(recordMessages);
  const word =
    row.inert !== undefined
      ? row.inert.waiting
        ? "waiting"
        : "inert"
      : row.doubtful === undefined
        ? undefined
        : "doubtful";
  const effect = word === undefined ? null : <span className={styles["inertWord"]}>{say(word)}</span>;
  const checked = run.of(row);
  const words =
    checked === undefined
      ? say("notChecked")
      : say(({ holds: "checkedHere", waits: "waitsShort", fails: "doesNotMatch" } as const)[checked.checks.outcome]);
  return (
    <>
      <span className={checked?.checks.outcome === "fails" ? checksStyles["differs"] : undefined}>{words}</span>
      {effect}
    </>
  );
}
