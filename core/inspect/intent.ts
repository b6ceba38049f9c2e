/** `intent` (F2, F3): the notice of an inspection. It names no site; the choice is sealed by a commitment (SPEC R17). */
import { z } from "zod";
import { instant, legibleText, name, sha256Hex, words, type PartyId } from "../bytes/fields.ts";
import { addHours } from "../bytes/instant.ts";
import { otherSide } from "../channel/charter.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { seal } from "../declare/commitment.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { agreementInForce } from "../terms/in-force.ts";
import type { Obligation, Terms } from "../terms/terms.ts";

const body = z.strictObject({
  /** SHA-256 of the signed agreement. */
  agreement: sha256Hex,
  obligation: name,
  pointOfEntry: words,
  arrival: instant,
  team: z
    .array(
      z.strictObject({
        name: legibleText(120),
        role: z.enum(["leader", "deputy", "inspector", "interpreter"]),
      }),
    )
    .min(1)
    .max(1000),
  /** Seals the id of the site. */
  choice: seal,
});

export const intent = kind("intent", body, allowed, ({ agreement }) => agreement);

/** Parties that owe the obligation and that the author may inspect under the terms' quotas. */
export function inspectable(
  seen: Statements,
  terms: Terms,
  obligation: Obligation,
  inspecting: PartyId,
): readonly PartyId[] {
  const others = otherSide(seen.charter, inspecting).map(({ id }) => id);
  return obligation.owedBy.filter(
    (party) =>
      others.includes(party) &&
      terms.quotas.some((quota) => quota.inspecting === inspecting && quota.inspected === party),
  );
}

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const { author } = statement;
  const { agreement, obligation: obligationId, arrival, team, choice } = statement.body;
  const inForce = agreementInForce(seen);
  if (inForce?.sha256 !== agreement)
    return refusal(
      "intent-agreement-not-in-force",
      "An inspection needs the agreement that is in force, signed by all its signatories. Take its hash from the text page.",
      "agreement",
    );
  const { terms } = inForce;
  const obligation = terms.obligations.find(({ id }) => id === obligationId);
  if (obligation?.kind !== "absence")
    return refusal(
      "intent-no-such-obligation",
      `The agreement has no obligation "${obligationId}" whose object can be absent. Name one of them.`,
      "obligation",
    );
  const parties = inspectable(seen, terms, obligation, author);
  if (parties.length === 0)
    return refusal(
      "intent-not-owed-by-other-side",
      `"${obligationId}" is not owed by a party that ${author} may inspect. Name an obligation of the other side.`,
      "obligation",
    );
  const granted = terms.quotas.reduce(
    (sum, quota) => sum + (quota.inspecting === author && parties.includes(quota.inspected) ? quota.inspections : 0),
    0,
  );
  const used = usedNotices(seen, terms, agreement, author, parties);
  if (used >= granted)
    return refusal(
      "intent-quota-used",
      `The terms give ${author} ${granted} inspections here, and ${used} are announced. None is left under quotas.`,
      "quotas",
    );
  const earliest = addHours(statement.time, terms.access.noticeHours);
  if (arrival < earliest)
    return refusal(
      "intent-notice-too-short",
      `The terms ask for ${terms.access.noticeHours} hours of notice (noticeHours). Announced at ${statement.time}, the arrival can be from ${earliest} on, not at ${arrival}.`,
      "arrival",
    );
  if (team.length > terms.access.teamMaximum)
    return refusal(
      "intent-team-too-large",
      `The team has ${team.length} members; the terms allow ${terms.access.teamMaximum} (teamMaximum).`,
      "team",
    );
  if (team.filter(({ role }) => role === "leader").length !== 1)
    return refusal("intent-team-leader", "A team has exactly one leader. Name one.", "team");
  const earlier = seen
    .about(intent, agreement)
    .some((other) => other.author === author && other.body.choice.number === choice.number);
  if (earlier)
    return refusal(
      "intent-seal-number-used",
      `${author} has used the seal number ${choice.number} before. Seal the choice again under a new number.`,
      "choice.number",
    );
  return undefined;
}

/** Notices by this party under obligations that one of these parties owes. */
function usedNotices(
  seen: Statements,
  terms: Terms,
  agreement: string,
  inspecting: PartyId,
  parties: readonly PartyId[],
): number {
  const counted = new Set(
    terms.obligations.filter(({ owedBy }) => owedBy.some((party) => parties.includes(party))).map(({ id }) => id),
  );
  return seen
    .about(intent, agreement)
    .filter(({ author, body: { obligation } }) => author === inspecting && counted.has(obligation)).length;
}
