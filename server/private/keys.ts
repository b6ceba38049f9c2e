/**
 * A node's keys by role (SPEC R14): each in a file of its own that only its owner may read, in one folder a circle (the group that
 * will found a channel). Keys are made before the charter exists; a node finds its own by the public keys that a charter names.
 */
import { generateHybridIdentity, identityToRecipient } from "age-encryption";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { domainToASCII } from "node:url";
import { z } from "zod";
import { base64Of32, type PartyId } from "@countersign/core/bytes/fields.ts";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import { equalKeys, type Charter, type CharterParty, type NamedPair } from "@countersign/core/channel/charter.ts";
import type { KeyRing, RingKey, RingKeyOf } from "@countersign/core/channel/key-ring.ts";
import type { PairSigner } from "@countersign/core/signing/algorithm.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { edwardsSigner, nativeSigner, type EdwardsSigner } from "../signing.ts";

/** What a party puts under `keys` in a charter. */
export type PartyPublicKeys = CharterParty["keys"];

/** What an observer puts beside its `id` and `name` in a charter. */
export type ObserverPublicKeys = Omit<Charter["observers"][number], "id" | "name">;

export interface NamedSigner {
  readonly named: NamedPair;
  readonly signer: PairSigner;
}

/** The secret halves a running node holds. The root key is not among them: it stays where its owner keeps it. */
export interface PartySigners {
  readonly role: "party";
  /** Signs all kinds but `receive`. */
  readonly statement: NamedSigner;
  /** Signs `receive` alone. */
  readonly receive: NamedSigner;
  readonly log: NamedSigner;
  readonly mirror: NamedSigner;
  readonly node: EdwardsSigner;
  /** Those that the node signed requests with before, newest first: peers that have not heard of a change yet know one of them. */
  readonly olderNodes: readonly EdwardsSigner[];
}

export interface ObserverSigners {
  readonly role: "observer";
  readonly witness: NamedSigner;
  readonly node: EdwardsSigner | undefined;
}

const PAIR_ROLES = ["root", "statement", "receive", "log", "mirror", "witness"] as const;
type PairRole = (typeof PAIR_ROLES)[number];

const pairFile = z.strictObject({ name: z.string(), ed25519: base64Of32, mldsa44: base64Of32 });
const nodeFile = z.strictObject({ name: z.string(), ed25519: base64Of32 });
const circleName = /^[a-z0-9][a-z0-9-]{0,39}$/;
/** A node key's name stands in the headers of its requests, which carry no other letters. */
const domainName = /^[!#-*,-[\]-~]{1,150}$/;

/**
 * Makes all keys of a party in `<directory>/keys/<circle>/` and gives the public halves for the charter; if they are there
 * already, those are given. `domain` begins the key names, e.g. `aurelia.example` in `aurelia.example/exercise/log`.
 */
export async function createKeys(
  directory: string,
  id: PartyId,
  circle: string,
  domain = `${id}.example`,
): Promise<Result<PartyPublicKeys>> {
  const folder = await keyFolder(directory, circle, domain, ["root", "statement", "receive", "log", "mirror"], true);
  return folder.ok ? publicPartyKeys(folder.value) : folder;
}

/** As `createKeys`, for an observer. */
export async function createObserverKeys(
  directory: string,
  id: PartyId,
  circle: string,
  domain = `${id}.example`,
): Promise<Result<ObserverPublicKeys>> {
  const folder = await keyFolder(directory, circle, domain, ["witness"], false);
  if (!folder.ok) return folder;
  const witness = await readPair(folder.value, "witness");
  const node = await readNode(folder.value);
  if (!witness.ok) return witness;
  return node.ok ? accept({ witness: witness.value.named, node: node.value.named }) : node;
}

/** The signers of the party that a charter names, found by its log key: those made first or, with a ring, the newest that stand in it. */
export async function partySigners(
  directory: string,
  party: CharterParty,
  ring?: KeyRing,
): Promise<Result<PartySigners>> {
  const folder = await folderOfParty(directory, party);
  if (folder === undefined) return noKeys(directory, party.id);
  const log = await readPair(folder, "log");
  if (!log.ok) return log;
  if (ring !== undefined) return standingSigners(folder, log.value, ring);
  const [statement, receive, mirror, node] = [
    await readPair(folder, "statement"),
    await readPair(folder, "receive"),
    await readPair(folder, "mirror"),
    await readNode(folder),
  ];
  if (!statement.ok) return statement;
  if (!receive.ok) return receive;
  if (!mirror.ok) return mirror;
  if (!node.ok) return node;
  return accept({
    role: "party",
    statement: statement.value,
    receive: receive.value,
    log: log.value,
    mirror: mirror.value,
    node: node.value,
    olderNodes: [],
  });
}

/** Signs key changes and revocations. `file`: where the root key is kept, if it was moved away from the other keys. */
export async function rootSigner(directory: string, party: CharterParty, file?: string): Promise<Result<NamedSigner>> {
  const folder = await folderOfParty(directory, party);
  if (file === undefined && folder === undefined) return noKeys(directory, party.id);
  const root = await readPairFile(file ?? join(folder ?? "", "root.json"));
  if (!root.ok || equalKeys(root.value.named, party.keys.root)) return root;
  return refuse("root-key-other", `This is not the root key that the charter names for ${party.id}.`, file);
}

/** A new pair in a file that only its owner may read. */
export async function makePair(file: string, name: string): Promise<Result<NamedSigner>> {
  await writePrivate(file, pairText(name));
  return readPairFile(file);
}

/** A new key for requests between nodes, likewise. */
export async function makeNodeKey(file: string, name: string): Promise<Result<EdwardsSigner>> {
  await writePrivate(file, nodeText(name));
  return readNodeFile(file);
}

/** A statement key that signs `receive` alone is the node's own. */
export function isReceiveAlone(kinds: RingKeyOf<"statement">["kinds"]): boolean {
  return kinds !== "all-but-receive" && kinds.every((kind) => kind === "receive");
}

/** Where the keys are that a charter names for this party; `undefined` if they are not in this directory. */
export async function folderOfParty(directory: string, party: CharterParty): Promise<string | undefined> {
  for (const folder of await circles(directory)) {
    const log = await readPair(folder, "log");
    if (log.ok && log.value.named.pair.ed25519 === party.keys.log.pair.ed25519) return folder;
  }
  return undefined;
}

/** Of each role the newest key that stands in the ring and whose secret half is here. */
async function standingSigners(folder: string, log: NamedSigner, ring: KeyRing): Promise<Result<PartySigners>> {
  const pairs: NamedSigner[] = [];
  const nodes: EdwardsSigner[] = [];
  for (const file of (await readdir(folder)).sort()) {
    const [, role] = /^(statement|receive|mirror|node)(?:-\d+)?\.json$/.exec(file) ?? [];
    if (role === undefined) continue;
    const read = await (role === "node" ? readNodeFile : readPairFile)(join(folder, file));
    if (!read.ok) return read;
    if ("signer" in read.value) pairs.push(read.value);
    else nodes.push(read.value);
  }
  const held = (keys: readonly { readonly key: NamedPair }[]) =>
    keys.toReversed().flatMap(({ key }) => pairs.find(({ named }) => equalKeys(named, key)) ?? [])[0];
  const nodesOf = (keys: readonly RingKey[]) =>
    keys
      .toReversed()
      .flatMap((key) => nodes.find(({ named }) => key.role === "node" && named.ed25519 === key.key.ed25519) ?? []);
  const statements = ring.standing("statement");
  const statement = held(statements.filter(({ kinds }) => !isReceiveAlone(kinds)));
  const receive = held(statements.filter(({ kinds }) => kinds !== "all-but-receive" && kinds.includes("receive")));
  const mirror = held(ring.standing("mirror"));
  const [node] = nodesOf(ring.standing("node"));
  const missing = Object.entries({ statement, receive, mirror, node }).find(([, signer]) => signer === undefined)?.[0];
  if (statement === undefined || receive === undefined || mirror === undefined || node === undefined)
    return refuse(
      "key-not-held",
      `No key file of the role ${missing ?? ""} is one that stands in the log of ${ring.party}. Restore it from its copy, or change the key with the root key.`,
      folder,
    );
  const olderNodes = nodesOf(ring.keys).filter((older) => older !== node);
  return accept({ role: "party", statement, receive, log, mirror, node, olderNodes });
}

/** The signers of the observer that a charter names. */
export async function observerSigners(
  directory: string,
  observer: Charter["observers"][number],
): Promise<Result<ObserverSigners>> {
  for (const folder of await circles(directory)) {
    const witness = await readPair(folder, "witness");
    if (!witness.ok || witness.value.named.pair.ed25519 !== observer.witness.pair.ed25519) continue;
    const node = await readNode(folder);
    return accept({ role: "observer", witness: witness.value, node: node.ok ? node.value : undefined });
  }
  return noKeys(directory, observer.id);
}

function noKeys(directory: string, id: PartyId): Result<never> {
  return refuse(
    "keys-missing",
    `No key under ${join(directory, "keys")} is one that the charter names for ${id}. Use the folder that they were made in, or make keys before the charter is put together. If they are lost, this party goes on in a channel that continues this one, from a new folder (\`countersign init --help\`).`,
  );
}

async function keyFolder(
  directory: string,
  circle: string,
  domain: string,
  roles: readonly PairRole[],
  reading: boolean,
): Promise<Result<string>> {
  if (!circleName.test(circle))
    return refuse("circle-name", `"${circle}" is no name for a circle: small letters, digits and hyphens, at most 40.`);
  if (!domainName.test(domain)) {
    const ascii = domainToASCII(domain);
    return refuse(
      "key-domain",
      `"${domain}" cannot begin the names of keys: at most 150 letters of ASCII, without spaces, quotes, plus signs or backslashes.${ascii === "" || ascii === domain ? "" : ` Write it as networks do: ${ascii}.`}`,
    );
  }
  const keys = join(directory, "keys");
  const folder = join(keys, circle);
  if (await exists(folder)) return accept(folder);
  await mkdir(keys, { recursive: true, mode: 0o700 });
  const fresh = join(keys, `.${circle}-${randomBytes(6).toString("hex")}`);
  await mkdir(fresh, { mode: 0o700 });
  for (const role of roles) await writePrivate(join(fresh, `${role}.json`), pairText(`${domain}/${circle}/${role}`));
  await writePrivate(join(fresh, "node.json"), nodeText(`${domain}/${circle}/node`));
  if (reading) await writePrivate(join(fresh, "reading.txt"), await generateHybridIdentity());
  try {
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (!(await exists(folder))) throw error;
  }
  return accept(folder);
}

async function publicPartyKeys(folder: string): Promise<Result<PartyPublicKeys>> {
  const pairs: Partial<Record<PairRole, NamedPair>> = {};
  for (const role of ["root", "statement", "receive", "log", "mirror"] as const) {
    const read = await readPair(folder, role);
    if (!read.ok) return read;
    pairs[role] = read.value.named;
  }
  const node = await readNode(folder);
  if (!node.ok) return node;
  const identity = await readPrivate(join(folder, "reading.txt"));
  if (!identity.ok) return identity;
  const { root, statement, receive, log, mirror } = pairs;
  if (
    root === undefined ||
    statement === undefined ||
    receive === undefined ||
    log === undefined ||
    mirror === undefined
  )
    throw new Error("a role was not read");
  return accept({
    root,
    statement: [
      { key: statement, kinds: "all-but-receive" },
      { key: receive, kinds: ["receive"] },
    ],
    log,
    mirror,
    node: node.value.named,
    reading: await identityToRecipient(identity.value),
  });
}

function pairText(name: string): string {
  return JSON.stringify({ name, ed25519: toBase64(randomBytes(32)), mldsa44: toBase64(randomBytes(32)) });
}

function nodeText(name: string): string {
  return JSON.stringify({ name, ed25519: toBase64(randomBytes(32)) });
}

function readPair(folder: string, role: PairRole): Promise<Result<NamedSigner>> {
  return readPairFile(join(folder, `${role}.json`));
}

async function readPairFile(file: string): Promise<Result<NamedSigner>> {
  const text = await readPrivate(file);
  if (!text.ok) return text;
  const read = parse(text.value, pairFile);
  const ed25519 = fromBase64(read?.ed25519 ?? "");
  const mldsa44 = fromBase64(read?.mldsa44 ?? "");
  if (read === undefined || ed25519?.length !== 32 || mldsa44?.length !== 32)
    return refuse("key-unreadable", "This key file does not read. Restore it from its copy.", file);
  const signer = nativeSigner({ ed25519, mldsa44 });
  return accept({ named: { name: read.name, pair: signer.pair }, signer });
}

function readNode(folder: string): Promise<Result<EdwardsSigner>> {
  return readNodeFile(join(folder, "node.json"));
}

async function readNodeFile(file: string): Promise<Result<EdwardsSigner>> {
  const text = await readPrivate(file);
  if (!text.ok) return text;
  const read = parse(text.value, nodeFile);
  const seed = fromBase64(read?.ed25519 ?? "");
  if (read === undefined || seed?.length !== 32)
    return refuse("key-unreadable", "This key file does not read. Restore it from its copy.", file);
  return accept(edwardsSigner(read.name, seed));
}

function parse<Value>(text: string, schema: z.ZodType<Value>): Value | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function circles(directory: string): Promise<string[]> {
  const keys = join(directory, "keys");
  if (!(await exists(keys))) return [];
  const names = (await readdir(keys)).filter((name) => circleName.test(name));
  return names.sort().map((name) => join(keys, name));
}

/** Reads a file that only its owner may read; refuses one that others can. */
export async function readPrivate(file: string): Promise<Result<string>> {
  let mode: number;
  try {
    ({ mode } = await stat(file));
  } catch {
    return refuse("key-missing", "A key file is missing. Restore it from its copy.", file);
  }
  if (process.platform !== "win32" && (mode & 0o077) !== 0)
    return refuse(
      "key-open-to-others",
      "Others on this machine can read this key file. Take their rights away (chmod 600), and think of the key as known.",
      file,
    );
  return accept((await readFile(file, "utf8")).trim());
}

/** Creates a file of mode 0600, durable before this returns; it must not exist. */
export async function writePrivate(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(`${text}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(file, 0o600);
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
