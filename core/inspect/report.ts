/** `report` (F15): names the report document, which both sides sign. The report states facts only: no finding, probability or verdict. */
import { z } from "zod";
import { sha256Hex } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { authorIsOneOf } from "./announced.ts";
import { compileReport } from "./compile-report.ts";
import { designatedInspection } from "./designated.ts";

const body = z.strictObject({ inspection: sha256Hex, document: sha256Hex });

export const report = kind("report", body, allowed, ({ inspection }) => inspection);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const { inspection, document } = statement.body;
  const designated = designatedInspection(seen, inspection);
  if (!designated.ok) return designated.refusal;
  const refused = authorIsOneOf(statement, [designated.value.inspecting], "put the report together");
  if (refused !== undefined) return refused;
  const compiled = compileReport(seen, inspection);
  if (!compiled.ok) return compiled.refusal;
  if (compiled.value.sha256 !== document)
    return refusal(
      "report-document-differs",
      "The document is not the one that follows from the statements its author had. Put it together again from the record.",
      "document",
    );
  if (!statement.files.some(({ sha256, readers }) => sha256 === document && readers === undefined))
    return refusal(
      "report-document-not-attached",
      "The report's document is not among its files, so the other side could not read what it signs. Attach it.",
      "files",
    );
  return undefined;
}
