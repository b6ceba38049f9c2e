/** `reply`: an answer to a concern. Whether it settles anything is for the parties to say. */
import { z } from "zod";
import { sha256Hex, words } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { concern } from "./concern.ts";

const body = z.strictObject({ to: sha256Hex, text: words });

export const reply = kind("reply", body, allowed, ({ to }) => to);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  if (seen.get(statement.body.to)?.kind === concern.name) return undefined;
  return refusal(
    "reply-to-unknown",
    "It answers no concern that its author had. Take the concern's id from the record; a letter is answered by a letter.",
    "to",
  );
}
