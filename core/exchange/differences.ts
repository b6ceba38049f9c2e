/** Where sources differ, as of a day: all values with their sources, of equal weight. The program does not choose. */
import type { Instant, Source, Words } from "../bytes/fields.ts";
import type { State } from "../channel/fold.ts";
import { logOrder } from "../channel/kind.ts";
import { statementsOf } from "./circles.ts";
import { differingSources } from "./differing-sources.ts";

export interface Difference {
  readonly id: string;
  readonly channel: string;
  readonly question: Words;
  /** What it bears on, where it bears on one thing. */
  readonly provision: string | undefined;
  readonly statement: string | undefined;
  readonly values: readonly { readonly value: Words; readonly note?: Words; readonly sources: readonly Source[] }[];
}

/** In the order in which they were entered. */
export function differences(states: readonly State[], asOf: Instant): readonly Difference[] {
  return statementsOf(states, differingSources, asOf)
    .toSorted((a, b) =>
      a.statement.time === b.statement.time
        ? logOrder(a.statement, b.statement)
        : a.statement.time < b.statement.time
          ? -1
          : 1,
    )
    .map(({ channel, statement: { id, body } }) => ({
      id,
      channel,
      question: body.question,
      provision: body.provision,
      statement: body.statement,
      values: body.values,
    }));
}
