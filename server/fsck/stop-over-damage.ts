/** What a node does about damage that it finds in its own files while it runs: over what is damaged it signs and cosigns nothing more. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { refusal } from "@countersign/core/refusal.ts";
import type { Journal } from "../journal/journal.ts";
import type { LogCopy } from "../mirror/log-copy.ts";
import type { Damage } from "./damage.ts";

/** The own log and the keys end what is said here; another's log its cosigning; files may belong to any log. What follows from the rest stops nothing. */
export function stopOverDamage(
  { channel, self }: { readonly channel: string; readonly self: PartyId },
  journal: Journal | undefined,
  copies: ReadonlyMap<PartyId, LogCopy>,
  damage: readonly Damage[],
): void {
  const lost = damage.filter(({ remedy }) => remedy !== "derived").map(({ path }) => path);
  const under = (prefix: string) => lost.find((path) => path.startsWith(prefix));
  const own = under("keys") ?? under(`logs/${channel}/log/${self}/`);
  const file = under(`logs/${channel}/file/`);
  if (own !== undefined)
    journal?.stop(
      refusal(
        "own-files-damaged",
        "This node has found files of its own damaged on this machine, and signs nothing more over them. Stop it and run `countersign fsck --repair`.",
        own,
      ),
    );
  for (const [log, copy] of copies) copy.frozen ||= file !== undefined || under(`logs/${channel}/log/${log}/`) !== undefined;
}
