/** The field types that all signed bodies share. Names (ids, file hashes) are lower-case hex; bytes (roots, keys, salts) are base64. */
import { z } from "zod";
import { isCalendarDay, parseInstant } from "./instant.ts";

/** Second-precise UTC instant that exists in the calendar, `2027-03-11T02:07:00Z` (SPEC R3). */
export const instant = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/)
  .refine((text) => parseInstant(text) !== undefined, "there is no such day");
export type Instant = z.infer<typeof instant>;

/** A calendar day, for sources that give no hour. */
export const day = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
  .refine(isCalendarDay, "there is no such day");
export type Day = z.infer<typeof day>;

/** SHA-256, 64 lower-case hex digits. */
export const SHA256_HEX = /^[0-9a-f]{64}$/;
export const sha256Hex = z.string().regex(SHA256_HEX);

/** 32 bytes in padded standard base64: a root, a nonce, an Ed25519 public key. */
export const BASE64_OF_32 = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;
export const base64Of32 = z.string().regex(BASE64_OF_32);

/** A party, observer, site, space, method … within its channel: short, lower case, stable. */
export const PARTY_ID = /^[a-z][a-z0-9-]{0,39}$/;
export const partyId = z.string().regex(PARTY_ID);
export type PartyId = z.infer<typeof partyId>;

/** The short name of a thing declared or agreed: `A-01`, `cell-13`, `opened-end`. */
export const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,59}$/);

/**
 * An object with members of any name but `__proto__`: that one `z.record` and much else in JavaScript leaves out without a word, so it
 * would be signed and read by nobody here.
 */
export const members = z.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value) && !Object.hasOwn(value, "__proto__"),
  "an object, without a member named __proto__",
);

/** Exact decimal, never a float: `0.95`. */
export const decimal = z.string().regex(/^(0|[1-9]\d{0,8})(\.\d{1,9})?$/);

/** Exact fraction as text: `499/500`. */
export const fraction = z.string().regex(/^(0|[1-9]\d*)\/[1-9]\d*$/);

export const millimetres = z.int().min(0).max(10_000_000);
export const hours = z.int().min(0).max(100_000);

/** Controls but tab and line ends, and what turns the order of the letters around it (Unicode's bidirectional controls). */
const MISLEADING = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Text for people, of at most so many UTF-16 code units (SPEC R3): it reads on every screen as it was signed. */
export function legibleText(most: number) {
  return z
    .string()
    .min(1)
    .max(most)
    .refine((value) => !MISLEADING.test(value), "it holds a control character, or one that turns the order of the letters around it; take it out");
}

/** Words in the languages of the channel; at least one. A reader shows its own language if there, else the other one, marked. */
export const words = z
  .strictObject({ en: legibleText(6000).exactOptional(), ru: legibleText(6000).exactOptional() })
  .refine((value) => value.en !== undefined || value.ru !== undefined, "words in at least one language");
export type Words = z.infer<typeof words>;

/** Where a reconstructed fact comes from; `seen` is the evidence code of the dossier: C text read, S secondary source, M memory only. */
export const source = z.strictObject({
  title: legibleText(300),
  url: z.string().regex(/^https?:\/\/[^\s<>"]+$/).max(500).exactOptional(),
  seen: z.enum(["C", "S", "M"]),
});
export type Source = z.infer<typeof source>;

/** Carried by every body that may speak of the real world. `confirmed: false` is shown on every screen and print. */
export const provenance = {
  sources: z.array(source).max(40),
  confirmed: z.boolean(),
};
