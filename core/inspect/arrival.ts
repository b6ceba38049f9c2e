/** `arrival` (F4): the team is at the point of entry. The time of naming counts from here. */
import { z } from "zod";
import { instant, sha256Hex, words, type Instant } from "../bytes/fields.ts";
import { addHours } from "../bytes/instant.ts";
import { kind, type Statement, type Statements } from "../channel/kind.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { announcedInspection, authorIsOneOf, notAhead, notRepeated } from "./announced.ts";

const body = z.strictObject({
  inspection: sha256Hex,
  pointOfEntry: words,
  arrived: instant,
  team: z.int().min(1).max(1000),
});

export const arrival = kind("arrival", body, allowed, ({ inspection }) => inspection);

/** From when the window for naming the site runs: the stated hour, which is its author's word alone, but never before the record has it. */
export function arrivedAt(statement: Statement<z.infer<typeof body>>): Instant {
  const { arrived } = statement.body;
  return statement.time > arrived ? statement.time : arrived;
}

function allowed(statement: Statement<z.infer<typeof body>>, seen: Statements): Refusal | undefined {
  const announced = announcedInspection(seen, statement.body.inspection);
  if (!announced.ok) return announced.refusal;
  const { intent, agreement } = announced.value;
  const { noticeHours, teamMaximum } = agreement.terms.access;
  const { arrived, team } = statement.body;
  const refused =
    authorIsOneOf(statement, [intent.author], "state the arrival of the team") ??
    notRepeated(statement, seen.about(arrival, intent.id)) ??
    notAhead(statement, seen, arrived, "arrived");
  if (refused !== undefined) return refused;
  const earliest = addHours(intent.time, noticeHours);
  if (arrived < earliest)
    return refusal(
      "arrival-before-notice-ran",
      `The team may arrive from ${earliest} on, ${noticeHours} hours after the notice (noticeHours), not at ${arrived}.`,
      "arrived",
    );
  if (team > teamMaximum)
    return refusal(
      "arrival-team-too-large",
      `The team has ${team} members; the terms allow ${teamMaximum} (teamMaximum).`,
      "team",
    );
  return undefined;
}
