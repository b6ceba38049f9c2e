/** Adds one of a node's answers to what was read before. Pure but for fetching the body files that the new entries name. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { fromBase64 } from "@countersign/core/bytes/base64.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { channelId, readCharter, type Charter } from "@countersign/core/channel/charter.ts";
import type { LogReceipts } from "@countersign/core/channel/receipts.ts";
import { withReadBodies } from "@countersign/core/channel/held-body.ts";
import { FileMap, type HeldFiles } from "@countersign/core/channel/held-files.ts";
import { KeyRing, ringAfter } from "@countersign/core/channel/key-ring.ts";
import { placed, readEntries, readKeyRing, rootSignedLeaves, type HeldEntry, type HeldLog } from "@countersign/core/channel/record.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { MerkleTree } from "@countersign/core/log/merkle.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { VerifySignatures } from "@countersign/core/signing/algorithm.ts";
import { bytePaths, type RecordAnswer } from "@countersign/wire/endpoints.ts";
import { askBytes } from "./ask.ts";
import { addBranches, withBranches, type ReadBranch, type ReadBranches } from "./branches.ts";
import { receiptsOf, type ChannelReading, type ReleasedEntry } from "./circle.ts";
import { headSize } from "./head-size.ts";

/** How a body file's bytes are got by its SHA-256. */
export type FetchFile = (sha256: string) => Promise<Uint8Array | undefined>;

/** The own node has checked the signatures; the screen says "Not checked" all the same. */
export const vouchedFor: VerifySignatures = async (checks) => checks.map(() => true);

export function fileFetcher(base: string, channel: string): FetchFile {
  return (sha256) => askBytes(base, bytePaths.deskFile, { channel, sha256 });
}

export async function addAnswer(
  before: ChannelReading | undefined,
  answer: RecordAnswer,
  fetchFile: FetchFile,
): Promise<Result<ChannelReading>> {
  const start = before === undefined ? beginReading(answer) : accept(before);
  if (!start.ok) return start;
  const reading = start.value;
  const { charter, channel } = reading;
  const logs = new Map(reading.record.logs);
  const leaves = new Map(reading.leaves);
  let grown = false;
  for (const part of answer.logs) {
    const old = logs.get(part.log);
    if (part.entries.length === 0 && old !== undefined && part.from === old.entries.length) continue;
    const added = part.entries.map((entry) => fromBase64(entry) ?? new Uint8Array(0));
    const ring = ringAfter(KeyRing.of(charter, part.log), old?.entries.slice(0, part.from) ?? []);
    // oxlint-disable-next-line no-await-in-loop -- few logs; their checks share nothing.
    const entries = withReadBodies(await readEntries(placed(added, part.from), ring, channel, vouchedFor), kinds);
    logs.set(part.log, growLog(part.log, old, part.from, entries));
    leaves.set(part.log, [...(leaves.get(part.log) ?? []).slice(0, part.from), ...added]);
    grown = true;
  }
  const versions = await addBranches(reading.branches, answer, logs, charter, channel, vouchedFor);
  for (const [party, log] of logs) {
    const held = withBranches(log, versions.get(party));
    const before = log.branches ?? [];
    if (held.branches?.length === before.length && held.branches.every((branch, position) => branch === before[position])) continue;
    if (before.length + (held.branches?.length ?? 0) === 0) continue;
    logs.set(party, held);
    grown = true;
  }
  const released = addReleased(reading.released, answer);
  const files = await addFiles(reading.record.files, answer, namedFiles(logs, released), fetchFile);
  const heads = new Map(reading.heads);
  for (const { log, head } of answer.logs) if (head !== null) heads.set(log, head);
  const rings = await ringsIn(charter, channel, logs, released);
  const receipts = [...heads].flatMap(
    ([log, head]) =>
      receiptsOf(
        charter,
        log,
        head,
        reading.receipts.find((known) => known.log === log),
        rings,
      ) ?? [],
  );
  const branches = withReceipts(versions, charter, rings);
  const record = grown || files !== reading.record.files ? { ...reading.record, logs, files } : reading.record;
  return accept({
    channel,
    charter,
    record,
    leaves,
    branches,
    heads,
    receipts,
    attachments: new Set(answer.attachments),
    observations: answer.observations,
    incomplete: new Map(answer.logs.flatMap(({ log, incomplete }) => (incomplete === undefined ? [] : [[log, incomplete] as const]))),
    drafts: answer.drafts,
    partial: heads.size > 0 && [...leaves.values()].every(({ length }) => length === 0),
    released,
    earlier: reading.earlier,
  });
}

/** A channel that continues another, with the record that comes before it, by what `fetchBundle` gives. An observer's node has none. */
export async function addEarlier(
  reading: ChannelReading,
  fetchBundle: () => Promise<Uint8Array | undefined>,
): Promise<ChannelReading> {
  if (reading.charter.previous === undefined || reading.earlier.length > 0 || reading.partial) return reading;
  const bundle = await fetchBundle();
  if (bundle === undefined) return reading;
  const { readEarlier } = await import("./earlier.ts");
  const earlier = await readEarlier(bundle);
  const [nearest] = earlier;
  return nearest === undefined ? reading : { ...reading, earlier, record: { ...reading.record, previous: nearest.record } };
}

/** From the entries held, or for an observer from those released, among which are all that change keys (SPEC R14). */
async function ringsIn(
  charter: Charter,
  channel: string,
  logs: ReadonlyMap<PartyId, HeldLog>,
  released: ChannelReading["released"],
): Promise<ReadonlyMap<PartyId, KeyRing>> {
  const rings = charter.parties.map(async ({ id }): Promise<[PartyId, KeyRing]> => {
    const ring = KeyRing.of(charter, id);
    const open = released.get(id);
    if (open === undefined) return [id, ringAfter(ring, logs.get(id)?.entries ?? [])];
    const rootSigned = open.filter(({ leaf }) => rootSignedLeaves([leaf]).length > 0);
    return [id, await readKeyRing(rootSigned, ring, channel, vouchedFor)];
  });
  return new Map(await Promise.all(rings));
}

/** Whether every entry that the heads cover is held. */
export function isWhole(reading: ChannelReading): boolean {
  const logs = [...reading.heads].every(
    ([log, head]) => reading.partial || (reading.leaves.get(log)?.length ?? 0) >= headSize(head),
  );
  return logs && [...reading.branches.values()].every((branches) => branches.every(({ held }) => held !== undefined));
}

/** Who has cosigned each further version, by its notes; the head comes last, since its size is the version's. */
function withReceipts(versions: ReadBranches, charter: Charter, rings: ReadonlyMap<PartyId, KeyRing>): ReadBranches {
  if (versions.size === 0) return versions;
  return new Map(
    [...versions].map(([log, all]) => [
      log,
      all.map((branch): ReadBranch => {
        const receipts = [...branch.cosigned, branch.head].reduce<LogReceipts | undefined>((known, note) => receiptsOf(charter, log, note, known, rings), undefined);
        return receipts === undefined ? branch : { ...branch, receipts };
      }),
    ]),
  );
}

function beginReading(answer: RecordAnswer): Result<ChannelReading> {
  const bytes = fromBase64(answer.charter);
  const charter =
    bytes === undefined
      ? refuse("charter-not-base64", "The charter in the node's answer does not read.")
      : readCharter(bytes);
  if (!charter.ok) return charter;
  if (channelId(charter.value) !== answer.channel)
    return refuse("charter-of-another-channel", "The charter in the node's answer is not this channel's.");
  const record = {
    channel: answer.channel,
    charter: charter.value,
    logs: new Map<PartyId, HeldLog>(),
    files: new FileMap(),
  };
  return accept({
    channel: answer.channel,
    charter: charter.value,
    record,
    leaves: new Map(),
    branches: new Map(),
    heads: new Map(),
    receipts: [],
    attachments: new Set(),
    observations: [],
    incomplete: new Map(),
    drafts: [],
    partial: false,
    released: new Map(),
    earlier: [],
  });
}

/** Appends to the log's tree, or builds it anew where the node answers from an earlier entry than the last one held. */
function growLog(party: PartyId, old: HeldLog | undefined, from: number, added: readonly HeldEntry[]): HeldLog {
  const kept = old?.entries.slice(0, from) ?? [];
  const reuse = old !== undefined && old.tree.size === kept.length && old.entries.length === kept.length;
  const tree = reuse ? old.tree : new MerkleTree();
  if (!reuse) for (const { leafHash } of kept) tree.append(leafHash);
  for (const { leafHash } of added) tree.append(leafHash);
  return { party, entries: [...kept, ...added], tree };
}

function addReleased(before: ChannelReading["released"], answer: RecordAnswer): ChannelReading["released"] {
  if (answer.logs.every(({ released }) => released.length === 0)) return before;
  const after = new Map<PartyId, readonly ReleasedEntry[]>();
  let same = true;
  for (const { log, released } of answer.logs) {
    const entries = released.flatMap(({ index, entry, proof }) => {
      const leaf = fromBase64(entry);
      return leaf === undefined ? [] : [{ index, leaf, proof: proof.flatMap((hash) => fromBase64(hash) ?? []) }];
    });
    if (entries.length !== before.get(log)?.length) same = false;
    after.set(log, entries);
  }
  return same ? before : after;
}

/** SHA-256 of every body file that a held entry names; attachments for named readers are fetched only when asked for. */
function namedFiles(
  logs: ReadonlyMap<PartyId, HeldLog>,
  released: ChannelReading["released"],
): ReadonlySet<string> | "all" {
  if (released.size > 0) return "all";
  const named = new Set<string>();
  for (const { entries, branches = [] } of logs.values())
    for (const { statement } of [...entries, ...branches.flatMap((branch) => branch.entries)])
      for (const file of statement?.payload.files ?? []) if (file.readers === undefined) named.add(file.sha256);
  return named;
}

async function addFiles(
  before: HeldFiles,
  answer: RecordAnswer,
  named: ReadonlySet<string> | "all",
  fetchFile: FetchFile,
): Promise<HeldFiles> {
  const wanted = answer.files.filter((file) => !before.has(file.sha256) && (named === "all" || named.has(file.sha256)));
  if (wanted.length === 0) return before;
  const fetched = await Promise.all(wanted.map(async (file) => [file.sha256, await fetchFile(file.sha256)] as const));
  const good = fetched.flatMap(([hash, bytes]) =>
    bytes !== undefined && toHex(sha256(bytes)) === hash ? [[hash, bytes] as const] : [],
  );
  return good.length === 0 ? before : new FileMap([...before, ...good]);
}
