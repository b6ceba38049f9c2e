/**
 * The finding for *the site is as declared*: what was counted and read on site against the declaration that the report names.
 * Nothing follows from it for the other two claims.
 */
import type { Instant } from "../bytes/fields.ts";
import type { Difference, Finding, NotCovered, OpenReason, Verdict } from "./finding.ts";
import { coverageOf } from "./ledger.ts";
import { evidenceOf, notHeldReason, refusalOf, rowsOf, visitOf, type Subject, type VisitRecord } from "./visit.ts";

/** `differs` if the undisputed report records a difference; `agrees` if every structure was counted, as many spaces as declared, and nothing is open. */
export function declaredFinding(subject: Subject, visit: VisitRecord | undefined, asOf: Instant, rows = rowsOf(subject, visit)): Finding {
  const { terms, declared } = subject;
  const differences = visit === undefined ? [] : differencesOf(visit);
  const open = visit === undefined ? [] : openReasons(subject, visit);
  const verdict = verdictOf(visit, differences, open);
  return {
    rules: 1,
    agreement: subject.agreement,
    obligation: subject.obligation.id,
    site: declared.site.id,
    owner: declared.owner,
    claim: "site-as-declared",
    asOf,
    verdict,
    level: terms.detection.level,
    coverage: coverageOf(rows),
    ...(visit === undefined ? {} : { visit: visitOf(visit.signed, asOf), report: visit.signed.report.id }),
    open: verdict === "open" ? open : [],
    differences,
    present: [],
    assumptions: [],
    notCovered: notCoveredBy(visit),
    earlier: [],
    evidence: evidenceOf(subject, visit),
  };
}

/** *The launcher cannot fire it* stays `not-examined`: version 1 of the rules knows no method for it, and the terms name none. */
export function launcherFinding(subject: Subject, visit: VisitRecord | undefined, asOf: Instant, rows = rowsOf(subject, visit)): Finding {
  const declared = declaredFinding(subject, visit, asOf, rows);
  return { ...declared, claim: "launcher-incapable", verdict: "not-examined", open: [], differences: [], notCovered: [{ code: "no-method" }], evidence: [subject.declared.statement.id] };
}

function verdictOf(visit: VisitRecord | undefined, differences: readonly Difference[], open: readonly OpenReason[]): Verdict {
  if (visit === undefined) return "not-examined";
  if (open.some(({ code }) => code === "report-refused")) return "open";
  if (differences.length > 0) return "differs";
  if (visit.signed.document.counted.length === 0 && open.every(({ code }) => code === "structures-not-counted")) return "not-examined";
  return open.length > 0 ? "open" : "agrees";
}

function openReasons({ declared }: Subject, visit: VisitRecord): OpenReason[] {
  const { signed, questions } = visit;
  const counted = new Set(signed.document.counted.map(({ structure }) => structure));
  const missing = declared.site.structures.filter(({ id }) => !counted.has(id)).map(({ id }) => id);
  const anew = declared.statement.id !== signed.document.siteDeclaration;
  return [
    ...refusalOf(signed),
    ...notHeldReason(visit),
    ...questions.map((question): OpenReason => ({ code: "question", ...question })),
    ...(anew ? [{ code: "declared-anew", declaration: declared.statement.id } as const] : []),
    ...(missing.length > 0 ? [{ code: "structures-not-counted", structures: missing } as const] : []),
  ];
}

function differencesOf({ signed, site, holdings, rows }: VisitRecord): Difference[] {
  const { document } = signed;
  const declared = new Map(site.structures.map(({ id, spaces }) => [id, spaces.length]));
  const spaces = new Set(rows.map(({ space }) => space.id));
  const unknown = new Set(document.spaces.map(({ space }) => space).filter((space) => !spaces.has(space)));
  return [
    ...document.counted.flatMap(({ structure, spaces: counted }): Difference[] => {
      const wanted = declared.get(structure);
      if (wanted === undefined) return [{ code: "structure-not-declared", structure }];
      return wanted === counted ? [] : [{ code: "count", structure, declared: wanted, counted }];
    }),
    ...[...unknown].map((space): Difference => ({ code: "space-not-declared", space })),
    ...(holdings === undefined ? [] : rows.flatMap(({ space, identity, declared: held }): Difference[] => {
      if (identity === undefined || (held !== undefined && (held.identity === undefined || held.identity === identity))) return [];
      return [{ code: "identity", space: space.id, ...(held?.identity === undefined ? {} : { declared: held.identity }), seen: identity }];
    })),
    ...document.differences.map((words): Difference => ({ code: "noted", words })),
  ];
}

function notCoveredBy(visit: VisitRecord | undefined): NotCovered[] {
  return [...(visit !== undefined && visit.holdings === undefined ? [{ code: "holdings-not-declared" } as const] : []), { code: "undeclared-sites" }];
}
