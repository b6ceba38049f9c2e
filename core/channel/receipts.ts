/** Receipts: cosignatures that prove storage. They are shown, never folded; "sent", "received" and "stored by" are three different things. */
import type { Instant, PartyId } from "../bytes/fields.ts";
import { otherSide } from "./charter.ts";
import { charterOf, type Statement } from "./kind.ts";
import type { State } from "./fold.ts";

/** Who has cosigned which size of a log, newest first known. */
export interface LogReceipts {
  readonly log: PartyId;
  /** Of which further version of the log, as in `Statement`; absent: of the one held first. */
  readonly branch?: number;
  /** The owner's own newest signed size. */
  readonly size: number;
  readonly storedBy: readonly { readonly party: PartyId; readonly size: number; readonly time: Instant }[];
  readonly witnessedBy: readonly { readonly observer: PartyId; readonly size: number; readonly time: Instant }[];
}

export interface Delivery {
  readonly sent: Instant;
  /** Per party of the other side (for a party without side: of both): the record's time of its first statement that saw this one (SPEC R10). */
  readonly received: ReadonlyMap<PartyId, Instant>;
  /** The author first, then every party whose cosigned head covers the entry. */
  readonly storedBy: readonly PartyId[];
  readonly witnessedBy: readonly PartyId[];
}

/** Where a statement has got to, as far as this reader knows. */
export function delivery(statement: Statement, state: State, receipts: readonly LogReceipts[]): Delivery {
  const received = new Map<PartyId, Instant>();
  for (const { id } of otherSide(charterOf(statement, state), statement.author)) {
    const first = firstToSee(id, statement, state);
    if (first !== undefined) received.set(id, first.time);
  }
  const { author, index, branch = 0 } = statement;
  // What comes before the parting stands in every version; beyond it a cosignature is one of its own version alone.
  const shared = state.parted.every(({ party, from }) => party !== author || index < from);
  // Of a statement that stands in an earlier channel: who stored it there is in that record.
  const known = statement.earlier === undefined ? receipts : [];
  const own = known.filter((candidate) => candidate.log === author && (shared || (candidate.branch ?? 0) === branch));
  const covers = ({ size }: { size: number }) => size > index;
  const storedBy = own.flatMap((version) => version.storedBy.filter(covers).map(({ party }) => party));
  return {
    sent: statement.at,
    received,
    storedBy: [...new Set([author, ...storedBy])],
    witnessedBy: [...new Set(own.flatMap((version) => version.witnessedBy.filter(covers).map(({ observer }) => observer)))],
  };
}

/** A party's first statement that saw this one: in the channel in which it stands, or in those that continue it. */
export function firstToSee(party: PartyId, statement: Statement, state: State): Statement | undefined {
  const { previous } = state;
  const before = statement.earlier === undefined ? undefined : previous?.get(statement.id);
  const there = previous === undefined || before === undefined ? undefined : firstToSee(party, before, previous);
  return there ?? state.by(party).find((candidate) => state.saw(candidate, statement));
}
