/** From a text whose brackets are settled to the clean agreement, byte for byte alike for everyone. */
import { canonicalJson } from "../bytes/canonical.ts";
import type { PartyId, Words } from "../bytes/fields.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { accessParameters, termsSchema, type Terms } from "../terms/terms.ts";
import {
  agreementDocument,
  isBracket,
  type AgreementDocument,
  type Alternative,
  type TextDocument,
} from "./text-document.ts";

/** What the agreement takes from the draft's statement. */
export interface AgreementSource {
  readonly id: string;
  readonly body: { readonly title: Words; readonly signatories: readonly PartyId[] };
}

export interface SettledAgreement {
  readonly document: AgreementDocument;
  readonly bytes: Uint8Array;
  /** Hex: what the signatories sign. */
  readonly sha256: string;
}

/**
 * The agreement with these alternatives in its brackets, by provision and bracket; `undefined` if a bracket has none, if the text
 * has no terms, or if a wording would give the terms a value that they cannot have.
 */
export function settledAgreement(
  source: AgreementSource,
  text: TextDocument,
  chosen: ReadonlyMap<string, Pick<Alternative, "id" | "text" | "sets">>,
): SettledAgreement | undefined {
  const key = `${source.id} ${[...chosen].map(([place, alternative]) => `${place}=${toHex(sha256(canonicalJson(alternative)))}`).join(" ")}`;
  const made = agreements.get(text) ?? new Map<string, SettledAgreement | undefined>();
  agreements.set(text, made);
  if (!made.has(key)) made.set(key, build(source, text, chosen));
  return made.get(key);
}

/** The place of a bracket in a text. */
export function bracketPlace(provision: string, bracket: string): string {
  return `${provision}/${bracket}`;
}

/** True if the terms have a parameter of this name and it can have this value. */
export function canSet(parameter: string, value: number): boolean {
  const fields: Readonly<Record<string, { safeParse(value: unknown): { success: boolean } }>> = accessParameters.shape;
  return Object.hasOwn(fields, parameter) && fields[parameter]?.safeParse(value).success === true;
}

// The agreement follows from the key and the text alone; the rules of a long record ask for it with every statement.
const agreements = new WeakMap<TextDocument, Map<string, SettledAgreement | undefined>>();

function build(
  source: AgreementSource,
  text: TextDocument,
  chosen: ReadonlyMap<string, Pick<Alternative, "id" | "text" | "sets">>,
): SettledAgreement | undefined {
  if (text.terms === undefined) return undefined;
  const provisions: AgreementDocument["provisions"] = [];
  const sets: Record<string, number> = {};
  for (const provision of text.provisions) {
    const pieces: Words[] = [];
    for (const piece of provision.pieces) {
      if (!isBracket(piece)) {
        pieces.push(piece.text);
        continue;
      }
      const alternative = chosen.get(bracketPlace(provision.id, piece.bracket));
      if (alternative === undefined) return undefined;
      pieces.push(alternative.text);
      Object.assign(sets, alternative.sets);
    }
    const { id, number, kind, heading } = provision;
    provisions.push({ id, number, kind, ...(heading === undefined ? {} : { heading }), text: joined(pieces) });
  }
  const terms = withParameters(text.terms, sets);
  if (terms === undefined) return undefined;
  const document = agreementDocument.safeParse({
    type: "agreement",
    draft: source.id,
    title: source.body.title,
    signatories: source.body.signatories,
    provisions,
    terms,
  });
  if (!document.success) return undefined;
  const bytes = canonicalJson(document.data);
  return { document: document.data, bytes, sha256: toHex(sha256(bytes)) };
}

function withParameters(terms: Terms, sets: Readonly<Record<string, number>>): Terms | undefined {
  if (!Object.entries(sets).every(([parameter, value]) => canSet(parameter, value))) return undefined;
  const parsed = termsSchema.safeParse({ ...terms, access: { ...terms.access, ...sets } });
  return parsed.success ? parsed.data : undefined;
}

/** One language after the other; a language that a piece lacks is left out, unless no language is complete. */
function joined(pieces: readonly Words[]): Words {
  const en = pieces.flatMap((piece) => (piece.en === undefined ? [] : [piece.en]));
  const ru = pieces.flatMap((piece) => (piece.ru === undefined ? [] : [piece.ru]));
  const complete = {
    ...(en.length === pieces.length ? { en: spaced(en) } : {}),
    ...(ru.length === pieces.length ? { ru: spaced(ru) } : {}),
  };
  return complete.en === undefined && complete.ru === undefined
    ? { en: spaced(pieces.map((piece) => piece.en ?? piece.ru ?? "")) }
    : complete;
}

/** With one space between pieces, except where the text has its own or closes with a mark. */
function spaced(parts: readonly string[]): string {
  return parts.reduce(
    (text, part) =>
      text === "" || /\s$|[([«“]$/u.test(text) || /^[\s.,;:!?)\]»”]/u.test(part) ? text + part : `${text} ${part}`,
    "",
  );
}
