/** `briefing` (F7): exact numbers per structure and the dangers on the site. The time on site counts from its end. */
import { z } from "zod";
import { instant, name, sha256Hex, words } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import type { Refusal } from "../refusal.ts";
import { authorIsOneOf, notAhead, notRepeated } from "./announced.ts";
import { designatedInspection, hostsOf } from "./designated.ts";

const body = z.strictObject({
  inspection: sha256Hex,
  ended: instant,
  counts: z
    .array(z.strictObject({ structure: name, spaces: z.int().min(0).max(1000), items: z.int().min(0).max(1000) }))
    .min(1)
    .max(500),
  safety: words,
});

export const briefing = kind("briefing", body, allowed, ({ inspection }) => inspection);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const designated = designatedInspection(seen, statement.body.inspection);
  if (!designated.ok) return designated.refusal;
  return (
    authorIsOneOf(statement, hostsOf(designated.value), "brief the team") ??
    notRepeated(statement, seen.about(briefing, statement.body.inspection)) ??
    notAhead(statement, seen, statement.body.ended, "ended")
  );
}
