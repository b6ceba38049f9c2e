/** `countersign init`: a party's keys and folder, a charter from several parties' public keys, and joining it. */
import { randomBytes } from "node:crypto";
import { mkdir, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { partyId, type Words } from "@countersign/core/bytes/fields.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import {
  channelId,
  charterBytes,
  charterSchema,
  readCharter,
  type Charter,
} from "@countersign/core/channel/charter.ts";
import { refuseSharedLogKey } from "@countersign/core/channel/log-keys.ts";
import { policyForChannel, policyForLog } from "@countersign/core/log/channel-policy.ts";
import { formatPolicy } from "@countersign/core/log/tlog-policy.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { fingerprint } from "@countersign/core/signing/key-id.ts";
import { createKeys, createObserverKeys } from "@countersign/server/node.ts";
import { readValues, type Command } from "./command.ts";
import {
  readCharterFile,
  readCharters,
  readNodeFile,
  readPublicKeys,
  writeNew,
  writeNodeFile,
  type NodeFile,
  type PublicKeysFile,
} from "./node-folder.ts";
import { continuedLines, continuing, keepPrevious, type Continued } from "./previous-channel.ts";
import type { Terminal } from "./terminal.ts";

const OPTIONS = {
  texts: [
    "dir",
    "party",
    "observer-node",
    "name",
    "domain",
    "circle",
    "join",
    "charter",
    "previous",
    "title",
    "summary",
    "nature",
    "left-name",
    "right-name",
  ],
  lists: ["left", "right", "host", "observer", "peer"],
  flags: ["json"],
} as const;

const JOIN_NEXT =
  "each takes the charter into its own node's folder and says where the others are, with `countersign init --dir D --join CHARTER --peer ID=http://host:port …`.";
const SERVE_NEXT = "`countersign serve --dir D`. It signs the charter and asks the other nodes.";

type Values = Extract<ReturnType<typeof readOwnValues>, { ok: true }>["value"];

function readOwnValues(values: readonly string[]) {
  return readValues<(typeof OPTIONS.texts)[number], (typeof OPTIONS.flags)[number], (typeof OPTIONS.lists)[number]>(
    "init",
    values,
    OPTIONS,
  );
}

export const init: Command = {
  name: "init",
  summary: "make a party's keys, found a channel, join it",
  help: `
1. Each participant makes keys in a folder of its own and sends public-keys.json to the others:

   countersign init --dir D --party ID [--name N] [--domain aurelia.example] [--circle C]
   countersign init --dir D --observer-node ID [--name N] [--domain …] [--circle C]

2. One of them puts the charter together; all compare the channel id and the fingerprints by voice:

   countersign init --charter OUT --title T --summary S --nature exercise|real
                    --left FILE … --right FILE … [--host FILE …] [--observer FILE …]
                    [--left-name N] [--right-name N] [--previous BUNDLE]

3. Each takes the charter into its folder and says where the others are; \`countersign serve\` then signs it:

   countersign init --dir D --join CHARTER --peer ID=http://host:port … [--previous BUNDLE]

A channel may continue another: with --previous in step 2 the charter takes the last heads of that channel from its bundle, and what was
agreed, declared and owed there goes on. All make new keys first (--circle). In step 3 each party gives the same bundle: it is checked against
the charter, the charter against the folder's own copy of that channel, and it is kept. So membership changes; so a log goes on that
was signed in two versions; and so does a party that has lost its keys or its folder, from a new one.

Beside the charter of step 2 stands OUT.trust, and step 3 writes D/policies/<channel>/: C2SP policies (log keys, and how many of the others
must cosign a head) for \`countersign verify --trust\` and other programs.

Nothing is ever overwritten. --json prints one JSON value.
Exit code: 0 done; 2 the input cannot be used.`,

  async run(values, terminal) {
    const read = readOwnValues(values);
    if (!read.ok) return read;
    const { texts } = read.value;
    if (texts.has("charter")) return foundChannel(read.value, terminal);
    if (texts.has("join")) return joinChannel(read.value, terminal);
    if (texts.has("party") || texts.has("observer-node")) return makeKeys(read.value, terminal);
    return refuse(
      "init-nothing",
      "Say what to make: --party, --observer-node, --charter or --join. See `countersign init --help`.",
    );
  },
};

async function makeKeys({ texts, flags }: Values, terminal: Terminal): Promise<Result<number>> {
  const role = texts.has("party") ? "party" : "observer";
  const id = partyId.safeParse(texts.get("party") ?? texts.get("observer-node"));
  if (!id.success)
    return refuse(
      "party-id",
      "An id has small letters, digits and hyphens, begins with a letter, and has at most 40 characters.",
    );
  const directory = folderOf(texts.get("dir"));
  if (!directory.ok) return directory;
  const name: Words = { en: texts.get("name") ?? id.data };
  const settings = await claimFolder(directory.value, { type: "node", id: id.data, name, role, peers: [] });
  if (!settings.ok) return settings;
  const circle = texts.get("circle") ?? "main";
  const domain = texts.get("domain") ?? `${id.data}.example`;
  const made = await makePublicKeys(directory.value, settings.value, circle, domain);
  if (!made.ok) return made;
  const file = join(directory.value, `public-keys${circle === "main" ? "" : `-${circle}`}.json`);
  const written = await writeNew(file, `${JSON.stringify(made.value, undefined, 2)}\n`);
  if (!written.ok && written.refusal.code === "file-exists")
    return refuse("keys-made-before", `The keys of ${id.data} were made before, and ${file} was left as it is: send that. For another circle name it with --circle.`);
  if (!written.ok) return written;
  const rows = fingerprintRows(made.value);
  if (flags.has("json"))
    terminal.print(
      JSON.stringify(
        { directory: directory.value, publicKeys: file, fingerprints: Object.fromEntries(rows) },
        undefined,
        2,
      ),
    );
  else
    terminal.print(
      [
        `Keys of ${id.data} are in ${directory.value}. Keep a copy of its folder keys/; nothing else can replace them.`,
        `Send ${file} to the others.`,
        ...rows.map(([label, text]) => `  ${label.padEnd(10)} ${grouped(text)}`),
      ].join("\n"),
    );
  return accept(0);
}

async function makePublicKeys(
  directory: string,
  { id, name, role }: NodeFile,
  circle: string,
  domain: string,
): Promise<Result<PublicKeysFile>> {
  if (role === "party") {
    const keys = await createKeys(directory, id, circle, domain);
    return keys.ok ? accept({ type: "public-keys", role, id, name, keys: keys.value }) : keys;
  }
  const keys = await createObserverKeys(directory, id, circle, domain);
  return keys.ok ? accept({ type: "public-keys", role, id, name, keys: keys.value }) : keys;
}

/** A new or empty folder, or one of the same participant. */
async function claimFolder(directory: string, settings: NodeFile): Promise<Result<NodeFile>> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const names = await readdir(directory);
  if (!names.includes("node.json")) {
    if (names.length > 0)
      return refuse(
        "folder-not-empty",
        `${directory} holds other files. Name a new or empty folder; nothing was changed.`,
      );
    const written = await writeNodeFile(directory, settings);
    return written.ok ? accept(settings) : written;
  }
  const found = await readNodeFile(directory);
  if (!found.ok) return found;
  if (found.value.id !== settings.id || found.value.role !== settings.role)
    return refuse(
      "folder-of-another",
      `${directory} is the folder of ${found.value.id}. Each participant has its own.`,
    );
  return found;
}

async function foundChannel({ texts, lists, flags }: Values, terminal: Terminal): Promise<Result<number>> {
  const out = resolve(texts.get("charter") ?? "");
  const title = texts.get("title");
  const summary = texts.get("summary");
  const nature = charterSchema.shape.nature.safeParse(texts.get("nature"));
  if (title === undefined || summary === undefined)
    return refuse("charter-words", "A charter needs --title and --summary.");
  if (!nature.success || nature.data === "reconstruction")
    return refuse("charter-nature", "--nature is `exercise` or `real`.");
  const left = await readAll(lists.get("left") ?? [], "party");
  if (!left.ok) return left;
  const right = await readAll(lists.get("right") ?? [], "party");
  if (!right.ok) return right;
  const hosts = await readAll(lists.get("host") ?? [], "party");
  if (!hosts.ok) return hosts;
  const observers = await readAll(lists.get("observer") ?? [], "observer");
  if (!observers.ok) return observers;
  const [leftFirst] = left.value;
  const [rightFirst] = right.value;
  if (leftFirst === undefined || rightFirst === undefined)
    return refuse("charter-side", "Each side needs a party: --left FILE and --right FILE, each a public-keys.json.");
  const member = (side: PublicKeysFile) => (file: PublicKeysFile) =>
    file.role === "party"
      ? [{ id: file.id, name: file.name, role: "party" as const, side: side.id, keys: file.keys }]
      : [];
  const sideName = (option: "left-name" | "right-name", first: PublicKeysFile): Words =>
    texts.has(option) ? { en: texts.get(option) ?? "" } : first.name;
  const charter: Charter = {
    type: "charter",
    version: 1,
    nature: nature.data,
    title: { en: title },
    summary: { en: summary },
    parties: [
      ...left.value.flatMap(member(leftFirst)),
      ...right.value.flatMap(member(rightFirst)),
      ...hosts.value.flatMap((file) =>
        file.role === "party" ? [{ id: file.id, name: file.name, role: "host" as const, keys: file.keys }] : [],
      ),
    ],
    sides: [
      { id: leftFirst.id, name: sideName("left-name", leftFirst), mark: "left" },
      { id: rightFirst.id, name: sideName("right-name", rightFirst), mark: "right" },
    ],
    observers: observers.value.flatMap((file) =>
      file.role === "observer" ? [{ id: file.id, name: file.name, ...file.keys }] : [],
    ),
    statesConcerned: [],
    cosigning: "all",
    caps: { bodyFileBytes: 16 * 1024 * 1024 },
    tolerances: { clockSeconds: 300, receiveHours: 24 },
    rules: 1,
    nonce: toBase64(randomBytes(32)),
  };
  const continued = texts.has("previous") ? await continuing(charter, texts.get("previous") ?? "", terminal) : accept(charter);
  if (!continued.ok) return continued;
  const { previous } = continued.value;
  const bytes = charterBytes(continued.value);
  const checked = readCharter(bytes);
  if (!checked.ok) return checked;
  const written = await writeNew(out, bytes);
  if (!written.ok) return written;
  const trust = `${out}.trust`;
  const trusted = await writeNew(trust, formatPolicy(policyForChannel(charter)));
  if (!trusted.ok) return trusted;
  printCharter(continued.value, { charter: out, trust }, previous, JOIN_NEXT, flags.has("json"), terminal);
  return accept(0);
}

async function joinChannel({ texts, lists, flags }: Values, terminal: Terminal): Promise<Result<number>> {
  const directory = folderOf(texts.get("dir"));
  if (!directory.ok) return directory;
  const settings = await readNodeFile(directory.value);
  if (!settings.ok) return settings;
  const bytes = await readCharterFile(texts.get("join") ?? "");
  if (!bytes.ok) return bytes;
  const charter = readCharter(bytes.value);
  if (!charter.ok) return charter;
  const members = [...charter.value.parties, ...charter.value.observers].map(({ id }) => id);
  if (!members.includes(settings.value.id))
    return refuse(
      "charter-other-node",
      `The charter does not name ${settings.value.id}. It names ${members.join(", ")}.`,
    );
  const known = await readCharters(directory.value);
  if (!known.ok) return known;
  const others = known.value.flatMap((other) => {
    const read = readCharter(other);
    return read.ok ? [read.value] : [];
  });
  const shared = refuseSharedLogKey(charter.value, others);
  if (shared !== undefined) return { ok: false, refusal: shared };
  const peers = new Map(settings.value.peers.map((peer) => [peer.id, peer.base]));
  for (const text of lists.get("peer") ?? []) {
    const peer = readPeer(text, members);
    if (!peer.ok) return peer;
    peers.set(peer.value.id, peer.value.base);
  }
  const role = settings.value.role;
  const continued = role === "observer" ? accept(undefined) : await keepPrevious(directory.value, charter.value, texts.get("previous"), terminal);
  if (!continued.ok) return continued;
  const file = join(directory.value, "charters", `${channelId(charter.value)}.json`);
  const written = await writeNew(file, bytes.value);
  if (!written.ok && written.refusal.code !== "file-exists") return written;
  const saved = await writeNodeFile(directory.value, {
    ...settings.value,
    peers: [...peers].map(([id, base]) => ({ id, base })),
  });
  if (!saved.ok) return saved;
  const policies = await writePolicies(directory.value, charter.value);
  if (!policies.ok) return policies;
  printCharter(charter.value, { charter: file, policies: policies.value }, continued.value, SERVE_NEXT, flags.has("json"), terminal);
  return accept(0);
}

/**
 * Beside the charter, for this and for other programs: one policy for each log (`<party>`), whose quorum is what the charter asks of the
 * others, and one for all (`channel`). They follow from the charter, so an existing one stays.
 */
async function writePolicies(directory: string, charter: Charter): Promise<Result<string>> {
  const folder = join(directory, "policies", channelId(charter));
  const files = [
    ["channel", policyForChannel(charter)] as const,
    ...charter.parties.flatMap(({ id }) => {
      const policy = policyForLog(charter, id);
      return policy === undefined ? [] : [[id, policy] as const];
    }),
  ];
  for (const [name, policy] of files) {
    const written = await writeNew(join(folder, `${name}.policy`), formatPolicy(policy));
    if (!written.ok && written.refusal.code !== "file-exists") return written;
  }
  return accept(folder);
}

/** `borealia=http://host:8471`. */
function readPeer(text: string, members: readonly string[]): Result<{ id: string; base: string }> {
  const [id = "", address = ""] = text.split(/=(.*)/s);
  if (!members.includes(id))
    return refuse(
      "peer-unknown",
      `--peer takes ID=ADDRESS, and the charter names no "${id}". It names ${members.join(", ")}.`,
    );
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    return refuse("peer-address", `"${address}" is no address of a node. It looks like http://host:8470.`);
  const url = new URL(address);
  return accept({ id, base: `${url.origin}${url.pathname.replace(/\/+$/, "")}` });
}

async function readAll(files: readonly string[], role: PublicKeysFile["role"]): Promise<Result<PublicKeysFile[]>> {
  const read: PublicKeysFile[] = [];
  for (const file of files) {
    const keys = await readPublicKeys(file);
    if (!keys.ok) return keys;
    if (keys.value.role !== role)
      return refuse(
        "keys-other-role",
        `${file} holds the keys of ${keys.value.role === "party" ? "a party" : "an observer"}, and ${role === "party" ? "a party" : "an observer"} is wanted there.`,
      );
    read.push(keys.value);
  }
  return accept(read);
}

function printCharter(
  charter: Charter,
  files: Readonly<Record<string, string>>,
  continued: Continued | undefined,
  next: string,
  json: boolean,
  terminal: Terminal,
): void {
  const channel = channelId(charter);
  const fingerprints = charter.parties.map(({ id, keys }) => [id, fingerprint(keys.root.pair)] as const);
  if (json)
    terminal.print(JSON.stringify({ channel, ...files, ...(continued === undefined ? {} : { previous: continued }), fingerprints: Object.fromEntries(fingerprints) }, undefined, 2));
  else
    terminal.print(
      [
        `Channel ${channel}`,
        ...Object.entries(files).map(([what, file]) => `${what}: ${file}`),
        ...(continued === undefined ? [] : continuedLines(continued)),
        "Compare the channel id and these root key fingerprints by voice before anyone signs:",
        ...fingerprints.map(([id, text]) => `  ${id.padEnd(10)} ${grouped(text)}`),
        `Next: ${next}`,
      ].join("\n"),
    );
}

function fingerprintRows(file: PublicKeysFile): [string, string][] {
  return file.role === "party"
    ? [
        ["root", fingerprint(file.keys.root.pair)],
        ["log", fingerprint(file.keys.log.pair)],
      ]
    : [["witness", fingerprint(file.keys.witness.pair)]];
}

function folderOf(text: string | undefined): Result<string> {
  return text === undefined ? refuse("folder-missing", "Name the node's folder with --dir.") : accept(resolve(text));
}

function grouped(hex: string): string {
  return hex.replaceAll(/(.{4})(?=.)/g, "$1 ");
}
