import { describe, expect, test } from "vitest";
import { declaredFinding, launcherFinding } from "./as-declared.ts";
import { document, DRAWN, ids, LEFT, OTHERS, seen, signed, site, state, statement, subject } from "./_example-visit.ts";
import type { ReportDocument } from "../inspect/report-document.ts";
import { readVisit } from "./visit.ts";

const about = subject();
const held = (change: Partial<ReportDocument> = {}, more = {}, whom = about) => declaredFinding(whom, readVisit(state(), whom, signed(document(change), more)), LEFT);
const counted = document().counted;

describe("site-as-declared", () => {
  test("R19 agrees where every structure was counted, as many spaces as declared", () => {
    expect(held()).toMatchObject({ claim: "site-as-declared", verdict: "agrees", open: [], differences: [], notCovered: [{ code: "undeclared-sites" }] });
    expect(held().detection).toBeUndefined();
  });

  test("R19 differs for another count, a structure or space not declared, a difference noted", () => {
    expect(held({ counted: counted.map((each) => (each.structure === "store" ? { ...each, spaces: 3 } : each)) })).toMatchObject({ verdict: "differs", differences: [{ code: "count", structure: "store", declared: 2, counted: 3 }] });
    expect(held({ counted: [...counted, { structure: "annex", spaces: 1 }] }).differences).toEqual([{ code: "structure-not-declared", structure: "annex" }]);
    expect(held({ spaces: seen(["S-9"], "interior-viewed") }).differences).toEqual([{ code: "space-not-declared", space: "S-9" }]);
    expect(held({ differences: [{ en: "A door on the north side." }] })).toMatchObject({ verdict: "differs", differences: [{ code: "noted" }] });
  });

  test("R19 differs where a marking is not the one declared, or stands where nothing was declared", () => {
    const cell = DRAWN[0] ?? "";
    const declared = `LN-${Number(cell.slice(5))}`;
    expect(held({ spaces: seen([cell], "opened-end", { identity: declared }) }).verdict).toBe("agrees");
    expect(held({ spaces: seen([cell], "opened-end", { identity: "LN-0" }) }).differences).toEqual([{ code: "identity", space: cell, declared, seen: "LN-0" }]);
    expect(held({ spaces: seen(["S-1"], "interior-viewed", { identity: "LN-99" }) }).differences).toEqual([{ code: "identity", space: "S-1", seen: "LN-99" }]);
    const { holdings: _, ...without } = document({ spaces: seen([cell], "opened-end", { identity: "LN-0" }) });
    expect(declaredFinding(about, readVisit(state(), about, signed(without)), LEFT)).toMatchObject({ verdict: "agrees", notCovered: [{ code: "holdings-not-declared" }, { code: "undeclared-sites" }] });
  });

  test("R19 is open for a refused signature, a question, structures not counted and a declaration made since", () => {
    const question = { id: "7".repeat(64), question: { en: "?" }, statements: [{ by: "borealia", text: { en: "." } }], answered: false };
    expect(held({}, { disputed: true })).toMatchObject({ verdict: "open", open: [{ code: "report-refused" }] });
    expect(held({ ambiguities: [question] })).toMatchObject({ verdict: "open", open: [{ code: "question" }] });
    expect(held({ counted: counted.slice(1) })).toMatchObject({ verdict: "open", open: [{ code: "structures-not-counted", structures: ["module-1"] }] });
    const anew = subject({ declared: { statement: statement("8".repeat(64), "site", "aurelia", site), site, owner: "aurelia" } });
    expect(held({}, {}, anew)).toMatchObject({ verdict: "open", open: [{ code: "declared-anew", declaration: "8".repeat(64) }] });
  });

  test("R19 is not-examined without a visit or without a count", () => {
    expect(declaredFinding(about, undefined, LEFT)).toMatchObject({ verdict: "not-examined", evidence: [ids.site] });
    expect(held({ counted: [], spaces: seen(OTHERS, "interior-viewed") }).verdict).toBe("not-examined");
  });
});

describe("launcher-incapable", () => {
  test("R19 is not-examined whatever was seen, because the terms name no method", () => {
    expect([undefined, readVisit(state(), about, signed(document()))].map((visit) => launcherFinding(about, visit, LEFT))).toEqual([
      expect.objectContaining({ claim: "launcher-incapable", verdict: "not-examined", notCovered: [{ code: "no-method" }] }),
      expect.objectContaining({ claim: "launcher-incapable", verdict: "not-examined", notCovered: [{ code: "no-method" }], report: ids.report }),
    ]);
  });
});
