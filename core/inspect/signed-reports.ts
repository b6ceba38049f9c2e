/** Reports that both sides have answered: what findings are computed from. */
import type { Instant } from "../bytes/fields.ts";
import type { JointAct } from "../channel/documents.ts";
import type { BodyOf, Statement, Statements } from "../channel/kind.ts";
import { inspections, type Inspection } from "./inspections.ts";
import type { report } from "./report.ts";
import type { ReportDocument } from "./report-document.ts";

export interface SignedReport {
  readonly report: Statement<BodyOf<typeof report>>;
  readonly document: ReportDocument;
  readonly act: JointAct;
  /** The record's time of the last signature. */
  readonly signedAt: Instant;
  /** True if a side refused to sign; then the other's signature may be missing. */
  readonly disputed: boolean;
  /** Of its inspection. */
  readonly number: number;
}

/** One for each inspection at most: the report that both signed, or else the newest that one refused. */
export function signedReports(state: Statements): readonly SignedReport[] {
  return inspections(state).flatMap((inspection) => answeredReport(inspection) ?? []);
}

/** The same for one inspection. */
export function answeredReport({ reports, number }: Inspection): SignedReport | undefined {
  const chosen =
    reports.find(({ act }) => act.status === "signed") ?? reports.findLast(({ act }) => act.status === "refused");
  const last = chosen?.act.signatures.at(-1);
  if (chosen === undefined || last === undefined) return undefined;
  return {
    report: chosen.statement,
    document: chosen.document,
    act: chosen.act,
    signedAt: last.time,
    disputed: chosen.act.status === "refused",
    number,
  };
}
