/** `draft`: a text on the table. Its paragraphs stand in a body file (`text-document.ts`), which the statement names. */
import { z } from "zod";
import { day, partyId, provenance, sha256Hex, words } from "../bytes/fields.ts";
import type { Charter } from "../channel/charter.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { canSet } from "./settled-agreement.ts";
import { bracketsOf, readText, type Bracket, type TextDocument } from "./text-document.ts";

const body = z.strictObject({
  title: words,
  /** What the paper is, in reconstructions in our words. */
  summary: words.exactOptional(),
  /** How it was handed over, and where. */
  via: words.exactOptional(),
  document: sha256Hex,
  /** Who would sign it. */
  signatories: z.array(partyId).min(2).max(100),
  /** An earlier draft that this one replaces. */
  replaces: sha256Hex.exactOptional(),
  /** The paper's own day, in reconstructions. */
  on: day.exactOptional(),
  /** Letters that it came with or that it answers. */
  answers: z.array(sha256Hex).max(50),
  asksReply: z.boolean(),
  ...provenance,
});

export const draft = kind("draft", body, allowed);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const { document, signatories, replaces } = statement.body;
  if (!statement.files.some(({ sha256, readers }) => sha256 === document && readers === undefined))
    return refusal(
      "draft-document-not-attached",
      "The draft's text is not among its files, so nobody could read it. Attach it.",
      "files",
    );
  const stranger = signatories.find((party) => !seen.charter.parties.some(({ id }) => id === party));
  if (stranger !== undefined)
    return refusal(
      "draft-unknown-signatory",
      `${stranger} is no party of this channel. Name its parties.`,
      "signatories",
    );
  if (new Set(signatories).size !== signatories.length)
    return refusal("draft-signatory-twice", "One signatory is named twice. A party signs once.", "signatories");
  if (replaces !== undefined && seen.get(replaces)?.kind !== "draft")
    return refusal(
      "draft-replaces-unknown",
      "It replaces no draft that its author had. Take that draft's id from the record.",
      "replaces",
    );
  const text = readText(seen, document);
  if (text === undefined)
    return refusal(
      "draft-document-malformed",
      "The draft's text does not follow the form of a text document. Write it again with this program.",
      "document",
    );
  return textIsSound(text, seen.charter);
}

function textIsSound(text: TextDocument, charter: Charter): Refusal | undefined {
  const provisions = text.provisions.map(({ id }) => id);
  if (new Set(provisions).size !== provisions.length)
    return refusal("draft-provision-twice", "Two provisions of the text have one id. Give each its own.", "provisions");
  for (const provision of text.provisions) {
    const brackets = bracketsOf(provision);
    if (new Set(brackets.map(({ bracket }) => bracket)).size !== brackets.length)
      return refusal(
        "draft-bracket-twice",
        `Two brackets of ${provision.number} have one name. Give each its own.`,
        provision.id,
      );
    for (const bracket of brackets) {
      const wrong = bracketIsSound(bracket, charter, provision.id);
      if (wrong !== undefined) return wrong;
    }
  }
  return undefined;
}

function bracketIsSound({ bracket, alternatives }: Bracket, charter: Charter, provision: string): Refusal | undefined {
  const where = `${provision}/${bracket}`;
  const ids = alternatives.map(({ id }) => id);
  if (new Set(ids).size !== ids.length)
    return refusal(
      "draft-alternative-twice",
      `Two wordings in the bracket ${where} have one name. Give each its own.`,
      where,
    );
  const holders = alternatives.flatMap(({ by }) => by);
  if (new Set(holders).size !== holders.length)
    return refusal(
      "draft-holder-twice",
      `One party holds two wordings in the bracket ${where}. A party holds one.`,
      where,
    );
  const stranger = holders.find((party) => !charter.parties.some(({ id }) => id === party));
  if (stranger !== undefined)
    return refusal(
      "draft-unknown-holder",
      `${stranger} holds a wording in the bracket ${where} and is no party of this channel.`,
      where,
    );
  return parametersExist(
    alternatives.map(({ sets }) => sets),
    where,
  );
}

/** Refuses a wording that sets what the terms do not have, or to a value that it cannot have. */
export function parametersExist(sets: readonly Readonly<Record<string, number>>[], where: string): Refusal | undefined {
  const wrong = sets.flatMap((one) => Object.entries(one)).find(([parameter, value]) => !canSet(parameter, value));
  if (wrong === undefined) return undefined;
  return refusal(
    "text-unknown-parameter",
    `A wording in the bracket ${where} sets ${wrong[0]} to ${wrong[1]}, which the terms cannot take. Use a parameter of the terms' access.`,
    where,
  );
}
