/**
 * A text as data: numbered provisions whose pieces are words or a bracket with attributed alternatives. An alternative may set
 * parameters of the terms, so that settling the bracket settles the number. Brackets never nest.
 */
import { z } from "zod";
import { canonicalJson } from "../bytes/canonical.ts";
import { legibleText, members, name, partyId, words } from "../bytes/fields.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { readDocument } from "../channel/documents.ts";
import type { Statements } from "../channel/kind.ts";
import { termsSchema } from "../terms/terms.ts";

export const alternative = z.strictObject({
  id: name,
  /** Who proposed it. They hold it until they support another one. */
  by: z.array(partyId).max(100),
  text: words,
  /** Parameters of the terms that this wording sets, by their name in `terms.access`. */
  sets: members.pipe(z.record(z.string().regex(/^[a-z][A-Za-z]{0,59}$/), z.int().min(0).max(100_000))),
});
export type Alternative = z.infer<typeof alternative>;

export const piece = z.union([
  z.strictObject({ text: words }),
  z.strictObject({ bracket: name, alternatives: z.array(alternative).min(1).max(12) }),
]);
export type Piece = z.infer<typeof piece>;

export const provision = z.strictObject({
  id: name,
  number: legibleText(20),
  kind: z.enum(["article", "paragraph"]),
  heading: words.exactOptional(),
  /** True where the words are our summary of a paper and not its text (reconstructions). */
  summary: z.boolean(),
  confirmed: z.boolean(),
  pieces: z.array(piece).min(1).max(50),
});
export type Provision = z.infer<typeof provision>;

export const textDocument = z.strictObject({
  type: z.literal("text"),
  title: words,
  provisions: z.array(provision).min(1).max(500),
  /** The agreement as data; absent where a paper has none (2022). */
  terms: termsSchema.exactOptional(),
});
export type TextDocument = z.infer<typeof textDocument>;

/** As `words`, long enough for all pieces of a provision together. */
const joinedWords = z
  .strictObject({
    en: legibleText(400_000).exactOptional(),
    ru: legibleText(400_000).exactOptional(),
  })
  .refine((value) => value.en !== undefined || value.ru !== undefined, "words in at least one language");

/** The clean text with its terms: what is signed. Made from a text document by `settledAgreement`, byte for byte alike for everyone. */
export const agreementDocument = z.strictObject({
  type: z.literal("agreement"),
  draft: z.string().regex(/^[0-9a-f]{64}$/),
  title: words,
  signatories: z.array(partyId).min(2).max(100),
  provisions: z
    .array(
      z.strictObject({
        id: name,
        number: legibleText(20),
        kind: z.enum(["article", "paragraph"]),
        heading: words.exactOptional(),
        text: joinedWords,
      }),
    )
    .min(1)
    .max(500),
  terms: termsSchema,
});
export type AgreementDocument = z.infer<typeof agreementDocument>;

export type Bracket = Extract<Piece, { bracket: string }>;

export function isBracket(piece: Piece): piece is Bracket {
  return "bracket" in piece;
}

export function bracketsOf(provision: Provision): readonly Bracket[] {
  return provision.pieces.filter(isBracket);
}

/** SHA-256 of the provision's canonical bytes, hex: what a proposal or support says it was made on. */
export function provisionHash(provision: Provision): string {
  const known = hashes.get(provision);
  if (known !== undefined) return known;
  const hash = toHex(sha256(canonicalJson(provision)));
  hashes.set(provision, hash);
  return hash;
}

/** The text that a draft names; `undefined` while it is not held or if it does not follow the schema. */
export function readText(statements: Statements, document: string): TextDocument | undefined {
  const bytes = statements.file(document);
  if (bytes === undefined) return undefined;
  if (!texts.has(bytes)) texts.set(bytes, readDocument(statements, document, textDocument));
  return texts.get(bytes);
}

// Both answers follow from the key alone. They are kept because the rules of a long record ask for them with every statement.
const hashes = new WeakMap<Provision, string>();
const texts = new WeakMap<Uint8Array, TextDocument | undefined>();
