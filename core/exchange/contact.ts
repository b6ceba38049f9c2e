/** `contact`: a call or meeting with each side's account of it. */
import { z } from "zod";
import { day, partyId, provenance, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const contact = kind(
  "contact",
  z.strictObject({
    form: z.enum(["call", "meeting"]),
    on: day,
    title: words,
    accounts: z.array(z.strictObject({ by: partyId, speaker: words, text: words })).min(1).max(10),
    ...provenance,
  }),
);
