/** `fold`: how fast a record becomes a state on one core, schema check included; and whether the time grows with the number alone. */
import { foldRecord } from "@countersign/core/channel/fold.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { inTurn, median, rounded, seconds, type Measurement } from "./measure.ts";
import { heldRecord, makeRecord } from "./record.ts";

const STATEMENTS = 100_000;
const FEWER = 10_000;
const REPEATS = 5;

export const fold: Measurement = {
  id: "fold",
  async measure(progress, signal) {
    progress(`fold: making ${STATEMENTS} statements`);
    const fewer = heldRecord(await makeRecord(FEWER, false));
    const held = heldRecord(await makeRecord(STATEMENTS, false));
    // The bodies' schemas alone are the least that any fold must do.
    const bodies = [...held.logs.values()].flatMap(({ entries }) =>
      entries.flatMap(({ statement }) => (statement === undefined ? [] : [statement.payload])),
    );
    const bare = () => {
      for (const { kind, body } of bodies)
        if (kinds.get(kind)?.body.safeParse(body).success !== true) throw new Error(`a ${kind} does not read`);
    };
    const work = () => {
      const state = foldRecord(held, kinds);
      if (state.all.length !== STATEMENTS)
        throw new Error(`${STATEMENTS - state.all.length} statements were not folded`);
    };
    progress("fold: measuring");
    const times = await inTurn(REPEATS, signal, work, bare);
    const small: number[] = [];
    for (let repeat = 0; repeat < REPEATS && !signal.aborted; repeat += 1)
      small.push(await seconds(() => foldRecord(fewer, kinds)));
    const growth = times.work / STATEMENTS / (median(small) / FEWER);
    const rate = STATEMENTS / times.work;
    return {
      id: "fold",
      what: `fold of ${STATEMENTS} statements on one core; a statement costs ${rounded(growth)} times as much as among ${FEWER}`,
      value: rounded(rate),
      unit: "statements/s",
      baseline: rounded(STATEMENTS / times.bare),
      ratio: rounded(1 / times.ratio),
      reach: "at least 100,000 statements/s, growing with the number alone (at most 1.5 times the cost)",
      ok: rate >= 100_000 && growth <= 1.5,
    };
  },
};
