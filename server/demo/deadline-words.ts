/** What a deadline is about, for the line under the case clock. */
import type { Words } from "@countersign/core/bytes/fields.ts";
import type { Deadline, OwedAct } from "@countersign/core/terms/owed.ts";

const ACTS: Partial<Record<OwedAct, { readonly en: string; readonly ru: string }>> = {
  arrival: { en: "arrival", ru: "прибытие" },
  designation: { en: "naming the site", ru: "назначение объекта" },
  freeze: { en: "freeze", ru: "запрет перемещений" },
  transport: { en: "transport to the site", ru: "доставка на объект" },
  briefing: { en: "briefing", ru: "инструктаж" },
  ambiguity: { en: "the question about what was not shown", ru: "вопрос о том, что не показали" },
  "object-sheet": { en: "recording what was seen", ru: "запись увиденного" },
  "ambiguity-statement": { en: "own statement on the open question", ru: "своё заявление по неясности" },
  "diagram-check": { en: "checking the diagram", ru: "сверка схемы" },
  departure: { en: "end of the time on site", ru: "окончание работы на объекте" },
  report: { en: "report", ru: "отчёт" },
  "sign-report": { en: "signing the report", ru: "подписание отчёта" },
};

export function deadlineWords({ owed, what }: Deadline): Words {
  const named = ACTS[owed.act] ?? { en: owed.act, ru: owed.act };
  return what === "opens" ? { en: `${named.en} becomes possible`, ru: `${named.ru}: становится возможным` } : named;
}
