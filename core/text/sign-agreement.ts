/**
 * Who may sign an agreement: a signatory, and only what the text in its hands had settled on. What another signatory has signed
 * can still be signed after someone reopened a bracket, so that nobody takes back an offered signature by a new proposal.
 */
import type { Signature } from "../channel/documents.ts";
import type { Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { draft } from "./draft.ts";
import { agreementHash, agreementSigned } from "./text-state.ts";

export function mayAnswerAgreement(statement: Signature, seen: Statements): Refusal | undefined {
  const { document } = statement.body;
  const source =
    seen.of(draft).find((one) => agreementHash(seen, one) === document) ??
    agreementSigned(seen, document)?.draft;
  if (source === undefined)
    return refusal(
      "sign-agreement-not-settled",
      "No text that its author had settles on this document. Settle the open brackets, then sign what follows from them.",
      "document",
    );
  if (!source.body.signatories.includes(statement.author))
    return refusal(
      "sign-agreement-not-signatory",
      `${statement.author} is not among the signatories of this text.`,
      "document",
    );
  return undefined;
}
