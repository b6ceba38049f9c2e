/** `position`: where its author stands on a provision on a day. "Willing to discuss" is never an offer. */
import { z } from "zod";
import { day, name, provenance, sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";
import { refusal } from "../refusal.ts";

export const positionWord = z.enum([
  "proposes",
  "accepts",
  "willing-to-discuss",
  "accepts-on-condition",
  "does-not-accept",
  "no-answer",
  /** Outside the list: `note` keeps the source's words. */
  "as-reported",
  /** In reconstructions only. */
  "not-addressed",
  "not-known",
]);
export type PositionWord = z.infer<typeof positionWord>;

export const position = kind(
  "position",
  z.strictObject({
    provision: name,
    word: positionWord,
    on: day.exactOptional(),
    note: words.exactOptional(),
    conditions: z.array(words).max(20),
    /** Provisions that, its author says, stand or fall together with this one. */
    package: z.array(name).min(1).max(500).exactOptional(),
    /** The letter or draft that states it. */
    paper: sha256Hex.exactOptional(),
    /** Which part of it is unconfirmed, when not the whole. */
    unconfirmedPart: words.exactOptional(),
    venues: z.array(name).max(10),
    ...provenance,
  }),
  ({ body }, seen) =>
    (body.word === "not-addressed" || body.word === "not-known") && seen.charter.nature !== "reconstruction"
      ? refusal(
          "position-only-in-reconstructions",
          `Only a reconstruction can say "${body.word}". Leave the position out.`,
          "word",
        )
      : undefined,
);
