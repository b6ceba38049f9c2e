/** `support`: its author now holds this alternative of a bracket. The bracket is settled when all who hold one hold the same. */
import { z } from "zod";
import { name, sha256Hex } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const support = kind(
  "support",
  z.strictObject({ draft: sha256Hex, provision: name, against: sha256Hex, bracket: name, alternative: name }),
);
