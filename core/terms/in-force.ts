/** Which agreement binds: the one that all its signatories have signed, and of several the one completed last. */
import type { Instant } from "../bytes/fields.ts";
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
  readonly terms: Terms;
  readonly draft: Draft;
}

export function agreementInForce(state: Statements): AgreementInForce | undefined {
  const documents = new Set(state.of(sign).flatMap(({ body }) => (body.what === "agreement" ? [body.document] : [])));
  return [...documents]
    .flatMap((document) => agreementByHash(state, document) ?? [])
    .reduce<AgreementInForce | undefined>(
      (last, next) => (last === undefined || next.since >= last.since ? next : last),
      undefined,
    );
}

/** The agreement with this SHA-256 if all its signatories have signed it; `undefined` otherwise. */
export function agreementByHash(state: Statements, document: string): AgreementInForce | undefined {
  const signed = agreementSigned(state, document);
  const completed = signed?.act.completedBy;
  if (signed === undefined || completed === undefined) return undefined;
  const { agreement } = signed;
  return {
    document: agreement.document,
    sha256: agreement.sha256,
    since: completed.time,
    terms: agreement.document.terms,
    draft: signed.draft,
  };
}
