/** `measurement` (F11): sides as measured, with the agreed tolerance; both teams confirm by signing the report. */
import { z } from "zod";
import { instant, millimetres, name, sha256Hex } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { sides } from "../declare/site.ts";
import type { Refusal } from "../refusal.ts";
import { authorIsOneOf, notAhead } from "./announced.ts";
import { designatedInspection, spacesExist } from "./designated.ts";

export const measured = z.strictObject({
  space: name,
  what: z.enum(["interior", "outline", "opening", "canister"]),
  sides,
  toleranceMm: millimetres,
  at: instant,
});
export type Measured = z.infer<typeof measured>;

const body = z.strictObject({ inspection: sha256Hex, measured: z.array(measured).min(1).max(500) });

export const measurement = kind("measurement", body, allowed, ({ inspection }) => inspection);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const designated = designatedInspection(seen, statement.body.inspection);
  if (!designated.ok) return designated.refusal;
  const rows = statement.body.measured;
  return rows.reduce<Refusal | undefined>(
    (refused, { at }, position) => refused ?? notAhead(statement, seen, at, `measured.${position}.at`),
    authorIsOneOf(statement, [designated.value.inspecting], "record measurements") ??
      spacesExist(
        statement,
        designated.value.declared,
        rows.map(({ space }) => space),
      ),
  );
}
