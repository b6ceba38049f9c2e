/** `measurement` (F11): sides as measured, with the agreed tolerance; both teams confirm by signing the report. */
import { z } from "zod";
import { instant, millimetres, name, sha256Hex } from "../bytes/fields.ts";
import { sides } from "../declare/site.ts";
import { kind } from "../channel/kind.ts";

export const measured = z.strictObject({
  space: name,
  what: z.enum(["interior", "outline", "opening", "canister"]),
  sides,
  toleranceMm: millimetres,
  at: instant,
});
export type Measured = z.infer<typeof measured>;

export const measurement = kind("measurement", z.strictObject({ inspection: sha256Hex, measured: z.array(measured).min(1).max(500) }));
