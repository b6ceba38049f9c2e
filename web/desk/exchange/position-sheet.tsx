/** One party on one provision: all that it said with days, conditions, ties to other provisions, and sources. */
import type { Grid, PositionEntry } from "@countersign/core/exchange/positions.ts";
import { agenda } from "@countersign/core/exchange/agenda.ts";
import { exchangeMessages } from "../../messages/exchange.ts";
import { Button } from "../../parts/button.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { nameOf, PartyName } from "../../parts/party-name.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { textOf, Words } from "../../parts/words.tsx";
import { ActButton } from "../acts/act-button.tsx";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import { charterNaming, isReconstruction, numberOf, statementIn } from "./circles.ts";
import type { ChosenCell } from "./positions-grid.tsx";
import { PositionWordText, SaidText } from "./position-text.tsx";
import { SourceList } from "./source-list.tsx";
import { EntryLink } from "../entry-link.tsx";
import styles from "./exchange.module.css";

interface PositionSheetProps {
  readonly circles: readonly Circle[];
  readonly grid: Grid;
  readonly cell: ChosenCell | undefined;
  readonly onClose: () => void;
  readonly onOpenPaper: (paper: string) => void;
  readonly onGoTo: (provision: string) => void;
}

export function PositionSheet({ circles, grid, cell, onClose, onOpenPaper, onGoTo }: PositionSheetProps) {
  const say = useWords(exchangeMessages);
  const language = useLanguage();
  const { own, canAct } = useDesk();
  const row = grid.subjects.flatMap(({ rows }) => rows).find(({ provision }) => provision === cell?.provision);
  if (cell === undefined || row === undefined) return null;
  const inGrid = row.cells.find(({ party }) => party === cell.party);
  const history = inGrid?.history ?? row.parties.find(({ party }) => party === cell.party)?.history ?? [];
  const charter = charterNaming(circles, cell.party);
  return (
    <Sheet
      open
      onClose={onClose}
      title={nameOf(charter, cell.party, language)}
      over={say("sheetOver", { number: row.number, title: textOf(row.title, language) })}
    >
      <div className={styles["sheet"]}>
        <p>
          <PartyName charter={charter} id={cell.party} />
        </p>
        {history.length === 0 && inGrid !== undefined ? (
          <p>
            <PositionWordText word={inGrid.word} />
          </p>
        ) : (
          <h3>{say("history")}</h3>
        )}
        <ol className={styles["entries"]}>
          {history.map((entry) => (
            <Entry
              key={`${entry.channel} ${entry.statement.id}`}
              circles={circles}
              entry={entry}
              onOpenPaper={onOpenPaper}
              onGoTo={onGoTo}
            />
          ))}
        </ol>
        {canAct && own === cell.party && !isReconstruction(circles) ? (
          <ActButton act="position" subject={{ provision: row.provision }} />
        ) : null}
      </div>
    </Sheet>
  );
}

function Entry({
  circles,
  entry,
  onOpenPaper,
  onGoTo,
}: {
  readonly circles: readonly Circle[];
  readonly entry: PositionEntry;
  readonly onOpenPaper: (paper: string) => void;
  readonly onGoTo: (provision: string) => void;
}) {
  const say = useWords(exchangeMessages);
  const { statement, channel, on } = entry;
  const { body } = statement;
  const paper = body.paper === undefined ? undefined : statementIn(circles, body.paper);
  const title =
    paper === undefined ? undefined : (paper.statement.body as { readonly title?: { en?: string; ru?: string } }).title;
  const venues = circles
    .flatMap(({ state }) => state.of(agenda).flatMap((one) => one.body.venues))
    .filter(
      (venue, position, all) =>
        body.venues.includes(venue.id) && all.findIndex(({ id }) => id === venue.id) === position,
    );
  return (
    <li className={styles["entry"]}>
      <time dateTime={on}>{on}</time>
      <SaidText said={{ word: body.word, on, entries: [entry] }} dated={false} />
      {body.package === undefined ? null : (
        <p className="note">
          {say.rich("packageOf", {
            numbers: body.package.map((provision, position) => [
              position > 0 ? ", " : "",
              <Button key={provision} look="link" onClick={() => onGoTo(provision)}>
                {numberOf(circles, provision)}
              </Button>,
            ]),
          })}
        </p>
      )}
      {venues.length === 0 ? null : (
        <p className="note">
          {say.rich("venues", {
            venues: venues.map((venue, position) => [
              position > 0 ? ", " : "",
              <Words key={venue.id} value={venue.name} quiet />,
            ]),
          })}
        </p>
      )}
      {title === undefined || body.paper === undefined ? null : (
        <p>
          <Button look="link" onClick={() => onOpenPaper(body.paper ?? "")}>
            <Words value={title} quiet />
          </Button>
        </p>
      )}
      <h4 className={styles["entryHead"]}>{say("sourceList")}</h4>
      <SourceList sources={body.sources} ownWord={!isReconstruction(circles)} />
      <p>
        <EntryLink channel={channel} place={statement}>
          {say("inRecord")}
        </EntryLink>
      </p>
    </li>
  );
}
