/** The card of positions: its views, which groups are open, and the grid or the cards. */
import { useEffect, useMemo, useState } from "react";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { dayOf } from "@countersign/core/bytes/instant.ts";
import type { Paper } from "@countersign/core/exchange/letters.ts";
import type { Grid } from "@countersign/core/exchange/positions.ts";
import { exchangeMessages } from "../../messages/exchange.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { useWords } from "../../parts/language.tsx";
import { Segments } from "../../parts/segments.tsx";
import { ActButton } from "../acts/act-button.tsx";
import { useDesk } from "../desk.tsx";
import { isReconstruction } from "./circles.ts";
import { type GridMode, groupsOf } from "./grid-view.ts";
import { PositionCards } from "./position-cards.tsx";
import { type ChosenCell, PositionsGrid } from "./positions-grid.tsx";
import styles from "./positions.module.css";

interface PositionsProps {
  readonly grid: Grid;
  readonly papers: readonly Paper[];
  readonly asOf: Instant;
  /** Of the place where the card stands. */
  readonly width: number;
  /** Whether there is room for a column for each party. */
  readonly columns: boolean;
  readonly chosen: string | undefined;
  readonly onChoose: (cell: ChosenCell) => void;
}

const PHONE = 480;
const FIRST_OPEN = 3;

export function Positions({ grid, papers, asOf, width, columns, chosen, onChoose }: PositionsProps) {
  const say = useWords(exchangeMessages);
  const { canAct, circles } = useDesk();
  const mayState = canAct && !isReconstruction(circles);
  const [mode, setMode] = useState<GridMode>("subject");
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const groups = useMemo(() => groupsOf(grid, papers, mode), [grid, papers, mode]);
  const chosenGroup = groups.find(({ rows }) => rows.some(({ provision }) => provision === chosen))?.id;
  const isOpen = (group: string) =>
    toggled.get(group) ??
    (group === chosenGroup || groups.findIndex(({ id }) => id === group) < FIRST_OPEN || mode !== "subject");
  const toggle = (group: string, open: boolean) => setToggled(new Map([...toggled, [group, open]]));
  const allOpen = groups.every(({ id }) => isOpen(id));
  useBringIntoView(chosen);
  const count = new Set(groups.flatMap(({ rows }) => rows.map(({ provision }) => provision))).size;
  const all = grid.subjects.reduce((sum, { rows }) => sum + rows.length, 0);
  const view = { groups, isOpen, onToggle: toggle, chosen, onChoose };

  return (
    <Card padded={false} label={say("positions")} className={styles["positions"]}>
      <header className={styles["positionsHead"]}>
        <div>
          <h2>{say("positions")}</h2>
          <p className="note">
            {mode === "differing"
              ? say("differingNote", { count, all, moment: dayOf(asOf) })
              : say("positionsNote", { count, moment: dayOf(asOf) })}
          </p>
        </div>
        <div className={styles["positionsActs"]}>
          {mayState && all > 0 ? <ActButton act="position" look="link" /> : null}
          <Button look="link" onClick={() => setToggled(new Map(groups.map(({ id }) => [id, !allOpen])))}>
            {say(allOpen ? "closeAll" : "openAll")}
          </Button>
          <Segments
            label={say("view")}
            value={mode}
            onChange={(next) => {
              setMode(next);
              setToggled(new Map());
            }}
            options={[
              { value: "subject", label: say("bySubject") },
              { value: "paper", label: say("byPaper") },
              { value: "differing", label: say("onlyDiffering") },
            ]}
          />
        </div>
      </header>
      {groups.length === 0 ? (
        <p className={styles["nothing"]}>{say(all === 0 ? "noProvision" : "noDiffering")}</p>
      ) : columns ? (
        <PositionsGrid grid={grid} {...view} />
      ) : (
        <PositionCards columns={grid.columns} brief={width < PHONE} {...view} />
      )}
    </Card>
  );
}

/** A provision that the address names is brought into view; the focus stays where it is. */
function useBringIntoView(provision: string | undefined): void {
  useEffect(() => {
    if (provision !== undefined)
      document.querySelector(`[data-provision="${CSS.escape(provision)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [provision]);
}
