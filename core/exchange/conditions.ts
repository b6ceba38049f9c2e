/** What positions depend on: the conditions that a party attaches, and the provisions that it ties to each other. */
import type { Day, Instant, PartyId, Words } from "../bytes/fields.ts";
import type { State } from "../channel/fold.ts";
import type { PositionWord } from "./position.ts";
import { positionHistories, type PositionEntry } from "./positions.ts";

export interface Conditions {
  readonly provision: string;
  readonly party: PartyId;
  readonly word: PositionWord;
  readonly on: Day;
  readonly conditions: readonly Words[];
  /** The statement that sets them. */
  readonly statement: string;
}

export interface Package {
  readonly party: PartyId;
  readonly on: Day;
  /** They stand or fall together, as the party says. */
  readonly provisions: readonly string[];
  readonly statement: string;
}

/** Of each party's newest position on each provision; an older one that it replaced sets none. */
export function conditionsInForce(states: readonly State[], asOf: Instant): readonly Conditions[] {
  return newestPositions(states, asOf).flatMap(({ on, statement: { id, author, body } }) =>
    body.conditions.length === 0
      ? []
      : [{ provision: body.provision, party: author, word: body.word, on, conditions: body.conditions, statement: id }],
  );
}

/** Packages that newest positions declare. */
export function packagesInForce(states: readonly State[], asOf: Instant): readonly Package[] {
  return newestPositions(states, asOf).flatMap(({ on, statement: { id, author, body } }) =>
    body.package === undefined
      ? []
      : [{ party: author, on, provisions: [...new Set([body.provision, ...body.package])], statement: id }],
  );
}

function newestPositions(states: readonly State[], asOf: Instant): readonly PositionEntry[] {
  return [...positionHistories(states, asOf).values()].flatMap((byParty) =>
    [...byParty.values()].flatMap((history) => history.slice(0, 1)),
  );
}
