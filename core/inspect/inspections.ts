/** Every inspection with its course, reports and signatures, and what was done, when and by whom. */
import type { Instant, PartyId } from "../bytes/fields.ts";
import { jointAct, type JointAct } from "../channel/documents.ts";
import type { BodyOf, Statement, Statements } from "../channel/kind.ts";
import { ambiguityStatement } from "./ambiguity-statement.ts";
import { courseOf, INSPECTION_KINDS, type Course } from "./course.ts";
import { intent } from "./intent.ts";
import { report } from "./report.ts";
import { readReport, type ReportDocument } from "./report-document.ts";

/** In their order; an inspection is at the furthest one it has reached. */
export const STAGES = [
  "announced",
  "arrived",
  "designated",
  "frozen",
  "at-site",
  "briefed",
  "examined",
  "left",
  "reported",
  "signed",
] as const;
export type Stage = (typeof STAGES)[number];

export interface InspectionReport {
  readonly statement: Statement<BodyOf<typeof report>>;
  readonly document: ReportDocument;
  /** Of the inspecting and the inspected party. */
  readonly act: JointAct;
}

export interface Step {
  readonly time: Instant;
  readonly by: PartyId;
  /** The kind of the statement. */
  readonly what: string;
  readonly statement: Statement;
}

export interface Inspection extends Course {
  /** From 1, in record order of the notices. */
  readonly number: number;
  /** The one that both signed; before that, the newest. */
  readonly report?: InspectionReport;
  /** All that were put together, in record order. */
  readonly reports: readonly InspectionReport[];
  readonly stage: Stage;
  readonly steps: readonly Step[];
}

export function inspections(state: Statements): readonly Inspection[] {
  return state.of(intent).flatMap(({ id }, position) => {
    const course = courseOf(state, id);
    return course === undefined ? [] : [withReports(state, course, position + 1)];
  });
}

function withReports(state: Statements, course: Course, number: number): Inspection {
  const reports = state.about(report, course.id).flatMap((statement): InspectionReport[] => {
    const document = readReport(state, statement.body.document);
    return document === undefined
      ? []
      : [{ statement, document, act: jointAct(state, statement.body.document, [course.inspecting, course.inspected]) }];
  });
  const chosen = reports.find(({ act }) => act.status === "signed") ?? reports.at(-1);
  const inspection = {
    ...course,
    number,
    reports,
    stage: stageOf(course, chosen),
    steps: stepsOf(state, course, reports),
  };
  return chosen === undefined ? inspection : { ...inspection, report: chosen };
}

function stageOf(course: Course, chosen: InspectionReport | undefined): Stage {
  if (chosen !== undefined) return chosen.act.status === "signed" ? "signed" : "reported";
  if (course.departure !== undefined) return "left";
  if (course.sheets.length > 0 || course.measurements.length > 0) return "examined";
  if (course.briefing !== undefined) return "briefed";
  if (course.transport !== undefined) return "at-site";
  if (course.freeze !== undefined) return "frozen";
  if (course.designation !== undefined) return "designated";
  return course.arrival === undefined ? "announced" : "arrived";
}

function stepsOf(state: Statements, course: Course, reports: readonly InspectionReport[]): readonly Step[] {
  const statements: Statement[] = [
    course.intent,
    ...INSPECTION_KINDS.flatMap((kind): readonly Statement[] => state.about(kind, course.id)),
    ...course.ambiguities.flatMap(({ id }) => state.about(ambiguityStatement, id)),
    ...reports.flatMap(({ statement, act }) => [statement, ...act.signatures]),
  ];
  // Of the same second, what comes later in an inspection stands later; `toSorted` keeps that order.
  return statements
    .map((statement) => ({ time: statement.time, by: statement.author, what: statement.kind, statement }))
    .toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}
