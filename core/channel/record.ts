/** What a reader holds of a channel: the charter, every party's log as far as it reaches, and files by hash. The fold is a function of it. */
import type { PartyId } from "../bytes/fields.ts";
import { leafHash, type MerkleTree } from "../log/merkle.ts";
import { pairChecks, type SignatureCheck, type VerifySignatures } from "../signing/algorithm.ts";
import { saysType, typeMark } from "../signing/dsse.ts";
import { statementKeyIds } from "../signing/key-id.ts";
import { rawPair } from "../signing/pair.ts";
import type { PublicPair } from "../signing/public-pair.ts";
import { refusal, type Refusal } from "../refusal.ts";
import type { Charter } from "./charter.ts";
import { isRootKind, readRootAct, type KeyRing, type RingKeyOf, type RootEntry } from "./key-ring.ts";
import { keyChange } from "./key-change.ts";
import { revocation } from "./revocation.ts";
import type { HeldFiles } from "./held-files.ts";
import { payloadType, readStatement, type HeldStatement, type ReadStatement } from "./statement.ts";

/** One leaf as held. `statement` is there exactly when it reads and both signatures are good; otherwise `problem` says why not (SPEC R11). */
export interface HeldEntry {
  readonly leafHash: Uint8Array;
  readonly statement?: HeldStatement;
  readonly problem?: Refusal;
}

export interface HeldLog {
  readonly party: PartyId;
  readonly entries: readonly HeldEntry[];
  /** Over the leaf hashes of `entries`. */
  readonly tree: MerkleTree;
  /** Further versions that its owner has signed (SPEC R16), in the order in which they came; the entries above are those of the first. */
  readonly branches?: readonly HeldBranch[];
}

export interface HeldBranch {
  /** The first index at which it has another entry than the first version, or one where that has none. */
  readonly from: number;
  /** From that index on. */
  readonly entries: readonly HeldEntry[];
  /** Over the leaf hashes of the whole version. */
  readonly tree: MerkleTree;
}

export interface HeldRecord {
  readonly channel: string;
  readonly charter: Charter;
  readonly logs: ReadonlyMap<PartyId, HeldLog>;
  readonly files: HeldFiles;
  /** Of the channel that the charter continues, held exactly as far as the charter says (`refusePrevious`); absent: not at hand. */
  readonly previous?: HeldRecord;
}

/** A leaf and its position in the log. */
export interface PlacedLeaf {
  readonly index: number;
  readonly leaf: Uint8Array;
}

/** Leaves that follow one another, the first at position `from`. */
export function placed(leaves: readonly Uint8Array[], from = 0): PlacedLeaf[] {
  return leaves.map((leaf, position) => ({ index: from + position, leaf }));
}

/** The signatures of as many leaves are asked for together: those of the first are checked while the next are read. */
const GROUP = 64;

/**
 * Reads leaves of one party's log, in its order. Never refuses: a bad leaf is kept with its problem. `ring` is that party's as the
 * entries before give it, or as later ones do. Root-signed entries are checked first, because they say which keys the others may be
 * signed with.
 */
export async function readEntries(
  leaves: readonly PlacedLeaf[],
  ring: KeyRing,
  channel: string,
  verify: VerifySignatures,
): Promise<HeldEntry[]> {
  const full = await readKeyRing(leaves.filter(({ leaf }) => changesKeys(leaf)), ring, channel, verify);
  const keys = statementKeys(full);
  const groups: Promise<HeldEntry[]>[] = [];
  for (let start = 0; start < leaves.length; start += GROUP)
    groups.push(readGroup(leaves.slice(start, start + GROUP), { ring: full, keys, channel, verify }));
  return (await Promise.all(groups)).flat();
}

interface Reading {
  readonly ring: KeyRing;
  readonly keys: KeysInUse;
  readonly channel: string;
  readonly verify: VerifySignatures;
}

async function readGroup(leaves: readonly PlacedLeaf[], reading: Reading): Promise<HeldEntry[]> {
  const { channel, ring, verify } = reading;
  const checks: SignatureCheck[] = [];
  // While the signatures are checked each is held as it will be kept, without the bytes that were read.
  const drafts = leaves.map((leaf) => {
    const { hash, statement, problem, checks: own } = draftOf(leaf, reading);
    if (own !== undefined) checks.push(...own);
    const entry: HeldEntry =
      statement === undefined
        ? { leafHash: hash, problem: problem ?? unreadable }
        : { leafHash: hash, statement: heldStatement(statement, channel, ring.party) };
    return { entry, checked: checks.length };
  });
  const answers = checks.length === 0 ? [] : await verify(checks);
  let next = 0;
  return drafts.map(({ entry, checked }): HeldEntry => {
    let holds = true;
    for (; next < checked; next += 1) holds &&= answers[next] === true;
    return holds ? entry : { leafHash: entry.leafHash, problem: badSignature };
  });
}

function draftOf(placed: PlacedLeaf, { ring, keys, channel }: Reading): Draft {
  const leaf = openLeaf(placed, channel, ring.party);
  if (leaf.statement === undefined) return leaf;
  if (!isRootKind(leaf.statement.payload.kind)) return chooseKey(leaf, leaf.statement, ring, keys);
  const act = ring.entry(leaf.index)?.act ?? badSignature;
  return "code" in act ? { ...leaf, statement: undefined, problem: act } : leaf;
}

/** Those that say they change keys, found by their envelopes' type alone. */
export function rootSignedLeaves(leaves: readonly (Uint8Array | undefined)[]): PlacedLeaf[] {
  return leaves.flatMap((leaf, index) =>
    leaf !== undefined && changesKeys(leaf) ? [{ index, leaf }] : [],
  );
}

function changesKeys(leaf: Uint8Array): boolean {
  return ROOT_MARKS.some((mark) => saysType(leaf, mark));
}

/** The ring after these leaves, in the order of the log; all but root-signed ones are passed over. */
export async function readKeyRing(
  leaves: readonly PlacedLeaf[],
  ring: KeyRing,
  channel: string,
  verify: VerifySignatures,
): Promise<KeyRing> {
  return leaves.length === 0
    ? ring
    : afterRootSigned(
        ring,
        leaves.map((leaf) => openLeaf(leaf, channel, ring.party)),
        verify,
      );
}

const ROOT_MARKS = [keyChange.name, revocation.name].map((kind) => typeMark(payloadType(kind)));
const unreadable = refusal("entry-unreadable", "The entry does not read.");
const badSignature = refusal(
  "entry-badly-signed",
  "A signature of the entry is not its author's. The entry is kept and has no effect.",
);

/** Texts that are the same in every entry are held once: a node keeps a hundred thousand of these. */
function heldStatement({ id, payload, keyId }: ReadStatement, channel: string, author: PartyId): HeldStatement {
  return { id, payload: { ...payload, channel, author }, keyId };
}

interface OpenedLeaf {
  readonly index: number;
  readonly hash: Uint8Array;
  readonly statement?: ReadStatement | undefined;
  readonly problem?: Refusal;
}

interface Draft extends OpenedLeaf {
  readonly checks?: readonly SignatureCheck[];
}

function openLeaf({ index, leaf }: PlacedLeaf, channel: string, author: PartyId): OpenedLeaf {
  const hash = leafHash(leaf);
  const read = readStatement(leaf);
  if (!read.ok) return { index, hash, problem: read.refusal };
  const { payload } = read.value;
  if (payload.channel !== channel)
    return { index, hash, problem: refusal("entry-other-channel", "The entry belongs to another channel.") };
  if (payload.author !== author)
    return {
      index,
      hash,
      problem: refusal(
        "entry-other-author",
        `The entry names ${payload.author} as its author, in the log of ${author}.`,
      ),
    };
  return { index, hash, statement: read.value };
}

/** Checks the signatures of the root-signed entries that the ring does not know yet, in one batch, and gives the ring after them. */
async function afterRootSigned(
  ring: KeyRing,
  opened: readonly OpenedLeaf[],
  verify: VerifySignatures,
): Promise<KeyRing> {
  const { root } = ring;
  const asked = opened.flatMap(({ index, statement }) => {
    if (statement === undefined || !isRootKind(statement.payload.kind) || ring.entry(index) !== undefined) return [];
    return [{ index, statement, kind: statement.payload.kind }];
  });
  if (asked.length === 0 || root === undefined) return ring;
  const ids = statementKeyIds(root.name, root.pair);
  const answers = await verify(asked.flatMap(({ statement }) => checksOf(statement, root.pair)));
  return ring.after(
    asked.map(({ index, statement, kind }, position): RootEntry => {
      if (!saysKey(statement, ids)) return { index, act: notByRoot(ring.party, kind) };
      const holds = answers[2 * position] === true && answers[2 * position + 1] === true;
      return { index, act: holds ? readRootAct(statement) : badSignature };
    }),
  );
}

function notByRoot(party: PartyId, kind: string): Refusal {
  return refusal("entry-not-by-root", `A ${kind} is signed by the root key of ${party} alone. It has no effect.`);
}

interface StatementKey {
  readonly key: RingKeyOf<"statement">;
  readonly ids: ReturnType<typeof statementKeyIds>;
}

interface KeysInUse {
  readonly statement: readonly StatementKey[];
  readonly root: ReturnType<typeof statementKeyIds> | undefined;
}

/** Ids once for all leaves, not once for each. */
function statementKeys({ keys, root }: KeyRing): KeysInUse {
  return {
    statement: keys.flatMap((key) =>
      key.role === "statement" ? [{ key, ids: statementKeyIds(key.key.name, key.key.pair) }] : [],
    ),
    root: root === undefined ? undefined : statementKeyIds(root.name, root.pair),
  };
}

/** The key that an entry names, if it may sign this kind at this position. */
function chooseKey(
  leaf: OpenedLeaf,
  statement: ReadStatement,
  { party }: KeyRing,
  { statement: keys, root }: KeysInUse,
): Draft {
  const { index } = leaf;
  const { kind } = statement.payload;
  const refused = (code: string, sentence: string): Draft => ({
    ...leaf,
    statement: undefined,
    problem: refusal(code, sentence),
  });
  const named = keys.filter(({ ids }) => saysKey(statement, ids));
  const { key } = named.find((one) => one.key.from <= index && index < one.key.until) ?? named[0] ?? {};
  if (key === undefined)
    return root !== undefined && saysKey(statement, root)
      ? refused("entry-by-root", `The root key of ${party} signs key changes and revocations alone.`)
      : refused(
          "entry-unknown-key",
          `No statement key of ${party} has the id ${statement.envelope.signatures[0].keyid}.`,
        );
  if (index < key.from)
    return refused("entry-key-too-early", `The key ${key.key.name} may sign from entry ${key.from} on.`);
  if (index >= key.until)
    return refused(
      "entry-key-retired",
      `The key ${key.key.name} was retired by entry ${key.until} of the log. What it signs after that has no effect.`,
    );
  const may = key.kinds === "all-but-receive" ? kind !== "receive" : key.kinds.includes(kind);
  return may
    ? { ...leaf, checks: checksOf(statement, key.key.pair) }
    : refused("entry-key-not-for-kind", `The key ${key.key.name} may not sign a statement of the kind ${kind}.`);
}

function saysKey({ envelope }: ReadStatement, ids: ReturnType<typeof statementKeyIds>): boolean {
  return ids.ed25519 === envelope.signatures[0].keyid && ids.mldsa44 === envelope.signatures[1].keyid;
}

/** Of both signatures of a statement, under one pair. */
export function checksOf({ envelope: { signatures: [first, second], signedBytes } }: ReadStatement, pair: PublicPair): readonly SignatureCheck[] {
  const signatures = { ed25519: first.sig, mldsa44: second.sig };
  return pairChecks(rawPair(pair), { ed25519: signedBytes, mldsa44: signedBytes }, signatures);
}
