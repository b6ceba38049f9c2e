/** The positions as a grid: one column for each party of a side, groups that open and close, one stop for the Tab key. */
import { type KeyboardEvent, useRef, useState } from "react";
import { wordCounts } from "@countersign/core/exchange/grid-views.ts";
import type { Column, Grid, PartyLine, Row } from "@countersign/core/exchange/positions.ts";
import { exchangeMessages } from "../../messages/exchange.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { textOf, Words } from "../../parts/words.tsx";
import { columnWidths, type Group, moved, nextProvision, partsOf, stopLines, stops } from "./grid-view.ts";
import { PositionWordText, saidBy, SaidText } from "./position-text.tsx";
import { Unconfirmed } from "./source-list.tsx";
import styles from "./positions.module.css";

export interface ChosenCell {
  readonly provision: string;
  readonly party: string;
}

interface PositionsGridProps {
  readonly grid: Grid;
  readonly groups: readonly Group[];
  readonly isOpen: (group: string) => boolean;
  readonly onToggle: (group: string, open: boolean) => void;
  readonly chosen: string | undefined;
  readonly onChoose: (cell: ChosenCell) => void;
}

export function PositionsGrid({ grid, groups, isOpen, onToggle, chosen, onChoose }: PositionsGridProps) {
  const say = useWords(exchangeMessages);
  const element = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState<string | undefined>(undefined);
  const lines = stopLines(groups, grid.columns, isOpen);
  const stop = wanted !== undefined && lines.some((line) => line.includes(wanted)) ? wanted : lines[0]?.[0];
  const go = (target: string | undefined) => {
    if (target === undefined) return;
    setWanted(target);
    element.current?.querySelector<HTMLElement>(`[data-stop="${CSS.escape(target)}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = event.target instanceof HTMLElement ? event.target.dataset["stop"] : undefined;
    if (from === undefined) return;
    const group = from.startsWith("group ") ? from.slice(6) : undefined;
    const enter = event.key === "Enter" || event.key === " ";
    if (
      group !== undefined &&
      (enter || (event.key === "ArrowRight" && !isOpen(group)) || (event.key === "ArrowLeft" && isOpen(group)))
    ) {
      event.preventDefault();
      onToggle(group, !isOpen(group));
      return;
    }
    if (enter) {
      event.preventDefault();
      const [, , provision = "", party = ""] = from.split(" ");
      onChoose({ provision, party });
      return;
    }
    const target =
      event.key === "]"
        ? nextProvision(lines, from, 1)
        : event.key === "["
          ? nextProvision(lines, from, -1)
          : moved(lines, from, event.key);
    if (target === undefined) return;
    event.preventDefault();
    go(target);
  };

  return (
    <div
      ref={element}
      role="grid"
      aria-label={say("gridLabel")}
      style={{ ["--columns" as string]: columnWidths(grid.columns) }}
      onKeyDown={onKeyDown}
      onFocus={(event) => setWanted((event.target as HTMLElement).dataset["stop"] ?? wanted)}
    >
      <ColumnHeads columns={grid.columns} />
      {groups.map((group) => (
        <div key={group.id} role="rowgroup">
          <GroupRow
            group={group}
            grid={grid}
            open={isOpen(group.id)}
            isStop={stop === stops.group(group.id)}
            onToggle={() => onToggle(group.id, !isOpen(group.id))}
          />
          {isOpen(group.id)
            ? group.rows.map((row) => (
                <ProvisionRow
                  key={row.provision}
                  group={group}
                  row={row}
                  columns={grid.columns}
                  stop={stop}
                  chosen={chosen === row.provision}
                  onChoose={onChoose}
                />
              ))
            : null}
        </div>
      ))}
    </div>
  );
}

/** Two rows of heads: the sides under their bars, then the parties. */
function ColumnHeads({ columns }: { readonly columns: readonly Column[] }) {
  const say = useWords(exchangeMessages);
  const language = useLanguage();
  const sides = columns
    .map(({ side }) => side)
    .filter((side, position, all) => all.findIndex(({ id }) => id === side.id) === position);
  const several = (side: string) => columns.filter((column) => column.side.id === side).length;
  return (
    <div role="rowgroup" className={styles["heads"]}>
      <div role="row" className={styles["gridRow"]}>
        <span role="columnheader" aria-label={say("number")} />
        <span role="columnheader" aria-label={say("provision")} />
        {sides.map((side) => (
          <span
            key={side.id}
            role="columnheader"
            aria-colspan={several(side.id)}
            className={`${styles["sideHead"]} ${styles[side.mark] ?? ""}`}
            style={{ gridColumn: `span ${several(side.id)}` }}
          >
            <Mark kind={side.mark} />{" "}
            {several(side.id) > 1 ? say("oneSide", { side: textOf(side.name, language) }) : textOf(side.name, language)}
          </span>
        ))}
      </div>
      <div role="row" className={`${styles["gridRow"]} ${styles["partyHeads"]}`}>
        <span role="columnheader">{say("number")}</span>
        <span role="columnheader">{say("provision")}</span>
        {columns.map(({ party, name, side }) => (
          <span key={party} role="columnheader" className={`${styles["partyHead"]} ${styles[side.mark] ?? ""}`}>
            {several(side.id) > 1 ? (
              textOf(name, language)
            ) : (
              <span className="only-read-aloud">{textOf(name, language)}</span>
            )}
          </span>
        ))}
      </div>
    </div>
  );
}

interface GroupRowProps {
  readonly group: Group;
  readonly grid: Grid;
  readonly open: boolean;
  readonly isStop: boolean;
  readonly onToggle: () => void;
}

function GroupRow({ group, grid, open, isStop, onToggle }: GroupRowProps) {
  const say = useWords(exchangeMessages);
  const numbers = group.rows.map(({ number }) => number).join(", ");
  const title = group.title === undefined ? say("noPaperStates") : <Words value={group.title} quiet />;
  const counts = open ? [] : wordCounts({ id: group.id, title: group.title ?? {}, rows: group.rows }, grid);
  return (
    <div role="row" className={open ? styles["groupOpen"] : styles["groupClosed"]}>
      <div
        role="gridcell"
        aria-colspan={open ? grid.columns.length + 2 : 2}
        aria-expanded={open}
        data-stop={stops.group(group.id)}
        tabIndex={isStop ? 0 : -1}
        className={styles["groupHead"]}
        onClick={onToggle}
      >
        <span className={open ? styles["arrowOpen"] : styles["arrow"]} aria-hidden="true" />
        <span>
          <strong>{title}</strong>
          {open ? null : (
            <span className={styles["groupNumbers"]}>
              {say("provisionNumbers", { count: group.rows.length, numbers })}
            </span>
          )}
        </span>
        {open ? (
          <span className={styles["groupCount"]}>{say("provisionCount", { count: group.rows.length })}</span>
        ) : null}
      </div>
      {counts.map(({ party, counts: words }) => (
        <div key={party} role="gridcell" className={styles["counts"]}>
          {words.map(({ word, count }) => (
            <span key={word} className={styles["countLine"]}>
              <span className={styles["countNumber"]}>{count}</span> <PositionWordText word={word} />
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}

interface ProvisionRowProps {
  readonly group: Group;
  readonly row: Row;
  readonly columns: readonly Column[];
  readonly stop: string | undefined;
  readonly chosen: boolean;
  readonly onChoose: (cell: ChosenCell) => void;
}

function ProvisionRow({ group, row, columns, stop, chosen, onChoose }: ProvisionRowProps) {
  const say = useWords(exchangeMessages);
  const language = useLanguage();
  const cellProps = (party: string) => {
    const name = stops.cell(group.id, row.provision, party);
    return {
      role: "gridcell",
      "data-stop": name,
      tabIndex: stop === name ? 0 : -1,
      onClick: () => onChoose({ provision: row.provision, party }),
    } as const;
  };
  return (
    <div
      className={chosen ? styles["provisionChosen"] : styles["provision"]}
      role="presentation"
      data-provision={row.provision}
    >
      <div role="row" className={styles["gridRow"]}>
        <span role="rowheader" className={styles["number"]}>
          {row.number}
        </span>
        <span role="rowheader" className={styles["rowTitle"]}>
          <Words value={row.title} />
          {row.note === undefined ? null : (
            <span className={styles["rowNote"]}>
              <Words value={row.note} quiet />
            </span>
          )}
          {row.differences[0] === undefined ? null : (
            <a className={styles["differLink"]} href={`#difference-${row.differences[0]}`}>
              {say("differLink")}
            </a>
          )}
        </span>
        {partsOf(row, columns).map((part) =>
          part.kind === "cell" ? (
            <div key={part.column.party} {...cellProps(part.column.party)} className={styles["cell"]}>
              <CellText cell={part.cell} />
            </div>
          ) : (
            <div
              key={part.side}
              role="presentation"
              className={styles["pair"]}
              style={{
                gridColumn: `span ${part.cells.length}`,
                gridTemplateColumns: `repeat(${part.cells.length}, minmax(0, 1fr))`,
              }}
            >
              <span className={styles["pairHead"]} aria-hidden="true">
                {say("inside")}
              </span>
              {part.cells.map(({ column, cell }) => (
                <div key={column.party} {...cellProps(column.party)} className={styles["pairCell"]}>
                  <span className="only-read-aloud">
                    {say("insideOf", { side: textOf(column.side.name, language) })}.{" "}
                  </span>
                  <CellText cell={cell} />
                  {cell.history[0] === undefined ? null : (
                    <span className={styles["saidNote"]}>{cell.history[0].on}</span>
                  )}
                </div>
              ))}
            </div>
          ),
        )}
      </div>
      {row.parties.length === 0 ? null : (
        <div role="row" className={styles["lines"]}>
          {row.parties.map((line) => (
            <div key={line.party} {...cellProps(line.party)} className={styles["hostCell"]}>
              <HostText line={line} />
            </div>
          ))}
        </div>
      )}
      {row.statesConcerned.map((line) => (
        <div key={line.id} role="row" className={styles["lines"]}>
          <div role="gridcell" className={styles["stateLine"]}>
            <Mark kind="other" /> <span>{say("stateConcerned", { name: textOf(line.name, language) })}</span>{" "}
            <Words value={line.note} quiet /> {line.confirmed ? null : <Unconfirmed />}
          </div>
        </div>
      ))}
    </div>
  );
}

/** The newest first; what was said before follows with its day. */
function CellText({ cell }: { readonly cell: Row["cells"][number] }) {
  if (cell.history.length === 0) return <PositionWordText word={cell.word} />;
  const said = saidBy(cell.history);
  return (
    <>
      {said.slice(0, 3).map((one) => (
        <SaidText key={`${one.on} ${one.word}`} said={one} dated={said.length > 1} />
      ))}
    </>
  );
}

export function HostText({ line }: { readonly line: PartyLine }) {
  const say = useWords(exchangeMessages);
  const language = useLanguage();
  const [newest] = saidBy(line.history);
  return (
    <>
      <span className={styles["hostName"]}>
        <Mark kind="other" /> <strong>{textOf(line.name, language)}</strong>,{" "}
        {say(({ host: "hostRole", party: "partyRole", author: "authorRole" } as const)[line.role])}
      </span>
      {newest === undefined ? null : <SaidText said={newest} dated={false} />}
      {newest === undefined ? null : <span className={styles["saidNote"]}>{newest.on}</span>}
    </>
  );
}
