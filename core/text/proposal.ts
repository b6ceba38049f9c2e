/** `proposal`: another wording for a bracket, against the hash of the provision it was made on. Its author holds it from then on. */
import { z } from "zod";
import { name, sha256Hex } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";
import { alternative } from "./text-document.ts";

export const proposal = kind(
  "proposal",
  z.strictObject({
    draft: sha256Hex,
    provision: name,
    /** SHA-256 of the provision's canonical bytes. */
    against: sha256Hex,
    bracket: name,
    alternative: alternative.omit({ by: true }),
  }),
);
