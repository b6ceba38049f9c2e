/** Where the guide stands: computed from the record, except for the steps that only ask to read something. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import { inspections } from "@countersign/core/inspect/inspections.ts";
import { agreementInForce } from "@countersign/core/terms/in-force.ts";

export type GuideStep = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13;

/** Steps of reading, which leave no statement. */
export const READING_STEPS: ReadonlySet<number> = new Set([1, 2, 10, 11]);

export function guideStep(exercise: State, begun: boolean, read: ReadonlySet<number>, cheatNoticed: boolean): GuideStep {
  if (!begun) return !read.has(1) ? 1 : !read.has(2) ? 2 : 3;
  if (agreementInForce(exercise) === undefined) return 4;
  const first = inspections(exercise)[0];
  if (first === undefined) return 5;
  if (first.site === undefined) return 6;
  if (first.freeze === undefined) return 7;
  const unshown = first.sheets.some(({ state }) => state === "not-shown" || state === "refused");
  const recorded = first.sheets.length > 0 && (!unshown || first.ambiguities.length > 0) && first.ambiguities.every(({ statements }) => statements.length > 1);
  if (first.report === undefined && !recorded) return 8;
  if (first.report === undefined || first.report.act.missing.length > 0) return 9;
  if (!read.has(10)) return 10;
  if (!read.has(11)) return 11;
  return cheatNoticed ? 13 : 12;
}

/** Whose act the guide's sentence asks for: kinds and, where it names one, the side. */
export function asked(step: GuideStep, left: PartyId, right: PartyId): { readonly kinds: readonly string[]; readonly by: readonly PartyId[] } {
  switch (step) {
    case 4:
      return { kinds: ["support", "sign"], by: [right] };
    case 5:
      return { kinds: ["intent"], by: [left] };
    case 6:
      return { kinds: ["designation"], by: [left] };
    case 7:
      return { kinds: ["freeze"], by: [right] };
    case 8:
      return { kinds: ["object-sheet", "ambiguity"], by: [left] };
    case 9:
      return { kinds: ["sign"], by: [left] };
    default:
      return { kinds: [], by: [] };
  }
}
