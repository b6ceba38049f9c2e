/** What a finding of *the item is absent* rests on, gathered once for the parts of the page. Everything is computed by the rules in core. */
import type { Estimate, Finding } from "@countersign/core/assure/finding.ts";
import { estimateOf, estimateOn, measuresOf } from "@countersign/core/assure/estimate.ts";
import { namesFrom, type Names } from "@countersign/core/assure/names.ts";
import { readVisit, type Subject, type VisitRecord } from "@countersign/core/assure/visit.ts";
import type { Statements } from "@countersign/core/channel/kind.ts";
import { declaredTypes, siteById } from "@countersign/core/declare/sites.ts";
import { signedReports } from "@countersign/core/inspect/signed-reports.ts";
import { agreementByHash } from "@countersign/core/terms/in-force.ts";
import type { Method } from "@countersign/core/terms/terms.ts";
import type { Language } from "../../parts/language.tsx";

export interface FindingGrounds {
  readonly subject: Subject;
  readonly visit: VisitRecord | undefined;
  readonly names: Names;
}

export function groundsOf(state: Statements, finding: Finding, language: Language): FindingGrounds | undefined {
  const agreement = agreementByHash(state, finding.agreement);
  const declared = siteById(state, finding.site);
  const obligation = agreement?.terms.obligations.find(({ id }) => id === finding.obligation);
  if (agreement === undefined || declared === undefined || obligation === undefined) return undefined;
  const types = declaredTypes(state);
  const subject: Subject = { agreement: agreement.sha256, terms: agreement.terms, obligation, declared, types };
  const signed = signedReports(state).find(({ report }) => report.id === finding.report);
  return {
    subject,
    visit: signed === undefined ? undefined : readVisit(state, subject, signed),
    names: namesFrom({ terms: agreement.terms, site: declared.site, charter: state.charter, types }, language),
  };
}

/** The methods with which the cells were seen, each with how many. */
export function methodsOnCells({
  subject,
  visit,
}: FindingGrounds): readonly { readonly method: Method; readonly count: number }[] {
  const counts = new Map<Method, number>();
  for (const row of visit?.rows ?? [])
    if (row.method !== undefined && subject.terms.detection.cellKinds.includes(row.space.kind))
      counts.set(row.method, (counts.get(row.method) ?? 0) + 1);
  return [...counts].map(([method, count]) => ({ method, count })).toSorted((a, b) => b.count - a.count);
}

/** The number for another holding than the terms': the same looks, the same rules. `undefined` where no number may be given. */
export function estimateFor(
  { subject, visit }: FindingGrounds,
  finding: Finding,
  holding: number,
): Estimate | undefined {
  const shown = finding.estimate ?? finding.part;
  if (visit === undefined || shown === undefined) return undefined;
  const measures = measuresOf({
    ...subject.terms,
    detection: { ...subject.terms.detection, significantHolding: holding },
  });
  if (measures === undefined) return undefined;
  return estimateOn(estimateOf(measures, visit.rows, shown.scope), measures, finding.visit?.days ?? 0);
}

/** How many spaces were not viewed for another reason than a joint draw, as the finding's sentence counts them. */
export function unseenSpaces({ notCovered }: Finding): number {
  return notCovered.reduce((sum, each) => (each.code === "spaces" ? sum + each.count : sum), 0);
}

/** `95` of `0.95`, exact; `97.5` of `0.975`. */
export function outOfHundred(decimal: string): string {
  const [whole = "0", places = ""] = decimal.split(".");
  const digits = (whole + places.padEnd(2, "0")).replace(/^0+(?=\d)/, "");
  const beyond = Math.max(0, places.length - 2);
  const text = beyond === 0 ? digits : `${digits.slice(0, -beyond).padStart(1, "0")}.${digits.slice(-beyond)}`;
  return text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

/** Whether the report that the finding rests on was refused by a side. */
export function isRefused({ open }: Finding): boolean {
  return open.some(({ code }) => code === "report-refused");
}
