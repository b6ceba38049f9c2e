/**
 * A finding in one paragraph, in English and Russian. The words say what an inspection of this kind would have found and what
 * that leaves out; they never say that something is not there.
 */
import { findingCodes, openReasonText, type CodeWords } from "./codes-in-words.ts";
import type { Estimate, Finding } from "./finding.ts";
import { idsAsNames, type Names } from "./names.ts";
import { endsInOne, englishNoun, russianGenitive, russianPrepositional, type Language } from "./nouns.ts";
import { fractionRun, line, paragraph, strong, type Run } from "./runs.ts";

/** The whole finding: verdict, and number or reason why there is none. */
export function findingSentence(finding: Finding, language: Language, names: Names = idsAsNames): Run[] {
  switch (finding.verdict) {
    case "nothing-found-at-level":
    case "nothing-found-below-level":
      return finding.estimate === undefined ? [] : estimateSentence(finding.estimate, uncovered(finding), language);
    case "not-examined":
      return notExamined(finding, language);
    case "open":
      return openSentence(finding, language, names);
    case "recorded-present":
      return presentSentence(finding, language, names);
    case "agrees":
      return language === "en"
        ? line`The inspecting party counted as many spaces as were declared, ${strong(finding.coverage.spaces)}, and both sides signed the count.`
        : line`Инспектирующая сторона насчитала столько помещений, сколько объявлено: ${strong(finding.coverage.spaces)}. Обе стороны подписали этот подсчёт.`;
    case "differs":
      return differsSentence(finding, language, names);
  }
}

/** The number of the cells alone, where the site is open and they are not; empty otherwise. */
export function partSentence(finding: Finding, language: Language): Run[] {
  return finding.part === undefined ? [] : estimateSentence(finding.part, uncovered(finding), language);
}

/** What the number is on the day shown, beside the level; empty where there is no number. */
export function daySentence({ estimate, part, level, visit, verdict }: Finding, language: Language): Run[] {
  const shown = estimate ?? part;
  if (shown === undefined || visit === undefined) return [];
  const decimal = strong(shown.today.detection.decimal);
  if (language === "en") {
    const beside = verdict === "nothing-found-at-level" ? ", at the level" : verdict === "nothing-found-below-level" ? ", below the level" : "";
    return line`Agreed level ${level}. Day ${visit.days} after the visit: ${decimal}${beside}.`;
  }
  const beside = verdict === "nothing-found-at-level" ? ", на уровне" : verdict === "nothing-found-below-level" ? ", ниже уровня" : "";
  return line`Согласованный уровень ${level}. День ${visit.days} после посещения: ${decimal}${beside}.`;
}

/** `unseen`: how many spaces were not viewed for another reason than a joint draw. */
export function estimateSentence(estimate: Estimate, unseen: number, language: Language): Run[] {
  const { likelihoodRatio } = estimate.atVisit;
  if (language === "en")
    return paragraph(
      englishNumber(estimate),
      line`Nothing was found.`,
      likelihoodRatio === undefined ? [] : line`This multiplies the odds of absence by ${strong(likelihoodRatio.decimal)}.`,
      englishLimits(estimate, unseen),
    );
  return paragraph(
    russianNumber(estimate),
    line`Ничего не найдено.`,
    likelihoodRatio === undefined ? [] : line`Шансы отсутствия умножаются на ${strong(likelihoodRatio.decimal)}.`,
    russianLimits(estimate, unseen),
  );
}

function englishNumber({ worst, holding, cells, cellKinds, otherSpaces, atVisit }: Estimate): Run[] {
  const { decimal, fraction } = atVisit.detection;
  const some = line`at least ${strong(holding)} of the ${strong(cells)} ${englishNoun(cellKinds, cells)}`;
  const others = otherSpaces === 1 ? line`the other space` : line`any of the ${strong(otherSpaces)} other spaces`;
  const found = line`this inspection would have found it with`;
  switch (worst) {
    case "none":
      return line`By the sides measured, no space is large enough for any declared form of the item.`;
    case "cells":
      return paragraph(
        line`If ${some} had held the item, ${found} probability ${strong(decimal)} (${fractionRun(fraction)}).`,
        otherSpaces === 0 ? [] : line`In ${others} it would have been found with at least the same probability.`,
      );
    case "space":
      return cells === 0
        ? line`If ${otherSpaces === 1 ? line`the space` : line`any of the ${strong(otherSpaces)} spaces`} that could hold the item had held it, ${found} a probability of at least ${strong(decimal)} (${fractionRun(fraction)}).`
        : line`If ${some} or ${others} had held the item, ${found} a probability of at least ${strong(decimal)} (${fractionRun(fraction)}).`;
  }
}

function englishLimits({ holding, cells, cellKinds }: Estimate, unseen: number): Run[] {
  const items = [
    ...(holding > 1 && cells > 0 ? [line`fewer than ${holding} ${englishNoun(cellKinds, holding, "short")}`] : []),
    line`undeclared sites`,
    ...(unseen > 0 ? [line`the ${unseen} ${unseen === 1 ? "space" : "spaces"} not viewed`] : []),
  ];
  return line`It says nothing about ${listed(items, items.length > 2 ? ", " : " or ", items.length > 2 ? ", or " : " or ")}.`;
}

function russianNumber({ worst, holding, cells, cellKinds, otherSpaces, atVisit }: Estimate): Run[] {
  const { decimal, fraction } = atVisit.detection;
  const some = line`не менее чем в ${strong(holding)} из ${strong(cells)} ${russianGenitive(cellKinds, cells)}`;
  const rest = (other: string, others: string) => (otherSpaces === 1 ? line`в ${other} помещении` : line`в любом из ${strong(otherSpaces)} ${others} ${russianGenitive([], otherSpaces)}`);
  const others = rest("другом", endsInOne(otherSpaces) ? "другого" : "других");
  const found = line`эта инспекция обнаружила бы его с вероятностью`;
  switch (worst) {
    case "none":
      return line`По измеренным размерам ни одно помещение не вмещает ни одной из объявленных форм предмета.`;
    case "cells":
      return paragraph(
        line`Если бы предмет находился ${some}, ${found} ${strong(decimal)} (${fractionRun(fraction)}).`,
        otherSpaces === 0 ? [] : line`Если бы он находился ${others}, его обнаружили бы с не меньшей вероятностью.`,
      );
    case "space":
      return cells === 0
        ? line`Если бы предмет находился ${rest("единственном возможном", endsInOne(otherSpaces) ? "возможного" : "возможных")}, ${found} не менее ${strong(decimal)} (${fractionRun(fraction)}).`
        : line`Если бы предмет находился ${some} или ${others}, ${found} не менее ${strong(decimal)} (${fractionRun(fraction)}).`;
  }
}

function russianLimits({ holding, cells, cellKinds }: Estimate, unseen: number): Run[] {
  const about = unseen === 1 || unseen === 11 ? "об" : "о";
  const items = [
    ...(holding > 1 && cells > 0 ? [line`о менее чем ${holding} ${russianPrepositional(cellKinds, holding)}`] : []),
    line`о необъявленных объектах`,
    ...(unseen > 0 ? [line`${about} ${unseen} ${endsInOne(unseen) ? "неосмотренном помещении" : "неосмотренных помещениях"}`] : []),
  ];
  return line`Это ничего не говорит ${listed(items, ", ", " и ")}.`;
}

function openSentence(finding: Finding, language: Language, names: Names): Run[] {
  const reasons = finding.open.map((reason) => line`${openReasonText(reason, language, names)}`);
  const because = language === "en" ? line`Open: ${listed(reasons, "; ", "; ")}.` : line`Открыто: ${listed(reasons, "; ", "; ")}.`;
  if (finding.claim !== "item-absent") return because;
  const part = partSentence(finding, language);
  if (part.length === 0) return paragraph(because, language === "en" ? line`No number is given while this is open.` : line`Пока это открыто, число не даётся.`);
  return paragraph(because, language === "en" ? line`No number is given for the whole site; for its cells alone:` : line`Для всего объекта число не даётся; только для его ячеек:`, part);
}

function notExamined({ claim, visit }: Finding, language: Language): Run[] {
  if (claim === "launcher-incapable")
    return language === "en"
      ? line`The terms name no method for this claim, so nothing seen on the site speaks for it or against it.`
      : line`Условия не называют способа для этого утверждения: увиденное на объекте не говорит ни за него, ни против.`;
  if (visit === undefined) return language === "en" ? line`No visit has been made to this site.` : line`Этот объект не посещали.`;
  if (claim === "site-as-declared")
    return language === "en" ? line`The site was visited, but the report has no count of its structures.` : line`Объект посетили, но подсчёта его сооружений в отчёте нет.`;
  return language === "en"
    ? line`The site was visited, but nothing was looked at by a method that the terms name.`
    : line`Объект посетили, но ничего не осматривали способом, который назван в условиях.`;
}

function presentSentence({ present }: Finding, language: Language, names: Names): Run[] {
  const spaces = listed(present.map((id) => line`${names.space(id)}`), ", ", ", ");
  return language === "en"
    ? line`The report that both sides signed records the item, in ${strong(present.length)} ${present.length === 1 ? "space" : "spaces"}: ${spaces}.`
    : line`В отчёте, который подписали обе стороны, зафиксировано наличие предмета; помещений: ${strong(present.length)} (${spaces}).`;
}

function differsSentence(finding: Finding, language: Language, names: Names): Run[] {
  const words: CodeWords = findingCodes(finding, language, names);
  const all = listed(words.differences.map((text) => line`${text}`), "; ", "; ");
  return language === "en" ? line`The signed report differs from the declaration: ${all}.` : line`Подписанный отчёт расходится с объявлением: ${all}.`;
}

function uncovered({ notCovered }: Finding): number {
  return notCovered.reduce((count, each) => (each.code === "spaces" ? count + each.count : count), 0);
}

function listed(items: readonly (readonly Run[])[], between: string, last: string): Run[] {
  return items.flatMap((item, index): readonly Run[] => {
    if (index === 0) return item;
    return [{ kind: "text", text: index === items.length - 1 ? last : between }, ...item];
  });
}
