/** `letter`: a proposal, demand, reply, non-paper or note, in the author's words or, in a reconstruction, summarised in ours. */
import { z } from "zod";
import { day, name, partyId, provenance, sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const letter = kind(
  "letter",
  z.strictObject({
    form: z.enum(["proposal", "demand", "reply", "non-paper", "note"]),
    title: words,
    text: words,
    /** The paper's own day, where sources give only a day. */
    on: day.exactOptional(),
    to: z.array(partyId).min(1).max(50),
    /** Letters or drafts that it answers. */
    answers: z.array(sha256Hex).max(50),
    /** True only where the letter (or, in a reconstruction, a source) asks for an answer. */
    asksReply: z.boolean(),
    /** How it was handed over, and where. */
    via: words.exactOptional(),
    marking: words.exactOptional(),
    /** Days on which its author or others made it public stand in `publication`. */
    venues: z.array(name).max(10),
    ...provenance,
  }),
);
