/** What a reader holds of a channel: the charter, every party's log as far as it reaches, and files by hash. The fold is a function of it. */
import type { PartyId } from "../bytes/fields.ts";
import { leafHash, type MerkleTree } from "../log/merkle.ts";
import { pairChecks, type SignatureCheck, type VerifySignatures } from "../signing/algorithm.ts";
import { statementKeyIds } from "../signing/key-id.ts";
import { rawPair, type RawPair } from "../signing/pair.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { type Charter, type CharterParty, partyOf } from "./charter.ts";
import { readStatement, type ReadStatement } from "./statement.ts";

/** One leaf as held. `statement` is there exactly when it reads and both signatures are good; otherwise `problem` says why not (SPEC R11). */
export interface HeldEntry {
  readonly leafHash: Uint8Array;
  readonly statement?: ReadStatement;
  readonly problem?: Refusal;
}

export interface HeldLog {
  readonly party: PartyId;
  readonly entries: readonly HeldEntry[];
  /** Over the leaf hashes of `entries`. */
  readonly tree: MerkleTree;
}

export interface HeldRecord {
  readonly channel: string;
  readonly charter: Charter;
  readonly logs: ReadonlyMap<PartyId, HeldLog>;
  /** Bytes by their SHA-256, hex; the holder has checked the hash. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Reads leaves of one party's log and checks their signatures in one batch. Never refuses: a bad leaf is kept with its problem. */
export async function readEntries(
  leaves: readonly Uint8Array[],
  charter: Charter,
  channel: string,
  author: PartyId,
  verify: VerifySignatures,
): Promise<HeldEntry[]> {
  const keys = statementKeys(partyOf(charter, author));
  const drafts = leaves.map((leaf) => openLeaf(leaf, keys, channel, author));
  const checks = drafts.flatMap((draft) => draft.checks);
  const answers = checks.length === 0 ? [] : await verify(checks);
  let position = 0;
  return drafts.map((draft): HeldEntry => {
    const own = answers.slice(position, position + draft.checks.length);
    position += draft.checks.length;
    if (draft.statement === undefined) return { leafHash: draft.hash, problem: draft.problem ?? unreadable };
    return own.every((answer) => answer)
      ? { leafHash: draft.hash, statement: draft.statement }
      : { leafHash: draft.hash, problem: badSignature };
  });
}

const unreadable = refusal("entry-unreadable", "The entry does not read.");
const badSignature = refusal(
  "entry-badly-signed",
  "A signature of the entry is not its author's. The entry is kept and has no effect.",
);

interface OpenedLeaf {
  readonly hash: Uint8Array;
  readonly statement?: ReadStatement;
  readonly problem?: Refusal;
  readonly checks: readonly SignatureCheck[];
}

interface StatementKey {
  readonly name: string;
  readonly kinds: CharterParty["keys"]["statement"][number]["kinds"];
  readonly ids: ReturnType<typeof statementKeyIds>;
  readonly raw: RawPair;
}

/** Ids and bytes once for all leaves, not once for each. */
function statementKeys(party: CharterParty | undefined): readonly StatementKey[] {
  return (party?.keys.statement ?? []).map(({ key, kinds }) => ({
    name: key.name,
    kinds,
    ids: statementKeyIds(key.name, key.pair),
    raw: rawPair(key.pair),
  }));
}

function openLeaf(leaf: Uint8Array, keys: readonly StatementKey[], channel: string, author: PartyId): OpenedLeaf {
  const hash = leafHash(leaf);
  const read = readStatement(leaf);
  if (!read.ok) return { hash, problem: read.refusal, checks: [] };
  const { payload, envelope, signedBytes } = read.value;
  if (payload.channel !== channel)
    return { hash, problem: refusal("entry-other-channel", "The entry belongs to another channel."), checks: [] };
  if (payload.author !== author || keys.length === 0)
    return {
      hash,
      problem: refusal(
        "entry-other-author",
        `The entry names ${payload.author} as its author, in the log of ${author}.`,
      ),
      checks: [],
    };
  const key = keys.find(
    ({ ids }) => ids.ed25519 === envelope.signatures[0].keyid && ids.mldsa44 === envelope.signatures[1].keyid,
  );
  if (key === undefined)
    return {
      hash,
      problem: refusal(
        "entry-unknown-key",
        `No statement key of ${author} has the id ${envelope.signatures[0].keyid}.`,
      ),
      checks: [],
    };
  const may = key.kinds === "all-but-receive" ? payload.kind !== "receive" : key.kinds.includes(payload.kind);
  if (!may)
    return {
      hash,
      problem: refusal(
        "entry-key-not-for-kind",
        `The key ${key.name} may not sign a statement of the kind ${payload.kind}.`,
      ),
      checks: [],
    };
  const signatures = { ed25519: envelope.signatures[0].sig, mldsa44: envelope.signatures[1].sig };
  return {
    hash,
    statement: read.value,
    checks: pairChecks(key.raw, { ed25519: signedBytes, mldsa44: signedBytes }, signatures),
  };
}
