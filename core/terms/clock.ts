/** From when the clock of an act runs (SPEC R9, R10): the record's time of the statement that starts it, or its receipt where the terms say so. */
import type { Instant, PartyId } from "../bytes/fields.ts";
import { addHours } from "../bytes/instant.ts";
import type { State } from "../channel/fold.ts";
import { charterOf, type Statement } from "../channel/kind.ts";
import { firstToSee } from "../channel/receipts.ts";
import type { AccessParameters } from "./terms.ts";

/** Received at the latest the charter's hours after it was sent: nobody holds a clock back by not receiving. */
export function clockStart(
  state: State,
  started: Statement,
  party: PartyId,
  access: Pick<AccessParameters, "clocksFrom">,
): Instant {
  if (access.clocksFrom !== "received" || started.author === party) return started.time;
  const latest = addHours(started.time, charterOf(started, state).tolerances.receiveHours);
  const received = firstToSee(party, started, state);
  return received === undefined || received.time > latest ? latest : received.time;
}
