/** Two visits to one site, the same rows in the same order, so that what made the difference can be seen. */
import { useId } from "react";
import { visitFindings } from "@countersign/core/assure/findings.ts";
import type { Finding } from "@countersign/core/assure/finding.ts";
import type { Site } from "@countersign/core/declare/site.ts";
import { inspections } from "@countersign/core/inspect/inspections.ts";
import { assuranceMessages } from "../../messages/assurance.ts";
import { Card } from "../../parts/card.tsx";
import { useLanguage, useWords } from "../../parts/language.tsx";
import { textOf } from "../../parts/words.tsx";
import type { Circle } from "../circle.ts";
import { wholePlan } from "../site/diagram-layout.ts";
import { SpaceGround, SpaceTextures } from "../site/space-pattern.tsx";
import { visitOf } from "../site/site-visit.ts";
import { spaceStates, type SpaceState } from "../site/space-state.ts";
import { type FindingGrounds, groundsOf, methodsOnCells, outOfHundred } from "./subject.ts";
import styles from "./beside.module.css";
import pageStyles from "./assurance.module.css";

export function CompareVisits({ circle, finding }: { readonly circle: Circle; readonly finding: Finding }) {
  const say = useWords(assuranceMessages);
  const language = useLanguage();
  const { state } = circle;
  const all = inspections(state);
  const visits = visitFindings(state, finding.site, finding.obligation)
    .slice(-2)
    .flatMap((visit) => {
      const grounds = groundsOf(state, visit, language);
      const inspection = all.find(({ number }) => number === visit.visit?.number);
      const site = inspection === undefined ? undefined : visitOf(inspection);
      return grounds === undefined || site === undefined
        ? []
        : [{ visit, grounds, site, states: spaceStates(site.declared, site, state) }];
    });
  if (visits.length < 2) return null;
  const closed = visits.some(({ grounds }) => methodsOnCells(grounds).some(({ method }) => method.sees === "outside"));
  const same = (row: (typeof rows)[number]) =>
    new Set(visits.map(({ visit, grounds }) => row.value(visit, grounds))).size === 1;
  const rows = comparedRows(say, language);
  return (
    <section className={styles["compare"]} aria-label={say("compare")}>
      <header className={styles["compareHead"]}>
        <h2>{say("compare")}</h2>
        {closed ? <p className="quiet">{say("compareClosed")}</p> : null}
      </header>
      <div className={styles["compareCards"]}>
        {visits.map(({ visit, grounds, site, states }) => (
          <Card key={visit.report} as="article" className={styles["visit"]}>
            <p className="note">
              {say("visitLabel", { number: visit.visit?.number ?? 0, day: visit.visit?.left.slice(0, 10) ?? "" })}
            </p>
            <p className={pageStyles["verdict"]}>{say(visit.verdict)}</p>
            <p className={pageStyles["verdictKey"]}>{visit.verdict}</p>
            <SmallPlan
              site={site.declared.site}
              states={states}
              cellKinds={grounds.subject.terms.detection.cellKinds}
            />
            <dl className={styles["compared"]}>
              {rows.map((row) => (
                <div key={row.name} className={same(row) ? undefined : styles["differingRow"]}>
                  <dt>{row.name}</dt>
                  <dd>{row.value(visit, grounds)}</dd>
                </div>
              ))}
            </dl>
            <p className={styles["compareWords"]}>{compareWords(say, visit)}</p>
          </Card>
        ))}
      </div>
    </section>
  );
}

type SayAssurance = ReturnType<typeof useWords<keyof (typeof assuranceMessages)["en"]>>;

function comparedRows(
  say: SayAssurance,
  language: "en" | "ru",
): readonly { readonly name: string; readonly value: (visit: Finding, grounds: FindingGrounds) => string }[] {
  const estimateOf = (visit: Finding) => visit.estimate ?? visit.part;
  const exact = (number: { readonly decimal: string; readonly fraction: string } | undefined) =>
    number === undefined ? say("notGiven") : `${number.decimal} (${number.fraction})`;
  return [
    {
      name: say("cellsDrawn"),
      value: (_, { visit, subject }) => {
        const { drawn } = visit?.signed.document ?? {};
        const cells =
          visit?.rows.filter(({ space }) => subject.terms.detection.cellKinds.includes(space.kind)).length ?? 0;
        return drawn === undefined ? say("notGiven") : say("inputDrawn", { drawn: drawn.cells.length, cells });
      },
    },
    {
      name: say("whatSeen"),
      value: (_, grounds) =>
        methodsOnCells(grounds)
          .map(({ method, count }) => say("whatSeenValue", { count, method: textOf(method.name, language) }))
          .join("; ") || say("notGiven"),
    },
    {
      name: say("recognition"),
      value: (_, grounds) =>
        methodsOnCells(grounds)
          .map(({ method }) => say("recognitionValue", { value: outOfHundred(method.recognition) }))
          .join("; ") || say("notGiven"),
    },
    { name: say("probability"), value: (visit) => exact(estimateOf(visit)?.atVisit.detection) },
    { name: say("oddsBy"), value: (visit) => exact(estimateOf(visit)?.atVisit.likelihoodRatio) },
  ];
}

function compareWords(say: SayAssurance, visit: Finding): string {
  const estimate = visit.estimate;
  if (estimate === undefined) return say("compareOpen");
  return Number(estimate.atVisit.detection.decimal) === 0
    ? say("compareNothing")
    : say("compareSomething", { holding: estimate.holding });
}

/** The cells alone, in their declared arrangement. */
function SmallPlan({
  site,
  states,
  cellKinds,
}: {
  readonly site: Site;
  readonly states: readonly SpaceState[];
  readonly cellKinds: readonly string[];
}) {
  const prefix = useId();
  const structures = site.structures.filter(({ spaces }) => spaces.some(({ kind }) => cellKinds.includes(kind)));
  const layout = wholePlan({ ...site, structures }, 300);
  const bottom = Math.max(...layout.structures.map(({ frame }) => frame.y + frame.height));
  const top = Math.min(...layout.structures.map(({ frame }) => frame.y));
  return (
    <svg
      className={styles["smallPlan"]}
      width="300"
      height={bottom - top}
      viewBox={`0 ${top} 300 ${bottom - top}`}
      aria-hidden="true"
      focusable="false"
    >
      <SpaceTextures prefix={prefix} />
      {layout.structures.flatMap(({ spaces }) =>
        spaces.map(({ space, box }) => {
          const state = states.find((one) => one.space.id === space.id);
          return state === undefined ? null : (
            <SpaceGround key={space.id} pattern={state.pattern} prefix={prefix} box={box} />
          );
        }),
      )}
    </svg>
  );
}
