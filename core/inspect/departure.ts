/** `departure`: the time on site has ended. The report is due from here. */
import { z } from "zod";
import { instant, sha256Hex } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { authorIsOneOf, notAhead, notRepeated } from "./announced.ts";
import { designatedInspection } from "./designated.ts";

const body = z.strictObject({ inspection: sha256Hex, left: instant });

export const departure = kind("departure", body, allowed, ({ inspection }) => inspection);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const { inspection, left } = statement.body;
  const designated = designatedInspection(seen, inspection);
  if (!designated.ok) return designated.refusal;
  const refused =
    authorIsOneOf(statement, [designated.value.inspecting], "state the team's departure") ??
    notRepeated(statement, seen.about(departure, inspection)) ??
    notAhead(statement, seen, left, "left");
  if (refused !== undefined) return refused;
  const named = designated.value.designation.at;
  if (left < named)
    return refusal(
      "departure-before-designation",
      `The site was named at ${named}; the team cannot have left it at ${left}.`,
      "left",
    );
  return undefined;
}
