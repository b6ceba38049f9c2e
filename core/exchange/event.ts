/** `event`: something that happened outside the exchange and bears on it. `final` closes the exchange. */
import { z } from "zod";
import { day, provenance, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const event = kind(
  "event",
  z.strictObject({ on: day, title: words, summary: words, final: z.boolean(), ...provenance }),
);
