/**
 * `agenda`: the provisions that positions refer to, in subjects, with whom each was addressed to, and the venues. A later agenda adds;
 * a row exists from the agenda that first names it.
 */
import { z } from "zod";
import { name, partyId, provenance, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const agenda = kind(
  "agenda",
  z.strictObject({
    subjects: z
      .array(z.strictObject({ id: name, title: words }))
      .min(1)
      .max(50),
    venues: z.array(z.strictObject({ id: name, name: words, note: words, ...provenance })).max(20),
    provisions: z
      .array(
        z.strictObject({
          id: name,
          number: z.int().min(1).max(10_000),
          subject: name,
          title: words,
          /** A remark on the row as a whole. */
          note: words.exactOptional(),
          /** Whose answer could be expected; for the others the cell reads "not addressed to this party". */
          addressedTo: z.array(partyId).max(50),
          /** Where a difference inside one side is shown as a framed pair. */
          watchDifference: z.boolean(),
        }),
      )
      .min(1)
      .max(500),
  }),
);
