/** A channel's logs as this node holds them, for its byte paths. */
import { fromHex } from "@countersign/core/bytes/hex.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import { openFiles } from "@countersign/core/channel/release.ts";
import type { ReleasedEntries } from "@countersign/wire/endpoints.ts";
import type { Channel } from "../channel.ts";
import { openEntries } from "../open-entries.ts";
import type { LogSource } from "./log-source.ts";

export function heldLogs(channel: Channel): LogSource {
  const { options, view } = channel;
  return {
    channel: options.channel,
    logs: options.charter.parties.map(({ id }) => id),
    checkpoint: async (log) => {
      const note = channel.newestNote(log);
      return note === undefined ? undefined : encodeUtf8(note);
    },
    tile: (log, address) => channel.tile(log, address),
    branches: () =>
      options.charter.parties.flatMap(({ id: log }) => channel.branches(log).map(({ number, head }) => ({ log, number, note: formatNote(head.note) }))),
    branchTile: async (log, number, address) => channel.branches(log).find((branch) => branch.number === number)?.log.tile(address),
    released: async (log) =>
      encodeUtf8(JSON.stringify({ log, entries: await releasedOf(channel, log) } satisfies ReleasedEntries)),
    file: async (sha256, role) => {
      if (fromHex(sha256)?.length !== 32) return undefined;
      if (role === "party") return view.files.get(sha256) ?? channel.attachments.get(sha256);
      return openFiles(view.state()).has(sha256) ? view.files.get(sha256) : undefined;
    },
    forks: (role) => channel.observations.forks.filter(({ proof }) => role === "party" || channel.observations.isOfHeads(proof)),
    proof: async (sha256, role) => (role === "party" || channel.observations.isOfHeads(sha256) ? channel.observations.proof(sha256) : undefined),
    charter: async () => options.charterBytes,
  };
}

/** What anyone may see of one log, with the bytes. An observer's node gives what it was given. */
async function releasedOf(channel: Channel, log: PartyId): Promise<ReleasedEntries["entries"]> {
  return [...(await openEntries(channel, log))].map(([index, entry]) => ({ index, entry: toBase64(entry) }));
}
