/** Several circles read as one exchange: what applies by a moment, in which circle, and who takes part. */
import { dayOf, instantOfDay, wholeDaysBetween } from "../bytes/instant.ts";
import type { Day, Instant, PartyId, Words } from "../bytes/fields.ts";
import type { CharterParty } from "../channel/charter.ts";
import type { State } from "../channel/fold.ts";
import { logOrder, type Kind, type Statement } from "../channel/kind.ts";

/** A statement with the circle that it stands in. */
export interface Placed<Body> {
  readonly channel: string;
  readonly statement: Statement<Body>;
}

export interface Side {
  readonly id: PartyId;
  readonly name: Words;
  readonly mark: "left" | "right";
}

/** Statements of one kind up to a moment of the record's time, circle by circle, each in record order. One that a later channel took over counts once. */
export function statementsOf<Body>(states: readonly State[], kind: Kind<Body>, asOf: Instant): readonly Placed<Body>[] {
  return states.flatMap((state) =>
    state
      .of(kind)
      .filter(({ time, earlier }) => time <= asOf && !states.some(({ channel }) => channel === earlier?.channel))
      .map((statement) => ({ channel: state.channel, statement })),
  );
}

/** The day that a body gives, or the day of its statement. */
export function dayOfStatement(statement: Statement<{ readonly on?: Day }>): Day {
  return statement.body.on ?? dayOf(statement.at);
}

/** Calendar days from one day to another, 0 if it is not later. Sources that give no hour allow nothing finer. */
export function daysFrom(from: Day, to: Day): number {
  return wholeDaysBetween(instantOfDay(from), instantOfDay(to));
}

/** Every party of the circles once, in the order of the charters. */
export function partiesOf(states: readonly State[]): readonly CharterParty[] {
  return [
    ...new Map(states.flatMap(({ charter }) => charter.parties.map((party) => [party.id, party] as const))).values(),
  ];
}

/** Every side of the circles once. */
export function sidesOf(states: readonly State[]): readonly Side[] {
  return [...new Map(states.flatMap(({ charter }) => charter.sides.map((side) => [side.id, side] as const))).values()];
}

/** In a reconstruction the lack of an answer is never claimed: it is only not known. */
export function isReconstruction(states: readonly State[]): boolean {
  return states.some(({ charter }) => charter.nature === "reconstruction");
}

/** Newest first: by the day, then by the record's time, then by place in the log, so that every reader has one order. */
export function newestFirst(a: { on: Day; statement: Statement }, b: { on: Day; statement: Statement }): number {
  if (a.on !== b.on) return a.on < b.on ? 1 : -1;
  if (a.statement.time !== b.statement.time) return a.statement.time < b.statement.time ? 1 : -1;
  if (a.statement.author !== b.statement.author) return a.statement.author < b.statement.author ? -1 : 1;
  return logOrder(b.statement, a.statement);
}
