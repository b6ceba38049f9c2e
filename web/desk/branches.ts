/** Further versions of a log that its owner has signed (SPEC R16), as the own node serves them: read part by part, and folded once they are whole. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { fromBase64 } from "@countersign/core/bytes/base64.ts";
import type { Charter } from "@countersign/core/channel/charter.ts";
import { withReadBodies } from "@countersign/core/channel/held-body.ts";
import { KeyRing, ringAfter } from "@countersign/core/channel/key-ring.ts";
import type { LogReceipts } from "@countersign/core/channel/receipts.ts";
import { placed, readEntries, type HeldBranch, type HeldLog } from "@countersign/core/channel/record.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import type { VerifySignatures } from "@countersign/core/signing/algorithm.ts";
import type { RecordAnswer } from "@countersign/wire/endpoints.ts";
import { headSize } from "./head-size.ts";

export interface ReadBranch {
  /** As its node numbers it. */
  readonly number: number;
  /** The first index at which it has another entry than the version held first. */
  readonly from: number;
  /** Raw entries from that index on. */
  readonly leaves: readonly Uint8Array[];
  /** Its newest head note. */
  readonly head: string;
  /** Notes of its heads, each with a cosigner's lines. */
  readonly cosigned: readonly string[];
  /** There once all that the head covers was read. */
  readonly held?: HeldBranch;
  /** What the notes say; set where the parties' keys are known. */
  readonly receipts?: LogReceipts;
}

export type ReadBranches = ReadonlyMap<PartyId, readonly ReadBranch[]>;

type Part = NonNullable<RecordAnswer["branches"]>[number];

/** What was read before, with an answer added; the same object if nothing is new. `logs` are the versions held first. */
export async function addBranches(
  before: ReadBranches,
  answer: RecordAnswer,
  logs: ReadonlyMap<PartyId, HeldLog>,
  charter: Charter,
  channel: string,
  verify: VerifySignatures,
): Promise<ReadBranches> {
  const parts = answer.branches ?? [];
  if (parts.length === 0) return before.size === 0 ? before : new Map();
  const after = new Map<PartyId, readonly ReadBranch[]>();
  for (const part of parts) {
    const old = before.get(part.log)?.find(({ number }) => number === part.number);
    const log = logs.get(part.log);
    const read = joined(old, part);
    const whole = log !== undefined && log.entries.length >= read.from && read.from + read.leaves.length >= headSize(read.head);
    // oxlint-disable-next-line no-await-in-loop -- few versions; their checks share nothing.
    const held = whole ? (read.held ?? (await heldBranch(log, read, charter, channel, verify))) : undefined;
    after.set(part.log, [...(after.get(part.log) ?? []), held === undefined ? read : { ...read, held }]);
  }
  return after;
}

/** A log with its further versions, as far as they were read. */
export function withBranches({ party, entries, tree }: HeldLog, branches: readonly ReadBranch[] = []): HeldLog {
  const held = branches.flatMap((branch) => branch.held ?? []);
  return { party, entries, tree, ...(held.length === 0 ? {} : { branches: held }) };
}

/** Reads a version's own entries; `log` holds what comes before them. */
export async function heldBranch(
  { party, entries: first }: HeldLog,
  { from, leaves }: Pick<ReadBranch, "from" | "leaves">,
  charter: Charter,
  channel: string,
  verify: VerifySignatures,
): Promise<HeldBranch> {
  const shared = first.slice(0, from);
  const entries = withReadBodies(await readEntries(placed(leaves, from), ringAfter(KeyRing.of(charter, party), shared), channel, verify), kinds);
  const tree = new MerkleTree();
  for (const hash of [...shared.map((entry) => entry.leafHash), ...leaves.map(leafHash)]) tree.append(hash);
  return { from, entries, tree };
}

/** What this desk has of each version, as the node is asked for the rest. */
export function haveOfBranches(branches: ReadBranches): readonly string[] {
  return [...branches].flatMap(([log, all]) => all.map(({ number, from, leaves }) => `${log}/${number}:${from + leaves.length}`));
}

function joined(old: ReadBranch | undefined, { number, parts, from, entries, head, cosigned }: Part): ReadBranch {
  // The first version may have come to more of what this one has.
  const known = old === undefined || parts < old.from ? [] : old.leaves.slice(parts - old.from);
  const added = entries.map((entry) => fromBase64(entry) ?? new Uint8Array(0));
  const fits = from <= parts + known.length;
  const leaves = fits ? [...known.slice(0, from - parts), ...added] : known;
  const same = old !== undefined && old.from === parts && added.length === 0 && leaves.length === old.leaves.length;
  return { number, from: parts, leaves: same ? old.leaves : leaves, head, cosigned, ...(same && old.held !== undefined ? { held: old.held } : {}) };
}
