/**
 * A channel that continues another (SPEC R1.6, R1.7): its charter names the heads of all logs of the previous channel, and its fold
 * begins with the state of that record at exactly these heads.
 */
import type { MerkleTree } from "../log/merkle.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { channelId, type Charter, type PreviousChannel } from "./charter.ts";
import { partyWithLogKeyOf } from "./log-keys.ts";
import type { HeldRecord } from "./record.ts";

/** How many channels may come before one. */
export const EARLIER_LIMIT = 16;

export type PreviousHead = PreviousChannel["heads"][number];

/** In the order of the charter; of a log in several versions each, the one held first before the others. A log that is not held has none. */
export function headsOf(record: HeldRecord): PreviousHead[] {
  return record.charter.parties.flatMap(({ id }) => {
    return treesOf(record, id).map((tree) => ({ log: id, size: tree.size, root: tree.rootText(tree.size) }));
  });
}

/** What a charter says that continues this record; refuses a record that nobody can go on from. */
export function refuseContinuing(record: HeldRecord): Refusal | undefined {
  const { charter, logs } = record;
  const silent = charter.parties.find(({ id }) => (logs.get(id)?.tree.size ?? 0) === 0);
  if (silent !== undefined)
    return refusal("previous-unsigned", `${silent.id} has not signed the charter of the channel ${record.channel}: there is nothing to continue. Found the channel without it.`, silent.id);
  if (lengthOf(record) >= EARLIER_LIMIT)
    return refusal("previous-too-many", `${EARLIER_LIMIT} channels come before this one already. Found a channel that continues none, and let its parties agree anew.`);
  return undefined;
}

/**
 * Why the record that is held of the previous channel is not the one that the charter continues: another channel's, cut short, grown, or not
 * there. `undefined` if it fits, all channels before it included, or if the charter continues none.
 */
export function refusePrevious({ charter, previous }: Pick<HeldRecord, "charter" | "previous">, room = EARLIER_LIMIT): Refusal | undefined {
  const named = charter.previous;
  if (named === undefined)
    return previous === undefined ? undefined : refusal("previous-not-named", `The charter continues no channel, and a record of ${previous.channel} is given as the one before it.`);
  if (previous === undefined)
    return refusal("previous-missing", `This channel continues ${named.channel}, whose record is not held here.`);
  if (previous.channel !== named.channel || channelId(previous.charter) !== named.channel)
    return refusal("previous-other-channel", `This channel continues ${named.channel}, and the record given is that of ${previous.channel}.`);
  if (room === 0) return refusal("previous-too-many", `More than ${EARLIER_LIMIT} channels come before this one.`);
  return refuseKinship(charter, previous) ?? refuseHeads(named, previous) ?? refusePrevious(previous, room - 1);
}

/**
 * Why a copy of the previous channel contradicts the heads that a charter continues, does not reach them, or has a version of a log that they
 * leave out; `undefined` if it holds them. It may go on beyond them: see `beyondHeads`.
 */
export function refuseCopy({ channel, heads }: PreviousChannel, copy: HeldRecord): Refusal | undefined {
  for (const { log, size, root } of heads) {
    const trees = treesOf(copy, log);
    if (trees.some((tree) => tree.size >= size && tree.rootText(size) === root)) continue;
    const longest = Math.max(0, ...trees.map((tree) => tree.size));
    return longest < size
      ? refusal("previous-copy-behind", `The charter continues the log of ${log} in ${channel} at ${size} entries; the copy of it here has ${longest}. Take the bundle of that channel in first, with \`countersign import\`; nothing was signed.`, log)
      : refusal("previous-copy-differs", `The charter continues the log of ${log} in ${channel} at ${size} entries with another root than the copy of it here has there. Do not sign it: find out with the others who was shown what.`, log);
  }
  const unnamed = copy.charter.parties.find(({ id }) => treesOf(copy, id).some((tree) => namedIn(heads, id, tree) === undefined));
  return unnamed === undefined
    ? undefined
    : refusal("previous-copy-version", `The copy of ${channel} here holds a version of the log of ${unnamed.id} that the charter does not name. Do not sign it: found the channel on a bundle that holds all versions, which \`countersign export\` writes here.`, unnamed.id);
}

/** How many entries of each log of the copy, of all its versions, the charter leaves behind. */
export function beyondHeads({ heads }: PreviousChannel, copy: HeldRecord): readonly { readonly log: string; readonly entries: number }[] {
  return copy.charter.parties.flatMap(({ id }) => {
    const entries = treesOf(copy, id).reduce((sum, tree) => sum + tree.size - (namedIn(heads, id, tree)?.size ?? 0), 0);
    return entries > 0 ? [{ log: id, entries }] : [];
  });
}

/** The largest of the heads that a version of the log goes through. */
function namedIn(heads: readonly PreviousHead[], party: string, tree: MerkleTree): PreviousHead | undefined {
  return heads
    .filter(({ log, size, root }) => log === party && size <= tree.size && tree.rootText(size) === root)
    .reduce<PreviousHead | undefined>((largest, head) => (largest === undefined || head.size > largest.size ? head : largest), undefined);
}

function treesOf({ logs }: HeldRecord, party: string): readonly MerkleTree[] {
  const log = logs.get(party);
  return log === undefined ? [] : [log, ...(log.branches ?? [])].map(({ tree }) => tree);
}

/** A log key belongs to one log: under the same name or key, what two channels sign would look like one log in two versions (SPEC R15). */
function refuseKinship(charter: Charter, { charter: before, previous }: HeldRecord): Refusal | undefined {
  if (charter.nature !== before.nature)
    return refusal("previous-other-nature", `The channel is ${charter.nature}, and the one that it continues is ${before.nature}. The two are never mixed.`, "nature");
  const reused = partyWithLogKeyOf(charter, [before]);
  return reused === undefined
    ? previous && refuseKinship(charter, previous)
    : refusal("previous-log-key", `The log of ${reused.id} has the key or the name of a log of a channel before this one. Make keys for this channel: \`countersign init --party ${reused.id} --circle NAME\`.`, reused.id);
}

function refuseHeads({ channel, heads }: PreviousChannel, previous: HeldRecord): Refusal | undefined {
  const held = headsOf(previous);
  for (const { log, size, root } of heads) {
    if (held.some((head) => sameHead(head, { log, size, root }))) continue;
    const trees = treesOf(previous, log);
    const longest = Math.max(0, ...trees.map((tree) => tree.size));
    if (longest < size)
      return refusal("previous-cut-short", `The charter continues the log of ${log} in ${channel} at ${size} entries; the record given has ${longest}.`, log);
    return trees.some((tree) => tree.size > size && tree.rootText(size) === root)
      ? refusal("previous-grown", `The charter continues the log of ${log} in ${channel} at ${size} entries; the record given goes on beyond them.`, log)
      : refusal("previous-differs", `The charter continues the log of ${log} in ${channel} at ${size} entries with another root than the record given has there.`, log);
  }
  const more = held.find((head) => !heads.some((named) => sameHead(head, named)));
  if (more !== undefined)
    return refusal("previous-more", `The record given has the log of ${more.log} in ${channel} at ${more.size} entries, in a version that the charter does not name.`, more.log);
  return heads.every((named, position) => sameHead(held[position], named))
    ? undefined
    : refusal("previous-heads-order", "The heads of the previous channel do not stand in the order of its charter, or one stands twice.", "previous.heads");
}

function sameHead(head: PreviousHead | undefined, { log, size, root }: PreviousHead): boolean {
  return head?.log === log && head.size === size && head.root === root;
}

/** How many records there are, this one included. */
function lengthOf({ previous }: HeldRecord): number {
  return previous === undefined ? 1 : 1 + lengthOf(previous);
}
