/** `countersign fsck`: reads a node's folder again, says what the disk has damaged, and mends what can be mended. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { accept, refuse } from "@countersign/core/refusal.ts";
import { fsckFolder, type Damage, type FsckReport } from "@countersign/server/fsck/fsck.ts";
import { machineClock } from "@countersign/server/node.ts";
import { readValues, type Command } from "./command.ts";
import { readNodeFolder } from "./resting-node.ts";

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
    const found = await fsckFolder({
      self: settings.id,
      directory,
      channels,
      peers: settings.peers,
      repair: flags.has("repair"),
      clock: machineClock,
      signal: terminal.signal,
      progress: (channel) => terminal.progress(`Reading channel ${channel}`),
    });
    if (!found.ok) return found;
    terminal.print(flags.has("json") ? JSON.stringify(found.value, undefined, 2) : report(found.value));
    return accept(found.value.damage.length === 0 ? 0 : 1);
  },
};

/** A charter's name is its hash. */
async function damagedCharter(directory: string): Promise<string | undefined> {
  const folder = join(directory, "charters");
  for (const name of await readdir(folder).catch(() => []))
    if (name.endsWith(".json") && `${toHex(sha256(new Uint8Array(await readFile(join(folder, name)))))}.json` !== name) return join(folder, name);
  return undefined;
}

function report({ files, bytes, damage, remarks, done }: FsckReport): string {
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
