/** Who may sign a report: the inspecting and the inspected party, each for itself. */
import type { Signature } from "../channel/documents.ts";
import type { Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { authorIsOneOf } from "./announced.ts";
import { designatedInspection } from "./designated.ts";
import { report } from "./report.ts";
import { readReport } from "./report-document.ts";

export function mayAnswerReport(statement: Signature, seen: Statements): Refusal | undefined {
  const { document } = statement.body;
  const inspection = readReport(seen, document)?.inspection;
  const made =
    inspection === undefined
      ? undefined
      : seen.about(report, inspection).find(({ body }) => body.document === document);
  if (made === undefined)
    return refusal(
      "sign-report-unknown",
      "No report that its author had names this document. Take its hash from the report.",
      "document",
    );
  const designated = designatedInspection(seen, made.body.inspection);
  if (!designated.ok) return designated.refusal;
  return authorIsOneOf(statement, [designated.value.inspecting, designated.value.inspected], "sign this report");
}
