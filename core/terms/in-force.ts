/**
 * Which agreement binds (SPEC R7.3): one that both sides have signed, until another takes its place that all its signatories have signed
 * too. So no few of the parties can put something else in the place of what all have agreed.
 */
import type { Instant, PartyId } from "../bytes/fields.ts";
import { partyOf } from "../channel/charter.ts";
import type { Statements } from "../channel/kind.ts";
import { sign } from "../channel/sign.ts";
import type { AgreementDocument } from "../text/text-document.ts";
import { agreementSigned, type Draft } from "../text/text-state.ts";
import type { Terms } from "./terms.ts";

export interface AgreementInForce {
  readonly document: AgreementDocument;
  readonly sha256: string;
  /** The record's time of the signature that completed it. */
  readonly since: Instant;
  /** The id of that signature. */
  readonly completedBy: string;
  readonly terms: Terms;
  readonly draft: Draft;
}

export function agreementInForce(state: Statements): AgreementInForce | undefined {
  return agreementsOnceInForce(state).at(-1);
}

/** All that ever came into force, in this order; the last one binds. */
export function agreementsOnceInForce(state: Statements): readonly AgreementInForce[] {
  const signatures = state.of(sign).filter(({ body }) => body.what === "agreement");
  const signed = [...new Set(signatures.map(({ body }) => body.document))].flatMap((document) => agreementByHash(state, document) ?? []);
  const byCompletion = new Map(signed.map((agreement) => [agreement.completedBy, agreement]));
  return thatBind(state, signatures.flatMap(({ id }) => byCompletion.get(id) ?? []));
}

/** Of agreements that all their signatories have signed, in the order of the last signatures, those that came into force. */
export function thatBind<Signed extends { readonly document: AgreementDocument }>(state: Statements, signed: readonly Signed[]): readonly Signed[] {
  const binding: Signed[] = [];
  for (const next of signed) if (canBind(state, next.document, binding.at(-1)?.document)) binding.push(next);
  return binding;
}

/** Whether it would come into force, signed by all its signatories, in the place of what is in force before. */
export function canBind(
  { charter, earlierCharters }: Statements,
  { signatories, terms }: Pick<AgreementDocument, "signatories" | "terms">,
  before: Pick<AgreementDocument, "signatories"> | undefined,
): boolean {
  const sides = [charter, ...earlierCharters].map((one) => terms.sides.map((party) => partyOf(one, party)?.side));
  const [one, other] = sides.find((both) => both.every((side) => side !== undefined)) ?? [];
  const needed: readonly PartyId[] = [...terms.sides, ...(before?.signatories.filter((party) => partyOf(charter, party) !== undefined) ?? [])];
  return one !== other && needed.every((party) => signatories.includes(party));
}

/** The agreement with this SHA-256 if all its signatories have signed it, whether or not it binds; `undefined` otherwise. */
export function agreementByHash(state: Statements, document: string): AgreementInForce | undefined {
  const signed = agreementSigned(state, document);
  const completed = signed?.act.completedBy;
  if (signed === undefined || completed === undefined) return undefined;
  const { agreement } = signed;
  return {
    document: agreement.document,
    sha256: agreement.sha256,
    since: completed.time,
    completedBy: completed.id,
    terms: agreement.document.terms,
    draft: signed.draft,
  };
}
