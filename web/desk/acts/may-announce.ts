/** Whether a party could announce an inspection now: an agreement binds, the other side owes absence, and the quota has one left. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import { agreementInForce } from "@countersign/core/terms/in-force.ts";
import { quotaRows } from "@countersign/core/terms/obligations.ts";

export function mayAnnounce(state: State, party: PartyId): "yes" | "no-agreement" | "no-quota" {
  if (agreementInForce(state) === undefined) return "no-agreement";
  return quotaRows(state).some(({ inspecting, left }) => inspecting === party && left > 0) ? "yes" : "no-quota";
}
