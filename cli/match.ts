/** `countersign match`: which signed statement a file belongs to, and whose copy it is. Offline, from a bundle or a node's own folder (SPEC R6). */
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { filesWithHash, statementsIn, type NamedFile } from "@countersign/core/channel/named-file.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { readSoundBundle } from "@countersign/server/import-bundle.ts";
import { readValues, type Command } from "./command.ts";
import { openNamedBundle, readNamedFile } from "./read-file.ts";
import { chooseChannel, readNodeFolder, refuseUnbegun, startResting } from "./resting-node.ts";

/** The largest file that a charter can allow, and a salt. */
const FILE_BYTES = 64 * 1024 * 1024 + 32;

export const match: Command = {
  name: "match",
  summary: "find the signed statement that a file belongs to, and whose copy it is",
  help: `
countersign match FILE BUNDLE [--channel ID] [--json]
countersign match FILE --dir D [--channel ID] [--json]

FILE is what somebody handed you or what was found: a file of a statement, or an attachment's opening (salt and content, as a desk saves it).
The hash of either stands in the signed statement, so a bundle shows what was sent, by whom and to whom, with no key and no network.

The content of an attachment without its salt shows nothing to outsiders. A node whose party may read the attachment can compare it: use
its folder. Where each reader was given a copy of its own, this names the one reader of that copy. Through whose hands it went, the record
does not know. The node must not be running.

  BUNDLE         a whole bundle, or one of what was released
  --dir D        a node's folder, in place of a bundle
  --channel ID   the channel's id, as you have it from elsewhere; with --dir needed if the folder has several
  --json         one JSON value

Exit code: 0 a statement names the file; 1 none does; 2 the input cannot be used.`,

  async run(values, terminal) {
    const read = readValues("match", values, { texts: ["dir", "channel"], flags: ["json"] }, 2);
    if (!read.ok) return read;
    const { texts, flags, plain } = read.value;
    const [file, bundle] = plain;
    if (file === undefined) return refuse("file-not-named", "Name the file to look for: `countersign match FILE BUNDLE`.");
    if ((bundle === undefined) === (texts.get("dir") === undefined))
      return refuse("match-where", "Say where to look: in a bundle, or in a node's folder with --dir; one of them.");
    const bytes = await readNamedFile(file, "a file of a statement", FILE_BYTES);
    if (!bytes.ok) return bytes;
    const hash = toHex(sha256(bytes.value));
    const looked =
      bundle === undefined
        ? await inFolder(texts.get("dir"), texts.get("channel"), hash)
        : await inBundle(bundle, texts.get("channel"), hash);
    if (!looked.ok) return looked;
    const { channel, found, anchored } = looked.value;
    if (flags.has("json")) terminal.print(JSON.stringify({ channel, anchored, sha256: hash, found }, undefined, 2));
    else
      terminal.print(
        [
          ...(anchored ? [] : [`Nobody has vouched for channel ${channel}: compare its id with one that you have from elsewhere.`]),
          ...(found.length === 0 ? [`No statement held here names ${file}, nor an attachment that can be opened here.`] : found.map((one) => sentenceOf(file, one))),
        ].join("\n"),
      );
    return accept(found.length === 0 ? 1 : 0);
  },
};

interface Looked {
  readonly channel: string;
  readonly anchored: boolean;
  readonly found: readonly NamedFile[];
}

async function inBundle(path: string, channel: string | undefined, hash: string): Promise<Result<Looked>> {
  const source = await openNamedBundle(path);
  if (!source.ok) return source;
  try {
    const sound = await readSoundBundle(source.value);
    if (!sound.ok) return refuse(sound.refusal.code, `${path} is not whole, so nothing is looked up in it: \`countersign verify\` says what is wrong.`, sound.refusal.where);
    const { record } = sound.value;
    if (channel !== undefined && channel !== record.channel)
      return refuse("another-channel", `This is a bundle of the channel ${record.channel}, not of ${channel}.`, path);
    return accept({ channel: record.channel, anchored: channel !== undefined, found: filesWithHash(statementsIn(record), hash) });
  } finally {
    source.value.close();
  }
}

async function inFolder(directory: string | undefined, named: string | undefined, hash: string): Promise<Result<Looked>> {
  const folder = await readNodeFolder(directory);
  if (!folder.ok) return folder;
  const channel = chooseChannel(folder.value, named);
  if (!channel.ok) return channel;
  const begun = await refuseUnbegun(folder.value.directory, channel.value.id);
  if (!begun.ok) return begun;
  const node = await startResting({ ...folder.value, channels: [channel.value] });
  if (!node.ok) return node;
  try {
    return accept({ channel: channel.value.id, anchored: true, found: await node.value.match(channel.value.id, hash) });
  } finally {
    await node.value.close();
  }
}

function sentenceOf(path: string, { author, index, kind, file, as }: NamedFile): string {
  const place = `entry ${index} of ${author} (${kind}), file ${file.name}`;
  const readers = file.readers?.join(", ") ?? "";
  switch (as) {
    case "body-file":
      return `${path} is a file of ${place}. Every party could read it.`;
    case "ciphertext":
      return `${path} is the encrypted attachment of ${place}, for ${readers}.`;
    case "opening":
      return `${path} is what ${author} sent to ${readers}: ${place}. Salt and content are those that ${author} signed.`;
    case "content":
      return `${path} has the content of ${place}, which ${readers} could read. Without its salt it shows this to their nodes alone.`;
  }
}
