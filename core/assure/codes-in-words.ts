/** The codes of a finding in words, in English and Russian: assumptions, what is not covered, what is open, differences. */
import type { Assumption, Difference, Finding, NotCovered, OpenReason } from "./finding.ts";
import type { LedgerState } from "./ledger.ts";
import { idsAsNames, inLanguage, type Names } from "./names.ts";
import { englishNoun, russianPrepositional, type Language } from "./nouns.ts";

export interface CodeWords {
  readonly assumptions: readonly string[];
  readonly notCovered: readonly string[];
  readonly open: readonly string[];
  readonly differences: readonly string[];
}

export function findingCodes(finding: Finding, language: Language, names: Names = idsAsNames): CodeWords {
  return {
    assumptions: finding.assumptions.map((assumption) => assumptionText(assumption, language, names)),
    notCovered: finding.notCovered.map((each) => notCoveredText(each, language)),
    open: finding.open.map((reason) => openReasonText(reason, language, names)),
    differences: finding.differences.map((difference) => differenceText(difference, language, names)),
  };
}

export function assumptionText(assumption: Assumption, language: Language, names: Names = idsAsNames): string {
  const en = language === "en";
  switch (assumption.code) {
    case "drawn-by-chance":
      return en ? "The draw was by chance: both sides sealed a seed before either was opened" : "Жребий был случайным: обе стороны запечатали свои числа, прежде чем вскрыли первое";
    case "recognition":
      return en
        ? `${assumption.value} holds for every look by this method: ${names.method(assumption.method)}`
        : `${assumption.value} верно для каждого осмотра этим способом: ${names.method(assumption.method)}`;
    case "looks-independent":
      return en ? "Each look is independent of the others" : "Каждый осмотр не зависит от других";
    case "nothing-moved":
      if (assumption.frozen) return en ? `Nothing moved after the freeze of ${hour(assumption.since)}` : `После запрета перемещений ${hour(assumption.since)} ничего не перемещалось`;
      return en ? `Nothing moved after the site was named at ${hour(assumption.since)}; no freeze is recorded` : `После того как объект назван, ${hour(assumption.since)}, ничего не перемещалось; запрет перемещений не записан`;
    case "one-item-a-cell":
      return en ? "A cell holds one item at most" : "В ячейке помещается не больше одного предмета";
    case "measured-sides":
      return en ? `Measured sides lie within their tolerance; spaces too small by them: ${assumption.spaces}` : `Измеренные размеры верны в пределах допуска; слишком малых по ним помещений: ${assumption.spaces}`;
    case "forms-complete":
      return en ? `${names.type(assumption.type)} has no smaller form than the ${assumption.forms} declared` : `У предмета «${names.type(assumption.type)}» нет формы меньше объявленных; объявлено форм: ${assumption.forms}`;
    case "one-opening":
      return en ? "The measured opening is the only way into its space" : "Измеренный проём — единственный вход в своё помещение";
    case "outline-holds-all":
      return en ? "What a cell holds lies within the outline or canister that was measured" : "Содержимое ячейки не выходит за измеренные очертания или контейнер";
    case "decay":
      return en ? `The number falls by the factor ${assumption.factor} for each whole day since the visit` : `За каждый полный день после посещения число умножается на ${assumption.factor}`;
  }
}

export function notCoveredText(each: NotCovered, language: Language): string {
  const en = language === "en";
  switch (each.code) {
    case "fewer-than":
      return en ? `Fewer than ${each.holding} ${englishNoun(each.cellKinds, each.holding, "short")} holding the item` : `Предмет менее чем в ${each.holding} ${russianPrepositional(each.cellKinds, each.holding)}`;
    case "spaces":
      return sentenceCase(spacesText(each.state, each.count, language));
    case "undeclared-sites":
      return en ? "Sites that were not declared" : "Объекты, которые не были объявлены";
    case "launcher":
      return en ? "What the launcher can fire: claim 2" : "Что может запустить пусковая установка: утверждение 2";
    case "no-method":
      return en ? "The terms name no method for this claim" : "Условия не называют способа для этого утверждения";
    case "holdings-not-declared":
      return en ? "What stands in the spaces: no holdings were declared" : "Что стоит в помещениях: наличие не объявлено";
  }
}

/** Begins in lower case: it stands inside a sentence. */
export function openReasonText(reason: OpenReason, language: Language, names: Names = idsAsNames): string {
  const en = language === "en";
  switch (reason.code) {
    case "report-refused": {
      const by = reason.by.map((id) => names.party(id)).join(", ");
      return en ? `${by} refused to sign the report` : `в подписи отчёта отказано: ${by}`;
    }
    case "question":
      if (reason.space === undefined) return en ? "a question is not answered" : "на вопрос нет ответа";
      return en ? `a question about ${names.space(reason.space)} is not answered` : `нет ответа на вопрос о помещении «${names.space(reason.space)}»`;
    case "spaces":
      return spacesText(reason.state, reason.count, language);
    case "space-not-declared":
      return en ? `spaces named by the report that the declaration does not have: ${reason.spaces.join(", ")}` : `помещения из отчёта, которых нет в объявлении: ${reason.spaces.join(", ")}`;
    case "draw-differs":
      return en ? "the cells called drawn are not those that the two seeds give" : "ячейки, названные выпавшими, не те, что дают оба числа";
    case "not-held":
      return en ? `inputs not released to this reader: ${reason.statements.length}` : `исходных заявлений, не открытых этому читателю: ${reason.statements.length}`;
    case "declared-anew":
      return en ? "the site was declared anew after the visit" : "после посещения объект объявлен заново";
    case "structures-not-counted":
      return en ? `structures not counted: ${reason.structures.map((id) => names.structure(id)).join(", ")}` : `не подсчитаны сооружения: ${reason.structures.map((id) => names.structure(id)).join(", ")}`;
    case "terms-unusable":
      return en ? "the terms hold a probability or factor that is not from 0 to 1" : "в условиях есть вероятность или множитель не от 0 до 1";
  }
}

/** Begins in lower case, except where it is the inspectors' own words. */
export function differenceText(difference: Difference, language: Language, names: Names = idsAsNames): string {
  const en = language === "en";
  switch (difference.code) {
    case "count":
      return en
        ? `${names.structure(difference.structure)}: ${difference.declared} spaces declared, ${difference.counted} counted`
        : `${names.structure(difference.structure)}: помещений объявлено ${difference.declared}, насчитано ${difference.counted}`;
    case "structure-not-declared":
      return en ? `a structure that was not declared: ${difference.structure}` : `сооружение, которое не было объявлено: ${difference.structure}`;
    case "space-not-declared":
      return en ? `a space that was not declared: ${difference.space}` : `помещение, которое не было объявлено: ${difference.space}`;
    case "identity":
      if (difference.declared === undefined) return en ? `${names.space(difference.space)}: declared empty, marking read ${difference.seen}` : `${names.space(difference.space)}: объявлено пустым, прочитана маркировка ${difference.seen}`;
      return en ? `${names.space(difference.space)}: marking declared ${difference.declared}, read ${difference.seen}` : `${names.space(difference.space)}: маркировка объявлена ${difference.declared}, прочитана ${difference.seen}`;
    case "noted":
      return inLanguage(difference.words, language);
  }
}

/** Number last, so that no noun or verb has to agree with it. */
function spacesText(state: LedgerState, count: number, language: Language): string {
  const [english, russian] = stateWords[state];
  return `${language === "en" ? english : russian}: ${count}`;
}

const stateWords: Readonly<Record<LedgerState, readonly [english: string, russian: string]>> = {
  seen: ["spaces seen", "осмотрено помещений"],
  "too-small": ["spaces measured and too small", "измерено, слишком малы"],
  "not-drawn": ["cells not drawn", "не выпало по жребию"],
  "not-chosen": ["cells left out without a joint draw", "ячеек, оставленных без общего жребия"],
  refused: ["spaces to which access was refused", "помещений, в доступе к которым отказано"],
  covered: ["spaces under a cover", "укрытых помещений"],
  "not-shown": ["spaces not shown", "помещений, которые не показали"],
  "not-examined": ["spaces not examined", "неосмотренных помещений"],
};

function sentenceCase(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function hour(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
