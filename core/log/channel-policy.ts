/** A channel's rule on cosignatures (SPEC R1, R13) as a C2SP policy, so that other programs can check a log's heads and proofs. */
import type { Charter, NamedPair } from "../channel/charter.ts";
import { ED25519_COSIGNATURE, ED25519_NOTE, keyId, MLDSA44_COSIGNATURE } from "../signing/key-id.ts";
import { rawPair } from "../signing/pair.ts";
import type { VerifierKey } from "../signing/verifier-key.ts";
import type { Policy, PolicyGroup, PolicyWitness } from "./tlog-policy.ts";

/** Has no slash, unlike every other name in the policy. */
const OTHERS = "other-mirrors";

/**
 * The policy for the log of one party; `undefined` for an id that the charter does not name. The mirrors of the other parties make
 * up the quorum, all or as many as the charter says; observers' witnesses are listed, and counted by nobody. There is one policy for
 * each log because the other parties differ, and a party's own mirror counts for nothing on its own log.
 */
export function policyForLog(charter: Charter, party: string): Policy | undefined {
  const owner = charter.parties.find(({ id }) => id === party);
  if (owner === undefined) return undefined;
  const others = charter.parties.filter(({ id }) => id !== party);
  const mirrors = others.map(({ id, keys }) => cosigner(`${id}/mirror`, keys.mirror));
  const observers = charter.observers.map(({ id, witness }) => cosigner(`${id}/witness`, witness));
  const threshold = charter.cosigning === "all" ? others.length : Math.min(charter.cosigning, others.length);
  return {
    logs: pairKeys(owner.keys.log, ED25519_NOTE).map((key) => ({ key })),
    witnesses: [...mirrors, ...observers].flatMap(({ witnesses }) => witnesses),
    groups: [
      ...mirrors.map(({ group }) => group),
      ...observers.map(({ group }) => group),
      { name: OTHERS, threshold, members: mirrors.map(({ group }) => group.name) },
    ],
    quorum: OTHERS,
  };
}

/** Both lines of a pair are needed (SPEC R4), hence a group of its two keys. */
function cosigner(
  name: string,
  pair: NamedPair,
): { readonly witnesses: readonly PolicyWitness[]; readonly group: PolicyGroup } {
  const [edwards, lattice] = pairKeys(pair, ED25519_COSIGNATURE);
  const witnesses = [
    { name: `${name}/ed25519`, key: edwards },
    { name: `${name}/ml-dsa-44`, key: lattice },
  ];
  return { witnesses, group: { name, threshold: 2, members: witnesses.map((witness) => witness.name) } };
}

function pairKeys({ name, pair }: NamedPair, ed25519Type: number): readonly [VerifierKey, VerifierKey] {
  const { ed25519, mldsa44 } = rawPair(pair);
  return [
    { name, type: ed25519Type, publicKey: ed25519, id: keyId(name, ed25519Type, ed25519) },
    { name, type: MLDSA44_COSIGNATURE, publicKey: mldsa44, id: keyId(name, MLDSA44_COSIGNATURE, mldsa44) },
  ];
}
