/** Start: both sides of a case on one page, so that a newcomer sees a statement leave one half and arrive on the other. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Instant } from "@countersign/core/bytes/fields.ts";
import { agenda } from "@countersign/core/exchange/agenda.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import { signedReports } from "@countersign/core/inspect/signed-reports.ts";
import { inspections } from "@countersign/core/inspect/inspections.ts";
import { latestDraft, textState } from "@countersign/core/text/text-state.ts";
import { fillPath } from "@countersign/wire/client.ts";
import { bytePaths } from "@countersign/wire/endpoints.ts";
import type { CaseName, DemonstrationState } from "@countersign/wire/demonstration.ts";
import { shellMessages } from "../../messages/shell.ts";
import { startMessages } from "../../messages/start.ts";
import { useLanguage, useWords, type Language } from "../../parts/language.tsx";
import { Mark } from "../../parts/mark.tsx";
import { Segments } from "../../parts/segments.tsx";
import { textOf } from "../../parts/words.tsx";
import { hrefOf } from "../addresses.ts";
import { Band, useTitle } from "../band.tsx";
import { circleAt, type ChannelReading } from "../circle.ts";
import { useNodeReading, type Place } from "../desk.tsx";
import shell from "../shell.module.css";
import { CheatDialog } from "./cheat-dialog.tsx";
import { ClockCard } from "./clock-card.tsx";
import { nodesOf, type DemoNode } from "./demo-node.ts";
import { GuideCard } from "./guide-card.tsx";
import { Half } from "./half.tsx";
import { Reader2022 } from "./reader-2022.tsx";
import { showWhere, targetOf } from "./show-where.ts";
import { Strip } from "./strip.tsx";
import { useDemonstration } from "./use-demonstration.ts";
import { useF6 } from "./use-f6.ts";
import styles from "./start.module.css";

const READING_MS = 6000;
const atOverview: Place = { page: "overview", params: {} };

export function StartPage({
  opening,
  onLanguage,
}: {
  readonly opening: DemonstrationState;
  readonly onLanguage: (language: Language) => void;
}) {
  const demonstration = useDemonstration(opening);
  const { state, act } = demonstration;
  const say = useWords(startMessages);
  const nature = state.case === "2022" ? "reconstruction" : "exercise";
  useTitle(say("title"), nature);
  useF6();
  // Another case is another page: nothing of one is kept in the other.
  return (
    <>
      <Band nature={nature} demonstration onLanguage={onLanguage} />
      <StartBar state={state} onCase={(name) => void act("choose", { case: name })} />
      <main id="content" tabIndex={-1} className={`${shell["main"]} ${styles["page"]}`}>
        <h1 className="only-read-aloud">{say("title")}</h1>
        <StartBody key={state.case} demonstration={demonstration} />
      </main>
    </>
  );
}

function StartBar({
  state,
  onCase,
}: {
  readonly state: DemonstrationState;
  readonly onCase: (name: CaseName) => void;
}) {
  const say = useWords(startMessages);
  const shellSay = useWords(shellMessages);
  const nodes = nodesOf(state, state.case);
  const observer = nodes.find(({ role }) => role === "observer");
  const record = recordHref(nodes, state);
  return (
    <header className={`${shell["bar"]} ${styles["bar"]}`}>
      <a href="/" className={shell["product"]}>
        <Mark kind="whole" size={18} />
        {shellSay("product")}
      </a>
      <span className={styles["startTab"]} aria-current="page">
        {say("title")}
      </span>
      <div className={styles["cases"]}>
        <Segments
          label={say("cases")}
          options={[
            { value: "2022", label: say("case2022") },
            { value: "exercise", label: say("caseExercise") },
          ]}
          value={state.case}
          onChange={onCase}
        />
      </div>
      <nav className={styles["barLinks"]} data-print="no">
        {observer === undefined ? null : <a href={hrefOf(observer.segment, "overview")}>{say("openObserver")}</a>}
        {record === undefined ? null : (
          <a href={record} download>
            {say("saveRecord")}
          </a>
        )}
      </nav>
    </header>
  );
}

function StartBody({ demonstration }: { readonly demonstration: ReturnType<typeof useDemonstration> }) {
  const { state, act } = demonstration;
  const say = useWords(startMessages);
  const language = useLanguage();
  const nodes = useMemo(() => nodesOf(state, state.case), [state]);
  const reader = readerNode(nodes);
  const left = nodes.find(({ side }) => side === "left");
  const right = nodes.find(({ side }) => side === "right");
  const reconstruction = state.case === "2022";
  const followed = reconstruction ? reader : left;
  const reading = useNodeReading(followed?.base ?? "");
  const [moment, setMoment] = useState<Instant | undefined>(
    reconstruction && state.opensAt < state.clock ? state.opensAt : undefined,
  );
  const [leftPlace, setLeftPlace] = useState(atOverview);
  const [rightPlace, setRightPlace] = useState(atOverview);
  const [cheatOpen, setCheatOpen] = useState(false);
  const [shown, setShown] = useState<"left" | "right">("left");
  const [arrivals, setArrivals] = useState({ left: 0, right: 0 });
  const [announced, setAnnounced] = useState("");
  const arrivedLeft = useCallback((sentence: string, count: number) => {
    if (sentence !== "") setAnnounced(sentence);
    setArrivals((before) => ({ ...before, left: count }));
  }, []);
  const arrivedRight = useCallback((sentence: string, count: number) => {
    if (sentence !== "") setAnnounced(sentence);
    setArrivals((before) => ({ ...before, right: count }));
  }, []);

  const looked = useRef(new Set<number>());
  const look = useCallback(
    (step: 1 | 2 | 10 | 11) => {
      if (looked.current.has(step)) return;
      looked.current.add(step);
      void act("looked", { step });
    },
    [act],
  );
  // Step 2 is done when the time stands at the end of the record.
  const atEnd = reconstruction && (moment ?? state.clock).slice(0, 10) === state.span.to.slice(0, 10);
  useEffect(() => {
    if (!atEnd) return;
    look(1);
    look(2);
  }, [atEnd, look]);
  // Step 10 is done when a finding is open in a half.
  const findingOpen =
    !reconstruction && state.guideStep === 10 && [leftPlace, rightPlace].some(({ page }) => page === "assurance");
  useEffect(() => {
    if (findingOpen) look(10);
  }, [findingOpen, look]);

  const site = useMemo(() => siteOfFirst(reading.channels[0], language), [reading.channels, language]);

  const show = () => {
    const exercise = reading.channels[0];
    const whole = exercise === undefined ? undefined : circleAt(exercise, undefined).whole;
    const draft = whole === undefined ? undefined : latestDraft(whole);
    const text = whole === undefined || draft === undefined ? undefined : textState(whole, draft.id);
    const first = whole === undefined ? undefined : inspections(whole)[0];
    const waiting = state.guideStep === 4 ? text?.signature?.missing : first?.report?.act.missing;
    const missing =
      waiting === undefined
        ? "left"
        : ([left, right].find((node) => node !== undefined && waiting.includes(node.id))?.side as
            | "left"
            | "right"
            | undefined);
    const target = targetOf(state.guideStep, {
      offered: offeredIn(reading.channels),
      inspection: first,
      textIsClean: text?.agreement !== undefined,
      compared: whole === undefined ? undefined : visitedTwice(whole),
      missing,
    });
    if (target.page !== undefined) {
      const place = { page: target.page.name, params: target.page.params ?? {} };
      if (target.half === "right") setRightPlace(place);
      else setLeftPlace(place);
    }
    if (target.half !== undefined) setShown(target.half);
    setMoment((before) => (reconstruction ? before : undefined));
    // The first step asks to read one row: once it was pointed at, it can be read.
    void showWhere(target, styles["outlined"] ?? "").then(() =>
      state.guideStep === 1 ? setTimeout(() => look(1), READING_MS) : undefined,
    );
  };

  return (
    <>
      <p role="status" className="only-read-aloud">
        {announced}
      </p>
      <ClockCard
        demonstration={demonstration}
        channels={reading.channels}
        moment={moment}
        setMoment={setMoment}
        onCheat={() => setCheatOpen(true)}
      />
      <GuideCard
        step={state.guideStep}
        site={site}
        onShow={show}
        onBegin={() => void act("choose", { case: "exercise" })}
        onRestart={() => void act("restart", {})}
        recordHref={recordHref(nodes, state)}
      />
      {reconstruction ? (
        reader === undefined ? null : (
          <Reader2022 node={reader} moment={moment} setMoment={setMoment} onProvision={look} />
        )
      ) : left === undefined || right === undefined ? null : (
        <>
          <div className={styles["switch"]} role="group" aria-label={say("showing")}>
            {(
              [
                ["left", left],
                ["right", right],
              ] as const
            ).map(([side, node]) => (
              <button key={side} type="button" aria-pressed={shown === side} onClick={() => setShown(side)}>
                <Mark kind={side} />{" "}
                {arrivals[side] > 0
                  ? say("newCount", { name: textOf(node.name, language), count: arrivals[side] })
                  : textOf(node.name, language)}
              </button>
            ))}
          </div>
          <div className={styles["halves"]}>
            <Half
              node={left}
              other={right}
              side="left"
              moment={moment}
              setMoment={setMoment}
              place={leftPlace}
              setPlace={setLeftPlace}
              shown={shown === "left"}
              onArrived={arrivedLeft}
            />
            <Half
              node={right}
              other={left}
              side="right"
              moment={moment}
              setMoment={setMoment}
              place={rightPlace}
              setPlace={setRightPlace}
              shown={shown === "right"}
              onArrived={arrivedRight}
            />
          </div>
          <Strip nodes={nodes.filter(({ side }) => side === "none")} />
          {cheatOpen ? (
            <CheatDialog
              sides={[left, right]}
              onClose={() => setCheatOpen(false)}
              onCheat={(side, way) => void act("cheat", { side, way })}
            />
          ) : null}
        </>
      )}
    </>
  );
}

/** In the reconstruction: the node that is in the most circles and plays no side, if there is one. */
function readerNode(nodes: readonly DemoNode[]): DemoNode | undefined {
  return nodes.toSorted(
    (a, b) => b.channels.length - a.channels.length || Number(a.side !== "none") - Number(b.side !== "none"),
  )[0];
}

/** Provision 11 by its id. */
function offeredIn(channels: readonly ChannelReading[]): string | undefined {
  return channels
    .flatMap((channel) =>
      circleAt(channel, undefined)
        .whole.of(agenda)
        .flatMap(({ body }) => body.provisions),
    )
    .find(({ number }) => number === 11)?.id;
}

/** A site with two reports that both sides signed. */
function visitedTwice(state: State): string | undefined {
  const sites = signedReports(state).map(({ document }) => document.site);
  return sites.find((site, position) => sites.indexOf(site) !== position);
}

function recordHref(nodes: readonly DemoNode[], state: DemonstrationState): string | undefined {
  const node = state.case === "2022" ? readerNode(nodes) : nodes.find(({ side }) => side === "left");
  const channel = node?.channels[0];
  return node === undefined || channel === undefined ? undefined : node.base + fillPath(bytePaths.bundle, { channel });
}

/** The exercise plans its first inspection at B-03; a person may choose another base. */
const PLANNED_SITE = "B-03";

function siteOfFirst(channel: ChannelReading | undefined, language: Language): { name: string; planned: boolean } {
  const declared = channel === undefined ? undefined : inspections(circleAt(channel, undefined).whole)[0]?.site?.site;
  return { name: declared === undefined ? "" : textOf(declared.name, language), planned: declared?.id === PLANNED_SITE };
}
