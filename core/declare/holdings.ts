/** `holdings`: what stands in the spaces of a declared site on a day; spaces not listed are declared empty. */
import { z } from "zod";
import { day, name } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const holdings = kind(
  "holdings",
  z.strictObject({
    site: name,
    on: day,
    items: z.array(z.strictObject({ space: name, type: name, form: name, /** Marking on the outside. */ identity: z.string().min(1).max(80).exactOptional() })).max(1000),
  }),
);
