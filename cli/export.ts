/** `countersign export`: what a node holds of a channel as one file, to be carried to where no network leads (SPEC R18). */
import { createHash, type Hash } from "node:crypto";
import type { ByteSource } from "@countersign/core/bundle/byte-source.ts";
import { MEMBERS_LIMIT, readTar, TAR_LIMIT } from "@countersign/core/bundle/tar.ts";
import { readManifest, checkpointPath, branchFolder, MANIFEST_PATH } from "@countersign/core/bundle/manifest.ts";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { parseCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { CountersignNode } from "@countersign/server/node.ts";
import { readValues, type Command } from "./command.ts";
import { writeNew } from "./node-folder.ts";
import { openNamedBundle } from "./read-file.ts";
import { readEntryPlace, writeEntryProof } from "./write-entry-proof.ts";
import { chooseChannel, readNodeFolder, startResting } from "./resting-node.ts";

export const exportCommand: Command = {
  name: "export",
  summary: "write a bundle of a channel, for an air gap",
  help: `
countersign export --dir D [--channel ID] [--since FILE|SIZES] [--without-attachments] [--without-previous] [--out F] [--json]
countersign export --dir D [--channel ID] --released [--out F] [--json]
countersign export --dir D [--channel ID] --proof LOG:NUMBER [--out F] [--json]

Writes all that a node holds of a channel into one file: logs, heads, cosignatures and files. The node must not be running. The same
holdings give the same bytes. \`countersign verify\` checks the file; \`countersign import\` takes it into another node's folder.

  --dir D        the node's folder
  --channel ID   needed if the folder has several channels
  --since WHAT   only what its reader does not hold: a bundle that the reader sent or has taken, or sizes: aurelia=41,borealia=38
  --released     only what anyone may see, for an observer or the public: what its author and both sides have released, what an
                 author has published alone, and their body files. Attachments are never in it
  --without-attachments  leaves encrypted attachments out; a verdict lists them as not checked
  --without-previous     leaves the record of the channel out that this one continues; a verdict then computes nothing
  --proof WHAT   one entry alone, e.g. aurelia:41, with the proof that it is in its log (C2SP tlog-proof): whoever gets the file can
                 read the entry, released or not
  --out F        the file to make (default: <node>-<first eight of the channel>-<sizes>.tar, here)
  --json         one JSON value

The bundle is written piece by piece: at most ${TAR_LIMIT / 1024 ** 4} TiB and ${MEMBERS_LIMIT} parts, which can be read again. A record that has outgrown
this goes over only with --since, to a reader who holds its beginning.`,

  async run(values, terminal) {
    const read = readValues("export", values, { texts: ["dir", "channel", "since", "proof", "out"], flags: ["json", "released", "without-attachments", "without-previous"] });
    if (!read.ok) return read;
    const { texts, flags } = read.value;
    const folder = await readNodeFolder(texts.get("dir"));
    if (!folder.ok) return folder;
    const channel = chooseChannel(folder.value, texts.get("channel"));
    if (!channel.ok) return channel;
    const { id, charter } = channel.value;
    const wanted = texts.get("since");
    const released = flags.has("released");
    if (released && (wanted !== undefined || flags.has("without-attachments")))
      return refuse("released-alone", "--released goes with neither --since nor --without-attachments: it is always all that was released, and never an attachment.");
    if (flags.has("without-previous") && (released || wanted !== undefined || texts.has("proof")))
      return refuse("without-previous-useless", "Only a whole bundle has the record of the previous channel: leave --without-previous out.");
    if (wanted !== undefined && folder.value.settings.role === "observer")
      return refuse("since-observer", "An observer's bundle is always whole: it holds no entries to go on with.");
    const parties = charter.parties.map((party) => party.id);
    const since = wanted === undefined ? accept(undefined) : await readSince(wanted, id, parties);
    if (!since.ok) return since;
    const wantedProof = texts.get("proof");
    if (wantedProof !== undefined && (wanted !== undefined || released || flags.has("without-attachments")))
      return refuse("proof-alone", "--proof goes with none of --since, --released and --without-attachments: it is one entry alone.");
    const place = wantedProof === undefined ? accept(undefined) : readEntryPlace(wantedProof, parties);
    if (!place.ok) return place;
    const node = await startResting(folder.value);
    if (!node.ok) return node;
    try {
      if (place.value !== undefined) {
        const { log, index } = place.value;
        const proof = await writeEntryProof(node.value, id, place.value, texts.get("out") ?? `${log}-${index}-${id.slice(0, 8)}.tlog-proof`);
        if (!proof.ok) return proof;
        const { file, size, bytes, sha256: hash } = proof.value;
        terminal.print(
          flags.has("json")
            ? JSON.stringify({ channel: id, log, index, ...proof.value }, undefined, 2)
            : `${file}: ${bytes} bytes, SHA-256 ${hash}\n  ${log}: entry ${index} in the head of ${size} entries\nIts reader checks it with \`countersign verify --trust\`.`,
        );
        return accept(0);
      }
      const fits = since.value === undefined ? accept(undefined) : continues(node.value, id, since.value);
      if (!fits.ok) return fits;
      const sizes = since.value === undefined ? undefined : new Map([...since.value].map(([party, { size }]) => [party, size]));
      const bundle = await node.value.bundleStream(id, {
        asOf: "record",
        ...(sizes === undefined ? {} : { since: sizes }),
        ...(released ? { extent: "released" } : {}),
        withoutAttachments: flags.has("without-attachments"),
        withoutPrevious: flags.has("without-previous"),
      });
      if (!bundle.ok) return bundle;
      const logs = parties.map((party) => ({ log: party, from: sizes?.get(party) ?? 0, to: headSize(node.value, id, party) }));
      const out = texts.get("out") ?? `${node.value.id}-${id.slice(0, 8)}-${logs.map(({ to }) => to).join("-")}${released ? "-released" : ""}.tar`;
      const { size: bytes, pieces } = bundle.value;
      const sum = createHash("sha256");
      const written = await writeNew(out, hashed(pieces, sum, (done) => terminal.progress(`Writing ${done} of ${bytes} bytes`)));
      if (!written.ok) return written;
      const hash = sum.digest("hex");
      if (flags.has("json")) terminal.print(JSON.stringify({ channel: id, file: out, bytes, sha256: hash, logs }, undefined, 2));
      else
        terminal.print(
          [
            `${out}: ${bytes} bytes, SHA-256 ${hash}`,
            ...logs.map(({ log, from, to }) => (released ? `  ${log}: what was released of ${to} entries` : `  ${log}: entries ${from} to ${to}`)),
            "Its reader checks it with `countersign verify` and takes it in with `countersign import`.",
          ].join("\n"),
        );
      return accept(0);
    } finally {
      await node.value.close();
    }
  },
};

async function* hashed(pieces: AsyncIterable<Uint8Array>, sum: Hash, progress: (done: number) => void): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const piece of pieces) {
    sum.update(piece);
    yield piece;
    progress((done += piece.length));
  }
}

interface HeldBefore {
  readonly size: number;
  /** Known where a bundle was given. */
  readonly root?: Uint8Array;
}

async function readSince(text: string, channel: string, parties: readonly string[]): Promise<Result<Map<string, HeldBefore>>> {
  if (/^[a-z][a-z0-9-]*=\d{1,15}(?:,[a-z][a-z0-9-]*=\d{1,15})*$/.test(text)) {
    const pairs = text.split(",").map((pair): [string, HeldBefore] => {
      const [party = "", size = ""] = pair.split("=");
      return [party, { size: Number(size) }];
    });
    const stranger = pairs.find(([party]) => !parties.includes(party));
    return stranger === undefined
      ? accept(new Map(pairs))
      : refuse("since-party", `The channel has no party ${stranger[0]}. It has ${parties.join(", ")}.`);
  }
  const source = await openNamedBundle(text);
  if (!source.ok) return source;
  try {
    return headsOf(source.value, text, channel, parties);
  } finally {
    source.value.close();
  }
}

/** Of a bundle its heads alone are looked at: what they say is held against this node's own logs. */
function headsOf(source: ByteSource, text: string, channel: string, parties: readonly string[]): Result<Map<string, HeldBefore>> {
  const { members, problems } = readTar(source);
  const part = (path: string) => members.find((member) => member.path === path)?.bytes;
  const manifest = readManifest(part(MANIFEST_PATH) ?? new Uint8Array(0));
  if (!manifest.ok || problems.length > 0) return refuse("since-unread", `${text} is no bundle that reads, and no list of sizes like aurelia=41,borealia=38.`);
  if (manifest.value.channel !== channel)
    return refuse("since-other-channel", `${text} is a bundle of the channel ${manifest.value.channel}, not of ${channel}.`);
  const held = new Map<string, HeldBefore>();
  for (const party of parties) {
    const note = parseNote(part(checkpointPath(branchFolder(party, 0))) ?? new Uint8Array(0));
    const head = note.ok ? parseCheckpointText(note.value.text) : note;
    if (head.ok) held.set(party, { size: head.value.size, root: head.value.root });
  }
  return accept(held);
}

/** What the reader holds must be a beginning of what is held here. What goes beyond it is the reader's news, not this node's. */
function continues(node: CountersignNode, channel: string, since: Map<string, HeldBefore>): Result<void> {
  for (const [party, { size, root }] of since) {
    const newest = headSize(node, channel, party);
    const tree = node.record(channel).logs.get(party)?.tree;
    if (size > newest && root === undefined)
      return refuse("since-beyond", `The log of ${party} has ${newest} entries here; there is nothing to go on with at ${size}.`);
    if (size <= newest && root !== undefined && tree !== undefined && !equalBytes(tree.root(size), root))
      return refuse("since-differs", `That bundle holds other entries of ${party} than this node. Take it in with \`countersign import\`: it may prove a fork.`);
    if (size > newest) since.set(party, { size: newest });
  }
  return accept(undefined);
}

function headSize(node: CountersignNode, channel: string, party: string): number {
  return node.receipts(channel).find(({ log }) => log === party)?.size ?? 0;
}
