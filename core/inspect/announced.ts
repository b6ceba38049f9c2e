/** The inspection that a statement belongs to, as far as its author had it: what the rule of every form asks first. */
import type { Instant, PartyId } from "../bytes/fields.ts";
import { addSeconds } from "../bytes/instant.ts";
import type { BodyOf, Statement, Statements } from "../channel/kind.ts";
import { accept, refusal, refuse, type Refusal, type Result } from "../refusal.ts";
import { agreementByHash, type AgreementInForce } from "../terms/in-force.ts";
import type { Obligation } from "../terms/terms.ts";
import { inspectable, intent } from "./intent.ts";

export type Intent = Statement<BodyOf<typeof intent>>;

export interface Announced {
  readonly intent: Intent;
  readonly agreement: AgreementInForce;
  readonly obligation: Obligation;
  /** Those whose sites the notice may mean; one of them in most agreements. */
  readonly inspectable: readonly PartyId[];
}

export function announcedInspection(seen: Statements, id: string): Result<Announced> {
  const found = seen.get(id);
  const announced = found === undefined || found.kind !== intent.name ? undefined : announcedBy(seen, found as Intent);
  if (announced === undefined)
    return refuse(
      "inspection-unknown",
      "It belongs to no notice of inspection that its author had. Take the notice's id from the record.",
      "inspection",
    );
  return accept(announced);
}

/** What a notice that applies announced. */
export function announcedBy(state: Statements, notice: Intent): Announced | undefined {
  const known = announcements.get(notice);
  if (known !== undefined) return known;
  const agreement = agreementByHash(state, notice.body.agreement);
  const obligation = agreement?.terms.obligations.find(({ id }) => id === notice.body.obligation);
  if (agreement === undefined || obligation === undefined) return undefined;
  const announced = {
    intent: notice,
    agreement,
    obligation,
    inspectable: inspectable(state, agreement.terms, obligation, notice.author),
  };
  announcements.set(notice, announced);
  return announced;
}

/** Refuses anyone but these. `what` completes "may not …". */
export function authorIsOneOf(statement: Statement, parties: readonly PartyId[], what: string): Refusal | undefined {
  if (parties.includes(statement.author)) return undefined;
  return refusal(
    `${statement.kind}-not-by-this-party`,
    `${statement.author} may not ${what}; in this inspection it is for ${parties.join(" or ")}.`,
  );
}

/** Refuses an hour of something done that lies further ahead of the statement than the charter's tolerance for clocks. */
export function notAhead(
  statement: Statement,
  seen: Statements,
  happened: Instant,
  where: string,
): Refusal | undefined {
  if (happened <= addSeconds(statement.at, seen.charter.tolerances.clockSeconds)) return undefined;
  return refusal(
    `${statement.kind}-ahead-of-its-date`,
    `It is dated ${statement.at} and speaks of ${happened} as past. Correct the hour, or say it afterwards.`,
    where,
  );
}

/** Refuses a second statement of a kind that is made once in an inspection. */
export function notRepeated(statement: Statement, earlier: readonly Statement[]): Refusal | undefined {
  const first = earlier.find(({ author }) => author === statement.author);
  if (first === undefined) return undefined;
  return refusal(
    `${statement.kind}-repeated`,
    `${statement.author} has said this already in its entry ${first.index}, and it is said once. Write a correction as a letter or raise an ambiguity.`,
  );
}

// Fixed by what the notice saw; asked for with every statement of the inspection.
const announcements = new WeakMap<Intent, Announced>();
