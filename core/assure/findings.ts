/**
 * Findings as a function of rules, record and moment (SPEC R19): for every declared site whose owner owes that an item is absent,
 * and for each of the three claims, what follows from the latest signed report on it.
 *
 * The state is folded to the moment first; `asOf` decides which visits count and how many days have passed since.
 */
import type { Instant } from "../bytes/fields.ts";
import { addSeconds } from "../bytes/instant.ts";
import type { Statements } from "../channel/kind.ts";
import { declaredSites, declaredTypes } from "../declare/sites.ts";
import { signedReports, type SignedReport } from "../inspect/signed-reports.ts";
import { agreementInForce } from "../terms/in-force.ts";
import { absenceFinding } from "./absence.ts";
import { declaredFinding, launcherFinding } from "./as-declared.ts";
import type { EarlierVisit, Finding, Verdict } from "./finding.ts";
import type { ExactNumber } from "./likelihood.ts";
import { byVisit, readVisit, rowsOf, visitOf, type Subject, type VisitRecord } from "./visit.ts";

/** In the order of the agreement's obligations, the first declarations of the sites, and the claims. None without an agreement in force. */
export function findings(state: Statements, asOf: Instant): readonly Finding[] {
  const reports = Map.groupBy(signedReports(state).filter(({ signedAt }) => signedAt <= asOf), ({ document }) => document.site);
  return subjects(state, asOf).flatMap((subject) => {
    const visits = reportsOn(subject, reports.get(subject.declared.site.id) ?? []).map((signed) => readVisit(state, subject, signed));
    const latest = visits.at(-1);
    const earlier = visits.slice(0, -1).map((visit): EarlierVisit => {
      const { verdict, estimate } = absenceFinding(subject, visit, asOf);
      return { ...visitOf(visit.signed, asOf), verdict, ...(estimate === undefined ? {} : { estimate }) };
    });
    const rows = rowsOf(subject, latest);
    return [{ ...absenceFinding(subject, latest, asOf, rows), earlier }, launcherFinding(subject, latest, asOf, rows), declaredFinding(subject, latest, asOf, rows)];
  });
}

/**
 * The finding of *the item is absent* for each single visit, oldest first, as it stands on the day the team left, for comparing
 * visits of one site. Of several obligations about the site the first, unless one is named.
 */
export function visitFindings(state: Statements, siteId: string, obligation?: string): readonly Finding[] {
  const subject = subjectOf(state, siteId, obligation);
  return subject === undefined ? [] : visitsTo(state, subject).map((visit) => absenceFinding(subject, visit, visit.signed.document.times.left));
}

/** Every visit to a site with a signed report, oldest first, with its coverage ledger. */
export function siteVisits(state: Statements, siteId: string, obligation?: string): readonly VisitRecord[] {
  const subject = subjectOf(state, siteId, obligation);
  return subject === undefined ? [] : visitsTo(state, subject);
}

export interface SeriesPoint {
  readonly at: Instant;
  readonly verdict: Verdict;
  /** Whole days since the visit that counts; absent before the first. */
  readonly days?: number;
  readonly report?: string;
  /** Absent where no number may be given. */
  readonly detection?: ExactNumber;
}

/** Ten years of days. */
export const SERIES_LIMIT = 3653;

/**
 * The number from day to day, for a chart: one point every 24 hours from `from` on, at most `SERIES_LIMIT`. It looks back with
 * what the record holds now, so that a visit counts from the end of its time on site. Give `from` the hour of the moment that
 * is shown, and its point has the number of the finding.
 */
export function series(state: Statements, siteId: string, from: Instant, to: Instant, obligation?: string): readonly SeriesPoint[] {
  const subject = subjectOf(state, siteId, obligation);
  if (subject === undefined) return [];
  const visits = visitsTo(state, subject);
  const points: SeriesPoint[] = [];
  for (let at = from; at <= to && points.length < SERIES_LIMIT; at = addSeconds(at, 86_400)) {
    const visit = visits.findLast(({ signed }) => signed.document.times.left <= at);
    const { verdict, detection, visit: counted, report } = absenceFinding(subject, visit, at);
    points.push({ at, verdict, ...(counted === undefined ? {} : { days: counted.days }), ...(report === undefined ? {} : { report }), ...(detection === undefined ? {} : { detection }) });
    if (addSeconds(at, 86_400) === at) break;
  }
  return points;
}

function subjects(state: Statements, asOf: Instant | undefined): Subject[] {
  const agreement = agreementInForce(state);
  if (agreement === undefined) return [];
  const types = declaredTypes(state);
  const sites = declaredSites(state).filter(({ statement }) => asOf === undefined || statement.time <= asOf);
  return agreement.terms.obligations.flatMap((obligation) =>
    obligation.kind !== "absence" || obligation.item === undefined
      ? []
      : sites.filter(({ owner }) => obligation.owedBy.includes(owner)).map((declared) => ({ agreement: agreement.sha256, terms: agreement.terms, obligation, declared, types })),
  );
}

function subjectOf(state: Statements, siteId: string, obligation: string | undefined): Subject | undefined {
  return subjects(state, undefined).find((subject) => subject.declared.site.id === siteId && (obligation === undefined || subject.obligation.id === obligation));
}

function visitsTo(state: Statements, subject: Subject): VisitRecord[] {
  return reportsOn(subject, signedReports(state)).map((signed) => readVisit(state, subject, signed));
}

/** The reports on this site under this agreement and obligation, oldest visit first. */
function reportsOn({ agreement, obligation, declared }: Subject, reports: readonly SignedReport[]): SignedReport[] {
  return reports.filter(({ document }) => document.site === declared.site.id && document.agreement === agreement && document.obligation === obligation.id).toSorted(byVisit);
}
