/** `state-concerned`: a State whose territory is spoken of and that is no party, on one provision: whether it was asked. */
import { z } from "zod";
import { name, partyId, provenance, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";
import { refusal } from "../refusal.ts";

export const stateConcerned = kind(
  "state-concerned",
  z.strictObject({ state: partyId, provision: name, note: words, ...provenance }),
  ({ body }, seen) =>
    seen.charter.statesConcerned.some(({ id }) => id === body.state)
      ? undefined
      : refusal(
          "state-not-in-charter",
          `The charter names no State concerned "${body.state}". A State is listed there first.`,
          "state",
        ),
);
