/** What a verdict says of logs that were signed in several versions (SPEC R16): where they part, and what has effect beyond it and why. */
import { versionsOf } from "../channel/branches.ts";
import type { State } from "../channel/fold.ts";
import type { HeldRecord } from "../channel/record.ts";
import type { Note } from "./verdict-note.ts";

/** The same for every reader who holds the same versions, whichever of them came first. */
export function partedNotes({ charter, logs }: HeldRecord, state: State): Note[] {
  return state.parted.flatMap(({ party, from }) => {
    const log = logs.get(party);
    if (log === undefined) return [];
    const beyond = state.by(party).filter(({ index }) => index >= from);
    const without = state.inert.filter(({ author, index }) => author === party && index >= from).length;
    // Who saw an entry of a version saw all before it: the first that has effect in each stands for the others.
    const firsts = new Map(beyond.toReversed().map((statement) => [statement.branch ?? 0, statement]));
    const hearers = charter.parties.map(({ id }) => id).filter((id) => id !== party && state.by(id).some((later) => [...firsts.values()].some((first) => state.saw(later, first))));
    const kept = beyond.length === 0 ? "no entry of any of them has effect" : `${counted(beyond.length)} effect because statements of ${hearers.join(", ")} saw ${beyond.length === 1 ? "it" : "them"}`;
    return [
      {
        code: "log-parted",
        where: `${party} ${from}`,
        text: `The log of ${party} was signed in several versions, ${versionsOf(log).stretches.length} of them here, that part at entry ${from}. From there on ${kept}; ${counted(without)} none.`,
      },
    ];
  });
}

function counted(entries: number): string {
  return entries === 1 ? "1 entry has" : `${entries} entries have`;
}
