/** `diagram-check` (F8): the inspecting party's count of structures and spaces against the declared diagram. */
import { z } from "zod";
import { name, sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const diagramCheck = kind(
  "diagram-check",
  z.strictObject({
    inspection: sha256Hex,
    counted: z.array(z.strictObject({ structure: name, spaces: z.int().min(0).max(1000) })).min(1).max(500),
    differences: z.array(words).max(50),
  }),
);
