/** `draft`: a text on the table. Its paragraphs stand in a body file (`text-document.ts`), which the statement names. */
import { z } from "zod";
import { day, partyId, provenance, sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const draft = kind(
  "draft",
  z.strictObject({
    title: words,
    /** What the paper is, in reconstructions in our words. */
    summary: words.exactOptional(),
    /** How it was handed over, and where. */
    via: words.exactOptional(),
    document: sha256Hex,
    /** Who would sign it. */
    signatories: z.array(partyId).min(2).max(100),
    /** An earlier draft that this one replaces. */
    replaces: sha256Hex.exactOptional(),
    /** The paper's own day, in reconstructions. */
    on: day.exactOptional(),
    /** Letters that it came with or that it answers. */
    answers: z.array(sha256Hex).max(50),
    asksReply: z.boolean(),
    ...provenance,
  }),
);
