/** The finding for *the item is absent* at one site, from one visit to it (DESIGN.md 7, "Verdicts"; SPEC R19). */
import type { Instant } from "../bytes/fields.ts";
import { estimateOf, estimateOn, measuresOf, reachesLevel, type Measures, type RawEstimate } from "./estimate.ts";
import type { Assumption, Estimate, Finding, NotCovered, OpenReason, Verdict } from "./finding.ts";
import { coverageOf, LEDGER_STATES, type LedgerRow, type LedgerState } from "./ledger.ts";
import { decayed } from "./time.ts";
import { evidenceOf, notHeldReason, refusalOf, rowsOf, visitOf, type Subject, type VisitRecord } from "./visit.ts";

/** States of a space that could hold the item and was left out for a reason that someone could know beforehand. */
const LEFT_OUT: readonly LedgerState[] = ["not-chosen", "refused", "covered", "not-shown", "not-examined"];

/** `rows` are those of `rowsOf`, for a caller that has them. */
export function absenceFinding(subject: Subject, visit: VisitRecord | undefined, asOf: Instant, rows = rowsOf(subject, visit)): Finding {
  const { terms, declared } = subject;
  const measures = measuresOf(terms);
  const open = visit === undefined ? [] : [...openReasons(visit), ...(measures === undefined ? [{ code: "terms-unusable" } as const] : [])];
  const present = rows.filter(({ state, recognised }) => state === "seen" && recognised === "item").map(({ space }) => space.id);
  const days = visit === undefined ? 0 : visitOf(visit.signed, asOf).days;
  const settled = verdictOf(visit, rows, present, open);
  const whole = settled === undefined && measures !== undefined ? estimateOf(measures, rows, "site") : undefined;
  const verdict = settled ?? levelVerdict(whole, measures, days);
  const estimate = whole === undefined || measures === undefined ? undefined : estimateOn(whole, measures, days);
  const cellsAlone = verdict === "open" && present.length === 0 && visit !== undefined && measures !== undefined && cellsAreClosed(visit, measures);
  const part = cellsAlone ? estimateOn(estimateOf(measures, rows, "cells"), measures, days) : undefined;
  return {
    rules: 1,
    agreement: subject.agreement,
    obligation: subject.obligation.id,
    site: declared.site.id,
    owner: declared.owner,
    claim: "item-absent",
    asOf,
    verdict,
    level: terms.detection.level,
    coverage: coverageOf(rows),
    ...(estimate === undefined ? {} : { ...headline(estimate), estimate }),
    ...(part === undefined ? {} : { part }),
    ...(visit === undefined ? {} : { visit: visitOf(visit.signed, asOf), report: visit.signed.report.id }),
    open: verdict === "open" ? open : [],
    differences: [],
    present,
    assumptions: visit === undefined ? [] : assumptionsOf(subject, visit, rows, estimate ?? part),
    notCovered: notCoveredBy(rows, estimate ?? part),
    earlier: [],
    evidence: evidenceOf(subject, visit),
  };
}

/** Everything that keeps the site open, questions first. */
function openReasons(visit: VisitRecord): OpenReason[] {
  const { signed, rows, questions, jointDraw, notHeld } = visit;
  const known = new Set(rows.map(({ space }) => space.id));
  const unknown = [...new Set([...signed.document.spaces, ...signed.document.measured].map(({ space }) => space).filter((space) => !known.has(space)))];
  const drawDiffers = signed.document.drawn !== undefined && notHeld.length === 0 && (!jointDraw || !rows.some(({ listed }) => listed));
  return [
    ...refusalOf(signed),
    ...notHeldReason(visit),
    ...questions.map((question): OpenReason => ({ code: "question", ...question })),
    ...(drawDiffers ? [{ code: "draw-differs" } as const] : []),
    ...(unknown.length > 0 ? [{ code: "space-not-declared", spaces: unknown } as const] : []),
    ...counted(rows, LEFT_OUT),
  ];
}

/** Every verdict that needs no number; `undefined` where the level decides. */
function verdictOf(visit: VisitRecord | undefined, rows: readonly LedgerRow[], present: readonly string[], open: readonly OpenReason[]): Verdict | undefined {
  if (visit === undefined) return "not-examined";
  if (open.some(({ code }) => code === "report-refused")) return "open";
  if (present.length > 0) return visit.questions.some(({ space }) => space === undefined || present.includes(space)) ? "open" : "recorded-present";
  // A visit on which nothing was looked at in an agreed way, and in whose way nothing stood, examined nothing.
  const examined = rows.some(({ state, method }) => state === "too-small" || method !== undefined);
  const hindered = rows.some(({ state }) => state === "refused" || state === "covered" || state === "not-shown");
  if (!examined && !hindered && visit.questions.length === 0) return "not-examined";
  return open.length > 0 ? "open" : undefined;
}

function levelVerdict(whole: RawEstimate | undefined, measures: Measures | undefined, days: number): Verdict {
  if (whole === undefined || measures === undefined) return "open";
  return reachesLevel(decayed(whole.detection, measures.factor, days), measures) ? "nothing-found-at-level" : "nothing-found-below-level";
}

/** Whether nothing is open among the cells: each was seen, is too small or was left out by a joint draw, and no question names one, or all. */
function cellsAreClosed({ signed, rows, questions, notHeld }: VisitRecord, { terms }: Measures): boolean {
  const cells = rows.filter(({ space }) => terms.detection.cellKinds.includes(space.kind));
  const names = new Set(cells.map(({ space }) => space.id));
  return (
    refusalOf(signed).length === 0 &&
    notHeld.length === 0 &&
    cells.some(({ method }) => method !== undefined) &&
    !cells.some(({ state }) => LEFT_OUT.includes(state)) &&
    !questions.some(({ space }) => space === undefined || names.has(space))
  );
}

function headline({ today }: Estimate): Pick<Finding, "detection" | "likelihoodRatio"> {
  return today.likelihoodRatio === undefined ? { detection: today.detection } : { detection: today.detection, likelihoodRatio: today.likelihoodRatio };
}

function assumptionsOf({ terms, types, obligation }: Subject, { signed }: VisitRecord, rows: readonly LedgerRow[], estimate: Estimate | undefined): Assumption[] {
  if (estimate === undefined) return [];
  const about = estimate.scope === "site" ? rows : rows.filter(({ space }) => terms.detection.cellKinds.includes(space.kind));
  const used = terms.methods.filter(({ id }) => about.some(({ state, method }) => state === "seen" && method?.id === id));
  const measured = about.filter(({ proof }) => proof !== undefined);
  const forms = types.filter(({ type }) => type.id === obligation.item).reduce((count, { type }) => count + type.forms.length, 0);
  const { freeze, designation } = signed.document.times;
  return [
    ...(estimate.drawn > 0 ? [{ code: "drawn-by-chance" } as const] : []),
    ...used.map(({ id, recognition }): Assumption => ({ code: "recognition", method: id, value: recognition })),
    ...(used.length > 0 ? [{ code: "looks-independent" } as const] : []),
    ...(estimate.cells > 0 ? [{ code: "one-item-a-cell" } as const] : []),
    { code: "nothing-moved", since: freeze ?? designation, frozen: freeze !== undefined },
    ...(measured.length > 0 ? [{ code: "measured-sides", spaces: measured.length } as const, { code: "forms-complete", type: obligation.item ?? "", forms } as const] : []),
    ...(measured.some(({ proof }) => proof?.what === "opening") ? [{ code: "one-opening" } as const] : []),
    ...(measured.some(({ proof }) => proof?.what === "outline" || proof?.what === "canister") ? [{ code: "outline-holds-all" } as const] : []),
    { code: "decay", factor: terms.decay.factor },
  ];
}

function notCoveredBy(rows: readonly LedgerRow[], estimate: Estimate | undefined): NotCovered[] {
  return [
    ...(estimate !== undefined && estimate.holding > 1 && estimate.cells > 0 ? [{ code: "fewer-than", holding: estimate.holding, cellKinds: estimate.cellKinds } as const] : []),
    ...counted(rows, LEFT_OUT),
    { code: "undeclared-sites" },
    { code: "launcher" },
  ];
}

function counted(rows: readonly LedgerRow[], states: readonly LedgerState[]): { readonly code: "spaces"; readonly state: LedgerState; readonly count: number }[] {
  const coverage = coverageOf(rows);
  return LEDGER_STATES.filter((state) => states.includes(state) && coverage[state] > 0).map((state) => ({ code: "spaces", state, count: coverage[state] }));
}
