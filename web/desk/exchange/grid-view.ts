/** How the grid is laid out and walked: groups of rows, and the places where its focus can stand. Pure. */
import type { PartyId, Words } from "@countersign/core/bytes/fields.ts";
import { byPaper, onlyDiffering } from "@countersign/core/exchange/grid-views.ts";
import type { Paper } from "@countersign/core/exchange/letters.ts";
import type { Cell, Column, Grid, Row, Subject } from "@countersign/core/exchange/positions.ts";

export type GridMode = "subject" | "paper" | "differing";

export interface Group {
  readonly id: string;
  /** Absent for positions that no paper states. */
  readonly title: Words | undefined;
  readonly rows: readonly Row[];
}

export function groupsOf(grid: Grid, papers: readonly Paper[], mode: GridMode): readonly Group[] {
  if (mode === "paper")
    return byPaper(grid, papers).map(({ paper, rows }) => ({ id: paper?.id ?? "no-paper", title: paper?.title, rows }));
  const shown = mode === "differing" ? onlyDiffering(grid) : grid;
  return shown.subjects.map(({ id, title, rows }: Subject) => ({ id, title, rows }));
}

/** Cells of one row: alone, or the framed pair of one side's cells. */
export type RowPart =
  | { readonly kind: "cell"; readonly column: Column; readonly cell: Cell }
  | {
      readonly kind: "pair";
      readonly side: PartyId;
      readonly cells: readonly { readonly column: Column; readonly cell: Cell }[];
    };

export function partsOf(row: Row, columns: readonly Column[]): readonly RowPart[] {
  const parts: RowPart[] = [];
  for (const [index, column] of columns.entries()) {
    const cell = row.cells[index];
    if (cell === undefined) continue;
    const framed = row.differsInside.find(({ side }) => side === column.side.id);
    const last = parts.at(-1);
    if (framed === undefined) parts.push({ kind: "cell", column, cell });
    else if (last?.kind === "pair" && last.side === framed.side)
      parts[parts.length - 1] = { ...last, cells: [...last.cells, { column, cell }] };
    else parts.push({ kind: "pair", side: framed.side, cells: [{ column, cell }] });
  }
  return parts;
}

/** A side with several parties shares the width evenly; a side of one gets a little less, as in print. */
export function columnWidths(columns: readonly Column[]): string {
  const countOf = (side: PartyId) => columns.filter((column) => column.side.id === side).length;
  const uneven = new Set(columns.map(({ side }) => countOf(side.id))).size > 1;
  return columns
    .map(({ side }) => (uneven && countOf(side.id) === 1 ? "minmax(0, 206px)" : "minmax(0, 1fr)"))
    .join(" ");
}

/** Where the focus can stand; names are unique in the grid. */
export const stops = {
  group: (group: string) => `group ${group}`,
  cell: (group: string, provision: string, party: PartyId) => `cell ${group} ${provision} ${party}`,
} as const;

/** Line after line, from left to right. */
export function stopLines(
  groups: readonly Group[],
  columns: readonly Column[],
  isOpen: (group: string) => boolean,
): readonly (readonly string[])[] {
  return groups.flatMap((group) => [
    [stops.group(group.id)],
    ...(isOpen(group.id)
      ? group.rows.flatMap((row) => [
          columns.map(({ party }) => stops.cell(group.id, row.provision, party)),
          ...(row.parties.length > 0
            ? [row.parties.map(({ party }) => stops.cell(group.id, row.provision, party))]
            : []),
        ])
      : []),
  ]);
}

/** The stop that an arrow leads to; the column is kept as well as the next line allows. */
export function moved(lines: readonly (readonly string[])[], from: string, key: string): string | undefined {
  const line = lines.findIndex((stopsOfLine) => stopsOfLine.includes(from));
  const column = lines[line]?.indexOf(from) ?? 0;
  const at = (l: number, c: number) => {
    const target = lines[l];
    return target?.[Math.min(target.length - 1, Math.max(0, c))];
  };
  switch (key) {
    case "ArrowRight":
      return lines[line]?.[column + 1];
    case "ArrowLeft":
      return lines[line]?.[column - 1];
    case "ArrowDown":
      return at(line + 1, column);
    case "ArrowUp":
      return at(line - 1, column);
    case "Home":
      return at(line, 0);
    case "End":
      return at(line, Number.MAX_SAFE_INTEGER);
    default:
      return undefined;
  }
}

/** The first cell of the next (1) or previous (-1) provision, in whatever group it stands. */
export function nextProvision(lines: readonly (readonly string[])[], from: string, step: 1 | -1): string | undefined {
  const provisionOf = (stop: string | undefined) =>
    stop?.startsWith("cell ") === true ? stop.split(" ").slice(1, 3).join(" ") : undefined;
  const start = lines.findIndex((stopsOfLine) => stopsOfLine.includes(from));
  const own = provisionOf(from);
  for (let line = start + step; line >= 0 && line < lines.length; line += step) {
    const stop = lines[line]?.[0];
    const provision = provisionOf(stop);
    if (provision === undefined || provision === own) continue;
    // Going back, the provision's own cells stand before its lines of hosts.
    if (step === -1 && provisionOf(lines[line - 1]?.[0]) === provision) continue;
    return stop;
  }
  return undefined;
}
