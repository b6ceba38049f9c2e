/** `differing-sources`: two or more values for one question, each with its source. The program does not choose. */
import { z } from "zod";
import { name, sha256Hex, source, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const differingSources = kind(
  "differing-sources",
  z.strictObject({
    question: words,
    /** The provision or statement that it bears on. */
    provision: name.exactOptional(),
    statement: sha256Hex.exactOptional(),
    values: z
      .array(z.strictObject({ value: words, note: words.exactOptional(), sources: z.array(source).min(1).max(20) }))
      .min(2)
      .max(10),
  }),
);
