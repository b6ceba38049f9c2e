/** Filters of the record: log, kind, circle, and search by number or hash. `/` goes to the search from anywhere on the page. */
import { type RefObject, useEffect, useId, useMemo, useRef } from "react";
import { receive } from "@countersign/core/channel/receive.ts";
import { recordMessages } from "../../messages/record.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { inReadersOrder, nameOf } from "../../parts/party-name.tsx";
import { textOf } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import type { Filter, Row } from "./rows.ts";
import styles from "./record.module.css";

interface RecordFilterProps {
  readonly filter: Filter;
  readonly rows: readonly Row[];
  readonly circles: readonly Circle[];
  readonly onChange: (filter: Filter) => void;
}

export function RecordFilter({ filter, rows, circles, onChange }: RecordFilterProps) {
  const say = useWords(recordMessages);
  const language = useLanguage();
  const { own } = useDesk();
  const search = useRef<HTMLInputElement>(null);
  useSlash(search);
  const logs = useMemo(
    () =>
      new Map(
        circles.flatMap(({ charter }) =>
          inReadersOrder(
            charter,
            charter.parties.map(({ id }) => id),
            own,
            language,
          ).map((id) => [id, nameOf(charter, id, language)] as const),
        ),
      ),
    [circles, own, language],
  );
  const kinds = useMemo(
    () =>
      [...new Set(rows.map(({ kind }) => kind))]
        .map((kind) => ({ kind, words: kindWords(say, kind) }))
        .toSorted((a, b) => a.words.localeCompare(b.words, language)),
    [rows, say, language],
  );
  const receipts = rows.filter(({ kind }) => kind === receive.name).length;
  return (
    <div className={styles["filter"]} role="search">
      <Choice
        label={say("party")}
        value={filter.author}
        onChange={(author) => onChange({ ...filter, author })}
        options={[["all", say("allParties")], ...logs]}
      />
      <Choice
        label={say("kind")}
        value={filter.kind}
        onChange={(kind) => onChange({ ...filter, kind })}
        options={[["all", say("allKinds")], ...kinds.map(({ kind, words }) => [kind, words] as const)]}
      />
      {circles.length > 1 ? (
        <Choice
          label={say("circle")}
          value={filter.circle}
          onChange={(circle) => onChange({ ...filter, circle })}
          options={[
            ["all", say("allCircles")],
            ...circles.map(({ channel, charter }) => [channel, textOf(charter.title, language)] as const),
          ]}
        />
      ) : null}
      <label className={styles["searchField"]}>
        <span className="only-read-aloud">{say("search")}</span>
        <input
          ref={search}
          type="search"
          value={filter.search}
          placeholder={say("search")}
          title={say("searchHint")}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange({ ...filter, search: event.target.value })}
        />
      </label>
      {receipts > 0 && filter.kind === "all" ? (
        <p className={styles["receipts"]}>
          <label>
            <input
              type="checkbox"
              checked={filter.receipts}
              onChange={(event) => onChange({ ...filter, receipts: event.target.checked })}
            />{" "}
            {say("receiptFilter")}
          </label>
          {filter.receipts || filter.search !== "" ? null : (
            <span className="note">{say("receiptCount", { count: receipts })}</span>
          )}
        </p>
      ) : null}
    </div>
  );
}

type SayRecord = ReturnType<typeof useWords<keyof (typeof recordMessages)["en"]>>;

function kindWords(say: SayRecord, kind: string): string {
  const key = `kind_${kind}`;
  return say.has(key) ? say(key) : kind;
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <span className={styles["choice"]}>
      <label className="only-read-aloud" htmlFor={id}>
        {label}
      </label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </span>
  );
}

/** `/` starts a search unless the reader is writing somewhere. */
function useSlash(search: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : undefined;
      if (
        event.key !== "/" ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        target?.matches("input, textarea, select, [contenteditable]") === true
      )
        return;
      event.preventDefault();
      search.current?.focus();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [search]);
}
