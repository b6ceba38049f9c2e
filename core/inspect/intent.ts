/** `intent` (F2, F3): the notice of an inspection. It names no site; the choice is sealed by a commitment (SPEC R17). */
import { z } from "zod";
import { instant, name, sha256Hex, words } from "../bytes/fields.ts";
import { seal } from "../declare/commitment.ts";
import { kind } from "../channel/kind.ts";

export const intent = kind(
  "intent",
  z.strictObject({
    /** SHA-256 of the signed agreement. */
    agreement: sha256Hex,
    obligation: name,
    pointOfEntry: words,
    arrival: instant,
    team: z.array(z.strictObject({ name: z.string().min(1).max(120), role: z.enum(["leader", "deputy", "inspector", "interpreter"]) })).min(1).max(1000),
    choice: seal,
  }),
);
