/**
 * Visits to a site as its page shows them: from the course of each inspection or, for an observer, from the released reports, which hold
 * the same facts.
 */
import type { Day, PartyId } from "@countersign/core/bytes/fields.ts";
import { jointAct, readDocument } from "@countersign/core/channel/documents.ts";
import type { Statement, Statements } from "@countersign/core/channel/kind.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import { siteById, type DeclaredSite } from "@countersign/core/declare/sites.ts";
import type { MeasuredRow, Question, SheetRow } from "@countersign/core/inspect/course.ts";
import { inspections, type Inspection } from "@countersign/core/inspect/inspections.ts";
import { intent } from "@countersign/core/inspect/intent.ts";
import { report } from "@countersign/core/inspect/report.ts";
import { reportDocument, type ReportDocument } from "@countersign/core/inspect/report-document.ts";
import type { Terms } from "@countersign/core/terms/terms.ts";
import { releasedAgreement } from "../released.ts";

export interface SiteVisit {
  /** The notice's id. */
  readonly id: string;
  readonly number: number;
  readonly day: Day;
  readonly inspecting: PartyId;
  /** As it was declared when it was named. */
  readonly declared: DeclaredSite;
  readonly terms: Terms;
  /** The type that must not be there. */
  readonly item: string | undefined;
  readonly sheets: readonly SheetRow[];
  readonly measurements: readonly MeasuredRow[];
  /** Cells of a joint draw that both sides opened. */
  readonly draw: { readonly list: readonly string[]; readonly cells: readonly string[] } | undefined;
  readonly questions: readonly Pick<Question, "space" | "question" | "answered">[];
  readonly report: ReportDocument | undefined;
  /** What was done, in order. */
  readonly steps: readonly Statement[];
}

/** Newest first. */
export function siteVisits(state: State, site: string, partial: boolean): readonly SiteVisit[] {
  const visits = partial
    ? releasedVisits(state, site)
    : inspections(state).flatMap((inspection) =>
        inspection.designation?.body.site === site ? (visitOf(inspection) ?? []) : [],
      );
  return visits.toReversed();
}

export function visitOf(inspection: Inspection): SiteVisit | undefined {
  const { site, designation, draw, agreement, obligation } = inspection;
  if (site === undefined || designation === undefined) return undefined;
  return {
    id: inspection.id,
    number: inspection.number,
    day: designation.time.slice(0, 10),
    inspecting: inspection.inspecting,
    declared: site,
    terms: agreement.terms,
    item: obligation.item,
    sheets: inspection.sheets,
    measurements: inspection.measurements,
    draw: draw?.cells === undefined ? undefined : { list: draw.list, cells: draw.cells },
    questions: inspection.ambiguities,
    report: inspection.report?.document,
    steps: inspection.steps.map(({ statement }) => statement),
  };
}

/** Only reports that both sides signed; a report names what it was held against. */
function releasedVisits(state: State, site: string): readonly SiteVisit[] {
  const agreement = releasedAgreement(state)?.document;
  if (agreement === undefined) return [];
  const notices = state.of(intent);
  return state.of(report).flatMap((statement): SiteVisit[] => {
    const document = readDocument(state, statement.body.document, reportDocument);
    const declared = siteById(state, site);
    if (document === undefined || declared === undefined || document.site !== site) return [];
    const act = jointAct(state, statement.body.document, [document.inspecting, document.inspected]);
    if (act.status !== "signed") return [];
    const steps = [...notices.filter(({ id }) => id === document.inspection), statement, ...act.signatures];
    return [
      {
        id: document.inspection,
        number: notices.findIndex(({ id }) => id === document.inspection) + 1,
        day: document.times.designation.slice(0, 10),
        inspecting: document.inspecting,
        declared,
        terms: agreement.terms,
        item: agreement.terms.obligations.find(({ id }) => id === document.obligation)?.item,
        sheets: document.spaces.map(({ sheet, ...row }) => ({ ...row, statement: sheet })),
        measurements: document.measured.map(({ sheet, ...row }) => ({ ...row, statement: sheet })),
        draw: document.drawn,
        questions: document.ambiguities,
        report: document,
        steps,
      },
    ];
  });
}

/** Statements that a report names and that are not held here. */
export function namedButNotHeld(state: Statements, document: ReportDocument): readonly string[] {
  const named = [
    document.inspection,
    document.siteDeclaration,
    ...(document.holdings === undefined ? [] : [document.holdings]),
    ...(document.drawn?.seeds ?? []),
    ...document.spaces.map(({ sheet }) => sheet),
    ...document.measured.map(({ sheet }) => sheet),
    ...document.ambiguities.map(({ id }) => id),
  ];
  return [...new Set(named)].filter((id) => state.get(id) === undefined);
}
