/**
 * Proof that a log was shown in two versions (SPEC R15): a document that anyone can check with nothing but itself and the log's
 * public keys. Only what this file accepts is a proof; withholding, replay, backdating and damage are not.
 *
 * Two claims about one log, each signed, that cannot both be true: two heads, or a head and what a statement of the log's owner
 * says that its own log was. Of unequal sizes, a consistency proof to the larger shows which root it has at the smaller size.
 * Whose keys these are, the charter says; of a statement key that came later, the owner's root-signed entries that lead to it.
 */
import { z } from "zod";
import { base64Of32, sha256Hex, type PartyId } from "../bytes/fields.ts";
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { canonicalJson, parseCanonical } from "../bytes/canonical.ts";
import { equalBytes } from "../bytes/concat.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import { CHARTER_LIMIT, charterBytes, equalKeys, namedPair, readCharter, type Charter, type NamedPair } from "../channel/charter.ts";
import { KeyRing } from "../channel/key-ring.ts";
import { checksOf, readKeyRing, type PlacedLeaf } from "../channel/record.ts";
import { readStatement, type ReadStatement } from "../channel/statement.ts";
import { accept, refuse, type Result } from "../refusal.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { ENVELOPE_LIMIT } from "../signing/dsse.ts";
import { fingerprint } from "../signing/key-id.ts";
import { formatNote, NOTE_LIMIT } from "../signing/note.ts";
import { openHead, type OpenedHead } from "./checkpoint.ts";
import { revokedKey, revokedSentence, type RevokedKey } from "./revoked-key.ts";
import { verifyConsistency, type MerkleTree } from "./merkle.ts";

const note = z.string().min(1).max(NOTE_LIMIT);
const entryText = z.base64().max(Math.ceil(ENVELOPE_LIMIT / 3) * 4);
/** More than the entries that can have changed the 256 keys of one party: each added, retired and revoked by an entry of its own. */
const KEY_ENTRIES_LIMIT = 768;
/** All of them together, as base64: a proof must stay small enough to be passed on. */
const KEY_ENTRIES_CHARACTERS = 2 * 1024 * 1024;

export const forkProofSchema = z.strictObject({
  type: z.literal("fork-proof"),
  version: z.literal(1),
  channel: sha256Hex,
  /** The log's name, which is its origin, and its public keys. */
  log: namedPair,
  head: note,
  against: z.union([
    z.strictObject({ head: note }),
    /** A log entry in base64, and the statement key that signed it. */
    z.strictObject({ statement: entryText, key: namedPair }),
  ]),
  /** Only with a statement key that the charter does not name: the owner's root-signed entries that lead to it, in the log's order. */
  keyEntries: z
    .array(z.strictObject({ index: z.int().min(0), entry: entryText }))
    .min(1)
    .max(KEY_ENTRIES_LIMIT)
    .exactOptional(),
  /** Only between unequal sizes: the root that the larger claim has at the smaller size, and the proof of that. */
  consistency: z.strictObject({ root: base64Of32, proof: z.array(base64Of32).max(63) }).exactOptional(),
  /** The charter's canonical text: it says whose keys these are. */
  charter: z.string().max(CHARTER_LIMIT).exactOptional(),
});
export type ForkProof = z.infer<typeof forkProofSchema>;

/** What a finder knows beside the two claims. */
export interface ForkContext {
  readonly channel: string;
  readonly log: NamedPair;
  readonly charter?: Charter;
  /** The tree that the larger claim commits to, as far as the finder holds it. Without it only equal sizes can be compared. */
  readonly larger?: MerkleTree;
  /** Instead of the tree: what somebody's consistency proof to the larger claim shows. */
  readonly shown?: ShownRoot;
  /** The leaves at `KeyRing.leadingTo` the statement's key, if it is none of the charter's. */
  readonly keyEntries?: readonly PlacedLeaf[];
}

/** The root that a consistency proof to a larger tree begins at. */
export interface ShownRoot {
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** One of the two claims, as it was signed. */
export interface SignedClaim {
  readonly signed: "head" | "statement";
  readonly size: number;
  readonly root: string;
  /** The author's word; of a statement only. */
  readonly at?: string;
}

export interface CheckedFork {
  readonly sentence: string;
  /** The log's owner, if a charter in the proof names it. */
  readonly party?: PartyId;
  readonly claims: readonly [SignedClaim, SignedClaim];
  /** Who says that the keys are this log's and its owner's: the checker, a charter inside the proof, or nobody. */
  readonly keyFrom: "checker" | "charter" | "nobody";
  /** The statement that makes one of the claims is signed with a key that its owner has revoked. */
  readonly revoked?: RevokedKey;
  /** Of the log's key, to be compared by voice. */
  readonly fingerprint: string;
}

interface Claim {
  readonly size: number;
  readonly root: Uint8Array;
}

/** A proof if the two heads, both of `context.log` and opened, contradict each other as far as can be shown. */
export function findFork(context: ForkContext, first: OpenedHead, second: OpenedHead): ForkProof | undefined {
  if (first.head.origin !== context.log.name || second.head.origin !== context.log.name) return undefined;
  return contradiction(context, first, second.head, { head: formatNote(second.note) });
}

/**
 * A proof if a statement of the log's owner says something about its own log that the opened head contradicts. The statement's
 * signatures were checked with `key`.
 */
export function findForkInStatement(context: ForkContext, opened: OpenedHead, entry: Uint8Array, key: NamedPair): ForkProof | undefined {
  const read = readStatement(entry);
  if (!read.ok || read.value.payload.channel !== context.channel || opened.head.origin !== context.log.name) return undefined;
  const claim = ownLogClaim(read.value);
  return claim === undefined ? undefined : contradiction(context, opened, claim, { statement: toBase64(entry), key });
}

/** Which of these keys has signed an entry: key ids have four bytes, and an owner that can make two keys with one id must not go free by it. */
export async function keyThatSigned(entry: Uint8Array, keys: readonly NamedPair[], verify: VerifySignatures): Promise<NamedPair | undefined> {
  const read = readStatement(entry);
  if (!read.ok) return undefined;
  for (const key of keys) if (await isSignedBy(read.value, key, verify)) return key;
  return undefined;
}

/** Reads the document's canonical bytes; nothing in it is checked yet. */
export function readForkProof(bytes: Uint8Array): Result<ForkProof> {
  const json = parseCanonical(bytes);
  if (!json.ok) return json;
  const parsed = forkProofSchema.safeParse(json.value);
  if (parsed.success) return accept(parsed.data);
  const place = parsed.error.issues[0]?.path.join(".") ?? "";
  return refuse("fork-proof-malformed", `The document is no proof of a fork: its field "${place}" is missing or does not read. Save the proof file again.`, place);
}

export function forkProofBytes(proof: ForkProof): Uint8Array {
  return canonicalJson(proof);
}

/**
 * Checks everything in the document. `logKey` is the key that the checker holds for this log, if any; `statementKeys` are those
 * that the checker knows the log's owner to have, beyond the charter's; `held` are the owner's keys as the checker's copy of the log
 * gives them, which may know of a revocation made since. A refusal says why it is no proof: it accuses nobody.
 */
export async function checkForkProof(
  proof: ForkProof,
  logKey: NamedPair | undefined,
  verify: VerifySignatures,
  statementKeys: readonly NamedPair[] = [],
  held?: KeyRing,
): Promise<Result<CheckedFork>> {
  if (logKey !== undefined && !equalKeys(logKey, proof.log))
    return refuse("fork-other-key", `The proof is about a key of ${proof.log.name} that is not the key held for ${logKey.name}.`, "log");
  const charter = readNamedCharter(proof);
  if (!charter.ok) return charter;
  const owner = charter.value?.parties.find((party) => equalKeys(party.keys.log, proof.log));
  const opened = await openHead(proof.head, proof.log, verify);
  if (!opened.ok) return opened;
  const { head } = opened.value;

  let claim: Claim;
  let says: string;
  let signedAt: string | undefined;
  let revoked: RevokedKey | undefined;
  if ("head" in proof.against) {
    const other = await openHead(proof.against.head, proof.log, verify);
    if (!other.ok) return other;
    claim = other.value.head;
    says = `a head of size ${claim.size}`;
  } else {
    const { key } = proof.against;
    const ring = await ringOf(proof, charter.value, owner?.id, verify);
    if (!ring.ok) return ring;
    if (!isAmong([...(ring.value?.statementKeys ?? []), ...statementKeys], key))
      return refuse(
        "fork-statement-key",
        "Nothing says that the statement's key belongs to the owner of the log. Add the charter, and the key changes that lead to it.",
        "against.key",
      );
    const statement = await openStatement(proof, proof.against.statement, key, verify);
    if (!statement.ok) return statement;
    const { author, at } = statement.value.payload;
    if (owner !== undefined && owner.id !== author)
      return refuse("fork-statement-author", `The statement is by ${author}, and the log is ${owner.id}'s.`, "against.statement");
    const own = ownLogClaim(statement.value);
    if (own === undefined) return refuse("fork-statement-silent", "The statement says nothing about its author's own log.", "against.statement");
    claim = own;
    signedAt = at;
    revoked = [held, ring.value].flatMap((one) => (one === undefined ? [] : (revokedKey(one, key.name) ?? [])))[0];
    says = `a statement of ${author}, dated ${at}, about this log at size ${claim.size}`;
  }
  if (!contradicts(head, claim, proof.consistency))
    return refuse("fork-no-contradiction", "The two signed claims in this document do not contradict each other as far as it shows.");
  // A statement's key is the owner's by the checker's own word or by the charter's, and anybody can write a charter round a known log key.
  const knows = "head" in proof.against || isAmong(statementKeys, proof.against.key);
  const keyFrom = logKey !== undefined && knows ? "checker" : owner !== undefined ? "charter" : "nobody";
  const sizes = head.size === claim.size ? `with two roots for the same ${head.size} entries` : `that differ within the first ${Math.min(head.size, claim.size)} entries`;
  const sentence = `The key of ${proof.log.name} signed a head of size ${head.size} and ${says}, ${sizes}. ${KEY_SENTENCE[keyFrom]}${revoked === undefined ? "" : ` ${revokedSentence(owner?.id ?? "its owner", revoked)}`}`;
  return accept({
    sentence,
    ...(owner === undefined ? {} : { party: owner.id }),
    ...(revoked === undefined ? {} : { revoked }),
    claims: [signedClaim("head", head), { ...signedClaim("head" in proof.against ? "head" : "statement", claim), ...(signedAt === undefined ? {} : { at: signedAt }) }],
    keyFrom,
    fingerprint: fingerprint(proof.log.pair),
  });
}

const KEY_SENTENCE = {
  checker: "The key is the one held for this log.",
  charter: "The charter in the document names the key.",
  nobody: "Nothing in the document says whose key it is: compare its fingerprint by voice.",
} as const;

function isAmong(keys: readonly NamedPair[], key: NamedPair): boolean {
  return keys.some((other) => equalKeys(other, key));
}

function signedClaim(signed: SignedClaim["signed"], { size, root }: Claim): SignedClaim {
  return { signed, size, root: toBase64(root) };
}

/** The owner's keys as the document shows them. Every entry in it must have its effect: a proof holds nothing that it does not need. */
async function ringOf(
  { keyEntries, channel }: ForkProof,
  charter: Charter | undefined,
  owner: PartyId | undefined,
  verify: VerifySignatures,
): Promise<Result<KeyRing | undefined>> {
  const where = "keyEntries";
  if (charter === undefined || owner === undefined)
    return keyEntries === undefined
      ? accept(undefined)
      : refuse("fork-key-entries", "Key changes prove nothing without the charter that names the root key of the log's owner.", where);
  const leaves = (keyEntries ?? []).map(({ index, entry }): PlacedLeaf => ({ index, leaf: fromBase64(entry) ?? new Uint8Array(0) }));
  if (leaves.some(({ index }, position) => index <= (leaves[position - 1]?.index ?? -1)))
    return refuse("fork-key-entries", "The key changes do not stand in the order of the log.", where);
  const ring = await readKeyRing(leaves, KeyRing.of(charter, owner), channel, verify);
  for (const [position, { index }] of leaves.entries()) {
    const act = ring.entry(index)?.act;
    if (act === undefined || "code" in act)
      return refuse("fork-key-entries", `Entry ${index} is no key change of ${owner} that has effect. ${act?.sentence ?? ""}`.trimEnd(), `${where}.${position}`);
  }
  return accept(ring);
}

function contradiction(context: ForkContext, opened: OpenedHead, claim: Claim, against: ForkProof["against"]): ForkProof | undefined {
  const consistency = consistencyBetween(opened.head, claim, context);
  if (!contradicts(opened.head, claim, consistency)) return undefined;
  return {
    type: "fork-proof",
    version: 1,
    channel: context.channel,
    log: context.log,
    head: formatNote(opened.note),
    against,
    ...keyEntriesOf(context, against),
    ...(consistency === undefined ? {} : { consistency }),
    ...(context.charter === undefined ? {} : { charter: decodeUtf8(charterBytes(context.charter)) ?? "" }),
  };
}

/** Left out where they would make the proof too large: then it convinces those alone who hold the log. */
function keyEntriesOf({ keyEntries = [], charter }: ForkContext, against: ForkProof["against"]): Pick<ForkProof, "keyEntries"> {
  if ("head" in against || charter === undefined || keyEntries.length === 0) return {};
  const written = keyEntries.map(({ index, leaf }) => ({ index, entry: toBase64(leaf) }));
  const characters = written.reduce((sum, { entry }) => sum + entry.length, 0);
  return written.length <= KEY_ENTRIES_LIMIT && characters <= KEY_ENTRIES_CHARACTERS ? { keyEntries: written } : {};
}

function consistencyBetween(left: Claim, right: Claim, { larger: tree, shown }: ForkContext): ForkProof["consistency"] {
  const [small, large] = left.size < right.size ? [left, right] : [right, left];
  if (small.size === large.size) return undefined;
  if (shown !== undefined) return { root: toBase64(shown.root), proof: shown.proof.map(toBase64) };
  if (tree === undefined || tree.size < large.size || !equalBytes(tree.root(large.size), large.root)) return undefined;
  return { root: toBase64(tree.root(small.size)), proof: tree.consistencyProof(small.size, large.size).map(toBase64) };
}

/** Whether no one tree can have both roots. */
function contradicts(left: Claim, right: Claim, consistency: ForkProof["consistency"]): boolean {
  if (left.size === right.size) return consistency === undefined && !equalBytes(left.root, right.root);
  if (consistency === undefined) return false;
  const [small, large] = left.size < right.size ? [left, right] : [right, left];
  const root = fromBase64(consistency.root);
  const proof = consistency.proof.map((hash) => fromBase64(hash) ?? new Uint8Array(0));
  return root !== undefined && !equalBytes(root, small.root) && verifyConsistency(small.size, large.size, proof, root, large.root);
}

/** What a statement says of its author's own log (SPEC R5). */
function ownLogClaim({ payload }: ReadStatement): Claim | undefined {
  const own = payload.seen.find((head) => head.log === payload.author);
  const root = own === undefined ? undefined : fromBase64(own.root);
  return own === undefined || root === undefined ? undefined : { size: own.size, root };
}

async function openStatement(proof: ForkProof, entry: string, key: NamedPair, verify: VerifySignatures): Promise<Result<ReadStatement>> {
  const where = "against.statement";
  const bytes = fromBase64(entry);
  if (bytes === undefined) return refuse("fork-proof-malformed", "The statement is not canonical base64.", where);
  const read = readStatement(bytes);
  if (!read.ok) return read;
  if (read.value.payload.channel !== proof.channel) return refuse("fork-other-channel", "The statement is of another channel.", where);
  return (await isSignedBy(read.value, key, verify)) ? read : refuse("fork-statement-signature", "The statement's signatures do not hold.", where);
}

async function isSignedBy(statement: ReadStatement, { pair }: NamedPair, verify: VerifySignatures): Promise<boolean> {
  const answers = await verify(checksOf(statement, pair));
  return answers[0] === true && answers[1] === true;
}

function readNamedCharter(proof: ForkProof): Result<Charter | undefined> {
  if (proof.charter === undefined) return accept(undefined);
  const bytes = encodeUtf8(proof.charter);
  if (toHex(sha256(bytes)) !== proof.channel) return refuse("fork-other-charter", "The charter in the document is not that of the channel it names.", "charter");
  return readCharter(bytes);
}
