/** The exercise's inspections as data (`cases/exercise/inspections.json`): who looks where, when, with which method. */
import { z } from "zod";
import { instant, name, partyId, words } from "@countersign/core/bytes/fields.ts";

const looked = z.strictObject({
  state: z.enum(["seen", "covered"]),
  method: name.exactOptional(),
  recognised: z.enum(["item", "none", "not-recognisable"]),
});

/** Minutes after the step before it, or after what the name in `prepared.ts` says. */
const minutesAfter = z.strictObject({
  arrival: z.int(),
  designation: z.int(),
  freeze: z.int(),
  transport: z.int(),
  briefing: z.int(),
  diagramCheck: z.int(),
  draw: z.int(),
  drawOpen: z.int(),
  objectSheet: z.int(),
  measurement: z.int(),
  ambiguity: z.int(),
  statement: z.int(),
  departure: z.int(),
  report: z.int(),
  sign: z.int(),
});

export const plannedInspection = z.strictObject({
  number: z.int().min(1),
  inspecting: partyId,
  obligation: name,
  site: name,
  notice: instant,
  pointOfEntry: words,
  team: z.array(z.strictObject({ name: z.string(), role: z.enum(["leader", "deputy", "inspector", "interpreter"]) })).min(1),
  draw: z.boolean(),
  cells: looked,
  others: looked,
  notShown: z.strictObject({ space: name, remark: words }).exactOptional(),
  ambiguity: z.strictObject({ space: name, question: words, statement: words, answer: words }).exactOptional(),
  safety: words,
  after: minutesAfter,
});
export type PlannedInspection = z.infer<typeof plannedInspection>;

export const inspectionPlan = z.strictObject({
  type: z.literal("inspection-plan"),
  version: z.literal(1),
  inspections: z.array(plannedInspection).min(1).max(50),
  agreement: z.strictObject({ support: instant, sign: instant, thirdState: instant, consents: z.record(partyId, instant) }),
  freeze: words,
  consent: words,
  endsAt: instant,
});
export type InspectionPlan = z.infer<typeof inspectionPlan>;
