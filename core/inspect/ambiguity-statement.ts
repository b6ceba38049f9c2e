/** `ambiguity-statement` (F13): a side's own words on an open question; its asker may say that the question is answered. */
import { z } from "zod";
import { sha256Hex, words } from "../bytes/fields.ts";
import { kind, type BodyOf, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { ambiguity } from "./ambiguity.ts";
import { authorIsOneOf } from "./announced.ts";
import { designatedInspection, partiesOf } from "./designated.ts";

const body = z.strictObject({ ambiguity: sha256Hex, statement: words, answered: z.boolean() });

export const ambiguityStatement = kind("ambiguity-statement", body, allowed, (made) => made.ambiguity);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const found = seen.get(statement.body.ambiguity);
  if (found?.kind !== ambiguity.name)
    return refusal(
      "ambiguity-statement-unknown-question",
      "It answers no open question that its author had. Take the question's id from the record.",
      "ambiguity",
    );
  const question = found as Statement<BodyOf<typeof ambiguity>>;
  const designated = designatedInspection(seen, question.body.inspection);
  if (!designated.ok) return designated.refusal;
  const refused = authorIsOneOf(statement, partiesOf(designated.value), "make a statement on this question");
  if (refused !== undefined) return refused;
  if (statement.body.answered && statement.author !== question.author)
    return refusal(
      "ambiguity-statement-not-asker",
      `Whether the question is answered is for ${question.author} to say, who asked it. Make the statement without that.`,
      "answered",
    );
  return undefined;
}
