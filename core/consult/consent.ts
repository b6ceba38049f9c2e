/** `consent`: a host agrees that inspections take place on its soil, with its conditions. */
import { z } from "zod";
import { name, sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const consent = kind("consent", z.strictObject({ agreement: sha256Hex, sites: z.array(name).min(1).max(500), conditions: z.array(words).max(20) }));
