/** Puts the report of an inspection together from its statements: the same bytes for everyone who has the same statements. */
import { canonicalJson } from "../bytes/canonical.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import type { Statements } from "../channel/kind.ts";
import { accept, refuse, type Result } from "../refusal.ts";
import { courseOf, type Course } from "./course.ts";
import { reportDocument, type ReportDocument } from "./report-document.ts";

export interface CompiledReport {
  readonly document: ReportDocument;
  readonly bytes: Uint8Array;
  /** Hex: what both sides sign. */
  readonly sha256: string;
}

/** Refuses an inspection that is unknown, or whose team has not left the site yet. Facts only: no finding, probability or verdict. */
export function compileReport(state: Statements, inspectionId: string): Result<CompiledReport> {
  const course = courseOf(state, inspectionId);
  if (course === undefined)
    return refuse(
      "report-inspection-unknown",
      "There is no notice of inspection with this id. Take it from the record.",
      "inspection",
    );
  const { arrival, designation, site, departure } = course;
  if (arrival === undefined || designation === undefined || site === undefined)
    return refuse(
      "report-before-designation",
      "The site of this inspection has not been named, so there is nothing to report.",
      "inspection",
    );
  if (departure === undefined)
    return refuse(
      "report-before-departure",
      "The report covers the whole time on site. State the team's departure first.",
      "inspection",
    );
  const parsed = reportDocument.safeParse({
    type: "report",
    version: 1,
    agreement: course.agreement.sha256,
    inspection: course.id,
    obligation: course.obligation.id,
    site: site.site.id,
    siteDeclaration: site.statement.id,
    ...(site.holdings === undefined ? {} : { holdings: site.holdings.id }),
    inspecting: course.inspecting,
    inspected: course.inspected,
    ...(course.host === undefined ? {} : { host: course.host }),
    team: arrival.body.team,
    times: {
      notice: course.intent.time,
      arrival: arrival.body.arrived,
      designation: designation.time,
      ...(course.freeze === undefined ? {} : { freeze: course.freeze.time }),
      ...(course.transport === undefined ? {} : { atSite: course.transport.body.atSite }),
      ...(course.briefing === undefined ? {} : { briefing: course.briefing.body.ended }),
      left: departure.body.left,
    },
    briefed: course.briefing?.body.counts ?? [],
    counted: course.diagramCheck?.body.counted ?? [],
    differences: course.diagramCheck?.body.differences ?? [],
    ...drawn(course),
    spaces: course.sheets.map(({ statement, ...sheet }) => ({ ...sheet, sheet: statement })),
    measured: course.measurements.map(({ statement, ...measured }) => ({ ...measured, sheet: statement })),
    ambiguities: course.ambiguities.map(({ id, space, question, statements, answered }) => ({
      id,
      ...(space === undefined ? {} : { space }),
      question,
      statements: statements.map(({ by, text }) => ({ by, text })),
      answered,
    })),
  } satisfies ReportDocument);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refuse(
      "report-too-large",
      `The inspection does not fit into one report: ${issue?.message ?? "unknown"}.`,
      issue?.path.join("."),
    );
  }
  const bytes = canonicalJson(parsed.data);
  return accept({ document: parsed.data, bytes, sha256: toHex(sha256(bytes)) });
}

/** Only a draw that both sides opened is a fact of the report. */
function drawn({ draw }: Course): Pick<ReportDocument, "drawn"> {
  if (draw?.cells === undefined) return {};
  return { drawn: { list: [...draw.list], cells: [...draw.cells], seeds: draw.openings.map(({ id }) => id) } };
}
