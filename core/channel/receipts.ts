/** Receipts: cosignatures that prove storage. They are shown, never folded; "sent", "received" and "stored by" are three different things. */
import type { Instant, PartyId } from "../bytes/fields.ts";
import { otherSide } from "./charter.ts";
import type { Statement } from "./kind.ts";
import type { State } from "./fold.ts";

/** Who has cosigned which size of a log, newest first known. */
export interface LogReceipts {
  readonly log: PartyId;
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
  for (const { id } of otherSide(state.charter, statement.author)) {
    const first = state.by(id).find((candidate) => state.saw(candidate, statement));
    if (first !== undefined) received.set(id, first.time);
  }
  const own = receipts.find((candidate) => candidate.log === statement.author);
  const covers = ({ size }: { size: number }) => size > statement.index;
  return {
    sent: statement.at,
    received,
    storedBy: [statement.author, ...(own?.storedBy.filter(covers).map(({ party }) => party) ?? [])],
    witnessedBy: own?.witnessedBy.filter(covers).map(({ observer }) => observer) ?? [],
  };
}
