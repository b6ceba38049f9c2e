/**
 * `revocation`: a party says that others may have held a key of its own, signed by its root pair alone (SPEC R14). The key is retired,
 * and what it signed after the last sound entry is listed as doubtful. Those entries keep applying: others acted on them.
 */
import { z } from "zod";
import { words } from "../bytes/fields.ts";
import { changedKeyName } from "./key-change.ts";
import { kind, type BodyOf } from "./kind.ts";

export const revocation = kind(
  "revocation",
  z.strictObject({
    key: changedKeyName,
    /** Index of the last entry of the own log up to which the key was its owner's alone. */
    lastSound: z.int().min(0),
    /** The owner's words. */
    why: words,
  }),
);
export type Revocation = BodyOf<typeof revocation>;
