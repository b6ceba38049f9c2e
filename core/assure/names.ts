/** What ids are called in a sentence. A reader that has only the finding uses the ids themselves. */
import type { Words } from "../bytes/fields.ts";
import type { Charter } from "../channel/charter.ts";
import type { Site } from "../declare/site.ts";
import type { DeclaredType } from "../declare/sites.ts";
import type { Terms } from "../terms/terms.ts";
import type { Language } from "./nouns.ts";

export interface Names {
  method(id: string): string;
  space(id: string): string;
  structure(id: string): string;
  party(id: string): string;
  type(id: string): string;
}

const same = (id: string): string => id;
export const idsAsNames: Names = { method: same, space: same, structure: same, party: same, type: same };

export interface NameSources {
  readonly terms?: Terms | undefined;
  readonly site?: Site | undefined;
  readonly charter?: Charter | undefined;
  readonly types?: readonly { readonly type: DeclaredType }[] | undefined;
}

/** Names from the terms, the declaration, the charter and the declared types; an id where one is not there. */
export function namesFrom({ terms, site, charter, types }: NameSources, language: Language): Names {
  const table = (entries: readonly { readonly id: string; readonly name: Words }[] | undefined) => {
    const names = new Map((entries ?? []).map(({ id, name }) => [id, inLanguage(name, language)]));
    return (id: string) => names.get(id) ?? id;
  };
  return {
    method: table(terms?.methods),
    space: table(site?.structures.flatMap(({ spaces }) => spaces)),
    structure: table(site?.structures),
    party: table(charter?.parties),
    type: table(types?.map(({ type }) => type)),
  };
}

/** The reader's language if it is there, else the other one. */
export function inLanguage(words: Words, language: Language): string {
  return words[language] ?? words[language === "en" ? "ru" : "en"] ?? "";
}
