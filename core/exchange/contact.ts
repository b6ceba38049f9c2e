/** `contact`: a call or meeting with each side's account of it; none where no source gives one. */
import { z } from "zod";
import { day, name, partyId, provenance, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const contact = kind(
  "contact",
  z.strictObject({
    form: z.enum(["call", "meeting"]),
    on: day,
    title: words,
    /** From the agenda. */
    venue: name.exactOptional(),
    accounts: z.array(z.strictObject({ by: partyId, speaker: words, text: words })).max(10),
    ...provenance,
  }),
);
