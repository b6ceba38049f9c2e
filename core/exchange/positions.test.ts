import { describe, expect, test } from "vitest";
import { testRecord, type TestRecord } from "../channel/_test-record.ts";
import type { BodyOf } from "../channel/kind.ts";
import { agenda } from "./agenda.ts";
import { conditionsInForce, packagesInForce } from "./conditions.ts";
import { onlyDiffering, wordCounts } from "./grid-views.ts";
import { position, type PositionWord } from "./position.ts";
import { positionGrid, type Row } from "./positions.ts";
import { stateConcerned } from "./state-concerned.ts";

const inBoth = (text: string) => ({ en: text, ru: text });
const LATER = "2027-03-01T00:00:00Z";
const ORDER = ["aurelia", "aurelia-isles", "borealia"];

/** Aurelia's side has two parties. */
const PARTIES = [
  { id: "aurelia", role: "party", side: "aurelia" },
  { id: "borealia", role: "party", side: "borealia" },
  { id: "aurelia-isles", role: "author", side: "aurelia" },
  { id: "carpathia", role: "host" },
  { id: "meridia", role: "party" },
  { id: "compilers", role: "compiler" },
] as const;

function putOnAgenda(
  record: TestRecord,
  provision: Partial<BodyOf<typeof agenda>["provisions"][number]>,
  at = "2027-02-02T09:00:00Z",
): void {
  const full = {
    id: "notice",
    number: 1,
    subject: "visits",
    title: inBoth("Notice"),
    addressedTo: ["aurelia", "aurelia-isles"],
    watchDifference: true,
    ...provision,
  };
  record.say(
    "borealia",
    agenda,
    { subjects: [{ id: "visits", title: inBoth("Visits") }], venues: [], provisions: [full] },
    at,
  );
}

function hold(
  record: TestRecord,
  party: string,
  word: PositionWord,
  more: Partial<BodyOf<typeof position>> = {},
  at = "2027-02-03T09:00:00Z",
): string {
  return record.say(
    party,
    position,
    { provision: "notice", word, conditions: [], venues: [], sources: [], confirmed: true, ...more },
    at,
  );
}

function rowOf(record: TestRecord, asOf = LATER): Row | undefined {
  return positionGrid([record.fold()], asOf, ORDER).subjects[0]?.rows[0];
}

const wordsOf = (record: TestRecord) => rowOf(record)?.cells.map(({ word }) => word);

describe("cells", () => {
  test("a gap is 'no answer' only outside reconstructions, and never for whom nobody addressed", () => {
    for (const nature of ["exercise", "real", "reconstruction"] as const) {
      const record = testRecord({ nature, parties: PARTIES });
      putOnAgenda(record, { addressedTo: ["aurelia"] });
      hold(record, "borealia", "proposes");
      expect(wordsOf(record), nature).toEqual([
        nature === "reconstruction" ? "not-known" : "no-answer",
        "not-addressed",
        "proposes",
      ]);
    }
  });

  test("the newest position stands, by its own day, and the older ones stay as its history", () => {
    const record = testRecord({ nature: "reconstruction", parties: PARTIES });
    putOnAgenda(record, {});
    hold(record, "aurelia", "accepts", { on: "2027-02-10" }, "2027-02-10T12:00:00Z");
    hold(record, "aurelia", "proposes", { on: "2026-01-05" }, "2027-02-11T12:00:00Z");
    expect(rowOf(record)?.cells[0]).toMatchObject({
      word: "accepts",
      history: [{ on: "2027-02-10" }, { on: "2026-01-05" }],
    });
    expect(rowOf(record, "2027-02-09T00:00:00Z")?.cells[0]).toMatchObject({ word: "not-known", history: [] });
  });

  test("a later agenda adds those addressed and keeps the words of the first", () => {
    const record = testRecord({ parties: PARTIES });
    putOnAgenda(record, { addressedTo: ["aurelia"] });
    putOnAgenda(record, { addressedTo: ["aurelia-isles"], title: inBoth("Another title") }, "2027-02-05T09:00:00Z");
    expect(rowOf(record)?.title.en).toBe("Notice");
    expect(wordsOf(record)).toEqual(["no-answer", "no-answer", "not-addressed"]);
    expect(rowOf(record, "2027-02-01T00:00:00Z")).toBeUndefined();
  });

  test("hosts and States beside the sides stand in lines; compilers never have a column", () => {
    const record = testRecord({ parties: PARTIES });
    putOnAgenda(record, {});
    hold(record, "carpathia", "accepts-on-condition", { conditions: [inBoth("reciprocity")] });
    hold(record, "meridia", "accepts");
    expect(positionGrid([record.fold()], LATER, ORDER).columns.map(({ party }) => party)).toEqual(ORDER);
    expect(rowOf(record)?.parties.map(({ party, role }) => [party, role])).toEqual([
      ["carpathia", "host"],
      ["meridia", "party"],
    ]);
  });
});

describe("differences inside a side", () => {
  const insideOf = (first: PositionWord, second: PositionWord, watchDifference = true) => {
    const record = testRecord({ parties: PARTIES });
    putOnAgenda(record, { watchDifference });
    hold(record, "aurelia", first);
    hold(record, "aurelia-isles", second);
    hold(record, "borealia", "proposes");
    return rowOf(record)?.differsInside;
  };
  const pair = [{ side: "aurelia", parties: ["aurelia", "aurelia-isles"] }];

  test("appear where words differ or one is outside the list", () => {
    expect(insideOf("willing-to-discuss", "does-not-accept")).toEqual(pair);
    expect(insideOf("as-reported", "does-not-accept")).toEqual(pair);
    expect(insideOf("as-reported", "as-reported")).toEqual(pair);
    expect(insideOf("does-not-accept", "does-not-accept")).toEqual([]);
  });

  test("only on a provision that is marked for it, and only between answers that exist", () => {
    expect(insideOf("willing-to-discuss", "does-not-accept", false)).toEqual([]);
    const record = testRecord({ parties: PARTIES });
    putOnAgenda(record, {});
    hold(record, "aurelia", "accepts");
    expect(rowOf(record)?.differsInside).toEqual([]);
  });
});

test("a row goes only where all that were addressed are known to say the same", () => {
  const differs = (...answers: readonly (readonly [string, PositionWord, string?])[]) => {
    const record = testRecord({ parties: PARTIES });
    putOnAgenda(record, { addressedTo: ["aurelia"] });
    hold(record, "borealia", "proposes");
    for (const [party, word, note] of answers)
      hold(record, party, word, note === undefined ? {} : { note: inBoth(note) });
    const grid = positionGrid([record.fold()], LATER, ORDER);
    expect(onlyDiffering(grid).subjects.length === 1).toBe(rowOf(record)?.answersDiffer);
    return rowOf(record)?.answersDiffer;
  };
  expect(differs()).toBe(false);
  expect(differs(["aurelia", "does-not-accept"])).toBe(false);
  expect(differs(["aurelia", "does-not-accept"], ["aurelia-isles", "does-not-accept"])).toBe(false);
  expect(differs(["aurelia", "does-not-accept"], ["aurelia-isles", "accepts"])).toBe(true);
  expect(differs(["aurelia-isles", "accepts"])).toBe(true);
  expect(differs(["aurelia", "as-reported", "no"], ["aurelia-isles", "as-reported", "no"])).toBe(false);
  expect(differs(["aurelia", "as-reported", "no"], ["aurelia-isles", "as-reported", "perhaps"])).toBe(true);
});

test("word counts keep the order of the list and leave out what does not occur", () => {
  const record = testRecord({ parties: PARTIES });
  putOnAgenda(record, {});
  putOnAgenda(record, { id: "length", number: 2 }, "2027-02-02T10:00:00Z");
  hold(record, "aurelia", "does-not-accept", { provision: "length" });
  hold(record, "aurelia", "accepts");
  const grid = positionGrid([record.fold()], LATER, ORDER);
  const [subject] = grid.subjects;
  expect(subject === undefined ? [] : wordCounts(subject, grid)[0]).toEqual({
    party: "aurelia",
    counts: [
      { word: "accepts", count: 1 },
      { word: "does-not-accept", count: 1 },
    ],
  });
});

test("conditions and packages are those of newest positions", () => {
  const record = testRecord({ parties: PARTIES });
  putOnAgenda(record, {});
  hold(record, "aurelia", "accepts-on-condition", { conditions: [inBoth("reciprocity")], package: ["length"] });
  expect(conditionsInForce([record.fold()], LATER)).toMatchObject([
    { party: "aurelia", provision: "notice", conditions: [inBoth("reciprocity")] },
  ]);
  expect(packagesInForce([record.fold()], LATER)).toMatchObject([
    { party: "aurelia", provisions: ["notice", "length"] },
  ]);
  hold(record, "aurelia", "accepts", {}, "2027-02-04T09:00:00Z");
  expect(conditionsInForce([record.fold()], LATER)).toEqual([]);
  expect(packagesInForce([record.fold()], LATER)).toEqual([]);
});

describe("what may be said", () => {
  test("words for gaps only in a reconstruction", () => {
    for (const nature of ["exercise", "reconstruction"] as const) {
      const record = testRecord({ nature, parties: PARTIES });
      expect(record.refusal(hold(record, "aurelia", "not-known"))?.code, nature).toBe(
        nature === "exercise" ? "position-only-in-reconstructions" : undefined,
      );
    }
  });

  test("a State concerned must stand in the charter", () => {
    const body = { state: "veridia", provision: "notice", note: inBoth("not asked"), sources: [], confirmed: false };
    const record = testRecord({
      parties: PARTIES,
      statesConcerned: [{ id: "veridia", name: inBoth("Veridia"), asked: inBoth("no"), sources: [], confirmed: false }],
    });
    putOnAgenda(record, {});
    expect(record.refusal(record.say("borealia", stateConcerned, body, "2027-02-03T09:00:00Z"))).toBeUndefined();
    expect(rowOf(record)?.statesConcerned).toMatchObject([
      { state: "veridia", note: inBoth("not asked"), confirmed: false },
    ]);
    expect(
      record.refusal(record.say("borealia", stateConcerned, { ...body, state: "nowhere" }, "2027-02-03T10:00:00Z"))
        ?.code,
    ).toBe("state-not-in-charter");
  });
});
