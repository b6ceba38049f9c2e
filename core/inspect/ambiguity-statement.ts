/** `ambiguity-statement` (F13): a side's own words on an open question; its asker may say that the question is answered. */
import { z } from "zod";
import { sha256Hex, words } from "../bytes/fields.ts";
import { kind } from "../channel/kind.ts";

export const ambiguityStatement = kind("ambiguity-statement", z.strictObject({ ambiguity: sha256Hex, statement: words, answered: z.boolean() }));
