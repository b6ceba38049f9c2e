/** The grid of positions seen otherwise: counted for closed subjects, only where answers differ, or by paper. */
import type { PartyId } from "../bytes/fields.ts";
import type { Paper } from "./letters.ts";
import type { PositionWord } from "./position.ts";
import { positionWord } from "./position.ts";
import type { Grid, Row, Subject } from "./positions.ts";

export interface WordCount {
  readonly word: PositionWord;
  readonly count: number;
}

/** For each column how many of each word, in the order of the list; words that do not occur are left out. */
export function wordCounts(
  subject: Subject,
  grid: Grid,
): readonly { readonly party: PartyId; readonly counts: readonly WordCount[] }[] {
  return grid.columns.map(({ party }, index) => ({
    party,
    counts: positionWord.options.flatMap((word): WordCount[] => {
      const count = subject.rows.filter(({ cells }) => cells[index]?.word === word).length;
      return count === 0 ? [] : [{ word, count }];
    }),
  }));
}

/** Drops the rows in which all parties that were addressed say the same, and subjects that are left without a row. */
export function onlyDiffering(grid: Grid): Grid {
  return {
    columns: grid.columns,
    subjects: grid.subjects.flatMap((subject) => {
      const rows = subject.rows.filter((row) => row.answersDiffer);
      return rows.length === 0 ? [] : [{ ...subject, rows }];
    }),
  };
}

export interface PaperRows {
  /** Absent for positions that no paper states. */
  readonly paper: Paper | undefined;
  readonly rows: readonly Row[];
}

/** The rows on which each paper states a position, oldest paper first; a row stands under every paper that speaks of it. */
export function byPaper(grid: Grid, papers: readonly Paper[]): readonly PaperRows[] {
  const rows = grid.subjects.flatMap((subject) => subject.rows).toSorted((a, b) => a.number - b.number);
  const idsIn = (row: Row): readonly (string | undefined)[] =>
    [...row.cells, ...row.parties].flatMap(({ history }) => history.map(({ statement }) => statement.body.paper));
  const known = new Set(papers.flatMap(({ copies }) => copies.map(({ id }) => id)));
  const groups: PaperRows[] = papers
    .toReversed()
    .map((paper) => ({ paper, rows: rows.filter((row) => paper.copies.some(({ id }) => idsIn(row).includes(id))) }));
  groups.push({
    paper: undefined,
    rows: rows.filter((row) => idsIn(row).some((id) => id === undefined || !known.has(id))),
  });
  return groups.filter((group) => group.rows.length > 0);
}
