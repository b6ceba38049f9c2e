/**
 * Forks that a bundle proves (SPEC R15): two branches of one log that contradict each other, or a statement that says something
 * else about its author's own log than the head it lies under. Each comes with the sentence that every screen shows.
 */
import { partyOf, type NamedPair } from "../channel/charter.ts";
import type { KeyRing } from "../channel/key-ring.ts";
import type { HeldRecord } from "../channel/record.ts";
import { checkForkProof, findFork, findForkInStatement, keyThatSigned, type ForkContext, type ForkProof } from "../log/fork.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { refusal, type Refusal } from "../refusal.ts";
import type { OpenedBranch } from "./branch.ts";
import { branchFolder } from "./manifest.ts";

/** One for each fork; and one for each branch beside the first that contradicts nothing, because a bundle keeps no such branch. */
export async function forksIn(
  record: HeldRecord,
  branches: readonly OpenedBranch[],
  verify: VerifySignatures,
): Promise<Refusal[]> {
  const found: Refusal[] = [];
  for (const branch of branches) {
    const party = partyOf(record.charter, branch.party);
    if (party === undefined || branch.opened === undefined) continue;
    const context = { channel: record.channel, log: party.keys.log, charter: record.charter };
    if (branch.number > 0) {
      const first = branches.find((other) => other.party === branch.party && other.number === 0);
      const proof = first?.opened === undefined ? undefined : forkBetween(context, first, branch);
      if (proof !== undefined) found.push(await sentenceOf(proof, branchFolder(branch.party, branch.number), verify));
      else if (first?.opened !== undefined)
        found.push(
          refusal(
            "branch-without-fork",
            "This branch does not contradict the first one.",
            branchFolder(branch.party, branch.number),
          ),
        );
    }
    for (const older of branch.older) {
      const proof = findFork({ ...context, larger: branch.log.tree }, branch.opened, older);
      if (proof !== undefined) found.push(await sentenceOf(proof, branchFolder(branch.party, branch.number), verify));
    }
    const contradicting = contradictingEntry(branch);
    if (contradicting === undefined) continue;
    const { entry, index, key: keyId } = contradicting;
    const key = await keyThatSigned(entry, branch.ring.statementKeysOf(keyId), verify);
    const keyEntries = (key === undefined ? [] : branch.ring.leadingTo(key.name)).flatMap((position) => {
      const leaf = branch.leaves.get(position);
      return leaf === undefined ? [] : [{ index: position, leaf }];
    });
    const proof =
      key === undefined
        ? undefined
        : findForkInStatement({ ...context, larger: branch.log.tree, keyEntries }, branch.opened, entry, key);
    if (proof !== undefined)
      found.push(await sentenceOf(proof, `${branch.party} ${index}`, verify, key === undefined ? [] : [key], branch.ring));
  }
  return found;
}

function forkBetween(context: ForkContext, first: OpenedBranch, second: OpenedBranch): ForkProof | undefined {
  const larger = first.head.size < second.head.size ? second.log.tree : first.log.tree;
  return first.opened === undefined || second.opened === undefined
    ? undefined
    : findFork({ ...context, larger }, first.opened, second.opened);
}

/** The first soundly signed entry whose own-log claim is not a prefix of the log it stands in. */
function contradictingEntry({
  party,
  log,
  leaves,
}: OpenedBranch): { index: number; entry: Uint8Array; key: string } | undefined {
  for (const [index, { statement }] of log.entries.entries()) {
    const own = statement?.payload.seen.find((head) => head.log === party);
    if (statement === undefined || own === undefined || own.size > log.tree.size) continue;
    if (log.tree.rootText(own.size) === own.root) continue;
    const entry = leaves.get(index);
    if (entry !== undefined) return { index, entry, key: statement.keyId };
  }
  return undefined;
}

async function sentenceOf(
  proof: ForkProof,
  where: string,
  verify: VerifySignatures,
  keys: readonly NamedPair[] = [],
  ring?: KeyRing,
): Promise<Refusal> {
  const checked = await checkForkProof(proof, proof.log, verify, keys, ring);
  return refusal("fork", checked.ok ? checked.value.sentence : checked.refusal.sentence, where);
}
