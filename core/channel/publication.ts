/** `publication`: that a paper became public, by a party alone or by outsiders. It says nothing about who leaked it. */
import { z } from "zod";
import { day, partyId, provenance, sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "./kind.ts";

export const publication = kind(
  "publication",
  z.strictObject({
    on: day,
    title: words,
    summary: words,
    /** Statements whose papers became public. */
    of: z.array(sha256Hex).max(50),
    by: z.union([z.strictObject({ party: partyId }), z.strictObject({ outsiders: words })]),
    ...provenance,
  }),
);
