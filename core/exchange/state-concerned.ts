/** `state-concerned`: a State whose territory is spoken of and that is no party, on one provision: whether it was asked. */
import { z } from "zod";
import { name, partyId, provenance, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const stateConcerned = kind(
  "state-concerned",
  z.strictObject({ state: partyId, provision: name, note: words, ...provenance }),
);
