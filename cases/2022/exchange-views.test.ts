import { describe, expect, test } from "vitest";
import { conditionsInForce, packagesInForce } from "@countersign/core/exchange/conditions.ts";
import { differences } from "@countersign/core/exchange/differences.ts";
import { byPaper, onlyDiffering, wordCounts } from "@countersign/core/exchange/grid-views.ts";
import { papers } from "@countersign/core/exchange/letters.ts";
import { positionGrid } from "@countersign/core/exchange/positions.ts";
import { END, openCase2022, ORDER } from "./_opened.ts";

const { played, states, idOf, paper, row } = openCase2022();

describe("letters", () => {
  test("both drafts were answered after 42 days, the non-paper after 22", () => {
    expect(paper("draft-treaty").answeredBy).toEqual([
      { id: idOf("non-paper"), by: "united-states", on: "2022-01-26", afterDays: 42 },
    ]);
    expect(paper("draft-agreement").answeredBy).toEqual([
      { id: idOf("nato-reply"), by: "nato", on: "2022-01-26", afterDays: 42 },
    ]);
    expect(paper("non-paper").answeredBy).toEqual([
      { id: idOf("reaction"), by: "russian-federation", on: "2022-02-17", afterDays: 22 },
    ]);
    expect(paper("draft-treaty").waiting).toBeUndefined();
    expect(paper("draft-treaty").publicSince.map(({ on }) => on)).toEqual(["2021-12-17"]);
  });

  test("on 24 February only the request for one voice waits; elsewhere no answer is known", () => {
    const waiting = papers(states, END).flatMap(({ id, waiting: wait }) => (wait === undefined ? [] : [[id, wait]]));
    expect(waiting).toEqual([
      [idOf("reaction"), { kind: "no-answer-known", since: "2022-02-17", days: 7 }],
      [paper("one-voice-us").id, { kind: "waits-for-a-reply", since: "2022-02-02", days: 22 }],
      [idOf("nato-reply"), { kind: "no-answer-known", since: "2022-01-26", days: 29 }],
    ]);
  });

  test("on 2 February the same papers have waited less, and what came later is not there", () => {
    const asOf = "2022-02-02T23:59:59Z";
    expect(paper("one-voice-us", asOf).waiting).toEqual({ kind: "waits-for-a-reply", since: "2022-02-02", days: 0 });
    expect(paper("non-paper", asOf).waiting).toEqual({ kind: "no-answer-known", since: "2022-01-26", days: 7 });
    expect(paper("nato-reply", asOf).waiting).toEqual({ kind: "no-answer-known", since: "2022-01-26", days: 7 });
    expect(papers(states, asOf).some(({ id }) => id === idOf("reaction"))).toBe(false);
    expect(paper("draft-treaty", "2022-01-25T23:59:59Z").waiting).toEqual({
      kind: "waits-for-a-reply",
      since: "2021-12-15",
      days: 41,
    });
    expect(papers(states, "2021-12-14T23:59:59Z")).toEqual([]);
  });

  test("a fold as of a moment and the view as of it agree", () => {
    const asOf = "2022-02-02T23:59:59Z";
    const folded = played.records.map((record) => record.fold(asOf));
    expect(papers(folded, asOf)).toEqual(papers(states, asOf));
    expect(positionGrid(folded, asOf, ORDER)).toEqual(positionGrid(states, asOf, ORDER));
  });

  test("a paper that went to both circles is listed once", () => {
    expect(paper("one-voice-us").to.toSorted()).toEqual(["nato", "united-states"]);
    for (const label of ["one-voice-us", "leak-us", "invasion-us", "publication-drafts-us", "talks-13-january-us"])
      expect(paper(label).copies, label).toHaveLength(2);
    const titles = papers(states, END).map(({ title, on }) => `${on} ${title.en}`);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test("is newest first, and the last entry closes it: none of the proposals was agreed", () => {
    const list = papers(states, END);
    expect(list[0]).toMatchObject({
      id: paper("invasion-us").id,
      final: true,
      on: "2022-02-24",
      summary: { en: "Last entry. None of the proposals was agreed." },
    });
    expect(list.filter(({ final }) => final)).toHaveLength(1);
    expect(list.map(({ on }) => on)).toEqual(
      list
        .map(({ on }) => on)
        .toSorted()
        .toReversed(),
    );
    expect(list.at(-1)).toMatchObject({ on: "2020-10-26" });
  });

  test("the call stands with each side's account, and its day links to the sources that differ", () => {
    expect(paper("call")).toMatchObject({
      marks: ["united-states", "russian-federation"],
      differences: [idOf("differ-call-date")],
    });
    expect(paper("nato-reply").differences).toEqual([idOf("differ-nato-delivery")]);
    expect(paper("leak-us").differences).toEqual([idOf("differ-leak")]);
  });
});

describe("positions", () => {
  /** Newest words, in the order NATO, United States, Russian Federation. */
  const P = "proposes";
  const A = "accepts";
  const D = "willing-to-discuss";
  const R = "does-not-accept";
  const as = "as-reported";
  const not = "not-addressed";
  const unknown = "not-known";
  const WORDS: readonly (readonly [number, string, string, string])[] = [
    [1, as, D, P],
    [2, not, unknown, P],
    [3, not, unknown, P],
    [4, R, R, P],
    [5, as, as, P],
    [6, not, unknown, P],
    [7, D, D, D],
    [8, D, D, P],
    [9, not, P, as],
    [10, D, D, P],
    [11, as, D, as],
    [12, as, as, P],
    [13, R, R, P],
    [14, R, as, P],
    [15, P, as, P],
    [16, as, not, P],
    [17, unknown, not, P],
    [18, unknown, A, as],
    [19, P, P, R],
    [20, P, as, R],
    [21, P, P, unknown],
    [22, P, P, as],
    [23, P, not, unknown],
    [24, as, as, P],
    [25, not, unknown, as],
  ];

  test("25 provisions in six subjects, each with every party's newest word", () => {
    const grid = positionGrid(states, END, ORDER);
    expect(grid.columns.map(({ party }) => party)).toEqual(ORDER);
    expect(grid.subjects.map(({ id }) => id)).toEqual([
      "principles",
      "missiles",
      "presence",
      "weapons",
      "channels",
      "form",
    ]);
    const rows = grid.subjects.flatMap((subject) => subject.rows).toSorted((a, b) => a.number - b.number);
    expect(rows.map(({ number, cells }) => [number, ...cells.map(({ word }) => word)])).toEqual(WORDS);
  });

  test("papers of one day that speak of one provision stand together, with one word", () => {
    for (const { cells } of positionGrid(states, END, ORDER).subjects.flatMap(({ rows }) => rows))
      for (const { current, word } of cells)
        for (const { statement } of current) expect(statement.body.word).toBe(word);
    expect(row(18).cells[2]?.current.map(({ statement }) => statement.body.paper)).toEqual([
      idOf("draft-agreement"),
      idOf("draft-treaty"),
    ]);
  });

  test("nobody is said to have given no answer", () => {
    const said = positionGrid(states, END, ORDER).subjects.flatMap(({ rows }) =>
      rows.flatMap(({ cells }) => cells.map(({ word }) => word)),
    );
    expect(said).not.toContain("no-answer");
  });

  test("counts for closed subjects add up to the rows", () => {
    const grid = positionGrid(states, END, ORDER);
    for (const subject of grid.subjects)
      for (const { counts } of wordCounts(subject, grid))
        expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(subject.rows.length);
    const [, , , weapons] = grid.subjects;
    expect(weapons === undefined ? [] : wordCounts(weapons, grid)).toEqual([
      {
        party: "nato",
        counts: [
          { word: D, count: 2 },
          { word: as, count: 1 },
          { word: not, count: 1 },
        ],
      },
      {
        party: "united-states",
        counts: [
          { word: D, count: 2 },
          { word: as, count: 1 },
          { word: unknown, count: 1 },
        ],
      },
      {
        party: "russian-federation",
        counts: [
          { word: P, count: 3 },
          { word: D, count: 1 },
        ],
      },
    ]);
  });

  test("the two answers inside one side stand on provision 1, once both are there", () => {
    const inside = (asOf: string) =>
      positionGrid(states, asOf, ORDER).subjects.flatMap(({ rows }) =>
        rows.flatMap(({ number, differsInside }) => (differsInside.length === 0 ? [] : [{ number, differsInside }])),
      );
    expect(inside(END)).toEqual([
      { number: 1, differsInside: [{ side: "nato-and-united-states", parties: ["nato", "united-states"] }] },
    ]);
    expect(inside("2022-01-25T23:59:59Z")).toEqual([]);
  });

  test("provision 11: the proposal of 2020, the offer with its conditions, the hosts, and no Russian answer beyond what was reported", () => {
    const [nato, us, russia] = row(11).cells;
    expect(russia?.history.map(({ on, statement: { body } }) => [on, body.word, body.confirmed])).toEqual([
      ["2022-02-17", as, false],
      ["2020-10-26", P, true],
    ]);
    expect(russia?.history[0]?.statement.body.note?.en).toBe("“convenient topics”; no acceptance seen");
    expect(us?.history[0]?.statement.body.conditions).toHaveLength(2);
    expect(nato?.history[0]?.statement.body.note?.en).toBe("Allies consulted");
    expect(
      row(11).parties.map(({ party, role, history }) => [party, role, history[0]?.on, history[0]?.statement.body.word]),
    ).toEqual([
      ["poland", "host", "2022-01-27", "accepts-on-condition"],
      ["romania", "host", "2022-02-02", "accepts-on-condition"],
    ]);
    expect(row(11).differences.map((id) => [...played.ids].find(([, made]) => made === id)?.[0])).toEqual([
      "differ-bases",
      "differ-offered-by",
      "differ-number-of-bases",
      "differ-romania-date",
    ]);
  });

  test("Ukraine stands under provision 9 as a State that was not asked", () => {
    expect(row(9).statesConcerned).toMatchObject([
      {
        state: "ukraine",
        confirmed: false,
        note: { en: "not asked in these papers; consultation reported, unconfirmed" },
      },
    ]);
    expect(
      positionGrid(states, END, ORDER)
        .subjects.flatMap(({ rows }) => rows)
        .filter(({ statesConcerned }) => statesConcerned.length > 0),
    ).toHaveLength(1);
  });

  test("rows that did not exist yet are absent", () => {
    const numbers = (asOf: string) =>
      positionGrid(states, asOf, ORDER)
        .subjects.flatMap(({ rows }) => rows.map(({ number }) => number))
        .toSorted((a, b) => a - b);
    expect(numbers("2021-12-14T23:59:59Z")).toEqual([]);
    expect(numbers("2022-01-25T23:59:59Z")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
    expect(numbers("2022-02-16T23:59:59Z")).toHaveLength(23);
  });

  test("only where answers differ: rows go in which all that were addressed say the same", () => {
    const grid = onlyDiffering(positionGrid(states, END, ORDER));
    expect(grid.subjects.flatMap(({ rows }) => rows.map(({ number }) => number)).toSorted((a, b) => a - b)).toEqual([
      1, 11, 12, 14, 15, 18,
    ]);
  });

  test("by paper: each paper with the rows on which it states a position", () => {
    const groups = byPaper(positionGrid(states, END, ORDER), papers(states, END));
    const numbers = (label: string) =>
      groups.find((group) => group.paper?.id === paper(label).id)?.rows.map(({ number }) => number);
    expect(numbers("draft-treaty")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 18]);
    expect(numbers("reaction")).toEqual([5, 7, 11, 13, 19, 22, 24, 25]);
    expect(groups[0]?.paper?.on).toBe("2020-10-26");
    expect(groups.at(-1)?.paper).toBeUndefined();
  });

  test("the order of the parties is the reader's, and a side stays together", () => {
    const order = (...ids: string[]) => positionGrid(states, END, ids).columns.map(({ party }) => party);
    expect(order("russian-federation", "united-states", "nato")).toEqual([
      "russian-federation",
      "united-states",
      "nato",
    ]);
    expect(order("nato", "russian-federation", "united-states")).toEqual([
      "nato",
      "united-states",
      "russian-federation",
    ]);
  });

  test("the package ties the provisions only from 17 February", () => {
    expect(packagesInForce(states, "2022-02-16T23:59:59Z")).toEqual([]);
    const [tied] = packagesInForce(states, END);
    expect(tied).toMatchObject({ party: "russian-federation", on: "2022-02-17" });
    expect(tied?.provisions).toHaveLength(18);
    expect(
      conditionsInForce(states, END)
        .map(({ provision, party }) => `${party} ${provision}`)
        .toSorted(),
    ).toEqual([
      "poland provision-11",
      "romania provision-11",
      "russian-federation provision-22",
      "united-states provision-10",
      "united-states provision-11",
      "united-states provision-9",
    ]);
  });
});

test("where sources differ, every value keeps its source", () => {
  const list = differences(states, END);
  expect(list.map(({ question }) => question.en)).toEqual([
    "Where NATO’s reply was handed over",
    "Date of the call",
    "Had Russia answered in writing by 1 February",
    "Which missile-shield bases",
    "Who offered the mechanism",
    "How many Russian bases",
    "Day of Romania’s condition",
    "What the replies say to the positions of 1997",
    "Who passed the printed papers on",
    "One answer or many",
  ]);
  for (const { values } of list) for (const { sources } of values) expect(sources.length).toBeGreaterThan(0);
  expect(differences(states, "2022-02-01T23:59:59Z")).toHaveLength(3);
  expect(list[3]?.values.map(({ value }) => value.en)).toEqual(["Romania and Bulgaria", "Romania and Poland"]);
});
