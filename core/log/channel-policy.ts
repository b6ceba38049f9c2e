/** A channel's rule on cosignatures (SPEC R1, R13, R14) as a C2SP policy, so that other programs can check a log's heads and proofs. */
import type { PartyId } from "../bytes/fields.ts";
import { cosignersNeeded, type Charter, type NamedPair } from "../channel/charter.ts";
import type { KeyRing } from "../channel/key-ring.ts";
import { ED25519_COSIGNATURE, ED25519_NOTE, keyId, MLDSA44_COSIGNATURE } from "../signing/key-id.ts";
import { rawPair } from "../signing/pair.ts";
import type { VerifierKey } from "../signing/verifier-key.ts";
import type { Policy, PolicyGroup, PolicyWitness } from "./tlog-policy.ts";

type Rings = ReadonlyMap<PartyId, Pick<KeyRing, "cosigning">>;

/** Have no slash, unlike every other name in the policy. */
const OTHERS = "other-mirrors";
const MIRRORS = "mirrors";

/**
 * The policy for the log of one party; `undefined` for an id that the charter does not name. The mirrors of the other parties make
 * up the quorum, all or as many as the charter says; observers' witnesses are listed, and counted by nobody. There is one policy for
 * each log because the other parties differ, and a party's own mirror counts for nothing on its own log. A mirror counts under each
 * key that its ring has never revoked; without its ring, under the charter's.
 */
export function policyForLog(charter: Charter, party: PartyId, rings: Rings = new Map()): Policy | undefined {
  const owner = charter.parties.find(({ id }) => id === party);
  if (owner === undefined) return undefined;
  const others = charter.parties.filter(({ id }) => id !== party);
  return policyOf(charter, [owner], others, OTHERS, rings);
}

/**
 * One policy for all logs of a channel. It lists every mirror and asks for as many as each log has others to cosign it, one less than
 * there are parties for `all`. Where a mirror may have cosigned its own party's log, `policyForLog` is the exact one; in a bundle such
 * a line is wrong (SPEC R18).
 */
export function policyForChannel(charter: Charter, rings: Rings = new Map()): Policy {
  return policyOf(charter, charter.parties, charter.parties, MIRRORS, rings);
}

function policyOf(
  charter: Charter,
  owners: Charter["parties"],
  counted: Charter["parties"],
  quorum: string,
  rings: Rings,
): Policy {
  const mirrors = counted.map(({ id, keys }) => cosigner(`${id}/mirror`, rings.get(id)?.cosigning ?? [keys.mirror]));
  const observers = charter.observers.map(({ id, witness }) => cosigner(`${id}/witness`, [witness]));
  return {
    logs: owners.flatMap(({ keys }) => pairKeys(keys.log, ED25519_NOTE)).map((key) => ({ key })),
    witnesses: [...mirrors, ...observers].flatMap(({ witnesses }) => witnesses),
    groups: [
      ...[...mirrors, ...observers].flatMap(({ groups }) => groups),
      {
        name: quorum,
        threshold: cosignersNeeded(charter),
        members: mirrors.map(({ name }) => name),
      },
    ],
    quorum,
  };
}

/** Both lines of a pair are needed (SPEC R4), hence a group of its two keys; of several pairs one is enough. */
function cosigner(
  name: string,
  pairs: readonly NamedPair[],
): { readonly name: string; readonly witnesses: readonly PolicyWitness[]; readonly groups: readonly PolicyGroup[] } {
  const [only, ...more] = pairs.map((pair, index) => pairGroup(pairs.length === 1 ? name : `${name}/${index + 1}`, pair));
  if (only === undefined) throw new TypeError(`${name} has no key`);
  if (more.length === 0) return { name, witnesses: only.witnesses, groups: [only.group] };
  const all = [only, ...more];
  return {
    name,
    witnesses: all.flatMap(({ witnesses }) => witnesses),
    groups: [...all.map(({ group }) => group), { name, threshold: 1, members: all.map(({ group }) => group.name) }],
  };
}

function pairGroup(
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
