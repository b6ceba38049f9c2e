/** The obligations of the agreement in force, one row an obligation and party, and how much of each quota is used. */
import type { Instant, PartyId } from "../bytes/fields.ts";
import type { State } from "../channel/fold.ts";
import { logOrder, type Statement, type Statements } from "../channel/kind.ts";
import { sign } from "../channel/sign.ts";
import { concerns } from "../consult/consultation.ts";
import { declaredSites, type DeclaredSite } from "../declare/sites.ts";
import { inspections, type Inspection } from "../inspect/inspections.ts";
import { agreementInForce } from "./in-force.ts";
import { owed, type Owed } from "./owed.ts";
import type { Obligation } from "./terms.ts";

/**
 * Facts, not judgements. For `absence`: no site is declared; none was inspected; an inspection is under way; a question, a refused
 * report or a concern is open; the newest inspection ended with a report that both signed. For `refrain`: stated, or a concern is open.
 */
export type ObligationStanding = "not-declared" | "not-inspected" | "under-way" | "open" | "reported" | "stated";

export interface ObligationRow {
  readonly obligation: Obligation;
  readonly party: PartyId;
  readonly standing: ObligationStanding;
  /** What the party owes next under it. */
  readonly next?: Owed;
  /** The newest statement of the party that bears on it. */
  readonly lastAct?: Statement;
  readonly sites: readonly DeclaredSite[];
  /** Of this party's sites under this obligation, in record order. */
  readonly inspections: readonly Inspection[];
}

export interface QuotaRow {
  readonly inspecting: PartyId;
  readonly inspected: PartyId;
  readonly allowed: number;
  /** Notices given. May be above what is allowed where one party's notices did not see each other. */
  readonly used: number;
  readonly left: number;
  readonly sites: "named" | "chosen";
  readonly siteCount: number;
  readonly namedSites: readonly string[];
}

/** Empty while no agreement is in force. In the order of the terms. */
export function obligationRows(state: State, now: Instant): readonly ObligationRow[] {
  const agreement = agreementInForce(state);
  if (agreement === undefined) return [];
  const all = inspections(state).filter((inspection) => inspection.agreement.sha256 === agreement.sha256);
  const open = owed(state, now);
  const sites = declaredSites(state);
  const asked = concerns(state).filter(({ answered }) => !answered);
  return agreement.terms.obligations.flatMap((obligation) =>
    obligation.owedBy.map((party): ObligationRow => {
      const own = obligation.kind === "absence" ? sites.filter(({ owner }) => owner === party) : [];
      const held = all.filter(
        (inspection) => inspection.obligation.id === obligation.id && inspection.inspected === party,
      );
      const questioned = asked.some(
        ({ statement, addressed }) => statement.body.obligation === obligation.id && addressed.includes(party),
      );
      const next = open.find(({ by, inspection }) => by === party && held.some(({ id }) => id === inspection));
      const lastAct = newestBy(party, state, agreement.sha256, obligation, own, held);
      return {
        obligation,
        party,
        standing:
          obligation.kind === "refrain" ? (questioned ? "open" : "stated") : absenceStanding(own, held, questioned),
        sites: own,
        inspections: held,
        ...(next === undefined ? {} : { next }),
        ...(lastAct === undefined ? {} : { lastAct }),
      };
    }),
  );
}

/** Empty while no agreement is in force. In the order of the terms. */
export function quotaRows(state: Statements): readonly QuotaRow[] {
  const agreement = agreementInForce(state);
  if (agreement === undefined) return [];
  const all = inspections(state).filter((inspection) => inspection.agreement.sha256 === agreement.sha256);
  return agreement.terms.quotas.map(({ inspecting, inspected, inspections: allowed, sites, siteCount }): QuotaRow => {
    const under = all.filter(
      (inspection) => inspection.inspecting === inspecting && inspection.inspected === inspected,
    );
    const namedSites = [...new Set(under.flatMap(({ site }) => (site === undefined ? [] : [site.site.id])))];
    return {
      inspecting,
      inspected,
      allowed,
      used: under.length,
      left: Math.max(0, allowed - under.length),
      sites,
      siteCount,
      namedSites,
    };
  });
}

function absenceStanding(
  sites: readonly DeclaredSite[],
  held: readonly Inspection[],
  questioned: boolean,
): ObligationStanding {
  const last = held.at(-1);
  const open =
    questioned ||
    held.some(
      ({ ambiguities, report }) => report?.act.status === "refused" || ambiguities.some(({ answered }) => !answered),
    );
  if (open) return "open";
  if (last === undefined) return sites.length === 0 ? "not-declared" : "not-inspected";
  return last.stage === "signed" ? "reported" : "under-way";
}

/** Declarations, steps of its inspections, and for what has neither the party's words in consultation or its signature of the agreement. */
function newestBy(
  party: PartyId,
  state: State,
  agreement: string,
  obligation: Obligation,
  sites: readonly DeclaredSite[],
  held: readonly Inspection[],
): Statement | undefined {
  const spoken = concerns(state).filter(({ statement }) => statement.body.obligation === obligation.id);
  const statements: Statement[] = [
    ...sites.flatMap(({ statement, holdings }) => [statement, ...(holdings === undefined ? [] : [holdings])]),
    ...held.flatMap(({ steps }) => steps.map(({ statement }) => statement)),
    ...spoken.flatMap(({ statement, replies }) => [statement, ...replies]),
    ...state.about(sign, agreement),
  ];
  return statements
    .filter(({ author }) => author === party)
    .reduce<Statement | undefined>(
      (newest, next) => (newest === undefined || logOrder(next, newest) > 0 ? next : newest),
      undefined,
    );
}
