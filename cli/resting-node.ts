/** A node's folder opened for one command, under its lock: no other node is asked, and nothing is served. */
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { channelId, readCharter, type Charter } from "@countersign/core/channel/charter.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { machineClock, startNode, type CountersignNode } from "@countersign/server/node.ts";
import { readCharters, readNodeFile, type NodeFile } from "./node-folder.ts";

export interface NodeFolder {
  readonly directory: string;
  readonly settings: NodeFile;
  /** In the order of their ids; at least one. */
  readonly channels: readonly { readonly id: string; readonly charter: Charter; readonly bytes: Uint8Array }[];
}

/** Reads what `init` has written. Refuses a folder without a charter. */
export async function readNodeFolder(folder: string | undefined): Promise<Result<NodeFolder>> {
  if (folder === undefined) return refuse("folder-missing", "Name the node's folder with --dir.");
  const directory = resolve(folder);
  const settings = await readNodeFile(directory);
  if (!settings.ok) return settings;
  const files = await readCharters(directory);
  if (!files.ok) return files;
  const channels = [];
  for (const bytes of files.value) {
    const charter = readCharter(bytes);
    if (!charter.ok) return charter;
    channels.push({ id: channelId(charter.value), charter: charter.value, bytes });
  }
  return channels.length === 0
    ? refuse("folder-without-charter", `${directory} holds no charter yet. Take one in with \`countersign init --dir ${folder} --join CHARTER\`.`)
    : accept({ directory, settings: settings.value, channels });
}

/** The one named, or the only one. */
export function chooseChannel({ directory, channels }: NodeFolder, named: string | undefined): Result<NodeFolder["channels"][number]> {
  const ids = channels.map(({ id }) => id).join(", ");
  const [first, second] = channels.filter(({ id }) => named === undefined || id === named);
  if (first === undefined) return refuse("channel-unknown", `${directory} has no channel ${named ?? ""}. It has ${ids}.`);
  return second === undefined ? accept(first) : refuse("channel-missing", `${directory} has several channels. Name one with --channel: ${ids}.`);
}

/** Opening a node begins its log: not for a command that only looks, or that changes what stands already. */
export async function refuseUnbegun(directory: string, channel: string): Promise<Result<void>> {
  const begun = await stat(join(directory, "logs", channel)).then(
    () => true,
    () => false,
  );
  return begun ? accept(undefined) : refuse("log-not-begun", "The log of this channel has not begun. Run `countersign serve` first.");
}

/** Opens the node with its channels. It signs a charter that it has not signed yet, as `serve` does. */
export function startResting({ directory, settings, channels }: NodeFolder): Promise<Result<CountersignNode>> {
  const { id, name, role } = settings;
  return startNode({
    id,
    name,
    role,
    directory,
    clock: machineClock,
    channels: channels.map(({ bytes }) => ({ charter: bytes })),
    peers: [],
    demonstration: false,
    pullEveryMilliseconds: 0,
  });
}
