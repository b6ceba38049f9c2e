/**
 * The coverage ledger: one row for each space of the declaration, saying what became of it at one visit. A space left out by a
 * joint draw and a space left out for a reason that someone knew are different states, because only the first can be counted
 * as chance.
 */
import type { Instant } from "../bytes/fields.ts";
import type { Site, Space } from "../declare/site.ts";
import type { DeclaredType, Holdings } from "../declare/sites.ts";
import type { Sheet } from "../inspect/object-sheet.ts";
import type { ReportDocument } from "../inspect/report-document.ts";
import type { Method, Terms } from "../terms/terms.ts";
import { provenTooSmall, type DeclaredForm, type MeasuredRow, type TooSmall } from "./too-small.ts";

/** In the order in which screens and sentences list them. */
export const LEDGER_STATES = ["seen", "too-small", "not-drawn", "not-chosen", "refused", "covered", "not-shown", "not-examined"] as const;

/**
 * - `seen`: a sheet says so; how well is the method's recognition
 * - `too-small`: measured, and no form of the item fits
 * - `not-drawn`: on the list of a joint draw and not drawn
 * - `not-chosen`: a cell left out while other cells of its kind were seen, not by a joint draw
 * - `refused`, `covered`, `not-shown`: a sheet says so
 * - `not-examined`: nothing is recorded of it
 */
export type LedgerState = (typeof LEDGER_STATES)[number];

export interface LedgerRow {
  readonly space: Space;
  /** Id of the structure it stands in. */
  readonly structure: string;
  readonly state: LedgerState;
  /** Whether the joint draw took it. */
  readonly drawn: boolean;
  /** Whether it was on the list of the joint draw. */
  readonly listed: boolean;
  /** The method named by the terms with which it was seen. Absent where it was not seen, or in a way that the terms do not name. */
  readonly method?: Method;
  readonly recognised?: Sheet["recognised"];
  readonly identity?: string;
  readonly remark?: Sheet["remark"];
  readonly proof?: TooSmall;
  /** What the owner declared to stand in it. */
  readonly declared?: Holdings["items"][number];
  /** The statement that says so, and its hour. */
  readonly sheet?: string;
  readonly at?: Instant;
}

export interface LedgerInput {
  readonly terms: Terms;
  readonly site: Site;
  readonly holdings?: Holdings | undefined;
  readonly types: readonly { readonly type: DeclaredType }[];
  /** Id of the type that must be absent. */
  readonly item: string;
  /** Absent: never visited. */
  readonly report?: ReportDocument | undefined;
  /** False where the draw in the report is not what both sides' seeds give; without the word, what the signed report says holds. */
  readonly jointDraw?: boolean;
}

/** In the order of the diagram. Runs once over each input, so that 500,000 spaces take about a second. */
export function coverageLedger({ terms, site, holdings, types, item, report, jointDraw = true }: LedgerInput): LedgerRow[] {
  const cellKinds = new Set<string>(terms.detection.cellKinds);
  const spaces = site.structures.flatMap((structure) => structure.spaces);
  const sheets = decidingSheets(report);
  const measured = Map.groupBy(report?.measured ?? [], (row) => row.space);
  const declared = new Map((holdings?.items ?? []).map((held) => [held.space, held]));
  const methods = new Map(terms.methods.map((method) => [method.id, method]));
  const forms = types.filter(({ type }) => type.id === item).flatMap(({ type }) => type.forms.map((form): DeclaredForm => ({ ...form, type: type.id })));
  const list = jointDraw ? drawnList(report, spaces, cellKinds) : undefined;
  const chosenKinds = new Set<string>(spaces.filter(({ id, kind }) => cellKinds.has(kind) && sheets.has(id)).map(({ kind }) => kind));
  const named = new Set<string>();
  return site.structures.flatMap((structure) =>
    structure.spaces.map((space): LedgerRow => {
      // A name used twice stands for one space only; nothing is known of the second.
      const first = !named.has(space.id);
      named.add(space.id);
      const row = first ? sheets.get(space.id) : undefined;
      const method = row?.state === "seen" && row.method !== undefined ? methods.get(row.method) : undefined;
      const rows = first ? measured.get(space.id) : undefined;
      const proof = rows === undefined || isRecognised(row) ? undefined : provenTooSmall(space, forms, rows satisfies readonly MeasuredRow[], row?.state);
      const listed = first && list?.all.has(space.id) === true;
      const drawn = first && list?.drawn.has(space.id) === true;
      const held = declared.get(space.id);
      const state = proof !== undefined ? "too-small" : (row?.state ?? (listed && !drawn ? "not-drawn" : !listed && chosenKinds.has(space.kind) ? "not-chosen" : "not-examined"));
      const source = row ?? proof;
      return {
        space,
        structure: structure.id,
        state,
        drawn,
        listed,
        ...(method === undefined ? {} : { method }),
        ...(row === undefined ? {} : { recognised: row.recognised }),
        ...(row?.identity === undefined ? {} : { identity: row.identity }),
        ...(row?.remark === undefined ? {} : { remark: row.remark }),
        ...(proof === undefined ? {} : { proof }),
        ...(held === undefined ? {} : { declared: held }),
        ...(source === undefined ? {} : { sheet: source.sheet, at: source.at }),
      };
    }),
  );
}

export type Coverage = Readonly<Record<LedgerState, number>> & { readonly spaces: number };

export function coverageOf(rows: readonly LedgerRow[]): Coverage {
  const counts: Record<LedgerState, number> = { seen: 0, "too-small": 0, "not-drawn": 0, "not-chosen": 0, refused: 0, covered: 0, "not-shown": 0, "not-examined": 0 };
  for (const { state } of rows) counts[state] += 1;
  return { spaces: rows.length, ...counts };
}

type SheetRow = ReportDocument["spaces"][number];

/** A report has one sheet for a space; should it have several, the latest counts, and an item recognised counts always. */
function decidingSheets(report: ReportDocument | undefined): ReadonlyMap<string, SheetRow> {
  const deciding = new Map<string, SheetRow>();
  for (const row of report?.spaces ?? []) {
    const before = deciding.get(row.space);
    if (before === undefined || isRecognised(row) || (!isRecognised(before) && row.at >= before.at)) deciding.set(row.space, row);
  }
  return deciding;
}

function isRecognised(row: SheetRow | undefined): boolean {
  return row?.state === "seen" && row.recognised === "item";
}

/** The list of a joint draw, if it can be one: cells of the declaration, each once, and drawn from among them. */
function drawnList(report: ReportDocument | undefined, spaces: readonly Space[], cellKinds: ReadonlySet<string>): { readonly all: ReadonlySet<string>; readonly drawn: ReadonlySet<string> } | undefined {
  if (report?.drawn === undefined) return undefined;
  const cells = new Set(spaces.flatMap(({ id, kind }) => (cellKinds.has(kind) ? [id] : [])));
  const [all, drawn] = [new Set(report.drawn.list), new Set(report.drawn.cells)];
  const sound = all.size === report.drawn.list.length && drawn.size === report.drawn.cells.length && all.isSubsetOf(cells) && drawn.isSubsetOf(all);
  return sound ? { all, drawn } : undefined;
}
