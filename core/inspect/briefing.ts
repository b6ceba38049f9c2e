/** `briefing` (F7): exact numbers per structure and the dangers on the site. The time on site counts from its end. */
import { z } from "zod";
import { instant, name, sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const briefing = kind(
  "briefing",
  z.strictObject({
    inspection: sha256Hex,
    ended: instant,
    counts: z.array(z.strictObject({ structure: name, spaces: z.int().min(0).max(1000), items: z.int().min(0).max(1000) })).min(1).max(500),
    safety: words,
  }),
);
