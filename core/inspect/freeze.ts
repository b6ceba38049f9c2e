/** `freeze` (F6): nothing leaves the designated site from here until the team is there. A late one is shown as late, never refused. */
import { z } from "zod";
import { name, sha256Hex, words } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { authorIsOneOf } from "./announced.ts";
import { designatedInspection, hostsOf } from "./designated.ts";

const body = z.strictObject({ inspection: sha256Hex, site: name, measures: words });

export const freeze = kind("freeze", body, allowed, ({ inspection }) => inspection);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const designated = designatedInspection(seen, statement.body.inspection);
  if (!designated.ok) return designated.refusal;
  const refused = authorIsOneOf(statement, hostsOf(designated.value), "freeze movements at the site");
  if (refused !== undefined) return refused;
  const { id } = designated.value.declared.site;
  if (statement.body.site !== id)
    return refusal(
      "freeze-other-site",
      `The site named in this inspection is ${id}, not ${statement.body.site}. Freeze movements there.`,
      "site",
    );
  return undefined;
}
