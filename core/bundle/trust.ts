/**
 * What a reader's own policy says of a bundle (C2SP tlog-policy, SPEC R13, R18). Heads under log keys that it lists vouch for the entries
 * below them, and those that are here say which charter they were made under; its quorum says whose cosignatures a head needs.
 */
import type { PartyId } from "../bytes/fields.ts";
import { equalBytes } from "../bytes/concat.ts";
import type { NamedPair } from "../channel/charter.ts";
import type { HeldRecord } from "../channel/record.ts";
import { quorumGaps, readWitnessCosignatures, type Policy, type QuorumGap } from "../log/tlog-policy.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { ED25519_NOTE, MLDSA44_COSIGNATURE } from "../signing/key-id.ts";
import { rawPair } from "../signing/pair.ts";
import type { OpenedBranch } from "./branch.ts";

/** What the policy says of the newest head of one log. */
export interface LogAcceptance {
  readonly log: PartyId;
  /** Of that head; 0 where there is none. */
  readonly size: number;
  readonly accepted: boolean;
  /** Both keys of the log are listed. */
  readonly listed: boolean;
  /** The policy's witnesses that cosigned it, as the policy calls them. */
  readonly cosignedBy: readonly string[];
  /** What the quorum still needs; empty where it is met. */
  readonly missing: readonly QuorumGap[];
}

/** True if both keys of the pair are listed as a log's under its name. */
export function listsLog(policy: Policy, { name, pair }: NamedPair): boolean {
  const { ed25519, mldsa44 } = rawPair(pair);
  const has = (type: number, publicKey: Uint8Array) =>
    policy.logs.some(({ key }) => key.name === name && key.type === type && equalBytes(key.publicKey, publicKey));
  return has(ED25519_NOTE, ed25519) && has(MLDSA44_COSIGNATURE, mldsa44);
}

/** For each log of the charter, in its order. Cosignatures of older heads do not count for the newest one. */
export async function acceptanceOf(
  policy: Policy,
  { charter }: HeldRecord,
  branches: readonly OpenedBranch[],
  verify: VerifySignatures,
): Promise<LogAcceptance[]> {
  return Promise.all(
    charter.parties.map(async ({ id, keys }): Promise<LogAcceptance> => {
      const branch = branches.find(({ party, number }) => party === id && number === 0);
      const listed = listsLog(policy, keys.log);
      const opened = branch?.opened;
      const made = opened === undefined ? [] : await readWitnessCosignatures(policy, opened.note, opened.head, verify);
      const cosignedBy = made.map(({ witness }) => witness);
      const missing = quorumGaps(policy, cosignedBy);
      return {
        log: id,
        size: branch?.head.size ?? 0,
        accepted: opened !== undefined && listed && missing.length === 0,
        listed,
        cosignedBy,
        missing,
      };
    }),
  );
}
