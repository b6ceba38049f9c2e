import { describe, expect, test } from "vitest";
import { absenceFinding } from "./absence.ts";
import { declaredFinding, launcherFinding } from "./as-declared.ts";
import { findingCodes } from "./codes-in-words.ts";
import { document, DRAWN, ids, LEFT, longArrow, OTHERS, row, seen, signed, site, state, subject, terms, visited } from "./_example-visit.ts";
import type { Estimate, Finding } from "./finding.ts";
import { namesFrom } from "./names.ts";
import type { Language } from "./nouns.ts";
import { plainText } from "./runs.ts";
import { daySentence, estimateSentence, findingSentence, partSentence } from "./sentence.ts";
import { readVisit } from "./visit.ts";

const languages: readonly Language[] = ["en", "ru"];
const both = (finding: Finding) => languages.map((language) => plainText(findingSentence(finding, language)));
const covered = { spaces: [...seen(DRAWN, "opened-end"), row("S-1", "covered"), row("S-2", "covered")] };
const about = subject();
const visit = (change = {}, more = {}) => readVisit(state(), about, signed(document(change), more));

describe("the sentence of a finding", () => {
  test("R19 says what the draw of the cells would have found and what that leaves out", () => {
    const open = visited(covered);
    expect(plainText(partSentence(open, "en"))).toBe(
      "If at least 4 of the 24 launch cells had held the item, this inspection would have found it with probability 0.917 (14171207/15456000). Nothing was found. This multiplies the odds of absence by 12.03. It says nothing about fewer than 4 cells, undeclared sites, or the 3 spaces not viewed.",
    );
    expect(plainText(partSentence(open, "ru"))).toBe(
      "Если бы предмет находился не менее чем в 4 из 24 ячеек, эта инспекция обнаружила бы его с вероятностью 0.917 (14171207/15456000). Ничего не найдено. Шансы отсутствия умножаются на 12.03. Это ничего не говорит о менее чем 4 ячейках, о необъявленных объектах и о 3 неосмотренных помещениях.",
    );
  });

  test("R19 sets numbers and the fraction apart", () => {
    const runs = partSentence(visited(covered), "en");
    expect(runs.filter(({ kind }) => kind !== "text").map(({ kind, text }) => `${kind} ${text}`)).toEqual(["strong 4", "strong 24", "strong 0.917", "fraction 14171207/15456000", "strong 12.03"]);
  });

  test("R19 of a whole site says so of its other spaces too", () => {
    expect(both(visited())).toEqual([
      "If at least 4 of the 24 launch cells had held the item, this inspection would have found it with probability 0.917 (14171207/15456000). In any of the 3 other spaces it would have been found with at least the same probability. Nothing was found. This multiplies the odds of absence by 12.03. It says nothing about fewer than 4 cells or undeclared sites.",
      "Если бы предмет находился не менее чем в 4 из 24 ячеек, эта инспекция обнаружила бы его с вероятностью 0.917 (14171207/15456000). Если бы он находился в любом из 3 других помещений, его обнаружили бы с не меньшей вероятностью. Ничего не найдено. Шансы отсутствия умножаются на 12.03. Это ничего не говорит о менее чем 4 ячейках и о необъявленных объектах.",
    ]);
    const poor = visited({ spaces: [...seen(DRAWN, "opened-end"), ...seen(["S-1", "S-2"], "interior-viewed"), ...seen(["H-1"], "dark-hall")] });
    expect(both(poor).map((text) => text.slice(0, 150))).toEqual([
      "If at least 4 of the 24 launch cells or any of the 3 other spaces had held the item, this inspection would have found it with a probability of at leas",
      "Если бы предмет находился не менее чем в 4 из 24 ячеек или в любом из 3 других помещений, эта инспекция обнаружила бы его с вероятностью не менее 0.50",
    ]);
  });

  test("R19 an open site gives its reasons first, and a number only for its cells", () => {
    expect(both(visited(covered)).map((text) => text.split(" ").slice(0, 24).join(" "))).toEqual([
      "Open: spaces under a cover: 2; spaces not examined: 1. No number is given for the whole site; for its cells alone: If at",
      "Открыто: укрытых помещений: 2; неосмотренных помещений: 1. Для всего объекта число не даётся; только для его ячеек: Если бы предмет находился не менее чем",
    ]);
    const asked = visited({ ambiguities: [{ id: "7".repeat(64), space: "cell-01", question: { en: "?" }, statements: [{ by: "borealia", text: { en: "." } }], answered: false }] });
    expect(both(asked)).toEqual(["Open: a question about cell-01 is not answered. No number is given while this is open.", "Открыто: нет ответа на вопрос о помещении «cell-01». Пока это открыто, число не даётся."]);
  });

  test("R19 without a number says why", () => {
    expect(both(absenceFinding(about, undefined, LEFT))).toEqual(["No visit has been made to this site.", "Этот объект не посещали."]);
    expect(both(launcherFinding(about, visit(), LEFT))[0]).toBe("The terms name no method for this claim, so nothing seen on the site speaks for it or against it.");
    expect(both(visited({ spaces: seen(["S-2"], "interior-viewed", { recognised: "item" }) }))).toEqual([
      "The report that both sides signed records the item, in 1 space: S-2.",
      "В отчёте, который подписали обе стороны, зафиксировано наличие предмета; помещений: 1 (S-2).",
    ]);
  });

  test("R19 of the declaration names what was counted and what differs", () => {
    expect(both(declaredFinding(about, visit(), LEFT))[0]).toBe("The inspecting party counted as many spaces as were declared, 27, and both sides signed the count.");
    const differing = declaredFinding(about, visit({ counted: document().counted.map((each) => (each.structure === "store" ? { ...each, spaces: 3 } : each)) }), LEFT);
    expect(both(differing)).toEqual(["The signed report differs from the declaration: store: 2 spaces declared, 3 counted.", "Подписанный отчёт расходится с объявлением: store: помещений объявлено 2, насчитано 3."]);
    expect(both(declaredFinding(about, visit({}, { act: { ...signed(document()).act, status: "refused", signatures: [] }, disputed: true }), LEFT))[0]).toMatch(/^Open: /);
  });

  test("R19 the day shown stands beside the level", () => {
    const later = visited({}, "2027-05-22T18:30:00Z");
    expect(languages.map((language) => plainText(daySentence(later, language)))).toEqual(["Agreed level 0.90. Day 10 after the visit: 0.899, below the level.", "Согласованный уровень 0.90. День 10 после посещения: 0.899, ниже уровня."]);
  });

  test("R19 nouns follow their number", () => {
    const numbers = { detection: { fraction: "1/2", decimal: "0.500" }, likelihoodRatio: { fraction: "2/1", decimal: "2.00" } };
    const estimate = (change: Partial<Estimate>): Estimate => ({ scope: "cells", cellKinds: ["canister-bay"], cells: 21, drawn: 5, otherSpaces: 1, holding: 1, worst: "cells", atVisit: numbers, today: numbers, ...change });
    const text = (change: Partial<Estimate>, unseen: number, language: Language) => plainText(estimateSentence(estimate(change), unseen, language));
    expect(text({}, 1, "en")).toBe("If at least 1 of the 21 canister bays had held the item, this inspection would have found it with probability 0.500 (1/2). In the other space it would have been found with at least the same probability. Nothing was found. This multiplies the odds of absence by 2.00. It says nothing about undeclared sites or the 1 space not viewed.");
    expect(text({}, 1, "ru")).toContain("не менее чем в 1 из 21 контейнерного места, эта");
    expect(text({}, 1, "ru")).toContain("об 1 неосмотренном помещении");
    expect(text({ cellKinds: ["launch-cell", "canister-bay"], cells: 30, holding: 21, otherSpaces: 0 }, 21, "ru")).toContain("о менее чем 21 помещении, о необъявленных объектах и о 21 неосмотренном помещении");
    expect(text({ cells: 0, cellKinds: [], otherSpaces: 1, worst: "space" }, 0, "en")).toMatch(/^If the space that could hold the item had held it/);
    expect(text({ cells: 0, cellKinds: [], otherSpaces: 3, worst: "space" }, 0, "ru")).toMatch(/^Если бы предмет находился в любом из 3 возможных помещений,/);
    expect(text({ worst: "none", atVisit: { detection: { fraction: "1/1", decimal: "1.000" } } }, 0, "en")).toBe("By the sides measured, no space is large enough for any declared form of the item. Nothing was found. It says nothing about undeclared sites.");
  });

  test("R19 names stand where they are known", () => {
    const names = namesFrom({ terms, site, types: [{ type: longArrow }] }, "ru");
    expect(findingCodes(visited(), "ru", names).assumptions).toContain("0.95 верно для каждого осмотра этим способом: Открытый торец");
    expect([names.type("long-arrow"), names.space("S-1"), names.party("aurelia")]).toEqual(["Длинная стрела", "S-1", "aurelia"]);
  });

  test("no words of judgement, and every code has words in both languages", () => {
    const measured = OTHERS.map((space) => ({ space, what: "interior" as const, sides: { lengthMm: 4000, widthMm: 2000, heightMm: 2000 }, toleranceMm: 20, at: LEFT, sheet: ids.measured }));
    const findings = [visited(), visited(covered), visited({ measured }), visited({ spaces: [] }), visited({}, LEFT, about, { disputed: true }), declaredFinding(about, visit({ counted: [], differences: [{ en: "A new door." }] }), LEFT), launcherFinding(about, visit(), LEFT)];
    for (const finding of findings)
      for (const language of languages) {
        const { assumptions, notCovered, open, differences } = findingCodes(finding, language);
        const text = [plainText(findingSentence(finding, language)), ...assumptions, ...notCovered, ...open, ...differences].join("\n");
        expect(text).not.toMatch(/verified|trusted|secure|compliant|violation|\bsafe\b|guarantee|all good|провере|надёжн|безопасн|наруш|гарант/i);
        expect(text).not.toMatch(/undefined|NaN|\[object/);
      }
  });
});
