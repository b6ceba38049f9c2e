/** A log's key and name are of one channel: the signature on a head names the log and no channel (SPEC R14). */
import { refusal, type Refusal } from "../refusal.ts";
import { channelId, type Charter, type CharterParty } from "./charter.ts";

/**
 * Why this charter cannot stand beside others that a node has: with one key, or half of one, or one name for the logs of two channels, a
 * head of the one and a head of the other would be proof that an honest party has shown two versions of a log (SPEC R15).
 */
export function refuseSharedLogKey(charter: Charter, others: readonly Charter[]): Refusal | undefined {
  const own = channelId(charter);
  const shared = partyWithLogKeyOf(charter, others.filter((other) => channelId(other) !== own));
  return shared === undefined
    ? undefined
    : refusal(
        "log-key-of-two-channels",
        `The log of ${shared.id} has the key or the name of a log of another channel of this node. Make keys for this channel: \`countersign init --party ${shared.id} --circle NAME\`, and a new charter with them.`,
        shared.id,
      );
}

/** The first party whose log has a key, or half of one, or the name of a log in these other charters. */
export function partyWithLogKeyOf(charter: Charter, others: readonly Charter[]): CharterParty | undefined {
  const known = others.flatMap(({ parties }) => parties.map(({ keys }) => keys.log));
  return charter.parties.find(({ keys: { log } }) =>
    known.some(({ name, pair }) => name === log.name || pair.ed25519 === log.pair.ed25519 || pair.mldsa44 === log.pair.mldsa44),
  );
}
