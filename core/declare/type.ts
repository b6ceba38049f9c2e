/** `type`: a named system with the dimensions of its forms. Claimed ranges stand beside it and are never used: inspection cannot test range. */
import { z } from "zod";
import { millimetres, name, partyId, words } from "../bytes/fields.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";

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

const body = z.strictObject({
  id: name,
  name: words,
  /** What it is, in words. */
  role: words,
  forms: z.array(form).min(1).max(20),
  claimedRanges: z.array(z.strictObject({ by: partyId, kilometres: z.int().min(0).max(50_000) })).max(10),
});

export const type = kind("type", body, allowed, ({ id }) => id);

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const { id, forms } = statement.body;
  const owner = seen.about(type, id)[0]?.author;
  if (owner !== undefined && owner !== statement.author)
    return refusal(
      "type-of-another-party",
      `${owner} has declared a type called "${id}". Use another name; a differing view of its dimensions belongs into a letter.`,
      "id",
    );
  if (new Set(forms.map((one) => one.id)).size !== forms.length)
    return refusal("type-form-twice", "Two forms of the type have one name. Give each its own.", "forms");
  return undefined;
}
