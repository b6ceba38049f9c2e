/** `countersign import`: takes a bundle that came by hand into a node's folder (SPEC R18). */
import { join } from "node:path";
import type { ByteSource } from "@countersign/core/bundle/byte-source.ts";
import type { Charter } from "@countersign/core/channel/charter.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { readSoundBundle, refuseLostLog, type ImportedBundle, type ImportedLog } from "@countersign/server/import-bundle.ts";
import { readValues, type Command } from "./command.ts";
import { keepBrought } from "./previous-channel.ts";
import { openNamedBundle } from "./read-file.ts";
import { readNodeFolder, startResting, type NodeFolder } from "./resting-node.ts";
import type { Terminal } from "./terminal.ts";

export const importCommand: Command = {
  name: "import",
  summary: "take a bundle into a node's folder",
  help: `
countersign import --dir D [--from ID] <file> [--json]

Checks every byte of the bundle before anything is written. Then its entries, heads, cosignatures and files go into the node's copies as
if they had come over the network: what is held is cosigned, \`receive\` is written, and what contradicts is kept with its proof. The node
must not be running. Send the others a bundle of your own afterwards: it carries your cosignatures.

  --dir D     the node's folder
  --from ID   who gave you the bundle; needed in a channel of more than two parties
  --json      one JSON value

The bundle is read from the file piece by piece, twice: to check it, and to take it. A file that is changed in between is noticed.
Exit code: 0 taken, or nothing new in it; 1 something in it contradicts what is held; 2 it cannot be taken, and nothing was written.
A folder that has lost the record of the channel that this one continues gets it back from the bundle.`,

  async run(values, terminal) {
    const read = readValues("import", values, { texts: ["dir", "from"], flags: ["json"] }, 1);
    if (!read.ok) return read;
    const { texts, flags, plain } = read.value;
    const [file] = plain;
    if (file === undefined) return refuse("file-not-named", "Name the bundle: `countersign import --dir D <file>`.");
    const folder = await readNodeFolder(texts.get("dir"));
    if (!folder.ok) return folder;
    const source = await openNamedBundle(file);
    if (!source.ok) return source;
    try {
      return await take(source.value, file, folder.value, texts.get("from"), flags.has("json"), terminal);
    } finally {
      source.value.close();
    }
  },
};

async function take(source: ByteSource, file: string, folder: NodeFolder, named: string | undefined, json: boolean, terminal: Terminal): Promise<Result<number>> {
  const bundle = await readSoundBundle(source, (checked, of) => terminal.progress(`Checking ${checked} of ${of} entries`));
  if (!bundle.ok) return bundle;
  const { directory, settings, channels } = folder;
  const channel = channels.find(({ id }) => id === bundle.value.manifest.channel);
  if (channel === undefined)
    return refuse(
      "bundle-other-channel",
      `${file} is a bundle of the channel ${bundle.value.manifest.channel}. ${directory} has ${channels.map(({ id }) => id).join(", ")}. Nothing was taken.`,
    );
  const from = bringer(channel.charter, settings.id, named);
  if (!from.ok) return from;
  const kept = await refuseLostLog(directory, settings.id, bundle.value);
  if (!kept.ok) return kept;
  const before = settings.role === "observer" ? accept(undefined) : await keepBrought(directory, bundle.value.record, source);
  if (!before.ok) return before;
  const node = await startResting(folder);
  if (!node.ok) return node;
  try {
    const taken = await node.value.importBundle(channel.id, bundle.value, from.value);
    if (!taken.ok) return taken;
    const proofs = taken.value.observations.flatMap(({ proof }) =>
      proof === undefined ? [] : [join(directory, "logs", channel.id, "proof", proof)],
    );
    terminal.print(json ? JSON.stringify({ ...taken.value, proofs }, undefined, 2) : taking(file, taken.value, proofs));
    return accept(taken.value.observations.some(({ code }) => CONTRADICTIONS.has(code)) ? 1 : 0);
  } finally {
    await node.value.close();
  }
}

const CONTRADICTIONS: ReadonlySet<string> = new Set(["fork", "other-answer", "rolled-back"]);

/** Only for the words of what is noticed: nothing is believed because of it. */
function bringer({ parties, observers }: Charter, self: string, named: string | undefined): Result<string> {
  const others = [...parties, ...observers].map(({ id }) => id).filter((id) => id !== self);
  const [first, second] = others;
  if (named !== undefined)
    return others.includes(named) ? accept(named) : refuse("from-unknown", `The channel has no ${named} beside ${self}. It has ${others.join(", ")}.`);
  if (first === undefined || second !== undefined)
    return refuse("from-missing", `Say who gave you this bundle with --from: ${others.join(", ")}.`);
  return accept(first);
}

function taking(file: string, { logs, observations, said }: ImportedBundle, proofs: readonly string[]): string {
  const grew = logs.some(({ from, to }) => to > from);
  return [
    grew ? `${file} is whole. Taken:` : `${file} is whole, and has no entry that is not held here.`,
    ...logs.map(logLine),
    ...observations.map(({ sentence, times }) => `  ${sentence}${times === undefined ? "" : ` Seen ${times} times.`}`),
    ...proofs.map((proof) => `  Proof of a fork: ${proof}`),
    ...(said > 0 ? ["Acknowledged in the own log. Export a bundle for the others: it carries this and your cosignatures."] : []),
  ].join("\n");
}

function logLine({ log, from, to, offered }: ImportedLog): string {
  const grown = to > from ? `from ${from} to ${to} entries` : `${to} entries, as before`;
  const differs = offered > 0 && offered < to ? `; the bundle is older, its head covers ${offered}` : offered > to ? `; the bundle's head covers ${offered}` : "";
  return `  ${log}: ${grown}${differs}`;
}
