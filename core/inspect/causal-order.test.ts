import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PartyId } from "../bytes/fields.ts";
import type { TestRecord } from "../channel/_test-record.ts";
import { foldRecord, type State } from "../channel/fold.ts";
import type { HeldRecord } from "../channel/record.ts";
import { receive } from "../channel/receive.ts";
import { consent } from "../consult/consent.ts";
import { kinds } from "../kinds.ts";
import { agreementInForce } from "../terms/in-force.ts";
import { quotaRows } from "../terms/obligations.ts";
import { owed } from "../terms/owed.ts";
import { termsSchema } from "../terms/terms.ts";
import { proposal } from "../text/proposal.ts";
import { textState } from "../text/text-state.ts";
import { bracketPlace, exercise, signText, supportWording, words, type Exercise } from "./_exercise-record.ts";
import { makeStep, MOROZNA, STEPS, TARN as TARN_IN_MAY, type Visit } from "./_visit.ts";
import { inspections } from "./inspections.ts";
import { signedReports } from "./signed-reports.ts";

const terms = termsSchema.parse(
  JSON.parse(readFileSync(new URL("../../regimes/exercise.json", import.meta.url), "utf8")),
);
/** At the same hours as Morozna, so that neither's statements push the other's record time ahead. */
const TARN: Visit = { ...TARN_IN_MAY, notice: MOROZNA.notice };
const PARTIES = ["aurelia", "borealia", "carpathia", "pomeria", "meridia"] as const;
const NOW = "2027-06-01T00:00:00Z";

/** Everything that a reader is shown, with sets sorted: parties may be processed in any order. */
function derived(state: State, draft: string) {
  const text = textState(state, draft);
  return {
    applied: state.all.map(({ id, time }) => `${time} ${id}`),
    holders: text?.provisions.flatMap(({ brackets }) =>
      brackets.flatMap(({ alternatives }) =>
        alternatives.map(({ id, holders }) => `${id} ${holders.toSorted().join()}`),
      ),
    ),
    agreement: [text?.agreement?.sha256, agreementInForce(state)?.since],
    inspections: inspections(state).map(
      ({ id, number, stage, seal, sheets, measurements, ambiguities, draw, report, steps }) => [
        id,
        number,
        stage,
        seal,
        sheets,
        measurements,
        ambiguities.map(({ statements, answered }) => [statements, answered]),
        draw?.cells,
        report?.act.status,
        steps.map(({ statement }) => statement.id),
      ],
    ),
    reports: signedReports(state).map(({ report, signedAt, disputed }) => [report.id, signedAt, disputed]),
    owed: owed(state, NOW).map(({ id, due, standing }) => `${id} ${due} ${standing}`),
    quotas: quotaRows(state),
  };
}

/** The same record, read by someone whose list of parties has another order. */
function reordered(record: HeldRecord, order: readonly PartyId[]): HeldRecord {
  const parties = order.flatMap((id) => record.charter.parties.find((party) => party.id === id) ?? []);
  return { ...record, charter: { ...record.charter, parties } };
}

function prefix(record: HeldRecord, made: TestRecord, shares: readonly number[]): HeldRecord {
  return made.record(
    Object.fromEntries(
      [...record.logs.keys()].map((party, at) => [party, Math.floor(made.size(party) * (shares[at] ?? 1))]),
    ),
  );
}

/** Lets each statement miss the newest entries of some logs, as parties do that have not heard from each other. */
function hardOfHearing(record: TestRecord, lags: readonly number[]): TestRecord {
  let said = 0;
  return {
    charter: record.charter,
    channel: record.channel,
    say: (author, kind, body, at, options = {}) => {
      const sees = Object.fromEntries(
        PARTIES.map((party, position) => {
          const lag = lags[(said + position) % lags.length] ?? 0;
          return [party, Math.max(1, record.size(party) - (party === author ? 0 : lag))];
        }),
      );
      said += 1;
      return record.say(author, kind, body, at, { ...options, sees });
    },
    record: (sizes) => record.record(sizes),
    fold: (asOf) => record.fold(asOf),
    refusal: (id) => record.refusal(id),
    size: (party) => record.size(party),
  };
}

/** A negotiation and two inspections whose steps come in any order of the two, with statements that see too little to be allowed. */
function play(script: readonly number[], lags: readonly number[]): Exercise {
  const base = exercise(terms);
  const made: Exercise = { ...base, record: hardOfHearing(base.record, lags) };
  const next = new Map<Visit, number>([
    [MOROZNA, 0],
    [TARN, 0],
  ]);
  supportWording(base, "borealia", "hours-16", "2027-03-01T09:00:00Z");
  for (const by of ["aurelia", "borealia", "meridia"]) signText(base, by, "2027-03-02T09:00:00Z");
  const agreement = agreementInForce(base.record.fold())?.sha256;
  if (agreement !== undefined)
    base.record.say("carpathia", consent, { agreement, sites: ["A-01"], conditions: [] }, "2027-03-02T14:20:00Z");
  for (const choice of script) {
    const visit = choice % 2 === 0 ? MOROZNA : TARN;
    if (choice === 8)
      made.record.say(
        "borealia",
        proposal,
        {
          ...bracketPlace(made),
          alternative: { id: `hours-${made.record.size("borealia")}`, text: words("more"), sets: {} },
        },
        "2027-03-04T09:00:00Z",
      );
    else if (choice === 9) for (const party of PARTIES) base.record.say(party, receive, {}, "2027-03-05T09:00:00Z");
    else if (choice === 7 && inspections(made.record.fold()).some(({ inspecting }) => inspecting === visit.inspecting))
      makeStep(made, visit, "freeze");
    else {
      const step = STEPS[next.get(visit) ?? 0];
      const begun =
        step === "intent" || inspections(made.record.fold()).some(({ inspecting }) => inspecting === visit.inspecting);
      if (step === undefined || !begun) continue;
      next.set(visit, (next.get(visit) ?? 0) + 1);
      try {
        makeStep(made, visit, step);
      } catch {
        // A report cannot be put together where the departure did not apply.
      }
    }
  }
  return { ...base };
}

const scripts = fc.tuple(
  fc.array(fc.nat(9), { minLength: 25, maxLength: 60 }),
  fc.array(fc.constantFrom(0, 0, 0, 0, 1, 3), { minLength: 5, maxLength: 11 }),
);
const shuffled = fc.shuffledSubarray([...PARTIES], { minLength: PARTIES.length });

describe("what is derived from a record", () => {
  it("R8 is the same for every order in which the logs are read", () => {
    fc.assert(
      fc.property(scripts, shuffled, ([script, lags], order) => {
        const made = play(script, lags);
        const record = made.record.record();
        expect(derived(foldRecord(reordered(record, order), kinds), made.draft)).toEqual(
          derived(foldRecord(record, kinds), made.draft),
        );
      }),
      { numRuns: 8 },
    );
  });

  it("R8 takes nothing back when more arrives: what applied still applies, what was refused stays refused", () => {
    fc.assert(
      fc.property(
        scripts,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
        ([script, lags], shares) => {
          const made = play(script, lags);
          const record = made.record.record();
          const whole = foldRecord(record, kinds);
          const part = foldRecord(prefix(record, made.record, shares), kinds);
          const before = part.all.map(({ id }) => id);
          expect(whole.all.map(({ id }) => id).filter((id) => part.get(id) !== undefined)).toEqual(before);
          const key = ({ author, index }: { author: string; index: number }) => `${author} ${index}`;
          const refused = new Map(whole.inert.map((one) => [key(one), one.why]));
          for (const one of part.inert) if (!one.waiting) expect(refused.get(key(one))).toEqual(one.why);
        },
      ),
      { numRuns: 8 },
    );
  });

  it("R8 keeps the order of each log: a later entry that claims to have seen less does not come before an earlier one", () => {
    fc.assert(
      fc.property(scripts, ([script, lags]) => {
        const { record } = play(script, lags);
        const size = record.size("borealia");
        for (const [at, own] of [3, 1].entries())
          record.say("borealia", receive, {}, `2027-02-01T09:00:0${at}Z`, {
            sees: { aurelia: 1, borealia: Math.min(own, size), carpathia: 1, pomeria: 1, meridia: 1 },
          });
        const state = record.fold();
        for (const party of PARTIES) {
          const indexes = state.all.filter(({ author }) => author === party).map(({ index }) => index);
          expect(indexes).toEqual(indexes.toSorted((a, b) => a - b));
        }
        const place = new Map(state.all.map(({ id }, position) => [id, position]));
        for (const later of state.all)
          for (const earlier of state.all)
            if (later !== earlier && state.saw(later, earlier))
              expect(place.get(later.id)).toBeGreaterThan(place.get(earlier.id) ?? 0);
      }),
      { numRuns: 6 },
    );
  });

  it("R9 as of a moment is what the statements up to that moment give", () => {
    fc.assert(
      fc.property(scripts, fc.double({ min: 0, max: 1, noNaN: true }), ([script, lags], share) => {
        const made = play(script, lags);
        const whole = made.record.fold();
        const moment = whole.all[Math.floor((whole.all.length - 1) * share)]?.time ?? NOW;
        const then = made.record.fold(moment);
        expect(then.all.map(({ id }) => id)).toEqual(
          whole.all.filter(({ time }) => time <= moment).map(({ id }) => id),
        );
        const sizes = Object.fromEntries(
          // Entries without effect count too: others may have seen them.
          PARTIES.map((party) => [party, then.by(party).length + then.inert.filter(({ author }) => author === party).length]),
        );
        expect(derived(foldRecord(made.record.record(sizes), kinds, moment), made.draft)).toEqual(
          derived(then, made.draft),
        );
      }),
      { numRuns: 8 },
    );
  });
});
