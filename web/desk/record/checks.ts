/**
 * The four checks of an entry, made from its bytes with the keys of the charter and nothing else: its text is unchanged, its
 * author (or, for a joint act, every signer) signed it, it stands in the record under a signed head, and the other side has stored
 * the same record. They run in the reader's own browser and believe no earlier result.
 */
import type { Instant, PartyId } from "@countersign/core/bytes/fields.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { formatInstant } from "@countersign/core/bytes/instant.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { cosignersOf } from "@countersign/core/bundle/heads.ts";
import { type Charter, cosignersNeeded, otherSide, partyOf } from "@countersign/core/channel/charter.ts";
import { KeyRing } from "@countersign/core/channel/key-ring.ts";
import { type PlacedLeaf, readEntries, readKeyRing } from "@countersign/core/channel/record.ts";
import { readStatement } from "@countersign/core/channel/statement.ts";
import { type Head, openHead } from "@countersign/core/log/checkpoint.ts";
import { readCosignatures } from "@countersign/core/log/cosignature.ts";
import { leafHash, verifyInclusion } from "@countersign/core/log/merkle.ts";
import type { Refusal } from "@countersign/core/refusal.ts";
import type { VerifySignatures } from "@countersign/core/signing/algorithm.ts";
import { statementKeyIds } from "@countersign/core/signing/key-id.ts";

/** `waits`: something that is not here yet stands in the way; nothing contradicts. */
export type Outcome = "holds" | "waits" | "fails";

/** One leaf with what shows that it is in its log. */
export interface EntryEvidence {
  readonly author: PartyId;
  readonly index: number;
  /** Which further version of its log it stands in, as in `Statement`. */
  readonly branch?: number;
  readonly leaf: Uint8Array;
  /** Leads to the root of the newest signed head of its log; absent where no such head covers the entry yet. */
  readonly proof: readonly Uint8Array[] | undefined;
  /** The earlier entries of the same log that changed its owner's keys; absent where there are none. */
  readonly keyEntries?: readonly PlacedLeaf[];
}

export interface StatementEvidence {
  readonly entry: EntryEvidence;
  /** For a joint act the `sign` entry of each signer; otherwise empty. */
  readonly signatures: readonly EntryEvidence[];
  /** Signers of a joint act whose entry is not held. */
  readonly missing: readonly PartyId[];
  /** Body files that the statement names and that are held, by the hash it gives. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface CheckedHead {
  readonly log: PartyId;
  readonly head?: Head;
  readonly problem?: Refusal;
  readonly storedBy: readonly { readonly party: PartyId; readonly time: Instant }[];
  readonly witnessedBy: readonly { readonly observer: PartyId; readonly time: Instant }[];
  /** What the charter's rule on cosignatures says of this head; absent without one that holds. */
  readonly rule?: RuleCheck;
}

export interface RuleCheck {
  readonly accepted: boolean;
  /** How many of the other parties have to cosign. */
  readonly threshold: number;
  /** Who of them has not; empty where the rule is met. */
  readonly missing: readonly PartyId[];
}

export interface EntryChecks {
  readonly outcome: Outcome;
  readonly text: {
    readonly outcome: Outcome;
    readonly id?: string;
    readonly files: number;
    readonly problem?: Refusal;
  };
  readonly signed: {
    readonly outcome: Outcome;
    readonly joint: boolean;
    readonly by: readonly SignerCheck[];
    readonly missing: readonly PartyId[];
  };
  readonly inRecord: { readonly outcome: Outcome; readonly places: readonly PlaceCheck[] };
  readonly sameRecord: {
    readonly outcome: Outcome;
    readonly head?: CheckedHead;
    readonly missing: readonly PartyId[];
    readonly contradicted: boolean;
  };
}

export interface SignerCheck {
  readonly party: PartyId;
  readonly holds: boolean;
  /** The key's name in the charter and the id of its Ed25519 half. */
  readonly key?: { readonly name: string; readonly id: string };
  readonly at?: Instant;
  readonly problem?: Refusal;
}

export interface PlaceCheck {
  readonly log: PartyId;
  readonly index: number;
  readonly size?: number;
  readonly outcome: Outcome;
  readonly problem?: Refusal;
}

/**
 * Opens each log's newest head with its key of the charter and reads who stored or witnessed it; a mirror counts under each key that its
 * ring never revoked (SPEC R14), without a ring under the charter's. Notes by log; `null` before the first head.
 */
export async function checkHeads(
  charter: Charter,
  notes: ReadonlyMap<PartyId, string | null>,
  verify: VerifySignatures,
  rings: ReadonlyMap<PartyId, KeyRing> = new Map(),
): Promise<ReadonlyMap<PartyId, CheckedHead>> {
  const checked = await Promise.all(
    [...notes].map(async ([log, note]) => [log, await checkHead(charter, log, note, verify, rings)] as const),
  );
  return new Map(checked);
}

/** A head's place among those that are checked: a log's, or one of its further versions'. */
export function headKey(log: PartyId, branch = 0): string {
  return branch === 0 ? log : `${log} ${branch}`;
}

/** Runs all four. `contradicted`: a node has noticed another head of this log (a fork). */
export async function checkEntry(
  charter: Charter,
  channel: string,
  evidence: StatementEvidence,
  heads: ReadonlyMap<string, CheckedHead>,
  contradicted: boolean,
  verify: VerifySignatures,
): Promise<EntryChecks> {
  const text = checkText(evidence);
  const signed = await checkSignatures(charter, channel, evidence, verify);
  const inRecord = checkPlaces(evidence, heads);
  const sameRecord = checkSameRecord(charter, evidence.entry, heads.get(headKey(evidence.entry.author, evidence.entry.branch)), contradicted);
  return {
    outcome: worst([text.outcome, signed.outcome, inRecord.outcome, sameRecord.outcome]),
    text,
    signed,
    inRecord,
    sameRecord,
  };
}

/** Its bytes and its place; who signed is another question. */
export function intactOutcome({ text, inRecord }: EntryChecks): Outcome {
  return worst([text.outcome, inRecord.outcome]);
}

/** The charter's rule on the head that covers the entry; `fails` where that head does not hold or another is known, `undefined` before there is one. */
export function ruleOf({ inRecord, sameRecord }: EntryChecks, index: number): RuleCheck | "fails" | undefined {
  const { head: checked, contradicted } = sameRecord;
  if (contradicted || checked?.problem !== undefined || inRecord.outcome === "fails") return "fails";
  return checked?.head !== undefined && checked.head.size > index ? checked.rule : undefined;
}

async function checkHead(
  charter: Charter,
  log: PartyId,
  note: string | null,
  verify: VerifySignatures,
  rings: ReadonlyMap<PartyId, KeyRing>,
): Promise<CheckedHead> {
  const party = partyOf(charter, log);
  if (note === null || party === undefined) return { log, storedBy: [], witnessedBy: [] };
  const opened = await openHead(note, party.keys.log, verify);
  if (!opened.ok) return { log, problem: opened.refusal, storedBy: [], witnessedBy: [] };
  const { head } = opened.value;
  const cosigners = cosignersOf(charter, log, rings);
  const lines = await readCosignatures(
    opened.value.note,
    head,
    cosigners.flatMap(({ keys }) => keys),
    verify,
  );
  const made = cosigners.flatMap(({ id, keys }) => {
    const [newest] = keys.flatMap(({ name }) => lines.find((line) => line.name === name) ?? []);
    return newest === undefined ? [] : [{ id, time: formatInstant(newest.timeSeconds) }];
  });
  const isParty = ({ id }: { readonly id: PartyId }) => partyOf(charter, id) !== undefined;
  return {
    log,
    head,
    storedBy: made.filter(isParty).map(({ id, time }) => ({ party: id, time })),
    witnessedBy: made.filter((one) => !isParty(one)).map(({ id, time }) => ({ observer: id, time })),
    rule: ruleOn(
      charter,
      log,
      made.map(({ id }) => id),
    ),
  };
}

/** `cosigned`: the parties that have. */
function ruleOn(charter: Charter, log: PartyId, cosigned: readonly PartyId[]): RuleCheck {
  const others = charter.parties.map(({ id }) => id).filter((id) => id !== log);
  const missing = others.filter((id) => !cosigned.includes(id));
  const threshold = cosignersNeeded(charter);
  const accepted = others.length - missing.length >= threshold;
  return { accepted, threshold, missing: accepted ? [] : missing };
}

function checkText({ entry, files }: StatementEvidence): EntryChecks["text"] {
  const read = readStatement(entry.leaf);
  if (!read.ok) return { outcome: "fails", files: 0, problem: read.refusal };
  for (const [hash, bytes] of files)
    if (toHex(sha256(bytes)) !== hash)
      return {
        outcome: "fails",
        id: read.value.id,
        files: files.size,
        problem: {
          code: "file-differs",
          sentence: `A file held here does not have the hash ${hash} that the statement gives.`,
        },
      };
  return { outcome: "holds", id: read.value.id, files: files.size };
}

async function checkSignatures(
  charter: Charter,
  channel: string,
  { entry, signatures, missing }: StatementEvidence,
  verify: VerifySignatures,
): Promise<EntryChecks["signed"]> {
  const joint = signatures.length + missing.length > 0;
  const by = await Promise.all(
    together(entry, signatures).map((signer) => checkSigner(charter, channel, signer, verify)),
  );
  const outcome = by.some(({ holds }) => !holds) ? "fails" : missing.length > 0 ? "waits" : "holds";
  return { outcome, joint, by, missing };
}

async function checkSigner(
  charter: Charter,
  channel: string,
  { author, index, leaf, keyEntries = [] }: EntryEvidence,
  verify: VerifySignatures,
): Promise<SignerCheck> {
  const ring = await readKeyRing(keyEntries, KeyRing.of(charter, author), channel, verify);
  const [held] = await readEntries([{ index, leaf }], ring, channel, verify);
  if (held?.statement === undefined)
    return {
      party: author,
      holds: false,
      ...(held?.problem === undefined ? {} : { problem: held.problem }),
    };
  const { keyId: keyid } = held.statement;
  const names = [...ring.statementKeys, ...(ring.root === undefined ? [] : [ring.root])];
  const key = names.find(({ name, pair }) => statementKeyIds(name, pair).ed25519 === keyid);
  return {
    party: author,
    holds: true,
    key: { name: key?.name ?? author, id: keyid },
    at: held.statement.payload.at,
  };
}

function checkPlaces(
  { entry, signatures }: StatementEvidence,
  heads: ReadonlyMap<string, CheckedHead>,
): EntryChecks["inRecord"] {
  const places = together(entry, signatures).map((one) => checkPlace(one, heads.get(headKey(one.author, one.branch))));
  return { outcome: worst(places.map(({ outcome }) => outcome)), places };
}

function checkPlace({ author, index, leaf, proof }: EntryEvidence, checked: CheckedHead | undefined): PlaceCheck {
  const place = { log: author, index };
  if (checked?.problem !== undefined) return { ...place, outcome: "fails", problem: checked.problem };
  const head = checked?.head;
  if (head === undefined || index >= head.size || proof === undefined) return { ...place, outcome: "waits" };
  const holds = verifyInclusion(index, head.size, leafHash(leaf), proof, head.root);
  return { ...place, size: head.size, outcome: holds ? "holds" : "fails" };
}

function checkSameRecord(
  charter: Charter,
  { author, index }: EntryEvidence,
  checked: CheckedHead | undefined,
  contradicted: boolean,
): EntryChecks["sameRecord"] {
  const others = otherSide(charter, author).map(({ id }) => id);
  const stored =
    checked?.head !== undefined && checked.head.size > index ? checked.storedBy.map(({ party }) => party) : [];
  const missing = others.filter((party) => !stored.includes(party));
  const head = checked === undefined ? {} : { head: checked };
  const outcome = contradicted || checked?.problem !== undefined ? "fails" : missing.length > 0 ? "waits" : "holds";
  return { outcome, ...head, missing, contradicted };
}

/** The entry and the signers' entries, each once. */
function together(entry: EntryEvidence, signatures: readonly EntryEvidence[]): EntryEvidence[] {
  return [entry, ...signatures.filter(({ author, index, branch }) => author !== entry.author || index !== entry.index || branch !== entry.branch)];
}

function worst(outcomes: readonly Outcome[]): Outcome {
  return outcomes.includes("fails") ? "fails" : outcomes.includes("waits") ? "waits" : "holds";
}
