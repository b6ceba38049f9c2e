/** `proposal`: another wording for a bracket, against the hash of the provision it was made on. Its author holds it from then on. */
import { z } from "zod";
import { name, sha256Hex } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { bracketOnTheTable } from "./bracket-on-the-table.ts";
import { parametersExist } from "./draft.ts";
import { alternative } from "./text-document.ts";

const body = z.strictObject({
  draft: sha256Hex,
  provision: name,
  /** SHA-256 of the provision's canonical bytes. */
  against: sha256Hex,
  bracket: name,
  alternative: alternative.omit({ by: true }),
});

export const proposal = kind("proposal", body, allowed, (made) => made.draft);

/** Wordings proposed for this bracket, in record order. */
export function proposedFor(
  seen: Statements,
  place: { readonly draft: string; readonly provision: string; readonly bracket: string },
): readonly Statement<z.infer<typeof body>>[] {
  return seen
    .about(proposal, place.draft)
    .filter((made) => made.body.provision === place.provision && made.body.bracket === place.bracket);
}

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const open = bracketOnTheTable(statement, seen);
  if (!open.ok) return open.refusal;
  const { alternative: proposed, provision, bracket } = statement.body;
  const taken =
    open.value.alternatives.some(({ id }) => id === proposed.id) ||
    proposedFor(seen, statement.body).some(({ body: { alternative: other } }) => other.id === proposed.id);
  if (taken)
    return refusal(
      "proposal-name-taken",
      `A wording of this bracket is called "${proposed.id}" already. Give the new one another name.`,
      "alternative.id",
    );
  return parametersExist([proposed.sets], `${provision}/${bracket}`);
}
