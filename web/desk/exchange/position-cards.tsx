/** The same positions as cards, one for each provision, where there is no width for columns. */
import { useState } from "react";
import type { Column, Row } from "@countersign/core/exchange/positions.ts";
import { exchangeMessages } from "../../messages/exchange.ts";
import { Button } from "../../parts/button.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { textOf, Words } from "../../parts/words.tsx";
import { type Group, partsOf } from "./grid-view.ts";
import { type ChosenCell, HostText } from "./positions-grid.tsx";
import { PositionWordText, saidBy, SaidText, WordLine } from "./position-text.tsx";
import { Unconfirmed } from "./source-list.tsx";
import styles from "./cards.module.css";
import positionsStyles from "./positions.module.css";

interface PositionCardsProps {
  readonly groups: readonly Group[];
  readonly columns: readonly Column[];
  readonly isOpen: (group: string) => boolean;
  readonly onToggle: (group: string, open: boolean) => void;
  readonly chosen: string | undefined;
  readonly onChoose: (cell: ChosenCell) => void;
  /** Notes and conditions behind "More". */
  readonly brief: boolean;
}

export function PositionCards({ groups, columns, isOpen, onToggle, chosen, onChoose, brief }: PositionCardsProps) {
  const say = useWords(exchangeMessages);
  return (
    <div className={styles["cards"]}>
      {groups.map((group) => (
        <section key={group.id}>
          <h3 className={styles["cardGroup"]}>
            <button
              type="button"
              aria-expanded={isOpen(group.id)}
              className={styles["groupButton"]}
              onClick={() => onToggle(group.id, !isOpen(group.id))}
            >
              <span
                className={isOpen(group.id) ? positionsStyles["arrowOpen"] : positionsStyles["arrow"]}
                aria-hidden="true"
              />
              <strong>{group.title === undefined ? say("noPaperStates") : <Words value={group.title} quiet />}</strong>
              <span className={positionsStyles["groupCount"]}>
                {say("provisionCount", { count: group.rows.length })}
              </span>
            </button>
          </h3>
          {isOpen(group.id)
            ? group.rows.map((row) => (
                <ProvisionCard
                  key={row.provision}
                  row={row}
                  columns={columns}
                  chosen={chosen === row.provision}
                  onChoose={onChoose}
                  brief={brief}
                />
              ))
            : null}
        </section>
      ))}
    </div>
  );
}

function ProvisionCard({
  row,
  columns,
  chosen,
  onChoose,
  brief,
}: {
  readonly row: Row;
  readonly columns: readonly Column[];
  readonly chosen: boolean;
  readonly onChoose: (cell: ChosenCell) => void;
  readonly brief: boolean;
}) {
  const say = useWords(exchangeMessages);
  const language = useLanguage();
  const [more, setMore] = useState(false);
  const full = !brief || more;
  const line = (column: Column, cell: Row["cells"][number], said = saidBy(cell.history)) => (
    <li key={column.party} className={styles["cardLine"]}>
      <button
        type="button"
        className={styles["cardParty"]}
        onClick={() => onChoose({ provision: row.provision, party: column.party })}
      >
        <Mark kind={column.side.mark} />{" "}
        <span className={styles[column.side.mark]}>{textOf(column.name, language)}</span> ·{" "}
        {said[0] === undefined ? (
          <PositionWordText word={cell.word} />
        ) : (
          <WordLine said={said[0]} dated={said.length > 1} />
        )}
        {full && said[0] !== undefined ? (
          <span className={styles["cardSaid"]}>
            {said.slice(0, 3).map((one, position) => (
              <SaidText key={`${one.on} ${one.word}`} said={one} dated={said.length > 1} word={position > 0} />
            ))}
          </span>
        ) : null}
      </button>
    </li>
  );
  return (
    <article className={chosen ? styles["cardChosen"] : styles["card"]} data-provision={row.provision}>
      <h4 className={styles["cardTitle"]}>
        <span className={styles["number"]}>{row.number}</span> <Words value={row.title} />
      </h4>
      {row.note === undefined ? null : (
        <p className="note">
          <Words value={row.note} quiet />
        </p>
      )}
      {partsOf(row, columns).map((part) =>
        part.kind === "cell" ? (
          <ul key={part.column.party}>{line(part.column, part.cell)}</ul>
        ) : (
          <div key={part.side} className={styles["cardPair"]}>
            <p className={positionsStyles["pairHead"]}>{say("inside")}</p>
            <ul>{part.cells.map(({ column, cell }) => line(column, cell))}</ul>
          </div>
        ),
      )}
      {full
        ? row.parties.map((one) => (
            <button
              key={one.party}
              type="button"
              className={styles["cardParty"]}
              onClick={() => onChoose({ provision: row.provision, party: one.party })}
            >
              <HostText line={one} />
            </button>
          ))
        : null}
      {row.statesConcerned.map((one) => (
        <p key={one.id} className={positionsStyles["stateLine"]}>
          <Mark kind="other" /> <span>{say("stateConcerned", { name: textOf(one.name, language) })}</span>{" "}
          <Words value={one.note} quiet /> {one.confirmed ? null : <Unconfirmed />}
        </p>
      ))}
      {row.differences[0] === undefined ? null : (
        <p>
          <a className={positionsStyles["differLink"]} href={`#difference-${row.differences[0]}`}>
            {say("differLink")}
          </a>
        </p>
      )}
      {brief ? (
        <Button look="link" aria-expanded={more} onClick={() => setMore(!more)}>
          {say(more ? "less" : "more")}
        </Button>
      ) : null}
    </article>
  );
}
