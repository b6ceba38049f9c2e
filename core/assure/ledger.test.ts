import { describe, expect, test } from "vitest";
import { CELLS, document, DRAWN, holdings, ids, longArrow, OTHERS, row, seen, site, terms } from "./_example-visit.ts";
import { certificateHolds } from "./geometry.ts";
import { coverageLedger, coverageOf, LEDGER_STATES } from "./ledger.ts";
import type { ReportDocument } from "../inspect/report-document.ts";
import type { Measured } from "../inspect/measurement.ts";
import type { Space } from "../declare/site.ts";

const input = { terms, site, holdings, types: [{ type: longArrow }], item: "long-arrow" };
const ledger = (change: Partial<ReportDocument> = {}) => coverageLedger({ ...input, report: document(change) });
const stateOf = (space: string, change: Partial<ReportDocument> = {}) => ledger(change).find((each) => each.space.id === space);
const measure = (space: string, what: Measured["what"], lengthMm: number, widthMm: number, heightMm = widthMm, toleranceMm = 20) => ({ space, what, sides: { lengthMm, widthMm, heightMm }, toleranceMm, at: "2027-05-12T17:00:00Z", sheet: ids.measured });

describe("coverage ledger", () => {
  test("has one row for every space of the declaration, in its order, and says what each comes from", () => {
    const rows = ledger();
    expect(rows.map(({ space }) => space.id)).toEqual([...CELLS, ...OTHERS]);
    expect(rows.find(({ space }) => space.id === DRAWN[0])).toMatchObject({ structure: expect.stringMatching(/^module-/) as string, state: "seen", drawn: true, listed: true, method: { id: "opened-end" }, sheet: ids.sheet, at: "2027-05-12T13:00:00Z", declared: { type: "lantern" } });
    expect(coverageOf(coverageLedger(input))).toMatchObject({ spaces: 27, "not-examined": 27 });
  });

  test("keeps apart what a draw left out and what somebody left out", () => {
    const left = CELLS.find((cell) => !DRAWN.includes(cell)) ?? "";
    expect(stateOf(left)?.state).toBe("not-drawn");
    expect(coverageLedger({ ...input, report: document(), jointDraw: false }).find(({ space }) => space.id === left)?.state).toBe("not-chosen");
    expect(stateOf(left, { spaces: seen(OTHERS, "interior-viewed"), drawn: { list: CELLS.filter((cell) => cell !== left), cells: DRAWN, seeds: [] } })?.state).toBe("not-examined");
    expect(stateOf("H-1", { spaces: [] })?.state).toBe("not-examined");
    expect(["refused", "covered", "not-shown"].map((state) => stateOf("H-1", { spaces: [row("H-1", state as "refused")] })?.state)).toEqual(["refused", "covered", "not-shown"]);
  });

  test("takes a list that is not a list of declared cells, each once, for no draw", () => {
    for (const list of [[...CELLS, "cell-99"], [...CELLS, "cell-01"], [...CELLS, "H-1"], CELLS.slice(0, 5)])
      expect(ledger({ drawn: { list, cells: DRAWN, seeds: [] } }).some(({ state }) => state === "not-drawn")).toBe(false);
  });

  test("lets the latest sheet of a space count, and an item recognised always", () => {
    const two = (first: Parameters<typeof row>, second: Parameters<typeof row>) => stateOf("S-1", { spaces: [row(...first), row(...second)] });
    const [early, late] = [{ at: "2027-05-12T10:00:00Z" }, { at: "2027-05-12T11:00:00Z" }];
    expect(two(["S-1", "refused", early], ["S-1", "seen", { ...late, method: "interior-viewed" }])?.state).toBe("seen");
    expect(two(["S-1", "seen", { ...early, method: "interior-viewed" }], ["S-1", "refused", late])?.state).toBe("refused");
    expect(two(["S-1", "seen", { ...early, method: "interior-viewed", recognised: "item" }], ["S-1", "seen", { ...late, method: "interior-viewed" }])?.recognised).toBe("item");
  });

  test("gives a doubled name one look, not two", () => {
    const cell = site.structures[0]?.spaces[0] as Space;
    const doubled = { ...site, structures: [{ ...(site.structures[3] as (typeof site.structures)[number]), spaces: [{ ...cell, id: "S-1" }, { ...cell, id: "S-1" }] }] };
    expect(coverageLedger({ ...input, site: doubled, report: document() }).map(({ state }) => state)).toEqual(["seen", "not-chosen"]);
  });

  test("says too small only of measured sides at their upper bound, and with a certificate for every form", () => {
    const proven = stateOf("S-1", { spaces: [], measured: [measure("S-1", "interior", 5300, 1000)] });
    expect(proven).toMatchObject({ state: "too-small", sheet: ids.measured, proof: { what: "interior", sides: { lengthMm: 5320, widthMm: 1020, heightMm: 1020 } } });
    for (const [index, { certificate }] of (proven?.proof?.forms ?? []).entries()) expect(certificateHolds(certificate, longArrow.forms[index]?.shape ?? { kind: "box", lengthMm: 0, widthMm: 0, heightMm: 0 }, proven?.proof?.sides ?? { lengthMm: 0, widthMm: 0, heightMm: 0 })).toBe(true);
    expect(proven?.proof?.forms.map(({ form }) => form)).toEqual(["bare", "with-booster", "in-canister"]);
    // 5,541 mm and 20 mm of tolerance: the bare form, 5,560 mm long, may go in.
    expect(stateOf("S-1", { spaces: [], measured: [measure("S-1", "interior", 5541, 540, 540)] })?.state).toBe("not-examined");
    expect(stateOf("S-1", { spaces: [], measured: [measure("S-1", "interior", 100, 100), measure("S-1", "interior", 9000, 900)] })?.state).toBe("not-examined");
  });

  test("takes the item across the corner of a container for possible", () => {
    const long = { type: { ...longArrow, forms: [{ ...(longArrow.forms[1] as (typeof longArrow.forms)[number]), shape: { kind: "cylinder" as const, lengthMm: 6250, diameterMm: 520 } }] } };
    const rows = (lengthMm: number) => coverageLedger({ ...input, types: [long], report: document({ spaces: [], measured: [measure("S-1", "interior", lengthMm, 2352, 2393, 0)] }) });
    expect([rows(5898), rows(5870)].map((each) => each.find(({ space }) => space.id === "S-1")?.state)).toEqual(["not-examined", "too-small"]);
  });

  test("takes an outline or a canister for a bound only in a cell where the rest was seen", () => {
    const small = (space: string, what: Measured["what"], ...rows: ReportDocument["spaces"]) => stateOf(space, { spaces: rows, measured: [measure(space, what, 5000, 600)] })?.state;
    expect(small("cell-01", "canister", ...seen(["cell-01"], "opened-end"))).toBe("too-small");
    expect(small("cell-01", "canister", row("cell-01", "covered"))).toBe("covered");
    expect(small("cell-01", "outline", row("cell-01", "covered"))).toBe("too-small");
    expect(small("cell-01", "outline")).not.toBe("too-small");
    expect(small("S-1", "outline", row("S-1", "covered"))).toBe("covered");
    expect(small("S-1", "canister", ...seen(["S-1"], "interior-viewed"))).toBe("seen");
  });

  test("takes an opening for a bound only beside a measured interior of a space with one opening", () => {
    const withDoor = { ...site, structures: site.structures.map((structure) => ({ ...structure, spaces: structure.spaces.map((space) => ({ ...space, opening: { widthMm: 400, heightMm: 400 } })) })) };
    const measured = [measure("H-1", "interior", 20_000, 9000), measure("H-1", "opening", 0, 480, 2000)];
    const state = (where: typeof site, rows: typeof measured) => coverageLedger({ ...input, site: where, report: document({ spaces: [], measured: rows }) }).find(({ space }) => space.id === "H-1")?.state;
    expect([state(withDoor, measured), state(withDoor, measured.slice(1)), state(site, measured), state(withDoor, [...measured, measure("H-1", "opening", 0, 500, 2000)])]).toEqual(["too-small", "not-examined", "not-examined", "not-examined"]);
  });

  test("never calls a space too small in which the item was recognised, or of a type that nobody declared", () => {
    const measured = [measure("S-1", "interior", 100, 100)];
    expect(stateOf("S-1", { spaces: seen(["S-1"], "interior-viewed", { recognised: "item" }), measured })).toMatchObject({ state: "seen", recognised: "item" });
    expect(coverageLedger({ ...input, types: [], report: document({ spaces: [], measured }) }).find(({ space }) => space.id === "S-1")?.state).toBe("not-examined");
  });

  test("goes through half a million spaces once", () => {
    const cell = site.structures[0]?.spaces[0] as Space;
    const large = { ...site, structures: Array.from({ length: 1000 }, (_, structure) => ({ id: `s-${structure}`, name: { en: "s" }, kind: "module" as const, spaces: Array.from({ length: 500 }, (__, index) => ({ ...cell, id: `c-${structure}-${index}` })) })) };
    const report = document({ spaces: Array.from({ length: 5000 }, (_, index) => row(`c-${index % 1000}-${Math.floor(index / 1000)}`, "seen", { method: "opened-end" })) });
    const counts = coverageOf(coverageLedger({ ...input, site: large, report }));
    expect(counts).toMatchObject({ spaces: 500_000, seen: 5000, "not-chosen": 495_000 });
    expect(LEDGER_STATES.reduce((sum, state) => sum + counts[state], 0)).toBe(500_000);
  });
});
