/** `letter`: a proposal, demand, reply, non-paper or note, in the author's words or, in a reconstruction, summarised in ours. */
import { z } from "zod";
import { day, name, partyId, provenance, sha256Hex, words } from "../bytes/fields.ts";
import { partyOf } from "../channel/charter.ts";
import { kind } from "../channel/kind.ts";
import { refusal } from "../refusal.ts";

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
    /** Copies marked differently for each recipient, each with an id of its own. */
    copies: z
      .array(z.strictObject({ id: name, recipient: words, marking: words }))
      .max(50)
      .exactOptional(),
    /** Which part of it is unconfirmed, when not the whole. */
    unconfirmedPart: words.exactOptional(),
    /** Days on which its author or others made it public stand in `publication`. */
    venues: z.array(name).max(10),
    ...provenance,
  }),
  ({ body }, seen) => {
    const stranger = body.to.find((id) => partyOf(seen.charter, id) === undefined);
    return stranger === undefined
      ? undefined
      : refusal("letter-to-stranger", `"${stranger}" is no party of this circle, so the letter cannot reach it.`, "to");
  },
);
