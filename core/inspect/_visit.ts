/** For tests: an inspection under the exercise's agreement, one statement a step. */
import type { Instant, PartyId } from "../bytes/fields.ts";
import { addHours, addSeconds } from "../bytes/instant.ts";
import { bytesNamed } from "../channel/_test-record.ts";
import { sign } from "../channel/sign.ts";
import { commitment } from "../declare/commitment.ts";
import { cellsOf, siteById } from "../declare/sites.ts";
import { agreementInForce } from "../terms/in-force.ts";
import { ambiguity } from "./ambiguity.ts";
import { ambiguityStatement } from "./ambiguity-statement.ts";
import { arrival } from "./arrival.ts";
import { briefing } from "./briefing.ts";
import { compileReport } from "./compile-report.ts";
import { departure } from "./departure.ts";
import { designation } from "./designation.ts";
import { diagramCheck } from "./diagram-check.ts";
import { draw } from "./draw.ts";
import { drawOpen } from "./draw-open.ts";
import { freeze } from "./freeze.ts";
import { inspections, type Inspection } from "./inspections.ts";
import { intent } from "./intent.ts";
import { measurement } from "./measurement.ts";
import { objectSheet, type Sheet } from "./object-sheet.ts";
import { report } from "./report.ts";
import { transport } from "./transport.ts";
import { testSite, words, type Exercise } from "./_exercise-record.ts";

export interface Visit {
  readonly inspecting: PartyId;
  readonly inspected: PartyId;
  /** Who brings the team to the site. */
  readonly escort: PartyId;
  readonly obligation: string;
  readonly site: string;
  readonly notice: Instant;
  /** Numbers from here on are used for the inspecting party's seals; the inspected one's begin at 100 above. */
  readonly seal: number;
}

export const MOROZNA: Visit = {
  inspecting: "aurelia",
  inspected: "borealia",
  escort: "borealia",
  obligation: "absence-borealia",
  site: "B-03",
  notice: "2027-03-10T05:30:00Z",
  seal: 1,
};
export const TARN: Visit = {
  inspecting: "borealia",
  inspected: "aurelia",
  escort: "carpathia",
  obligation: "absence-aurelia",
  site: "A-01",
  notice: "2027-05-10T06:00:00Z",
  seal: 1,
};

export const STEPS = [
  "intent",
  "arrival",
  "designation",
  "freeze",
  "transport",
  "briefing",
  "diagram-check",
  "draw",
  "draw-open",
  "object-sheet",
  "measurement",
  "ambiguity",
  "ambiguity-statement",
  "departure",
  "report",
  "sign-report",
] as const;
export type StepName = (typeof STEPS)[number];

/** Minutes after the notice at which each step is made. */
const MINUTES: Readonly<Record<StepName, number>> = {
  intent: 0,
  arrival: 990,
  designation: 1235,
  freeze: 1270,
  transport: 1720,
  briefing: 1780,
  "diagram-check": 1835,
  draw: 1855,
  "draw-open": 1860,
  "object-sheet": 2060,
  measurement: 2100,
  ambiguity: 2115,
  "ambiguity-statement": 2140,
  departure: 2230,
  report: 2300,
  "sign-report": 2312,
};

export function stepTime(visit: Visit, step: StepName): Instant {
  return addSeconds(visit.notice, MINUTES[step] * 60);
}

/** Makes the steps up to and with this one; gives the ids of the statements of each. */
export function inspect(
  made: Exercise,
  visit: Visit,
  until: StepName = "sign-report",
): Readonly<Record<StepName, readonly string[]>> {
  const ids = Object.fromEntries(STEPS.map((step) => [step, []])) as unknown as Record<StepName, readonly string[]>;
  for (const step of STEPS) {
    ids[step] = makeStep(made, visit, step);
    if (step === until) break;
  }
  return ids;
}

/** Makes the next step of the newest inspection of the visit's inspecting party. */
export function makeStep(made: Exercise, visit: Visit, step: StepName): readonly string[] {
  const { record } = made;
  const { inspecting, inspected, escort, site: siteId } = visit;
  const at = stepTime(visit, step);
  if (step === "intent") return [record.say(inspecting, intent, intentBody(made, visit), at)];
  const inspection = newestInspection(made, inspecting).id;
  switch (step) {
    case "arrival":
      return [
        record.say(inspecting, arrival, { inspection, pointOfEntry: words("Port Lund"), arrived: at, team: 3 }, at),
      ];
    case "designation":
      return [
        record.say(
          inspecting,
          designation,
          { inspection, site: siteId, nonce: bytesNamed(`choice ${visit.seal}`, 32) },
          at,
        ),
      ];
    case "freeze":
      return [record.say(inspected, freeze, { inspection, site: siteId, measures: words("Gates closed") }, at)];
    case "transport":
      return [record.say(escort, transport, { inspection, atSite: at }, at)];
    case "briefing":
      return [
        record.say(
          inspected,
          briefing,
          {
            inspection,
            ended: at,
            counts: [{ structure: "module-1", spaces: 16, items: 1 }],
            safety: words("No smoking"),
          },
          at,
        ),
      ];
    case "diagram-check":
      return [
        record.say(
          inspecting,
          diagramCheck,
          { inspection, counted: [{ structure: "module-1", spaces: 16 }], differences: [] },
          at,
        ),
      ];
    case "draw":
      return [inspecting, inspected].map((by) => record.say(by, draw, drawBody(made, visit, inspection, by), at));
    case "draw-open":
      return [inspecting, inspected].map((by) =>
        record.say(by, drawOpen, drawOpenBody(made, visit, inspection, by), at),
      );
    case "object-sheet":
      return [record.say(inspecting, objectSheet, { inspection, sheets: sheets(made, inspecting, at) }, at)];
    case "measurement":
      return [
        record.say(
          inspecting,
          measurement,
          {
            inspection,
            measured: [
              {
                space: "S-1",
                what: "outline",
                sides: { lengthMm: 4000, widthMm: 900, heightMm: 900 },
                toleranceMm: 20,
                at,
              },
            ],
          },
          at,
        ),
      ];
    case "ambiguity":
      return [
        record.say(
          inspecting,
          ambiguity,
          {
            inspection,
            space: "S-1",
            question: words("What is under the cover?"),
            statement: words("It was not lifted."),
          },
          at,
        ),
      ];
    case "ambiguity-statement":
      return newestInspection(made, inspecting).ambiguities.map(({ id }) =>
        record.say(
          inspected,
          ambiguityStatement,
          { ambiguity: id, statement: words("Spare parts."), answered: false },
          at,
        ),
      );
    case "departure":
      return [record.say(inspecting, departure, { inspection, left: at }, at)];
    case "report": {
      const compiled = compileReport(record.fold(), inspection);
      if (!compiled.ok) throw new Error(compiled.refusal.sentence);
      return [
        record.say(inspecting, report, { inspection, document: compiled.value.sha256 }, at, {
          files: [compiled.value.bytes],
        }),
      ];
    }
    case "sign-report": {
      const document = newestInspection(made, inspecting).report?.statement.body.document ?? "";
      return [inspecting, inspected].map((by) => record.say(by, sign, { document, what: "report", form: "sign" }, at));
    }
  }
}

export function newestInspection({ record }: Exercise, inspecting: PartyId): Inspection {
  const newest = inspections(record.fold()).findLast((inspection) => inspection.inspecting === inspecting);
  if (newest === undefined) throw new Error("no inspection applies");
  return newest;
}

export function intentBody({ record }: Exercise, visit: Visit) {
  const sealed = { value: visit.site, nonce: bytesNamed(`choice ${visit.seal}`, 32) };
  return {
    agreement: agreementInForce(record.fold())?.sha256 ?? "",
    obligation: visit.obligation,
    pointOfEntry: words("Port Lund"),
    arrival: addHours(visit.notice, 16.5),
    team: [
      { name: "Ilse Lindqvist", role: "leader" as const },
      { name: "Tomas Bratt", role: "inspector" as const },
      { name: "Runa Dahl", role: "interpreter" as const },
    ],
    choice: { number: visit.seal, commitment: commitment(record.channel, visit.inspecting, visit.seal, sealed) ?? "" },
  };
}

export function drawBody({ record, terms }: Exercise, visit: Visit, inspection: string, by: PartyId) {
  const list = cellsOf(siteById(record.fold(), visit.site)?.site ?? testSite("none", "launch-cell"), terms).map(
    ({ id }) => id,
  );
  const number = sealNumber(visit, by);
  return {
    inspection,
    list,
    count: Math.min(terms.detection.drawnCells, list.length),
    seed: { number, commitment: commitment(record.channel, by, number, seedOf(visit, by)) ?? "" },
  };
}

export function drawOpenBody(made: Exercise, visit: Visit, inspection: string, by: PartyId) {
  const own = newestInspection(made, visit.inspecting).draw?.seals.find(({ author }) => author === by)?.id ?? "";
  return { inspection, draw: own, ...seedOf(visit, by) };
}

function seedOf(visit: Visit, by: PartyId): { value: string; nonce: string } {
  return { value: bytesNamed(`seed ${by} ${visit.seal}`, 32), nonce: bytesNamed(`seed nonce ${by} ${visit.seal}`, 32) };
}

function sealNumber(visit: Visit, by: PartyId): number {
  return by === visit.inspecting ? visit.seal + 1 : visit.seal + 100;
}

function sheets(made: Exercise, inspecting: PartyId, at: Instant): Sheet[] {
  const cells = newestInspection(made, inspecting).draw?.cells ?? [];
  return [
    ...cells.map((space): Sheet => ({ space, state: "seen", method: "opened-end", at, recognised: "none" })),
    { space: "S-1", state: "covered", at, recognised: "not-recognisable" },
  ];
}
