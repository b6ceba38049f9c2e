/** Nouns of the kinds of spaces in both languages, in the forms that the sentences of findings need. */
import type { Space } from "../declare/site.ts";

export type Language = "en" | "ru";

type Kind = Space["kind"];

interface EnglishNoun {
  readonly one: string;
  readonly many: string;
  /** After the long form has stood in the same sentence. */
  readonly short: string;
}

interface RussianNoun {
  readonly genitive: readonly [one: string, many: string];
  readonly prepositional: readonly [one: string, many: string];
}

const english: Readonly<Record<Kind, EnglishNoun>> = {
  "launch-cell": { one: "launch cell", many: "launch cells", short: "cells" },
  "canister-bay": { one: "canister bay", many: "canister bays", short: "bays" },
  hall: { one: "hall", many: "halls", short: "halls" },
  store: { one: "store", many: "stores", short: "stores" },
  vehicle: { one: "vehicle", many: "vehicles", short: "vehicles" },
  shelter: { one: "shelter", many: "shelters", short: "shelters" },
  room: { one: "room", many: "rooms", short: "rooms" },
};

const russian: Readonly<Record<Kind, RussianNoun>> = {
  "launch-cell": { genitive: ["ячейки", "ячеек"], prepositional: ["ячейке", "ячейках"] },
  "canister-bay": { genitive: ["контейнерного места", "контейнерных мест"], prepositional: ["контейнерном месте", "контейнерных местах"] },
  hall: { genitive: ["зала", "залов"], prepositional: ["зале", "залах"] },
  store: { genitive: ["хранилища", "хранилищ"], prepositional: ["хранилище", "хранилищах"] },
  vehicle: { genitive: ["машины", "машин"], prepositional: ["машине", "машинах"] },
  shelter: { genitive: ["укрытия", "укрытий"], prepositional: ["укрытии", "укрытиях"] },
  room: { genitive: ["комнаты", "комнат"], prepositional: ["комнате", "комнатах"] },
};

const mixedEnglish: EnglishNoun = { one: "space", many: "spaces", short: "spaces" };
const mixedRussian: RussianNoun = { genitive: ["помещения", "помещений"], prepositional: ["помещении", "помещениях"] };

/** `24 launch cells`: the noun of one kind, or a general one where several kinds stand together. */
export function englishNoun(kinds: readonly Kind[], count: number, form: "long" | "short" = "long"): string {
  const noun = kinds.length === 1 && kinds[0] !== undefined ? english[kinds[0]] : mixedEnglish;
  return count === 1 ? noun.one : form === "long" ? noun.many : noun.short;
}

/** `из 24 ячеек`, `из 21 ячейки`. */
export function russianGenitive(kinds: readonly Kind[], count: number): string {
  return russianForm(kinds).genitive[endsInOne(count) ? 0 : 1];
}

/** `в 4 ячейках`, `в 21 ячейке`. */
export function russianPrepositional(kinds: readonly Kind[], count: number): string {
  return russianForm(kinds).prepositional[endsInOne(count) ? 0 : 1];
}

/** Numbers that end in one, but not in eleven, take the singular in the oblique cases. */
export function endsInOne(count: number): boolean {
  return count % 10 === 1 && count % 100 !== 11;
}

function russianForm(kinds: readonly Kind[]): RussianNoun {
  return kinds.length === 1 && kinds[0] !== undefined ? russian[kinds[0]] : mixedRussian;
}
