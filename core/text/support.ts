/** `support`: its author now holds this alternative of a bracket. The bracket is settled when all who hold one hold the same. */
import { z } from "zod";
import { name, sha256Hex } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { bracketOnTheTable } from "./bracket-on-the-table.ts";
import { proposedFor } from "./proposal.ts";

const body = z.strictObject({
  draft: sha256Hex,
  provision: name,
  against: sha256Hex,
  bracket: name,
  alternative: name,
});

export const support = kind("support", body, allowed, (made) => made.draft);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const open = bracketOnTheTable(statement, seen);
  if (!open.ok) return open.refusal;
  const { alternative } = statement.body;
  const meant =
    open.value.alternatives.filter(({ id }) => id === alternative).length +
    proposedFor(seen, statement.body).filter(({ body: { alternative: other } }) => other.id === alternative).length;
  if (meant === 0)
    return refusal(
      "support-unknown-alternative",
      `This bracket has no wording called "${alternative}". Take its name from the text.`,
      "alternative",
    );
  if (meant > 1)
    return refusal(
      "support-two-alternatives",
      `Two wordings of this bracket are called "${alternative}", proposed at the same time. Propose the wanted one under a name of its own.`,
      "alternative",
    );
  return undefined;
}
