/**
 * `key-change`: a party adds and retires keys of its own, signed by its root pair alone (SPEC R14). Root and log keys never change: a
 * party that has lost one of those goes on in a new channel. What it does to the keys is judged in `key-ring.ts`, by its log alone.
 */
import { z } from "zod";
import { namedPair, nodeKey, readingKey, statementKinds } from "./charter.ts";
import { kind, type BodyOf } from "./kind.ts";

const addedKey = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("statement"), key: namedPair, kinds: statementKinds }),
  z.strictObject({ role: z.literal("mirror"), key: namedPair }),
  z.strictObject({ role: z.literal("node"), key: nodeKey }),
  z.strictObject({ role: z.literal("reading"), key: readingKey }),
]);
/** A key in one of the roles that can change. */
export type AddedKey = z.infer<typeof addedKey>;
export type ChangingRole = AddedKey["role"];

/** A key's name; a reading key is named by itself. */
export const changedKeyName = z.string().min(1).max(2300);

export const keyChange = kind(
  "key-change",
  z.strictObject({
    add: z.array(addedKey).max(8),
    /** They sign nothing from this entry on; what they signed before stays good. */
    retire: z.array(changedKeyName).max(16),
  }),
);
export type KeyChange = BodyOf<typeof keyChange>;
