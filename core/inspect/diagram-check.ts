/** `diagram-check` (F8): the inspecting party's count of structures and spaces against the declared diagram. The newest one counts. */
import { z } from "zod";
import { name, sha256Hex, words } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import type { Refusal } from "../refusal.ts";
import { authorIsOneOf } from "./announced.ts";
import { designatedInspection } from "./designated.ts";

const body = z.strictObject({
  inspection: sha256Hex,
  counted: z
    .array(z.strictObject({ structure: name, spaces: z.int().min(0).max(1000) }))
    .min(1)
    .max(500),
  differences: z.array(words).max(50),
});

export const diagramCheck = kind("diagram-check", body, allowed, ({ inspection }) => inspection);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const designated = designatedInspection(seen, statement.body.inspection);
  return designated.ok
    ? authorIsOneOf(statement, [designated.value.inspecting], "check the diagram")
    : designated.refusal;
}
