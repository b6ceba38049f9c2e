/** With what the fold of a channel begins (SPEC R1.8, R1.11): with nothing, or with the state of the channel that it continues. */
import type { Instant } from "../bytes/fields.ts";
import { parseInstant } from "../bytes/instant.ts";
import type { Refusal } from "../refusal.ts";
import type { State } from "./fold.ts";
import { Inherited } from "./inherited.ts";
import { refusePrevious } from "./previous.ts";
import type { HeldRecord } from "./record.ts";

export interface Beginning {
  /** Why nothing in the logs can have effect yet: the record that they continue is not held as the charter says. */
  readonly obstacle?: Refusal;
  /** Up to the moment that is folded to. */
  readonly previous?: State;
  readonly inherited?: Inherited;
  /** Of the record, seconds: that of the last statement before. No entry's time is earlier. */
  readonly time: number;
}

interface Whole {
  readonly state: State;
  readonly inherited: Inherited;
  readonly last: Instant | undefined;
}

/** A previous record never changes, and there is one table of kinds: it is folded once, whatever is folded on it. */
const wholes = new WeakMap<HeldRecord, Whole>();

/** `fold` is the fold itself: a channel before this one may continue another. */
export function beginningOf(record: HeldRecord, asOf: Instant | undefined, fold: (record: HeldRecord, asOf?: Instant) => State): Beginning {
  const obstacle = refusePrevious(record);
  if (obstacle !== undefined) return { obstacle, time: 0 };
  const { previous } = record;
  if (previous === undefined) return { time: 0 };
  const whole = wholes.get(previous) ?? wholeOf(fold(previous));
  wholes.set(previous, whole);
  const { last } = whole;
  const { state, inherited } = asOf === undefined || last === undefined || last <= asOf ? whole : wholeOf(fold(previous, asOf));
  return { previous: state, inherited, time: parseInstant(last ?? "") ?? 0 };
}

function wholeOf(state: State): Whole {
  return { state, inherited: new Inherited(state), last: state.all.at(-1)?.time };
}
