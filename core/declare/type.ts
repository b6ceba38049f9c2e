/** `type`: a named system with the dimensions of its forms. Claimed ranges stand beside it and are never used: inspection cannot test range. */
import { z } from "zod";
import { millimetres, name, partyId, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const form = z.strictObject({
  id: name,
  name: words,
  shape: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("cylinder"), lengthMm: millimetres, diameterMm: millimetres }),
    z.strictObject({ kind: z.literal("box"), lengthMm: millimetres, widthMm: millimetres, heightMm: millimetres }),
  ]),
  /** What it was measured on, or from where the figure is known. */
  note: words.exactOptional(),
});
export type Form = z.infer<typeof form>;

export const type = kind(
  "type",
  z.strictObject({
    id: name,
    name: words,
    /** What it is, in words. */
    role: words,
    forms: z.array(form).min(1).max(20),
    claimedRanges: z.array(z.strictObject({ by: partyId, kilometres: z.int().min(0).max(50_000) })).max(10),
  }),
);
