/** `concern`: a question raised in consultation, outside or after an inspection. */
import { z } from "zod";
import { name, sha256Hex, words } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";

const body = z.strictObject({
  /** The statement that it is about. */
  about: sha256Hex.exactOptional(),
  /** The obligation of the agreement in force that it is about. */
  obligation: name.exactOptional(),
  title: words,
  text: words,
});

export const concern = kind("concern", body, allowed);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const { about } = statement.body;
  if (about === undefined || seen.get(about) !== undefined) return undefined;
  return refusal(
    "concern-about-unknown",
    "It is about no statement that its author had. Take the id from the record, or leave it out.",
    "about",
  );
}
