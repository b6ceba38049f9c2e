/** The draft, provision and bracket that a proposal or support speaks of, as its author had them. */
import type { BodyOf, Statement, Statements } from "../channel/kind.ts";
import { accept, refuse, type Result } from "../refusal.ts";
import { draft } from "./draft.ts";
import { bracketsOf, provisionHash, readText, type Bracket } from "./text-document.ts";

export interface BracketReference {
  readonly draft: string;
  readonly provision: string;
  /** SHA-256 of the provision's canonical bytes. */
  readonly against: string;
  readonly bracket: string;
}

/** Refuses anyone but a signatory, and anything that was not made on the provision as it stands in the draft. */
export function bracketOnTheTable(statement: Statement<BracketReference>, seen: Statements): Result<Bracket> {
  const { draft: draftId, provision: provisionId, against, bracket } = statement.body;
  const found = seen.get(draftId);
  if (found?.kind !== draft.name)
    return refuse(
      `${statement.kind}-unknown-draft`,
      "It speaks of no draft that its author had. Take the draft's id from the record.",
      "draft",
    );
  const { document, signatories } = (found as Statement<BodyOf<typeof draft>>).body;
  if (!signatories.includes(statement.author))
    return refuse(
      `${statement.kind}-not-by-signatory`,
      `${statement.author} would not sign this text, so it holds no wording of it. Write a letter instead.`,
      "draft",
    );
  const provision = readText(seen, document)?.provisions.find(({ id }) => id === provisionId);
  if (provision === undefined)
    return refuse(`${statement.kind}-unknown-provision`, `The draft has no provision "${provisionId}".`, "provision");
  if (provisionHash(provision) !== against)
    return refuse(
      `${statement.kind}-other-wording`,
      `It was made on another wording of ${provision.number} than the draft has. Read the provision again and repeat it.`,
      "against",
    );
  const open = bracketsOf(provision).find((one) => one.bracket === bracket);
  return open === undefined
    ? refuse(`${statement.kind}-unknown-bracket`, `${provision.number} has no bracket "${bracket}".`, "bracket")
    : accept(open);
}
