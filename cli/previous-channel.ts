/** The channel that another one continues, as `init` and `import` take it: its heads for a charter, and its bundle beside the charter. */
import { existsSync } from "node:fs";
import { piecesOf, type ByteSource } from "@countersign/core/bundle/byte-source.ts";
import { lacksPrevious } from "@countersign/core/bundle/not-checked.ts";
import { openPreviousBundle } from "@countersign/core/bundle/open.ts";
import { PREVIOUS_PATH, readTar } from "@countersign/core/bundle/tar.ts";
import { channelId, type Charter } from "@countersign/core/channel/charter.ts";
import { beyondHeads, headsOf, refuseContinuing, refuseCopy, refusePrevious } from "@countersign/core/channel/previous.ts";
import type { HeldRecord } from "@countersign/core/channel/record.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { readSoundBundle } from "@countersign/server/import-bundle.ts";
import { previousPath } from "@countersign/server/previous.ts";
import { nativeVerify } from "@countersign/server/signing.ts";
import { writeNew } from "./node-folder.ts";
import { openNamedBundle } from "./read-file.ts";
import { readNodeFolder, refuseUnbegun, startResting } from "./resting-node.ts";
import type { Terminal } from "./terminal.ts";

/** What a party is told of the channel that a charter continues. */
export interface Continued {
  readonly channel: string;
  readonly heads: NonNullable<Charter["previous"]>["heads"];
  /** Where its bundle is kept; absent where a charter was only founded. */
  readonly kept?: string;
  /** Whether the heads were held against this folder's own copy of it. */
  readonly compared?: boolean;
  /** Entries of the own copy that the charter leaves behind. */
  readonly leftBehind?: readonly { readonly log: string; readonly entries: number }[];
}

/** The charter with the heads of a bundle; refuses a bundle that is not whole or holds no record that one can go on from. */
export async function continuing(charter: Charter, file: string, terminal: Terminal): Promise<Result<Charter>> {
  const source = await openNamedBundle(file);
  if (!source.ok) return source;
  try {
    const bundle = await readSoundBundle(source.value, progressOn(terminal));
    if (!bundle.ok) return bundle;
    const { manifest, record } = bundle.value;
    if (manifest.extent !== "whole" || lacksPrevious(record))
      return refuse("previous-entries-missing", `${file} does not hold the whole record of the channel ${record.channel}. Take a bundle that \`countersign export\` wrote with neither --since, --released nor --without-previous.`);
    const continued: Charter = { ...charter, previous: { channel: record.channel, heads: headsOf(record) } };
    const why = refuseContinuing(record) ?? refusePrevious({ charter: continued, previous: record });
    return why === undefined ? accept(continued) : { ok: false, refusal: why };
  } finally {
    source.value.close();
  }
}

/**
 * Checks the bundle against the charter and the charter against the folder's own copy of that channel, and keeps the bundle. Refuses a charter
 * whose previous channel is neither kept nor given. The node must not be running where it has a copy.
 */
export async function keepPrevious(directory: string, charter: Charter, file: string | undefined, terminal: Terminal): Promise<Result<Continued | undefined>> {
  const { previous } = charter;
  if (previous === undefined)
    return file === undefined ? accept(undefined) : refuse("previous-useless", "The charter continues no channel. Leave --previous out.");
  const kept = previousPath(directory, channelId(charter));
  if (file === undefined && !existsSync(kept))
    return refuse("previous-needed", `This channel continues ${previous.channel}. Name the bundle that was continued, with --previous: whoever put the charter together has it.`);
  const source = await openNamedBundle(file ?? kept);
  if (!source.ok) return source;
  try {
    const opened = await openPreviousBundle(source.value, charter, { verify: nativeVerify, progress: progressOn(terminal) });
    const [first] = [...opened.problems, ...opened.changed()];
    if (first !== undefined) return { ok: false, refusal: first };
    const copy = await ownCopy(directory, previous.channel);
    if (!copy.ok) return copy;
    const differs = copy.value === undefined ? undefined : refuseCopy(previous, copy.value);
    if (differs !== undefined) return { ok: false, refusal: differs };
    const written = existsSync(kept) ? accept(undefined) : await writePieces(kept, source.value);
    if (!written.ok) return written;
    return accept({ ...previous, kept, compared: copy.value !== undefined, leftBehind: copy.value === undefined ? [] : beyondHeads(previous, copy.value) });
  } finally {
    source.value.close();
  }
}

/** Keeps the previous channel's bundle that lies in a sound bundle of a channel, if the folder has none. */
export async function keepBrought(directory: string, { charter, previous }: HeldRecord, source: ByteSource): Promise<Result<void>> {
  const kept = previousPath(directory, channelId(charter));
  const brought = previous === undefined || existsSync(kept) ? undefined : readTar(source).members.find(({ path }) => path === PREVIOUS_PATH);
  return brought === undefined ? accept(undefined) : writePieces(kept, brought.source);
}

export function continuedLines({ channel, heads, kept, compared, leftBehind = [] }: Continued): string[] {
  return [
    `Continues ${channel} from ${heads.map(({ log, size }) => `${log} ${size}`).join(", ")}`,
    ...(kept === undefined ? ["Give its bundle to every party, with the charter: each takes both in with `countersign init --join CHARTER --previous BUNDLE`."] : [`previous: ${kept}`]),
    ...(compared === undefined ? [] : [compared ? "These heads agree with this node's own copy of that channel." : "This folder has no copy of that channel of its own, so these heads were compared with the bundle alone."]),
    ...leftBehind.map(({ log, entries }) => `Not taken over: ${entries} ${entries === 1 ? "entry" : "entries"} of ${log} in that channel, after its head in the charter.`),
  ];
}

async function ownCopy(directory: string, channel: string): Promise<Result<HeldRecord | undefined>> {
  if (!(await refuseUnbegun(directory, channel)).ok) return accept(undefined);
  const folder = await readNodeFolder(directory);
  const channels = folder.ok ? folder.value.channels.filter(({ id }) => id === channel) : [];
  if (!folder.ok || channels.length === 0 || folder.value.settings.role === "observer") return accept(undefined);
  const node = await startResting({ ...folder.value, channels });
  if (!node.ok) return node;
  try {
    return accept(node.value.record(channel));
  } finally {
    await node.value.close();
  }
}

async function writePieces(file: string, source: ByteSource): Promise<Result<void>> {
  return writeNew(file, (async function* () {
    yield* piecesOf(source);
  })());
}

function progressOn(terminal: Terminal): (checked: number, of: number) => void {
  return (checked, of) => terminal.progress(`Checking ${checked} of ${of} entries`);
}
