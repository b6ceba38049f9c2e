import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addSeconds } from "../bytes/instant.ts";
import { absenceFinding } from "./absence.ts";
import { CELLS, document, DRAWN, ids, LEFT, OTHERS, row, seen, signed, site, statement, state, subject, terms, visited } from "./_example-visit.ts";
import { dayBelowLevel } from "./estimate.ts";
import type { Finding } from "./finding.ts";
import { readVisit } from "./visit.ts";

const day = (days: number) => addSeconds(LEFT, days * 86_400);
const question = (space?: string) => ({ id: "7".repeat(64), ...(space === undefined ? {} : { space }), question: { en: "What is it?" }, statements: [{ by: "borealia", text: { en: "Not shown." } }], answered: false });
const codes = (finding: Finding) => finding.open.map((reason) => (reason.code === "spaces" ? `${reason.count} ${reason.state}` : reason.code));

describe("item-absent", () => {
  test("R19 is at the level with eleven drawn ends opened and the rest viewed, until the tenth day", () => {
    const finding = visited();
    expect(finding.verdict).toBe("nothing-found-at-level");
    expect(finding.detection).toEqual({ fraction: "14171207/15456000", decimal: "0.917" });
    expect(finding.likelihoodRatio).toEqual({ fraction: "15456000/1284793", decimal: "12.03" });
    expect(finding.estimate).toMatchObject({ scope: "site", cellKinds: ["launch-cell"], cells: 24, drawn: 11, otherSpaces: 3, holding: 4, worst: "cells" });
    expect(finding.coverage).toEqual({ spaces: 27, seen: 14, "too-small": 0, "not-drawn": 13, "not-chosen": 0, refused: 0, covered: 0, "not-shown": 0, "not-examined": 0 });
    expect([3, 9, 10].map((days) => { const later = visited({}, day(days)); return [later.detection?.decimal, later.verdict, later.visit?.days]; })).toEqual([
      ["0.911", "nothing-found-at-level", 3], ["0.901", "nothing-found-at-level", 9], ["0.899", "nothing-found-below-level", 10],
    ]);
    expect(finding.estimate === undefined ? undefined : dayBelowLevel(finding.estimate, terms)).toBe(10);
    expect(visited({}, day(10)).estimate?.atVisit.detection.fraction).toBe("14171207/15456000");
  });

  test("R19 says what it assumes, what it leaves out and which statements it comes from", () => {
    const finding = visited();
    expect(finding.assumptions.map(({ code }) => code)).toEqual(["drawn-by-chance", "recognition", "recognition", "looks-independent", "one-item-a-cell", "nothing-moved", "decay"]);
    expect(finding.notCovered.map(({ code }) => code)).toEqual(["fewer-than", "undeclared-sites", "launcher"]);
    expect(finding.evidence).toEqual([ids.site, ids.holdings, ids.type, ...ids.openings, ids.sheet, ids.report, "6".repeat(64), "7".repeat(64)]);
  });

  test("R19 falls to the poorest look: a hall seen by torch", () => {
    const finding = visited({ spaces: [...seen(DRAWN, "opened-end"), ...seen(["S-1", "S-2"], "interior-viewed"), ...seen(["H-1"], "dark-hall")] });
    expect([finding.verdict, finding.detection?.fraction, finding.estimate?.worst]).toEqual(["nothing-found-below-level", "1/2", "space"]);
  });

  test("R19 looking at closed canisters finds nothing and says nothing", () => {
    const finding = visited({ spaces: [...seen(DRAWN, "closed-canister", { recognised: "not-recognisable" }), ...seen(OTHERS, "interior-viewed")] });
    expect([finding.verdict, finding.detection, finding.likelihoodRatio]).toEqual(["nothing-found-below-level", { fraction: "0/1", decimal: "0.000" }, { fraction: "1/1", decimal: "1.00" }]);
  });

  test("R19 counts a look that could not tell as no look, not as one that found nothing", () => {
    const finding = visited({ spaces: [...seen(DRAWN, "opened-end", { recognised: "not-recognisable" }), ...seen(OTHERS, "interior-viewed")] });
    expect(finding.detection?.fraction).toBe("0/1");
  });

  test("R19 is open while stores are covered and a hall is not examined; the cells alone have their number", () => {
    const finding = visited({ spaces: [...seen(DRAWN, "opened-end"), row("S-1", "covered"), row("S-2", "covered")] });
    expect([finding.verdict, codes(finding), finding.detection, finding.estimate]).toEqual(["open", ["2 covered", "1 not-examined"], undefined, undefined]);
    expect(finding.part).toMatchObject({ scope: "cells", cells: 24, drawn: 11, otherSpaces: 0, holding: 4, atVisit: { detection: { fraction: "14171207/15456000", decimal: "0.917" }, likelihoodRatio: { decimal: "12.03" }, word: { en: "moderate" } } });
    expect(finding.notCovered).toContainEqual({ code: "spaces", state: "covered", count: 2 });
  });

  test("R19 is open for a refused or not shown cell, and then the cells have no number either", () => {
    for (const left of ["refused", "not-shown", "covered"] as const) {
      const finding = visited({ spaces: [...seen(DRAWN.slice(1), "opened-end"), row(DRAWN[0] ?? "", left), ...seen(OTHERS, "interior-viewed")] });
      expect([finding.verdict, codes(finding), finding.part]).toEqual(["open", [`1 ${left}`], undefined]);
    }
    const unseen = visited({ spaces: [...seen(DRAWN.slice(1), "opened-end"), ...seen(OTHERS, "interior-viewed")] });
    expect([unseen.verdict, codes(unseen), unseen.part]).toEqual(["open", ["1 not-examined"], undefined]);
  });

  test("R19 is open while a question is, and the cells have a number only if it is about another space", () => {
    expect([visited({ ambiguities: [question("S-1")] })].map((finding) => [finding.verdict, codes(finding), finding.part?.atVisit.detection.decimal])).toEqual([["open", ["question"], "0.917"]]);
    expect([visited({ ambiguities: [question("cell-01")] }), visited({ ambiguities: [question()] })].map((finding) => [finding.verdict, finding.part])).toEqual([["open", undefined], ["open", undefined]]);
    expect(visited({ ambiguities: [{ ...question("S-1"), answered: true }] }).verdict).toBe("nothing-found-at-level");
  });

  test("R19 is open with no number at all when a side refused to sign", () => {
    const refused = { ...signed(document()).act, status: "refused" as const };
    const finding = visited({}, LEFT, subject(), { disputed: true, act: refused });
    expect([finding.verdict, codes(finding), finding.detection, finding.part]).toEqual(["open", ["report-refused"], undefined, undefined]);
  });

  test("R19 records presence only from an undisputed report, and not while a question is open about it", () => {
    const spaces = [...seen(DRAWN, "opened-end"), ...seen(["S-2"], "interior-viewed", { recognised: "item" }), row("S-1", "covered")];
    const finding = visited({ spaces });
    expect([finding.verdict, finding.present, finding.detection, finding.part, finding.open]).toEqual(["recorded-present", ["S-2"], undefined, undefined, []]);
    expect(visited({ spaces, ambiguities: [question("S-2")] }).verdict).toBe("open");
    expect(visited({ spaces, ambiguities: [question("S-1")] }).verdict).toBe("recorded-present");
    expect(visited({ spaces }, LEFT, subject(), { disputed: true }).verdict).toBe("open");
  });

  test("R19 counts as chance only a draw that both sides' seeds give", () => {
    const other = CELLS.filter((cell) => !DRAWN.includes(cell)).slice(0, 11);
    const forged = visited({ drawn: { list: [...CELLS], cells: other, seeds: [...ids.openings] }, spaces: [...seen(other, "opened-end"), ...seen(OTHERS, "interior-viewed")] });
    expect([forged.verdict, codes(forged), forged.part]).toEqual(["open", ["draw-differs", "13 not-chosen"], undefined]);
    const { drawn: _, ...chosen } = document();
    const about = subject();
    const finding = absenceFinding(about, readVisit(state(), about, signed(chosen)), LEFT);
    expect([finding.verdict, codes(finding)]).toEqual(["open", ["13 not-chosen"]]);
  });

  test("R19 needs no draw where every cell was seen", () => {
    const { drawn: _, ...report } = document({ spaces: [...seen(CELLS, "opened-end"), ...seen(OTHERS, "interior-viewed")] });
    const about = subject();
    const finding = absenceFinding(about, readVisit(state(), about, signed(report)), LEFT);
    expect([finding.verdict, finding.detection?.fraction, finding.estimate?.worst]).toEqual(["nothing-found-at-level", "19/20", "space"]);
    expect(visited({ spaces: [...seen(CELLS, "opened-end"), ...seen(OTHERS, "interior-viewed")] }).detection?.fraction).toBe("19/20");
  });

  test("R19 is not-examined without a visit, and after one on which nothing was done in an agreed way", () => {
    const never = absenceFinding(subject(), undefined, LEFT);
    expect([never.verdict, never.visit, never.detection, never.coverage["not-examined"], never.evidence]).toEqual(["not-examined", undefined, undefined, 27, [ids.site]]);
    const { drawn: _, ...report } = document({ spaces: seen(["S-1"], "by-ear") });
    const about = subject();
    expect(absenceFinding(about, readVisit(state(), about, signed(report)), LEFT)).toMatchObject({ verdict: "not-examined", open: [] });
    expect(visited({ spaces: [row("S-1", "refused")] }).verdict).toBe("open");
  });

  test("R19 a space does not vanish when its owner declares the site anew, and a new one is not examined", () => {
    const smaller = { ...site, structures: site.structures.slice(0, 4) };
    const larger = { ...site, structures: [...site.structures, { id: "annex", name: { en: "Annex" }, kind: "hall" as const, spaces: [{ ...(site.structures[4]?.spaces[0] ?? never()), id: "H-2" }] }] };
    const anew = (declared: typeof site) => subject({ declared: { statement: statement("8".repeat(64), "site", "aurelia", declared), site: declared, owner: "aurelia" } });
    const covered = { spaces: [...seen(DRAWN, "opened-end"), ...seen(["S-1", "S-2"], "interior-viewed"), row("H-1", "covered")] };
    expect(visited(covered, LEFT, anew(smaller)).verdict).toBe("open");
    expect(codes(visited({}, LEFT, anew(larger)))).toEqual(["1 not-examined"]);
  });

  test("R19 is open where the report names a space that was not declared", () => {
    const finding = visited({ spaces: [...seen(DRAWN, "opened-end"), ...seen([...OTHERS, "S-9"], "interior-viewed")] });
    expect([finding.verdict, finding.open]).toEqual(["open", [{ code: "space-not-declared", spaces: ["S-9"] }]]);
  });

  test("R18 gives no number to a reader who was not given an input", () => {
    const about = subject();
    const withheld = (id: string) => ({ ...state(), get: (wanted: string) => (wanted === id ? undefined : state().get(wanted)) });
    for (const id of [ids.site, ids.openings[1], ids.draws[0]]) {
      const finding = absenceFinding(about, readVisit(withheld(id), about, signed(document())), LEFT);
      expect([finding.verdict, finding.open[0], finding.detection, finding.part]).toEqual(["open", { code: "not-held", statements: [id] }, undefined, undefined]);
    }
  });

  test("R19 computes nothing from terms with a probability above one", () => {
    const about = subject({ terms: { ...terms, methods: terms.methods.map((method) => ({ ...method, recognition: "1.5" })) } });
    const finding = visited({}, LEFT, about);
    expect([finding.verdict, codes(finding), finding.detection]).toEqual(["open", ["terms-unusable"], undefined]);
  });

  test("R19 spaces measured too small cannot hold the item, and say so with what it rests on", () => {
    const measured = OTHERS.map((space) => ({ space, what: "interior" as const, sides: { lengthMm: 4000, widthMm: 2000, heightMm: 2000 }, toleranceMm: 20, at: "2027-05-12T17:00:00Z", sheet: ids.measured }));
    const finding = visited({ spaces: seen(DRAWN, "opened-end"), measured });
    expect([finding.verdict, finding.detection?.fraction, finding.coverage["too-small"], finding.estimate?.otherSpaces]).toEqual(["nothing-found-at-level", "14171207/15456000", 3, 0]);
    expect(finding.assumptions).toContainEqual({ code: "measured-sides", spaces: 3 });
    expect(finding.assumptions).toContainEqual({ code: "forms-complete", type: "long-arrow", forms: 3 });
  });

  test("R19 does not depend on the order of the rows of a report", () => {
    const rows = document().spaces;
    fc.assert(fc.property(fc.shuffledSubarray([...rows], { minLength: rows.length }), (spaces) => { expect({ ...visited({ spaces }), evidence: [] }).toEqual({ ...visited(), evidence: [] }); }), { numRuns: 20 });
  });

  test("R19 the number never rises from one day to the next, and the verdict follows it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), (days) => {
        const [today, next] = [visited({}, day(days)), visited({}, day(days + 1))];
        expect(Number(next.detection?.decimal)).toBeLessThanOrEqual(Number(today.detection?.decimal));
        expect(today.verdict).toBe(days < 10 ? "nothing-found-at-level" : "nothing-found-below-level");
      }),
      { numRuns: 30 },
    );
  });
});

function never(): never {
  throw new Error("the example has five structures");
}
