/** Gathers what the checks of an entry need from what this desk holds: bytes, the proof into the newest head, other signers' entries. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { jointAct, readDocument } from "@countersign/core/channel/documents.ts";
import type { Statement, Statements } from "@countersign/core/channel/kind.ts";
import { KeyRing } from "@countersign/core/channel/key-ring.ts";
import { type PlacedLeaf, readKeyRing, rootSignedLeaves } from "@countersign/core/channel/record.ts";
import { sign } from "@countersign/core/channel/sign.ts";
import { report } from "@countersign/core/inspect/report.ts";
import { reportDocument } from "@countersign/core/inspect/report-document.ts";
import type { VerifySignatures } from "@countersign/core/signing/algorithm.ts";
import { agreementDocument } from "@countersign/core/text/text-document.ts";
import type { ChannelReading } from "../circle.ts";
import type { EntryPlace } from "../entry-link.tsx";
import { headSize } from "../head-size.ts";
import { checkHeads, headKey, type CheckedHead, type EntryEvidence, type StatementEvidence } from "./checks.ts";

/** `undefined` if the entry's bytes are not held here. `statement` is absent for an inert entry. */
export function evidenceOf(
  reading: ChannelReading,
  state: Statements,
  place: EntryPlace,
  statement: Statement | undefined,
): StatementEvidence | undefined {
  const entry = entryEvidence(reading, place);
  if (entry === undefined) return undefined;
  const act = statement === undefined ? undefined : signersOf(state, statement);
  const found =
    sameChannel(act?.signatures, statement).map((signature) => ({
      party: signature.author,
      entry: entryEvidence(reading, signature),
    }));
  const signatures = found.flatMap(({ entry: held }) => (held === undefined ? [] : [held]));
  const unheld = found.flatMap(({ party, entry: held }) => (held === undefined ? [party] : []));
  return {
    entry,
    signatures,
    missing: [...(act?.missing ?? []), ...unheld],
    files: filesOf(state, statement),
  };
}

/** What was signed in the channel before is checked in its own row, under the charter of that channel. */
function sameChannel(signatures: readonly Statement[] = [], statement: Statement | undefined): readonly Statement[] {
  return signatures.filter(({ earlier }) => earlier?.channel === statement?.earlier?.channel);
}

/** The joint act that a `sign` or `report` statement belongs to, with everyone who has to sign it. */
export function signersOf(
  state: Statements,
  statement: Statement,
): { readonly signatures: readonly Statement[]; readonly missing: readonly PartyId[] } | undefined {
  const document = documentOf(statement);
  if (document === undefined) return undefined;
  const { signatures, missing } = jointAct(state, document, requiredSigners(state, document));
  return { signatures, missing };
}

function documentOf(statement: Statement): string | undefined {
  if (statement.kind === sign.name || statement.kind === report.name)
    return (statement.body as { readonly document: string }).document;
  return undefined;
}

function requiredSigners(state: Statements, document: string): readonly PartyId[] {
  if (document === state.channel) return state.charter.parties.map(({ id }) => id);
  const asReport = readDocument(state, document, reportDocument);
  if (asReport !== undefined) return [asReport.inspecting, asReport.inspected];
  const asAgreement = readDocument(state, document, agreementDocument);
  if (asAgreement !== undefined) return asAgreement.signatories;
  return state
    .of(sign)
    .filter(({ body }) => body.document === document)
    .map(({ author }) => author);
}

/** The entry's bytes as they are held here. */
export function leafAt({ leaves, branches, released }: ChannelReading, { author, index, branch = 0 }: EntryPlace): Uint8Array | undefined {
  const given = released.get(author)?.find((entry) => entry.index === index);
  if (given !== undefined) return given.leaf;
  const further = branch === 0 ? undefined : branches.get(author)?.[branch - 1];
  return further === undefined || index < further.from ? leaves.get(author)?.[index] : further.leaves[index - further.from];
}

function entryEvidence(reading: ChannelReading, { author, index, branch = 0 }: EntryPlace): EntryEvidence | undefined {
  const given = reading.released.get(author)?.find((entry) => entry.index === index);
  const keyEntries = keyEntriesOf(reading, author, branch).filter((entry) => entry.index < index);
  if (given !== undefined) return { author, index, leaf: given.leaf, proof: given.proof, keyEntries };
  const leaf = leafAt(reading, { author, index, branch });
  if (leaf === undefined) return undefined;
  const proof = proofFromTree(reading, { author, index, branch });
  return { author, index, leaf, proof, keyEntries, ...(branch === 0 ? {} : { branch }) };
}

type KeySource = Pick<ChannelReading, "charter" | "channel" | "leaves" | "released"> & Partial<Pick<ChannelReading, "branches">>;

/** Every party's keys as the entries held here give them; their root signatures are checked with `verify`. */
export async function keyRingsOf(
  reading: KeySource,
  verify: VerifySignatures,
): Promise<ReadonlyMap<PartyId, KeyRing>> {
  const { charter, channel } = reading;
  const rings = charter.parties.map(async ({ id }): Promise<[PartyId, KeyRing]> => [
    id,
    await readKeyRing(keyEntriesOf(reading, id), KeyRing.of(charter, id), channel, verify),
  ]);
  return new Map(await Promise.all(rings));
}

/** The newest head of every log and of every further version, by `headKey`. */
export async function checkAllHeads(reading: ChannelReading, verify: VerifySignatures): Promise<ReadonlyMap<string, CheckedHead>> {
  const { charter, heads, branches } = reading;
  const rings = await keyRingsOf(reading, verify);
  const checked = new Map<string, CheckedHead>(await checkHeads(charter, heads, verify, rings));
  for (const [log, versions] of branches)
    for (const [position, { head }] of versions.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- a forked log has few versions.
      const one = (await checkHeads(charter, new Map([[log, head]]), verify, rings)).get(log);
      if (one !== undefined) checked.set(headKey(log, position + 1), one);
    }
  return checked;
}

/** Looked for once in each state of a log, not once for each entry that is checked. */
const keyEntriesOfLeaves = new WeakMap<readonly Uint8Array[], readonly PlacedLeaf[]>();

function keyEntriesOf(reading: KeySource, author: PartyId, branch = 0): readonly PlacedLeaf[] {
  const given = reading.released.get(author);
  if (given !== undefined)
    return given.flatMap(({ index, leaf }) => rootSignedLeaves([leaf]).map(() => ({ index, leaf })));
  const first = rootSignedAmong(reading.leaves.get(author));
  const further = branch === 0 ? undefined : reading.branches?.get(author)?.[branch - 1];
  if (further === undefined) return first;
  const { from, leaves } = further;
  const own = rootSignedAmong(leaves).map(({ index, leaf }) => ({ index: from + index, leaf }));
  return [...first.filter(({ index }) => index < from), ...own];
}

function rootSignedAmong(leaves: readonly Uint8Array[] | undefined): readonly PlacedLeaf[] {
  if (leaves === undefined) return [];
  const known = keyEntriesOfLeaves.get(leaves) ?? rootSignedLeaves(leaves);
  keyEntriesOfLeaves.set(leaves, known);
  return known;
}

/** The newest head of a log, or of a further version of it. */
export function noteOf(reading: ChannelReading, author: PartyId, branch = 0): string | undefined {
  return branch === 0 ? reading.heads.get(author) : reading.branches.get(author)?.[branch - 1]?.head;
}

/** The path is made from the leaves held here; it can only lead to the signed root if all of them are what the log's owner signed. */
function proofFromTree(reading: ChannelReading, { author, index, branch = 0 }: EntryPlace): readonly Uint8Array[] | undefined {
  const note = noteOf(reading, author, branch);
  const log = reading.record.logs.get(author);
  const tree = branch === 0 ? log?.tree : log?.branches?.[branch - 1]?.tree;
  const size = note === undefined ? 0 : headSize(note);
  return tree === undefined || index >= size || size > tree.size ? undefined : tree.inclusionProof(index, size);
}

function filesOf(state: Statements, statement: Statement | undefined): ReadonlyMap<string, Uint8Array> {
  const held = (statement?.files ?? []).flatMap(({ sha256, readers }): [string, Uint8Array][] => {
    const bytes = readers === undefined ? state.file(sha256) : undefined;
    return bytes === undefined ? [] : [[sha256, bytes]];
  });
  return new Map(held);
}
