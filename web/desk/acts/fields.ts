/** The fields of an act's form. The form's state is the body itself; a field shows and changes one place in it. */
import { parseInstant } from "@countersign/core/bytes/instant.ts";
import type { Words } from "@countersign/core/bytes/fields.ts";
import type { Language } from "../../parts/language.tsx";

export type Body = Readonly<Record<string, unknown>>;

export interface Option {
  readonly value: string;
  readonly label: string;
}

interface Placed {
  /** Members from the body's root, or from the row in a table. */
  readonly path: string;
  readonly label: string;
  readonly hint?: string;
}

export type SimpleField =
  | (Placed & { readonly as: "words"; readonly lines: number; readonly optional?: boolean })
  | (Placed & { readonly as: "line"; readonly optional?: boolean })
  | (Placed & { readonly as: "instant"; /** Something that has happened: no later than now. */ readonly past?: true })
  | (Placed & { readonly as: "number"; readonly min: number; readonly max: number; readonly unit?: string })
  | (Placed & {
      readonly as: "choice";
      readonly options: readonly Option[];
      /** What "none" is called, where none is a choice. */ readonly none?: string;
    })
  | (Placed & { readonly as: "switch" });

export type Field =
  | SimpleField
  | (Placed & { readonly as: "many"; readonly options: readonly Option[] })
  /** Any number of short texts, one to a line. */
  | (Placed & { readonly as: "wordsList" })
  | (Placed & {
      readonly as: "table";
      readonly rowHead: string;
      readonly rowName: (row: Body, position: number) => string;
      readonly columns: readonly (SimpleField & { readonly hidden?: (row: Body) => boolean })[];
      /** A row to add; without it the rows are given. */
      readonly newRow?: { readonly label: string; readonly row: Body };
    })
  /** Shown, not filled in. */
  | { readonly as: "fact"; readonly label: string; readonly value: string; readonly mono?: boolean };

export function valueAt(body: Body, path: string): unknown {
  let value: unknown = body;
  for (const member of path.split("."))
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[member] : undefined;
  return value;
}

/** `undefined` removes the member. Arrays and objects on the way are copied. */
export function withValue(body: Body, path: string, value: unknown): Body {
  const [member = "", ...rest] = path.split(".");
  const next = rest.length === 0 ? value : withValue((body[member] ?? {}) as Body, rest.join("."), value);
  if (Array.isArray(body))
    return body.map((old: unknown, index) => (String(index) === member ? next : old)) as unknown as Body;
  const { [member]: _, ...others } = body;
  return next === undefined ? others : { ...body, [member]: next };
}

/** `2027-03-11 02:07`, or what was typed. */
export function showInstant(value: unknown): string {
  if (typeof value !== "string") return "";
  if (parseInstant(value) === undefined) return value;
  return `${value.slice(0, 10)} ${value.slice(11, value.endsWith(":00Z") ? 16 : 19)}`;
}

/** An instant where the text is a whole one; otherwise the text, which no schema takes. */
export function readInstant(text: string): string {
  const parts = /^\s*(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2})?\s*(?:UTC|Z)?\s*$/.exec(text);
  const written = parts === null ? undefined : `${parts[1]}T${parts[2]}${parts[3] ?? ":00"}Z`;
  return written !== undefined && parseInstant(written) !== undefined ? written : text;
}

export function showNumber(value: unknown): string {
  return typeof value === "number" || typeof value === "string" ? String(value) : "";
}

export function readNumber(text: string): number | string {
  return /^\s*\d{1,12}\s*$/.test(text) ? Number(text) : text;
}

/** What the field shows of words: the reader's language, else the other. */
export function showWords(value: unknown, language: Language): string {
  const words = (value ?? {}) as Words;
  return words[language] ?? words[language === "en" ? "ru" : "en"] ?? "";
}

/** Words as typed: in the reader's language alone, since a translation of other words would be none. Empty is none. */
export function readWords(text: string, language: Language): Words | undefined {
  return text.trim() === "" ? undefined : { [language]: text };
}

export function showWordsList(value: unknown, language: Language): string {
  return Array.isArray(value) ? value.map((words: unknown) => showWords(words, language)).join("\n") : "";
}

/** Keeps both languages of a line that was not changed. Empty lines stay while typing; `cleanWordsList` drops them. */
export function readWordsList(text: string, before: unknown, language: Language): readonly unknown[] {
  const old: readonly unknown[] = Array.isArray(before) ? before : [];
  if (text === "") return [];
  return text
    .split("\n")
    .map((line) => old.find((words) => showWords(words, language) === line) ?? { [language]: line });
}

export function cleanWordsList(value: readonly unknown[], language: Language): readonly unknown[] {
  return value.filter((words) => showWords(words, language).trim() !== "");
}

/** Hours of what has happened, brought back to now where they lie ahead: a case may have planned them for later. */
export function notAhead(body: Body, fields: readonly Field[], now: string): Body {
  let changed = body;
  for (const field of fields) {
    if (field.as === "instant" && field.past === true && isAhead(valueAt(changed, field.path), now))
      changed = withValue(changed, field.path, now);
    if (field.as !== "table") continue;
    const rows = valueAt(changed, field.path);
    if (Array.isArray(rows))
      changed = withValue(
        changed,
        field.path,
        rows.map((row: Body) => notAhead(row, field.columns, now)),
      );
  }
  return changed;
}

function isAhead(value: unknown, now: string): boolean {
  return typeof value === "string" && parseInstant(value) !== undefined && value > now;
}

/** The field that an error at this place of the body belongs to, e.g. `sheets.13.at` to the table `sheets`. */
export function fieldAt(fields: readonly Field[], where: string): Field | undefined {
  return fields.find((field) => field.as !== "fact" && (where === field.path || where.startsWith(`${field.path}.`)));
}
