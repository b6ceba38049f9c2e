/** Several circles read as one exchange on a page: whose charter names a party, and where a statement stands. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { Charter } from "@countersign/core/channel/charter.ts";
import type { Statement } from "@countersign/core/channel/kind.ts";
import { agenda } from "@countersign/core/exchange/agenda.ts";
import { inReadersOrder } from "../../parts/party-name.tsx";
import type { Language } from "../../parts/language.tsx";
import type { Circle } from "../circle.ts";

/** The charter of the first circle that names this party, observer, side or State concerned; the first charter if none does. */
export function charterNaming(circles: readonly Circle[], id: PartyId): Charter {
  const found = circles.find(({ charter }) =>
    [...charter.parties, ...charter.sides, ...charter.observers, ...charter.statesConcerned].some(
      (named) => named.id === id,
    ),
  );
  const charter = (found ?? circles[0])?.charter;
  if (charter === undefined) throw new Error("an exchange page stands on at least one circle");
  return charter;
}

/** Every party of the circles in the order of this reader's page. */
export function partyOrder(
  circles: readonly Circle[],
  own: PartyId | undefined,
  language: Language,
): readonly PartyId[] {
  const ids = [...new Set(circles.flatMap(({ charter }) => charter.parties.map(({ id }) => id)))];
  const [first] = circles;
  if (first === undefined) return ids;
  // One charter that knows all of them, so that one order holds across the circles.
  const parties = circles
    .flatMap(({ charter }) => charter.parties)
    .filter((party, position, all) => all.findIndex(({ id }) => id === party.id) === position);
  return inReadersOrder({ ...first.charter, parties }, ids, own, language);
}

export function statementIn(
  circles: readonly Circle[],
  id: string,
): { readonly circle: Circle; readonly statement: Statement } | undefined {
  for (const circle of circles) {
    const statement = circle.state.get(id);
    if (statement !== undefined) return { circle, statement };
  }
  return undefined;
}

/** The number that the agenda gives a provision. */
export function numberOf(circles: readonly Circle[], provision: string): string {
  for (const { state } of circles)
    for (const { body } of state.of(agenda)) {
      const found = body.provisions.find(({ id }) => id === provision);
      if (found !== undefined) return String(found.number);
    }
  return provision;
}

/** Nobody acts in a reconstruction: its parties are real, and no government signed it. */
export function isReconstruction(circles: readonly Circle[]): boolean {
  return circles.some(({ charter }) => charter.nature === "reconstruction");
}
