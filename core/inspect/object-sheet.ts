/** `object-sheet` (F10): what was done to each space, when, by which agreed method, and what was seen. */
import { z } from "zod";
import { instant, name, sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const sheet = z.strictObject({
  space: name,
  state: z.enum(["seen", "covered", "not-shown", "refused"]),
  /** Named by the terms; present exactly when the state is `seen`. */
  method: name.exactOptional(),
  at: instant,
  recognised: z.enum(["item", "none", "not-recognisable"]),
  identity: z.string().min(1).max(80).exactOptional(),
  remark: words.exactOptional(),
});
export type Sheet = z.infer<typeof sheet>;

export const objectSheet = kind("object-sheet", z.strictObject({ inspection: sha256Hex, sheets: z.array(sheet).min(1).max(500) }));
