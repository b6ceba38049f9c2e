/** `draw` (F9): each side's sealed seed for a joint draw of cells from a frozen list. Both are sealed before either is opened. */
import { z } from "zod";
import { name, sha256Hex } from "../bytes/fields.ts";
import { seal } from "../declare/commitment.ts";
import { kind } from "../channel/kind.ts";

export const draw = kind("draw", z.strictObject({ inspection: sha256Hex, list: z.array(name).min(1).max(1000), count: z.int().min(1).max(1000), seed: seal }));
