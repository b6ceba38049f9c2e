/** A party, observer or State concerned: its mark and its name, in its side's colour. */
import type { PartyId, Words } from "@countersign/core/bytes/fields.ts";
import type { Charter } from "@countersign/core/channel/charter.ts";
import { Mark, type MarkKind } from "./mark.tsx";
import { useLanguage, type Language } from "./language.tsx";
import { textOf } from "./words.tsx";
import styles from "./parts.module.css";

export function PartyName({
  charter,
  id,
  size,
}: {
  readonly charter: Charter;
  readonly id: PartyId;
  readonly size?: number;
}) {
  const language = useLanguage();
  const mark = markOf(charter, id);
  return (
    <span className={`${styles["named"]} ${styles[mark] ?? ""}`}>
      <Mark kind={mark} {...(size === undefined ? {} : { size })} />
      <span>{nameOf(charter, id, language)}</span>
    </span>
  );
}

/** A side as a whole, e.g. "NATO and United States". */
export function SideName({ charter, side }: { readonly charter: Charter; readonly side: PartyId }) {
  const language = useLanguage();
  const found = charter.sides.find(({ id }) => id === side);
  if (found === undefined) return null;
  return (
    <span className={`${styles["named"]} ${styles[found.mark] ?? ""}`}>
      <Mark kind={found.mark} />
      <span>{textOf(found.name, language)}</span>
    </span>
  );
}

export function markOf(charter: Charter, id: PartyId): MarkKind {
  const side = charter.parties.find((party) => party.id === id)?.side ?? id;
  return charter.sides.find((candidate) => candidate.id === side)?.mark ?? "other";
}

/** The mark for what these parties did together. */
export function markOfAll(charter: Charter, ids: readonly PartyId[]): MarkKind {
  const marks = new Set(ids.map((id) => markOf(charter, id)));
  if (marks.size === 0) return "open";
  if (marks.has("left") && marks.has("right")) return "whole";
  if (marks.has("left")) return "left";
  return marks.has("right") ? "right" : "other";
}

export function nameOf(charter: Charter, id: PartyId, language: Language): string {
  const words: Words | undefined =
    charter.parties.find((party) => party.id === id)?.name ??
    charter.observers.find((observer) => observer.id === id)?.name ??
    charter.statesConcerned.find((state) => state.id === id)?.name ??
    charter.sides.find((side) => side.id === id)?.name;
  return words === undefined ? id : textOf(words, language);
}

/** Own side first on its own desk; for an observer or reader alphabetical in the page's language. */
export function inReadersOrder(
  charter: Charter,
  ids: readonly PartyId[],
  own: PartyId | undefined,
  language: Language,
): PartyId[] {
  const sideOf = (id: PartyId) => charter.parties.find((party) => party.id === id)?.side;
  const ownSide = own === undefined ? undefined : (sideOf(own) ?? own);
  const rank = (id: PartyId) => (id === own ? 0 : ownSide !== undefined && (sideOf(id) ?? id) === ownSide ? 1 : 2);
  return ids.toSorted(
    (a, b) => rank(a) - rank(b) || nameOf(charter, a, language).localeCompare(nameOf(charter, b, language), language),
  );
}
