/** `ambiguity` (F13): an open question on site, with its author's statement. The other side adds its own. */
import { z } from "zod";
import { name, sha256Hex, words } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import type { Refusal } from "../refusal.ts";
import { authorIsOneOf } from "./announced.ts";
import { designatedInspection, partiesOf, spacesExist } from "./designated.ts";

const body = z.strictObject({ inspection: sha256Hex, space: name.exactOptional(), question: words, statement: words });

export const ambiguity = kind("ambiguity", body, allowed, ({ inspection }) => inspection);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const designated = designatedInspection(seen, statement.body.inspection);
  if (!designated.ok) return designated.refusal;
  const { space } = statement.body;
  return (
    authorIsOneOf(statement, partiesOf(designated.value), "write down an ambiguity") ??
    spacesExist(statement, designated.value.declared, space === undefined ? [] : [space])
  );
}
