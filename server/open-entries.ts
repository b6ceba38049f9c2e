/** What a node may show of a log to observers and the public (SPEC R17): entries that are open, and those that change keys. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { openStatements } from "@countersign/core/channel/release.ts";
import type { Channel } from "./channel.ts";

/** By their index, in order. An observer's node gives what it was given. */
export async function openEntries(channel: Channel, log: PartyId): Promise<ReadonlyMap<number, Uint8Array>> {
  if (channel.own === undefined) return new Map(channel.released.of(log).map(({ index, entry }) => [index, entry]));
  const state = channel.view.state();
  const indexes = [...openStatements(state).keys()].flatMap((id) => {
    const statement = state.get(id);
    return statement?.author === log ? [statement.index] : [];
  });
  // An observer needs the others' keys whatever the sides release (SPEC R14).
  const all = [...new Set([...indexes, ...channel.ring(log).entryIndexes])].sort((a, b) => a - b);
  const entries = new Map<number, Uint8Array>();
  for (const index of all) {
    const [entry] = await channel.entries(log, index, index + 1);
    if (entry !== undefined) entries.set(index, entry);
  }
  return entries;
}
