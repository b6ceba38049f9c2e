import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exercise, testSite, words, type Exercise } from "../inspect/_exercise-record.ts";
import { termsSchema } from "../terms/terms.ts";
import { holdings } from "./holdings.ts";
import { site, type Site } from "./site.ts";
import { cellsOf, declaredSites, declaredTypes, siteById, spacesOf } from "./sites.ts";
import { type } from "./type.ts";

const terms = termsSchema.parse(
  JSON.parse(readFileSync(new URL("../../regimes/exercise.json", import.meta.url), "utf8")),
);
const AT = "2027-03-01T09:00:00Z";

function declare(
  made: Exercise,
  by: string,
  change: Partial<Site>,
  sees: Readonly<Record<string, number>> = {},
): string {
  return made.record.say(by, site, { ...testSite("B-09", "canister-bay"), ...change }, AT, { sees });
}

describe("declarations", () => {
  it("list every site with its owner and newest holdings, in the order of first declaration", () => {
    const made = exercise(terms);
    made.record.say("borealia", holdings, { site: "B-02", on: "2027-02-20", items: [] }, AT);
    const sites = declaredSites(made.record.fold());
    expect(sites.map(({ site: { id }, owner, holdings: held }) => [id, owner, held?.body.items.length])).toEqual([
      ["A-01", "aurelia", undefined],
      ["A-02", "aurelia", undefined],
      ["B-01", "borealia", 1],
      ["B-02", "borealia", 0],
      ["B-03", "borealia", 1],
    ]);
    expect(declaredTypes(made.record.fold()).map(({ type: { id } }) => id)).toEqual([
      "long-arrow",
      "kestrel-1",
      "kestrel-2",
    ]);
  });

  it("replace an earlier one by the same owner, which stays in the record and can be asked for by what a statement had seen", () => {
    const made = exercise(terms);
    const before = declaredSites(made.record.fold()).find(({ site: { id } }) => id === "B-01")?.statement;
    const note = made.record.say(
      "aurelia",
      type,
      {
        id: "note",
        name: words("n"),
        role: words("n"),
        forms: [{ id: "bare", name: words("b"), shape: { kind: "box", lengthMm: 1, widthMm: 1, heightMm: 1 } }],
        claimedRanges: [],
      },
      AT,
    );
    declare(made, "borealia", { id: "B-01", name: words("Renamed") });
    const state = made.record.fold();
    expect([
      declaredSites(state).length,
      siteById(state, "B-01")?.site.name.en,
      siteById(state, "B-01")?.holdings?.body.site,
    ]).toEqual([5, "Renamed", "B-01"]);
    expect(siteById(state, "B-01", state.get(note))?.statement.id).toBe(before?.id);
  });

  it("R8 keep a name with the party that declared it first, where two did so without seeing each other", () => {
    const made = exercise(terms);
    const unaware = { aurelia: made.record.size("aurelia") };
    declare(made, "aurelia", { id: "X-01" });
    const second = declare(made, "borealia", { id: "X-01" }, unaware);
    expect(made.record.refusal(second)).toBeUndefined();
    expect(siteById(made.record.fold(), "X-01")?.owner).toBe("aurelia");
  });

  it("have spaces in the order of the diagram, and cells of the kinds that the terms name", () => {
    const declared = testSite("B-09", "canister-bay");
    expect([spacesOf(declared).length, spacesOf(declared).at(-1)?.id, cellsOf(declared, terms).length]).toEqual([
      17,
      "S-1",
      16,
    ]);
    expect(cellsOf(testSite("B-09", "hall"), terms)).toEqual([]);
  });
});

describe("what may not be declared", () => {
  const [module, store] = testSite("B-09", "canister-bay").structures;
  if (module === undefined || store === undefined) throw new Error("the test site has two structures");

  it.each<[string, string, Partial<Site>]>([
    ["site-of-another-party", "borealia", { id: "A-01" }],
    ["site-unknown-host", "borealia", { host: "borealia" }],
    ["site-unknown-host", "borealia", { host: "nowhere" }],
    ["site-structure-twice", "borealia", { structures: [module, { ...store, id: module.id }] }],
    ["site-space-twice", "borealia", { structures: [module, { ...module, id: "module-2" }] }],
  ])("refuses %s", (code, by, change) => {
    const made = exercise(terms);
    expect(made.record.refusal(declare(made, by, change))?.code).toBe(code);
  });

  it("refuses another party's type, and two forms of one name", () => {
    const made = exercise(terms);
    const form = { id: "bare", name: words("bare"), shape: { kind: "cylinder" as const, lengthMm: 1, diameterMm: 1 } };
    const say = (by: string, id: string, forms: (typeof form)[]) =>
      made.record.say(by, type, { id, name: words(id), role: words("x"), forms, claimedRanges: [] }, AT);
    expect(made.record.refusal(say("borealia", "long-arrow", [form]))?.code).toBe("type-of-another-party");
    expect(made.record.refusal(say("borealia", "new", [form, form]))?.code).toBe("type-form-twice");
  });

  it.each([
    ["holdings-site-not-declared", "A-01", "cell-01", "kestrel-1", "bare"],
    ["holdings-unknown-space", "B-01", "cell-77", "kestrel-1", "bare"],
    ["holdings-unknown-type", "B-01", "cell-01", "kestrel-9", "bare"],
    ["holdings-unknown-type", "B-01", "cell-01", "kestrel-1", "boxed"],
  ])("refuses %s", (code, siteId, space, typeId, form) => {
    const made = exercise(terms);
    const id = made.record.say(
      "borealia",
      holdings,
      { site: siteId, on: "2027-03-01", items: [{ space, type: typeId, form }] },
      AT,
    );
    expect(made.record.refusal(id)?.code).toBe(code);
  });
});
