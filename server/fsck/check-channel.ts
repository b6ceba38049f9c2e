/** Everything that a node keeps of one channel: its logs, files, receipts, observations with their proofs, and the private store. */
import { z } from "zod";
import { fromBase64 } from "@countersign/core/bytes/base64.ts";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { base64Of32, type PartyId } from "@countersign/core/bytes/fields.ts";
import { decodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import { partyOf, type Charter, type NamedPair } from "@countersign/core/channel/charter.ts";
import { KeyRing } from "@countersign/core/channel/key-ring.ts";
import { readKeyRing, rootSignedLeaves } from "@countersign/core/channel/record.ts";
import { readStatement } from "@countersign/core/channel/statement.ts";
import { checkForkProof, readForkProof } from "@countersign/core/log/fork.ts";
import { leafHash, type MerkleTree } from "@countersign/core/log/merkle.ts";
import { observation } from "@countersign/wire/endpoints.ts";
import { parseChecked } from "../objects/checked-json.ts";
import { decodeStep, STEP_KEY } from "../journal/step-record.ts";
import { HashLog } from "../mirror/hash-log.ts";
import { RECURRENCES } from "../mirror/observations.ts";
import { promisedKey } from "../mirror/promised-heads.ts";
import { EncryptedStore } from "../private/encrypted-store.ts";
import { headVerify } from "../signing.ts";
import { branchKey, BRANCHES_LIMIT } from "../mirror/log-branches.ts";
import { checkLog, type CheckedLog } from "./check-log.ts";
import { soundNote } from "./check-note.ts";
import { checkPromised } from "./check-promised.ts";
import type { Damage } from "./damage.ts";
import type { StoredFiles } from "./stored-files.ts";

export interface CheckedChannel {
  readonly damage: readonly Damage[];
  readonly remarks: readonly string[];
  /** Of a party's node, by log. */
  readonly logs: ReadonlyMap<PartyId, CheckedLog>;
  /** Folders of further versions of logs that are damaged; each is fetched again whole. */
  readonly lostBranches: readonly string[];
  readonly rings: ReadonlyMap<PartyId, KeyRing>;
  /** Files that statements name and that are not here, or are damaged: their sizes by their hashes. */
  readonly lostFiles: ReadonlyMap<string, number>;
}

export interface CheckedChannelOptions {
  readonly files: StoredFiles;
  readonly self: PartyId;
  readonly channel: string;
  readonly charter: Charter;
  /** Nodes that can be asked. */
  readonly peers: readonly PartyId[];
  /** Of the private store; absent when it does not read. */
  readonly storageKey: Uint8Array | undefined;
}

export async function checkChannel(options: CheckedChannelOptions): Promise<CheckedChannel> {
  const { files, self, channel, charter, peers } = options;
  const damage: Damage[] = [];
  const remarks: string[] = [];
  const logs = new Map<PartyId, CheckedLog>();
  const rings = new Map<PartyId, KeyRing>();
  const trees = new Map<PartyId, MerkleTree>();
  const branches: NamingLog[] = [];
  const lostBranches: string[] = [];
  const keepersOf = (log: PartyId) =>
    [log, ...peers].filter((id, position, all) => id !== self && peers.includes(id) && all.indexOf(id) === position && partyOf(charter, id) !== undefined);
  const highest = await readHighest(options, damage);
  const own = partyOf(charter, self);
  // The own log first: its ring says under which mirror keys the copies were cosigned.
  const ordered = charter.parties.toSorted((a, b) => Number(b.id === self) - Number(a.id === self));
  for (const { id, keys } of ordered) {
    const folder = `logs/${channel}/log/${id}`;
    if (own === undefined) {
      trees.set(id, await checkHashes(options, id, folder, damage));
      continue;
    }
    if (files.under(`${folder}/`).length === 0) continue;
    const mirrors = rings.get(self)?.keys.flatMap((key) => (key.role === "mirror" ? [key.key] : [])) ?? [own.keys.mirror];
    const checked = await checkLog({
      files,
      folder,
      logKey: keys.log,
      mirrors: id === self ? undefined : mirrors,
      keepers: keepersOf(id),
      highest: id === self ? highest : undefined,
    });
    logs.set(id, checked);
    // A receipt is not to be held against entries that are damaged.
    if (checked.damage.length === 0) trees.set(id, checked.tree);
    rings.set(id, await readKeyRing(rootSignedLeaves(checked.entries), KeyRing.of(charter, id), channel, headVerify));
    damage.push(...checked.damage);
    remarks.push(...checked.remarks);
    damage.push(...(await checkPromised({ files, path: `logs/${channel}/${promisedKey(id)}`, logKey: keys.log, tree: trees.get(id), keepers: keepersOf(id) })));
    for (const branch of await checkBranches(options, id, keys.log, keepersOf(id))) {
      branches.push({ log: id, entries: branch.entries });
      damage.push(...branch.damage);
      if (branch.damage.length > 0) lostBranches.push(branch.folder);
    }
  }
  await checkStep(options, damage, remarks);
  await checkReceipts(options, rings, trees, damage);
  await checkObservations(options, damage);
  await checkReleased(options, trees, damage);
  await checkPrivate(options, damage);
  const naming = [...[...logs].map(([log, { entries }]) => ({ log, entries })), ...branches];
  const lostFiles = await checkFiles(options, naming, keepersOf, damage);
  return { damage, remarks, logs, lostBranches, rings, lostFiles };
}

/** Entries whose files must be here. */
interface NamingLog {
  readonly log: PartyId;
  readonly entries: CheckedLog["entries"];
}

/** What was being kept when the node was interrupted: the next start finishes it. */
async function checkStep({ files, channel, peers }: CheckedChannelOptions, damage: Damage[], remarks: string[]): Promise<void> {
  const path = `logs/${channel}/${STEP_KEY}`;
  const bytes = await files.read(path);
  if (bytes === undefined || bytes.length === 0) return;
  if (decodeStep(bytes).ok) remarks.push(`${path}: entries of several logs are not all in them yet; the next start does it.`);
  else damage.push({ path, what: "The entries that were being kept when the node was interrupted do not read.", from: peers, remedy: "fetched" });
}

/** Further versions of a log after a fork (SPEC R16): like the first, with the owner's signatures alone on their heads. */
async function checkBranches(
  { files, channel, charter }: CheckedChannelOptions,
  party: PartyId,
  logKey: NamedPair,
  keepers: readonly PartyId[],
): Promise<(CheckedLog & { readonly folder: string })[]> {
  const found: (CheckedLog & { readonly folder: string })[] = [];
  for (let number = 1; number < BRANCHES_LIMIT + charter.parties.length; number += 1) {
    const folder = `logs/${channel}/${branchKey(party, number)}`;
    if (files.under(`${folder}/`).length > 0)
      found.push({ folder, ...(await checkLog({ files, folder, logKey, mirrors: undefined, keepers })) });
  }
  return found;
}

const signedSize = z.strictObject({ size: z.int().min(0), root: base64Of32 });

async function readHighest({ files, channel, self, charter }: CheckedChannelOptions, damage: Damage[]) {
  const path = `keys/.signed/${channel}`;
  const bytes = await files.read(path);
  const begun = files.under(`logs/${channel}/log/${self}/_cs/head/`).length > 0;
  if (bytes === undefined) {
    if (begun && partyOf(charter, self) !== undefined)
      damage.push({ path, what: "What the log key has signed at most is not written down.", from: [], remedy: "derived" });
    return undefined;
  }
  const read = readJson(bytes, signedSize);
  if (read !== undefined) return { path, size: read.size, root: fromBase64(read.root) ?? new Uint8Array(0) };
  damage.push({ path, what: "What the log key has signed at most does not read.", from: [], remedy: "derived" });
  return undefined;
}

/** An observer's copy: hashes alone. */
async function checkHashes({ files, self, charter }: CheckedChannelOptions, log: PartyId, folder: string, damage: Damage[]): Promise<MerkleTree> {
  const party = partyOf(charter, log);
  const witness = charter.observers.find(({ id }) => id === self)?.witness;
  if (party === undefined || witness === undefined) throw new Error(`${self} is no observer`);
  const opened = await HashLog.open(files.store(folder), party.keys.log.name);
  const none = await HashLog.open(files.store(`${folder}/none`), party.keys.log.name);
  if (!opened.ok) damage.push({ path: `${folder}/${opened.refusal.where ?? ""}`, what: opened.refusal.sentence, from: [log], remedy: "fetched" });
  const { tree } = opened.ok ? opened.value : none.ok ? none.value : neverRefused();
  for (const path of [...files.under(`${folder}/_cs/head/`), ...files.under(`${folder}/checkpoint`)]) {
    const sound = await soundNote((await files.read(path)) ?? new Uint8Array(0), party.keys.log, [witness]);
    const fits = sound !== undefined && (sound.head.size > tree.size ? !opened.ok : equalBytes(tree.root(sound.head.size), sound.head.root));
    if (!fits) damage.push({ path, what: "This cosigned head does not hold, or is not that of the hashes kept.", from: [log], remedy: "fetched" });
  }
  const witnessed = await files.read(`${folder}/witnessed`);
  const last = witnessed === undefined ? undefined : await soundNote(witnessed, party.keys.log, [witness]);
  // Submitted to the witness, it may lie beyond the hashes kept.
  const follows = last !== undefined && (last.head.size > tree.size || equalBytes(tree.root(last.head.size), last.head.root));
  if (witnessed !== undefined && !follows)
    damage.push({ path: `${folder}/witnessed`, what: "The head that the witness cosigned last does not hold, or is of another version than the hashes kept.", from: [], remedy: "copy" });
  return tree;
}

function neverRefused(): never {
  throw new Error("an empty log was refused");
}

const notes = z.record(z.string(), z.string());

/** Receipts are learnt again from the others' nodes; a damaged one must not be shown until then. */
async function checkReceipts(
  { files, channel, charter }: CheckedChannelOptions,
  rings: CheckedChannel["rings"],
  trees: ReadonlyMap<PartyId, MerkleTree>,
  damage: Damage[],
): Promise<void> {
  for (const { id, keys } of charter.parties) {
    const path = `logs/${channel}/receipt/${id}`;
    const bytes = await files.read(path);
    if (bytes === undefined) continue;
    const read = readJson(bytes, notes);
    const tree = trees.get(id);
    let holds = read !== undefined;
    for (const [cosigner, note] of Object.entries(read ?? {})) {
      const party = partyOf(charter, cosigner);
      const mirrors = (rings.get(cosigner) ?? KeyRing.of(charter, cosigner)).keys.flatMap((key) => (key.role === "mirror" ? [key.key] : []));
      const witness = charter.observers.find((observer) => observer.id === cosigner)?.witness;
      const cosigners = party === undefined ? (witness === undefined ? [] : [witness]) : mirrors;
      const sound = await soundNote(new TextEncoder().encode(note), keys.log, cosigners);
      const known = sound !== undefined && tree !== undefined && sound.head.size <= tree.size;
      if (sound === undefined || (known && !equalBytes(tree.root(sound.head.size), sound.head.root))) holds = false;
    }
    if (!holds) damage.push({ path, what: `A receipt of ${id}'s log does not hold.`, from: [], remedy: "derived" });
  }
}

async function checkObservations({ files, channel, charter }: CheckedChannelOptions, damage: Damage[]): Promise<void> {
  const only = (path: string, what: string) => damage.push({ path, what, from: [], remedy: "copy" });
  for (const path of files.under(`logs/${channel}/proof/`)) {
    const bytes = (await files.read(path)) ?? new Uint8Array(0);
    if (!path.endsWith(`/${toHex(sha256(bytes))}`)) only(path, "This proof does not have the hash that is its name.");
  }
  const counts = `logs/${channel}/${RECURRENCES}`;
  const counted = await files.read(counts);
  if (counted !== undefined && !parseChecked(counted).ok)
    damage.push({ path: counts, what: "How often something was noticed does not read.", from: [], remedy: "derived" });
  for (const path of files.under(`logs/${channel}/observation/`)) {
    const json = parseChecked((await files.read(path)) ?? new Uint8Array(0));
    const read = json.ok ? observation.safeParse(json.value).data : undefined;
    if (read === undefined) only(path, "This observation does not read.");
    if (read?.proof === undefined) continue;
    const bytes = await files.read(`logs/${channel}/proof/${read.proof}`);
    const proof = bytes === undefined ? undefined : readForkProof(bytes);
    const log = partyOf(charter, read.log)?.keys.log;
    // Whose the statement's key is, the node found out when it noted this; the proof's hash has been held against its name.
    const keys = proof?.ok === true && "key" in proof.value.against ? [proof.value.against.key] : [];
    const checked = proof?.ok === true && log !== undefined ? await checkForkProof(proof.value, log, headVerify, keys) : undefined;
    if (checked?.ok !== true || checked.value.sentence !== read.sentence) only(path, "The proof of this fork is not here, or says something else.");
  }
}

const releasedList = z.array(z.strictObject({ index: z.int().min(0), entry: z.string() }));

async function checkReleased(
  { files, channel, charter }: CheckedChannelOptions,
  trees: ReadonlyMap<PartyId, MerkleTree>,
  damage: Damage[],
): Promise<void> {
  for (const { id } of charter.parties) {
    const path = `logs/${channel}/released/${id}`;
    const bytes = await files.read(path);
    if (bytes === undefined) continue;
    const tree = trees.get(id);
    const holds = readJson(bytes, releasedList)?.every(({ index, entry }) => {
      const leaf = fromBase64(entry);
      return leaf !== undefined && tree !== undefined && (index >= tree.size || equalBytes(leafHash(leaf), tree.subtree(0, index)));
    });
    if (holds !== true) damage.push({ path, what: `A released entry of ${id} is not the one that its head covers.`, from: [id], remedy: "fetched" });
  }
}

async function checkPrivate({ files, channel, storageKey }: CheckedChannelOptions, damage: Damage[]): Promise<void> {
  const prefix = `private/${channel}`;
  if (storageKey === undefined) return;
  const store = new EncryptedStore(files.store(prefix), storageKey, channel);
  for (const path of files.under(`${prefix}/`)) {
    if (path.includes("/.temporary/")) continue;
    const opened = await store.get(path.slice(prefix.length + 1));
    if (!opened.ok) damage.push({ path, what: opened.refusal.sentence, from: [], remedy: "copy" });
  }
}

/** Every file that is here, and every one that a statement names. */
async function checkFiles(
  { files, channel, self, charter }: CheckedChannelOptions,
  logs: readonly NamingLog[],
  keepersOf: (log: PartyId) => PartyId[],
  damage: Damage[],
): Promise<Map<string, number>> {
  const lost = new Map<string, number>();
  const named = new Map<string, { readonly log: PartyId; readonly size: number; readonly body: boolean }>();
  for (const { log, entries } of logs)
    for (const entry of entries) {
      const read = entry === undefined ? undefined : readStatement(entry);
      for (const file of read?.ok === true ? read.value.payload.files : [])
        if (named.get(file.sha256)?.body !== true)
          named.set(file.sha256, { log, size: file.size, body: !isAttachment(file) });
    }
  const sound = new Set<string>();
  for (const path of files.under(`logs/${channel}/file/`)) {
    const hash = path.slice(path.lastIndexOf("/") + 1);
    if (toHex(sha256((await files.read(path)) ?? new Uint8Array(0))) === hash) sound.add(hash);
    else if (!named.has(hash)) damage.push({ path, what: "This file does not have the hash that is its name.", from: keepersOf(self), remedy: "fetched" });
  }
  for (const [hash, { log, size, body }] of named) {
    const path = `logs/${channel}/file/${hash}`;
    const here = files.under(path).length > 0;
    // An attachment may not have come yet: the node asks for it by itself.
    if (sound.has(hash) || size > charter.caps.bodyFileBytes || (!body && !here)) continue;
    lost.set(hash, size);
    damage.push({ path, what: here ? "This file does not have the hash that is its name." : "A file that a statement names is missing.", from: keepersOf(log), remedy: "fetched" });
  }
  return lost;
}

/** JSON as this program writes it, to the letter. */
function readJson<Value>(bytes: Uint8Array, schema: z.ZodType<Value>): Value | undefined {
  const text = decodeUtf8(bytes) ?? "";
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success && JSON.stringify(parsed.data) === text ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

