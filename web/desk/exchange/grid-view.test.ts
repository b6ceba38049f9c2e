import { describe, expect, test } from "vitest";
import type { Cell, Column, Row } from "@countersign/core/exchange/positions.ts";
import { columnWidths, type Group, moved, nextProvision, partsOf, stopLines, stops } from "./grid-view.ts";

const side = (id: string, mark: "left" | "right") => ({ id, name: { en: id }, mark });
const west = side("west", "left");
const east = side("east", "right");
const columns: readonly Column[] = [
  { party: "a1", name: { en: "A1" }, side: west },
  { party: "a2", name: { en: "A2" }, side: west },
  { party: "b", name: { en: "B" }, side: east },
];

function row(provision: string, change: Partial<Row> = {}): Row {
  const cells = columns.map(({ party }): Cell => ({ party, word: "proposes", current: [], history: [] }));
  return {
    provision,
    number: 1,
    title: { en: provision },
    note: undefined,
    cells,
    parties: [],
    statesConcerned: [],
    differsInside: [],
    answersDiffer: false,
    differences: [],
    ...change,
  };
}

const host = { party: "h", name: { en: "H" }, role: "host" as const, history: [] };
const groups: readonly Group[] = [
  { id: "one", title: { en: "One" }, rows: [row("p1"), row("p2", { parties: [host] })] },
  { id: "two", title: { en: "Two" }, rows: [row("p3")] },
];
const open = stopLines(groups, columns, () => true);

describe("the grid of positions", () => {
  test("puts the two answers of one side into one frame and leaves the other side alone", () => {
    const parts = partsOf(row("p1", { differsInside: [{ side: "west", parties: ["a1", "a2"] }] }), columns);
    expect(
      parts.map((part) => (part.kind === "pair" ? part.cells.map(({ column }) => column.party) : part.column.party)),
    ).toEqual([["a1", "a2"], "b"]);
    expect(partsOf(row("p1"), columns).every(({ kind }) => kind === "cell")).toBe(true);
  });

  test("gives both sides the same width where both have one party", () => {
    expect(columnWidths([columns[0], columns[2]].flatMap((column) => column ?? []))).toBe(
      "minmax(0, 1fr) minmax(0, 1fr)",
    );
    expect(columnWidths(columns)).toBe("minmax(0, 1fr) minmax(0, 1fr) minmax(0, 206px)");
  });

  test("arrows walk cells, hosts and groups without a dead end", () => {
    let at: string | undefined = stops.group("one");
    const walked: string[] = [];
    while (at !== undefined) {
      walked.push(at);
      at = moved(open, at, "ArrowDown");
    }
    expect(walked).toEqual([
      stops.group("one"),
      stops.cell("one", "p1", "a1"),
      stops.cell("one", "p2", "a1"),
      stops.cell("one", "p2", "h"),
      stops.group("two"),
      stops.cell("two", "p3", "a1"),
    ]);
    expect(moved(open, stops.cell("one", "p1", "a1"), "ArrowRight")).toBe(stops.cell("one", "p1", "a2"));
    expect(moved(open, stops.cell("one", "p1", "b"), "ArrowRight")).toBeUndefined();
    expect(moved(open, stops.cell("one", "p1", "b"), "ArrowDown")).toBe(stops.cell("one", "p2", "b"));
    expect(moved(open, stops.cell("one", "p1", "a2"), "End")).toBe(stops.cell("one", "p1", "b"));
  });

  test("brackets go from provision to provision, across groups, both ways", () => {
    expect(nextProvision(open, stops.cell("one", "p1", "b"), 1)).toBe(stops.cell("one", "p2", "a1"));
    expect(nextProvision(open, stops.cell("one", "p2", "h"), 1)).toBe(stops.cell("two", "p3", "a1"));
    expect(nextProvision(open, stops.cell("two", "p3", "a1"), -1)).toBe(stops.cell("one", "p2", "a1"));
    expect(nextProvision(open, stops.cell("two", "p3", "a1"), 1)).toBeUndefined();
  });

  test("a closed group has one stop", () => {
    expect(stopLines(groups, columns, (group) => group === "two")).toEqual([
      [stops.group("one")],
      [stops.group("two")],
      columns.map(({ party }) => stops.cell("two", "p3", party)),
    ]);
  });
});
