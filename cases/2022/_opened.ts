/** For tests: the case of 2022, read and played into two records, and ways to find a paper or a row in them. */
import type { State } from "@countersign/core/channel/fold.ts";
import { papers, type Paper } from "@countersign/core/exchange/letters.ts";
import { positionGrid, type Grid, type Row } from "@countersign/core/exchange/positions.ts";
import { playCase, type PlayedCase } from "../_play.ts";
import { readCase, type Case } from "../case-file.ts";
import json from "./case.json" with { type: "json" };

export const END = "2022-02-24T23:59:00Z";
export const ORDER = ["nato", "united-states", "russian-federation"];

export interface OpenedCase {
  readonly read: Case;
  readonly played: PlayedCase;
  readonly states: readonly State[];
  readonly idOf: (label: string) => string;
  /** Throws if the act with this label has made no paper by then. */
  readonly paper: (label: string, asOf?: string) => Paper;
  readonly row: (number: number, grid?: Grid) => Row;
}

export function openCase2022(): OpenedCase {
  const result = readCase(json);
  if (!result.ok) throw new Error(result.refusal.sentence);
  const played = playCase(result.value);
  const states = played.records.map((record) => record.fold());
  const idOf = (label: string): string => played.ids.get(label) ?? "";
  return {
    read: result.value,
    played,
    states,
    idOf,
    paper: (label, asOf = END) => {
      const found = papers(states, asOf).find(({ copies }) => copies.some(({ id }) => id === idOf(label)));
      if (found === undefined) throw new Error(`no paper ${label}`);
      return found;
    },
    row: (number, grid = positionGrid(states, END, ORDER)) => {
      const found = grid.subjects.flatMap(({ rows }) => rows).find((candidate) => candidate.number === number);
      if (found === undefined) throw new Error(`no row ${number}`);
      return found;
    },
  };
}
