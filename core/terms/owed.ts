/**
 * Everything that a party must or may do next, from the record alone, and the moments that follow from it. A party that is late
 * still owes the act: lateness is shown and never keeps anyone from acting.
 */
import type { Instant, PartyId } from "../bytes/fields.ts";
import { partyOf } from "../channel/charter.ts";
import { jointAct } from "../channel/documents.ts";
import type { State } from "../channel/fold.ts";
import { concerns, consentFor } from "../consult/consultation.ts";
import { declaredSites } from "../declare/sites.ts";
import { letter } from "../exchange/letter.ts";
import { inspections } from "../inspect/inspections.ts";
import { draft } from "../text/draft.ts";
import { textState, type Draft, type TextState } from "../text/text-state.ts";
import { agreementInForce } from "./in-force.ts";
import { owedInInspection, type InspectionActName } from "./owed-in-inspection.ts";

export type OwedAct =
  | InspectionActName
  | "sign-charter"
  | "support"
  | "sign-agreement"
  | "consent"
  | "reply-concern"
  | "letter-reply";

export interface Owed {
  /** The same for the same act in every state. */
  readonly id: string;
  readonly act: OwedAct;
  readonly by: PartyId;
  /** The statement that it follows from or answers. */
  readonly statement?: string;
  /** The notice's id. */
  readonly inspection?: string;
  readonly site?: string;
  /** What was not shown. */
  readonly space?: string;
  /** Where an open bracket stands. */
  readonly provision?: string;
  readonly bracket?: string;
  /** What is signed. */
  readonly document?: string;
  /** When the act becomes possible or its clock began. */
  readonly from?: Instant;
  readonly due?: Instant;
  /** The whole length of the clock. */
  readonly hours?: number;
  readonly standing: Standing;
}

export type Standing = "not-yet" | "due" | "late";

/** An act before it is held against a moment. */
export type OpenAct = Omit<Owed, "standing">;

export interface Deadline {
  readonly at: Instant;
  /** The first moment at which the act is possible, or the last at which it is in time. */
  readonly what: "opens" | "due";
  readonly owed: Owed;
}

/** By due moment, those without one last. */
export function owed(state: State, now: Instant): readonly Owed[] {
  const acts = [
    ...charterActs(state),
    ...textActs(state),
    ...consentActs(state),
    ...inspections(state).flatMap((inspection) => owedInInspection(state, inspection)),
    ...concernActs(state),
    ...letterActs(state),
  ];
  return acts.map((act) => ({ ...act, standing: standingAt(act, now) })).toSorted(byDue);
}

/** Every moment after `from` that the record as it stands leads to, the next one first. */
export function deadlines(state: State, from: Instant): readonly Deadline[] {
  return owed(state, from)
    .flatMap((one): Deadline[] => [
      ...(one.from !== undefined && one.from > from && one.from !== one.due
        ? [{ at: one.from, what: "opens" as const, owed: one }]
        : []),
      ...(one.due !== undefined && one.due > from ? [{ at: one.due, what: "due" as const, owed: one }] : []),
    ])
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : byDue(a.owed, b.owed)));
}

export function nextDeadline(state: State, now: Instant): Deadline | undefined {
  return deadlines(state, now)[0];
}

function standingAt({ from, due }: OpenAct, now: Instant): Standing {
  if (from !== undefined && now < from) return "not-yet";
  return due !== undefined && now > due ? "late" : "due";
}

function byDue(a: OpenAct, b: OpenAct): number {
  // "~" sorts after every digit: no due moment comes last.
  const [first, second] = [a, b].map(({ due, from, id }) => `${due ?? "~"} ${from ?? ""} ${id}`);
  return (first ?? "") < (second ?? "") ? -1 : 1;
}

function charterActs(state: State): readonly OpenAct[] {
  const { missing } = jointAct(
    state,
    state.channel,
    state.charter.parties.map(({ id }) => id),
  );
  return missing.map((by) => ({ id: `sign-charter ${by}`, act: "sign-charter", by, document: state.channel }));
}

/** Open brackets, and signatures on texts without one. A draft that another one replaces asks for nothing. */
function textActs(state: State): readonly OpenAct[] {
  const replaced = new Set(state.of(draft).map(({ body }) => body.replaces));
  return state.of(draft).flatMap((source) => {
    const text = replaced.has(source.id) ? undefined : textState(state, source.id);
    if (text === undefined) return [];
    return text.agreement === undefined ? bracketActs(state, text) : signatureActs(source, text);
  });
}

/** Each signatory of a side may take another wording than the one it holds; none has to. */
function bracketActs(state: State, { draft: source, provisions }: TextState): readonly OpenAct[] {
  return provisions.flatMap(({ provision, brackets }) =>
    brackets.flatMap(({ id, alternatives, settled }): OpenAct[] => {
      if (settled !== undefined) return [];
      const asked = source.body.signatories.filter(
        (party) =>
          partyOf(state.charter, party)?.side !== undefined &&
          alternatives.some(({ holders }) => !holders.includes(party)),
      );
      return asked.map((by) => ({
        id: `support ${source.id} ${provision.id} ${id} ${by}`,
        act: "support",
        by,
        statement: source.id,
        provision: provision.id,
        bracket: id,
        from: source.time,
      }));
    }),
  );
}

function signatureActs(source: Draft, { agreement, signature }: TextState): readonly OpenAct[] {
  if (agreement === undefined || signature === undefined || signature.status === "refused") return [];
  return signature.missing.map((by) => ({
    id: `sign-agreement ${agreement.sha256} ${by}`,
    act: "sign-agreement",
    by,
    statement: source.id,
    document: agreement.sha256,
  }));
}

/** Hosts of the sites where the agreement in force lets inspections take place. */
function consentActs(state: State): readonly OpenAct[] {
  const agreement = agreementInForce(state);
  if (agreement === undefined) return [];
  const owers = new Set(agreement.terms.obligations.flatMap(({ kind, owedBy }) => (kind === "absence" ? owedBy : [])));
  return declaredSites(state).flatMap(({ site, owner }): OpenAct[] => {
    if (
      site.host === undefined ||
      !owers.has(owner) ||
      consentFor(state, agreement.sha256, site.host, site.id) !== undefined
    )
      return [];
    return [
      {
        id: `consent ${agreement.sha256} ${site.id}`,
        act: "consent",
        by: site.host,
        statement: agreement.draft.id,
        document: agreement.sha256,
        site: site.id,
        from: agreement.since,
      },
    ];
  });
}

function concernActs(state: State): readonly OpenAct[] {
  return concerns(state).flatMap(({ statement, addressed, answered }): OpenAct[] =>
    answered
      ? []
      : addressed.map((by) => ({
          id: `reply-concern ${statement.id} ${by}`,
          act: "reply-concern",
          by,
          statement: statement.id,
          from: statement.time,
        })),
  );
}

/** Papers that ask for an answer which none of the addressees has given. No clock runs on them. */
function letterActs(state: State): readonly OpenAct[] {
  const answeredBy = new Map<string, Set<PartyId>>();
  for (const { author, body } of [...state.of(letter), ...state.of(draft)])
    for (const id of body.answers) answeredBy.set(id, (answeredBy.get(id) ?? new Set()).add(author));
  const asking = [
    ...state.of(letter).map((statement) => ({ statement, to: statement.body.to })),
    ...state.of(draft).map((statement) => ({ statement, to: otherSignatories(state, statement) })),
  ].filter(({ statement }) => statement.body.asksReply);
  return asking.flatMap(({ statement, to }): OpenAct[] => {
    const addressees = to.filter((party) => party !== statement.author && partyOf(state.charter, party) !== undefined);
    if (addressees.some((party) => answeredBy.get(statement.id)?.has(party) === true)) return [];
    return addressees.map((by) => ({
      id: `letter-reply ${statement.id} ${by}`,
      act: "letter-reply",
      by,
      statement: statement.id,
      from: statement.time,
    }));
  });
}

function otherSignatories(state: State, { author, body }: Draft): readonly PartyId[] {
  const side = partyOf(state.charter, author)?.side;
  return body.signatories.filter((party) => side === undefined || partyOf(state.charter, party)?.side !== side);
}
