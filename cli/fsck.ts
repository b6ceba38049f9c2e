/** `countersign fsck`: reads a node's folder again, says what the disk has damaged, and mends what can be mended. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { partyOf } from "@countersign/core/channel/charter.ts";
import { accept, refuse } from "@countersign/core/refusal.ts";
import { machineClock } from "@countersign/server/node.ts";
import { checkFolder, type CheckedFolder } from "@countersign/server/fsck/check-folder.ts";
import type { Damage } from "@countersign/server/fsck/damage.ts";
import { repairFolder } from "@countersign/server/fsck/repair-folder.ts";
import { lockDirectory } from "@countersign/server/journal/directory-lock.ts";
import { PeerClient } from "@countersign/server/mirror/peer-client.ts";
import { observerSigners, partySigners } from "@countersign/server/private/keys.ts";
import { readValues, type Command } from "./command.ts";
import { readNodeFolder, type NodeFolder } from "./resting-node.ts";

export const fsck: Command = {
  name: "fsck",
  summary: "read a node's folder again and mend what is damaged",
  help: `
countersign fsck --dir D [--repair] [--json]

Reads and hashes everything that a node keeps: records, tiles, signed heads, copies, files, receipts, keys, the private store. It says
what is damaged and whose copy has it. Damage is this machine's alone and accuses nobody. The node must not be running.

  --dir D     the node's folder
  --repair    make again what follows from the rest, and fetch what is lost from the nodes that \`init --join --peer\` has named. What
              was damaged is moved into D/damaged. Keys and the private store come back from a copy of the folder alone
  --json      one JSON value

Exit code: 0 nothing is damaged, or all of it was mended; 1 something is; 2 the folder cannot be used.`,

  async run(values, terminal) {
    const read = readValues("fsck", values, { texts: ["dir"], flags: ["repair", "json"] });
    if (!read.ok) return read;
    const { texts, flags } = read.value;
    const given = texts.get("dir");
    if (given !== undefined) {
      const damaged = await damagedCharter(given);
      if (damaged !== undefined)
        return refuse("charter-damaged", `${damaged} is not the charter that its name says. Take it in again from another party's copy: remove this one, then \`countersign init --dir ${given} --join CHARTER\`.`);
    }
    const folder = await readNodeFolder(given);
    if (!folder.ok) return folder;
    const { directory, settings, channels } = folder.value;
    const lock = await lockDirectory(directory);
    if (!lock.ok) return lock;
    try {
      const check = () =>
        checkFolder({
          self: settings.id,
          directory,
          channels,
          peers: settings.peers.map(({ id }) => id),
          progress: (channel) => terminal.progress(`Reading channel ${channel}`),
        });
      let found = await check();
      let done: string[] = [];
      if (flags.has("repair") && found.damage.length > 0) {
        const peers = await peersOf(folder.value, terminal.signal);
        done = await repairFolder({ self: settings.id, directory, channels, clock: machineClock, peers: (channel) => peers.get(channel) ?? [] }, found);
        found = await check();
      }
      const { files, bytes, damage, remarks } = found;
      terminal.print(flags.has("json") ? JSON.stringify({ files, bytes, damage, remarks, done }, undefined, 2) : report(found, done));
      return accept(damage.length === 0 ? 0 : 1);
    } finally {
      await lock.value.release();
    }
  },
};

/** A charter's name is its hash. */
async function damagedCharter(directory: string): Promise<string | undefined> {
  const folder = join(directory, "charters");
  for (const name of await readdir(folder).catch(() => []))
    if (name.endsWith(".json") && `${toHex(sha256(new Uint8Array(await readFile(join(folder, name)))))}.json` !== name) return join(folder, name);
  return undefined;
}

/** The other nodes, asked with this node's key where that is sound. */
async function peersOf({ directory, settings, channels }: NodeFolder, signal: AbortSignal): Promise<Map<string, PeerClient[]>> {
  const peers = new Map<string, PeerClient[]>();
  for (const { id: channel, charter } of channels) {
    const party = partyOf(charter, settings.id);
    const observer = charter.observers.find(({ id }) => id === settings.id);
    const signers = party !== undefined ? await partySigners(directory, party) : observer !== undefined ? await observerSigners(directory, observer) : undefined;
    const node = signers?.ok === true ? signers.value.node : undefined;
    const others = settings.peers.filter(({ id }) => id !== settings.id && partyOf(charter, id) !== undefined);
    peers.set(channel, others.map(({ id, base }) => new PeerClient({ id, base, channel, signers: node === undefined ? [] : [node], fetch, signal })));
  }
  return peers;
}

function report({ files, bytes, damage, remarks }: CheckedFolder, done: readonly string[]): string {
  return [
    ...done,
    damage.length === 0
      ? `${files} files (${bytes} bytes) read; none is damaged.`
      : `${files} files (${bytes} bytes) read; damaged, by this machine alone: ${damage.length}.`,
    ...damage.map((one) => `  ${one.path}: ${one.what} ${remedyOf(one)}`),
    ...remarks.map((remark) => `  ${remark}`),
  ].join("\n");
}

function remedyOf({ remedy, from }: Damage): string {
  if (remedy === "derived") return "It can be made again: --repair.";
  if (remedy === "copy" || from.length === 0) return "Put it back from a copy of this folder.";
  return `It can be fetched from ${from.join(" or ")}: --repair.`;
}
