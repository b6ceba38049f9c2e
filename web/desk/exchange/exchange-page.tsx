/** The exchange: who said what to whom, what waits since when, and where each party stands on each provision, with its gaps. */
import { useEffect, useMemo, useState } from "react";
import { differences } from "@countersign/core/exchange/differences.ts";
import { papers } from "@countersign/core/exchange/letters.ts";
import type { Paper } from "@countersign/core/exchange/letters.ts";
import { positionGrid } from "@countersign/core/exchange/positions.ts";
import { exchangeMessages } from "../../messages/exchange.ts";
import { useElementWidth } from "../../parts/element-width.ts";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { markOf, markOfAll } from "../../parts/party-name.tsx";
import { TimeSlider } from "../../parts/time-slider.tsx";
import { textOf, Words } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import { useDesk } from "../desk.tsx";
import { charterNaming, isReconstruction, partyOrder } from "./circles.ts";
import { Differences } from "./differences.tsx";
import { HowToRead } from "./how-to-read.tsx";
import { PaperSheet } from "./paper-sheet.tsx";
import { PositionSheet } from "./position-sheet.tsx";
import { Positions } from "./positions.tsx";
import type { ChosenCell } from "./positions-grid.tsx";
import { Rail } from "./rail.tsx";
import styles from "./exchange.module.css";

/** From here on rail and positions stand side by side. */
const BESIDE = 1040;
/** And from here on, one below the other, the grid has room for its columns. */
const COLUMNS = 860;

export function ExchangePage() {
  const language = useLanguage();
  const { circles, own, now, moment, place, goTo } = useDesk();
  const [page, width] = useElementWidth<HTMLDivElement>();
  const [paper, setPaper] = useState<string | undefined>(undefined);
  const [cell, setCell] = useState<ChosenCell | undefined>(undefined);
  const asOf = moment ?? now;
  const states = useMemo(() => circles.map(({ state }) => state), [circles]);
  const all = useMemo(() => papers(states, asOf), [states, asOf]);
  const differing = useMemo(() => differences(states, asOf), [states, asOf]);
  const grid = useMemo(
    () => positionGrid(states, asOf, partyOrder(circles, own, language)),
    [states, asOf, circles, own, language],
  );
  const choose = (chosen: ChosenCell) => {
    setCell(chosen);
    goTo("exchange", { ...place.params, provision: chosen.provision });
  };
  const openPaper = (id: string) => setPaper(all.find(({ copies }) => copies.some((copy) => copy.id === id))?.id);
  useHashTarget(differing.length > 0);
  if (circles.length === 0) return null;
  const beside = width >= BESIDE;

  return (
    <div ref={page} className={styles["page"]}>
      <ExchangeHead circles={circles} papers={all} />
      <div className={beside ? styles["beside"] : styles["stacked"]}>
        <div className={styles["rail"]}>
          <Rail circles={circles} papers={all} onOpen={setPaper} />
          <div className={styles["railMore"]}>
            <Differences differences={differing} />
            <HowToRead reconstruction={isReconstruction(circles)} />
          </div>
        </div>
        <Positions
          grid={grid}
          papers={all}
          asOf={asOf}
          width={beside ? width - 344 : width}
          columns={beside || width >= COLUMNS}
          chosen={place.params.provision}
          onChoose={choose}
        />
      </div>
      <PaperSheet circles={circles} paper={all.find(({ id }) => id === paper)} onClose={() => setPaper(undefined)} />
      <PositionSheet
        circles={circles}
        grid={grid}
        cell={cell}
        onClose={() => setCell(undefined)}
        onOpenPaper={(id) => {
          setCell(undefined);
          openPaper(id);
        }}
        onGoTo={(provision) => {
          setCell(undefined);
          goTo("exchange", { ...place.params, provision });
        }}
      />
    </div>
  );
}

function ExchangeHead({
  circles,
  papers: shown,
}: {
  readonly circles: readonly Circle[];
  readonly papers: readonly Paper[];
}) {
  const say = useWords(exchangeMessages);
  const language = useLanguage();
  const { now, moment, setMoment, timeIsAbove } = useDesk();
  const whole = useMemo(
    () =>
      papers(
        circles.map((circle) => circle.whole),
        now,
      ),
    [circles, now],
  );
  const [first] = circles;
  const from = whole.reduce((earliest, { at }) => (at < earliest ? at : earliest), now);
  const events = whole.map(({ at, marks }) => ({
    at,
    mark:
      marks.length === 0
        ? ("other" as const)
        : marks.length === 1
          ? markOf(charterNaming(circles, marks[0] ?? ""), marks[0] ?? "")
          : markOfAll(charterNaming(circles, marks[0] ?? ""), marks),
  }));
  return (
    <header className={styles["head"]}>
      <div>
        <h1>{say("title")}</h1>
        <p className="quiet">
          {circles.length === 1 && first !== undefined ? (
            <Words value={first.charter.summary} />
          ) : (
            say("circles", {
              count: circles.length,
              titles: circles.map(({ charter }) => textOf(charter.title, language)).join("; "),
            })
          )}
        </p>
      </div>
      {timeIsAbove || whole.length === 0 ? null : (
        <div className={styles["slider"]} data-papers={shown.length}>
          <TimeSlider
            label={say("moment")}
            from={from}
            to={now}
            now={now}
            moment={moment}
            onChange={setMoment}
            events={events}
            deadlines={[]}
            daysOnly={isReconstruction(circles)}
          />
        </div>
      )}
    </header>
  );
}

/** An address with `#difference-…` opened before the record was read still finds its place. */
function useHashTarget(thereNow: boolean): void {
  useEffect(() => {
    if (thereNow && location.hash.startsWith("#difference-"))
      document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, [thereNow]);
}
