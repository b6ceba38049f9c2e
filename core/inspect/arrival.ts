/** `arrival` (F4): the team is at the point of entry. The time of naming counts from here. */
import { z } from "zod";
import { instant, sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const arrival = kind("arrival", z.strictObject({ inspection: sha256Hex, pointOfEntry: words, arrived: instant, team: z.int().min(1).max(1000) }));
