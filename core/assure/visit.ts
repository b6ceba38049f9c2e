/** What a visit to a site left behind for findings: its signed report, the spaces it is held against, and what is still open. */
import type { Instant } from "../bytes/fields.ts";
import type { Statement, Statements } from "../channel/kind.ts";
import type { Holdings, DeclaredSite, DeclaredType } from "../declare/sites.ts";
import { holdings as holdingsKind } from "../declare/holdings.ts";
import { site as siteKind, type Site } from "../declare/site.ts";
import { courseOf } from "../inspect/course.ts";
import type { SignedReport } from "../inspect/signed-reports.ts";
import type { Obligation, Terms } from "../terms/terms.ts";
import { checkDraw } from "./draw-check.ts";
import type { OpenReason, Visit } from "./finding.ts";
import { coverageLedger, type LedgerRow } from "./ledger.ts";
import { daysSinceVisit } from "./time.ts";

/** Everything about one site that does not depend on a visit. */
export interface Subject {
  readonly agreement: string;
  readonly terms: Terms;
  readonly obligation: Obligation;
  readonly declared: DeclaredSite;
  readonly types: readonly { readonly statement: Statement<DeclaredType>; readonly type: DeclaredType }[];
}

export interface VisitRecord {
  readonly signed: SignedReport;
  /** Every space of the declaration that the report was held against, and those declared since. */
  readonly site: Site;
  readonly holdings: Holdings | undefined;
  readonly rows: readonly LedgerRow[];
  /** Whether the drawn cells are what both sides' seeds give. */
  readonly jointDraw: boolean;
  /** Questions on it that their asker does not call answered. */
  readonly questions: readonly { readonly id: string; readonly space?: string }[];
  /** Ids of statements that the finding rests on and that this reader was not given. */
  readonly notHeld: readonly string[];
}

export function readVisit(state: Statements, subject: Subject, signed: SignedReport): VisitRecord {
  const { document } = signed;
  const draw = checkDraw(state, document);
  const site = siteOfVisit(state, subject.declared, document.siteDeclaration);
  const named = document.holdings === undefined ? undefined : state.get(document.holdings);
  const holdings = named?.kind === holdingsKind.name ? (named as Statement<Holdings>).body : undefined;
  const course = courseOf(state, document.inspection);
  const questions = (course?.ambiguities ?? document.ambiguities).filter(({ answered }) => !answered).map(({ id, space }) => (space === undefined ? { id } : { id, space }));
  const rows = coverageLedger({ terms: subject.terms, site, holdings, types: subject.types, item: subject.obligation.item ?? "", report: document, jointDraw: draw.agrees });
  const notHeld = [document.siteDeclaration, ...(document.holdings === undefined ? [] : [document.holdings])].filter((id) => state.get(id) === undefined);
  return { signed, site, holdings, rows, jointDraw: draw.agrees, questions, notHeld: [...notHeld, ...draw.notHeld] };
}

/** The rows that findings on a site rest on: those of the visit, or of a site never visited. */
export function rowsOf({ terms, declared, types, obligation }: Subject, visit: VisitRecord | undefined): readonly LedgerRow[] {
  return visit?.rows ?? coverageLedger({ terms, site: declared.site, holdings: declared.holdings?.body, types, item: obligation.item ?? "" });
}

export function visitOf({ report, document, number, signedAt }: SignedReport, asOf: Instant): Visit {
  return { report: report.id, number, left: document.times.left, signedAt, days: daysSinceVisit(document.times.left, asOf) };
}

/** By the end of the time on site, then by the signature, then by the id: one order for every reader. */
export function byVisit(a: SignedReport, b: SignedReport): number {
  return order(a.document.times.left, b.document.times.left) || order(a.signedAt, b.signedAt) || order(a.report.id, b.report.id);
}

/** A refused signature stands in the way of every claim; the facts of the report are then one side's word. */
export function refusalOf({ disputed, act }: SignedReport): OpenReason[] {
  const by = act.signatures.flatMap(({ author, body }) => (body.form === "refuse" ? [author] : []));
  return disputed || act.status === "refused" ? [{ code: "report-refused", by }] : [];
}

/** Without all of its inputs a finding gives no number. */
export function notHeldReason({ notHeld }: VisitRecord): OpenReason[] {
  return notHeld.length === 0 ? [] : [{ code: "not-held", statements: notHeld }];
}

/** Ids of the statements behind a visit, each once, in a fixed order. */
export function evidenceOf({ declared, types, obligation }: Subject, visit: VisitRecord | undefined): string[] {
  const ids = [declared.statement.id];
  if (visit === undefined) return ids;
  const { report, document, act } = visit.signed;
  ids.push(document.siteDeclaration, ...(document.holdings === undefined ? [] : [document.holdings]));
  ids.push(...types.filter(({ type }) => type.id === obligation.item).map(({ statement }) => statement.id));
  ids.push(...(document.drawn?.seeds ?? []), ...document.spaces.map(({ sheet }) => sheet), ...document.measured.map(({ sheet }) => sheet));
  ids.push(...visit.questions.map(({ id }) => id), report.id, ...act.signatures.map(({ id }) => id));
  return [...new Set(ids)];
}

/** A space does not vanish from a visit because its owner declares the site anew without it. */
function siteOfVisit(state: Statements, declared: DeclaredSite, declaration: string): Site {
  const found = state.get(declaration);
  if (declared.statement.id === declaration || found?.kind !== siteKind.name) return declared.site;
  const visited = (found as Statement<Site>).body;
  const known = new Set(visited.structures.flatMap(({ spaces }) => spaces.map(({ id }) => id)));
  const added = declared.site.structures.flatMap((structure) => {
    const spaces = structure.spaces.filter(({ id }) => !known.has(id));
    return spaces.length === 0 ? [] : [{ ...structure, spaces }];
  });
  return { ...visited, structures: [...visited.structures, ...added] };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
