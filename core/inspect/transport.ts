/** `transport`: the team has been brought to the site, by the inspected party or by the host on whose soil it stands. */
import { z } from "zod";
import { instant, sha256Hex } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { authorIsOneOf, notAhead } from "./announced.ts";
import { designatedInspection, hostsOf } from "./designated.ts";

const body = z.strictObject({ inspection: sha256Hex, atSite: instant });

export const transport = kind("transport", body, allowed, ({ inspection }) => inspection);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const designated = designatedInspection(seen, statement.body.inspection);
  if (!designated.ok) return designated.refusal;
  const { atSite } = statement.body;
  const refused =
    authorIsOneOf(statement, hostsOf(designated.value), "bring the team to the site") ??
    notAhead(statement, seen, atSite, "atSite");
  if (refused !== undefined) return refused;
  const named = designated.value.designation.at;
  if (atSite < named)
    return refusal(
      "transport-before-designation",
      `The site was named at ${named}; the team cannot have been there for this inspection at ${atSite}.`,
      "atSite",
    );
  return undefined;
}
