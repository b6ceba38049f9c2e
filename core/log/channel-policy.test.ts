import { describe, expect, it } from "vitest";
import { testRecord } from "../channel/_test-record.ts";
import type { Charter } from "../channel/charter.ts";
import { toBase64 } from "../bytes/base64.ts";
import { nobleSigner } from "../signing/noble.ts";
import { policyForChannel, policyForLog } from "./channel-policy.ts";
import { formatPolicy, parsePolicy, quorumGaps, quorumReached } from "./tlog-policy.ts";

const named = (name: string, seed: number) => ({
  name,
  pair: nobleSigner({ ed25519: new Uint8Array(32).fill(seed), mldsa44: new Uint8Array(32).fill(seed) }).pair,
});
const { charter: bare } = testRecord();
const charter: Charter = {
  ...bare,
  parties: bare.parties.map((party, index) => ({
    ...party,
    keys: {
      ...party.keys,
      log: named(`${party.id}.example/log`, index + 1),
      mirror: named(`${party.id}.example/mirror`, index + 101),
    },
  })),
  observers: [{ id: "watchers", name: { en: "Watchers" }, witness: named("watchers.example/witness", 200) }],
  cosigning: "all",
};
const both = (name: string) => [`${name}/ed25519`, `${name}/ml-dsa-44`];

describe("the policy of a channel", () => {
  it("R13 asks for both lines of every other party's mirror, and knows no own one", () => {
    expect(charter.parties.length).toBeGreaterThan(2);
    for (const { id, keys } of charter.parties) {
      const policy = policyForLog(charter, id);
      if (policy === undefined) return expect.fail(id);
      expect(parsePolicy(formatPolicy(policy))).toEqual({ ok: true, value: policy });
      expect(policy.logs.map(({ key }) => [key.name, key.type])).toEqual([
        [keys.log.name, 1],
        [keys.log.name, 6],
      ]);
      const others = charter.parties.filter((party) => party.id !== id).flatMap((party) => both(`${party.id}/mirror`));
      expect(quorumReached(policy, others)).toBe(true);
      for (const left of others)
        expect(
          quorumReached(
            policy,
            others.filter((name) => name !== left),
          ),
        ).toBe(false);
      expect(policy.witnesses.some(({ key }) => toBase64(key.publicKey) === keys.mirror.pair.ed25519)).toBe(false);
    }
    expect(policyForLog(charter, "nobody")).toBeUndefined();
  });

  it("R13 follows the charter's number of cosigners, and counts no observer", () => {
    const [first, ...others] = charter.parties.map(({ id }) => id);
    const policy = policyForLog({ ...charter, cosigning: 2 }, first!)!;
    expect(formatPolicy(policy)).toContain(`group other-mirrors 2 ${others.map((id) => `${id}/mirror`).join(" ")}\n`);
    const [one, two] = others.map((id) => both(`${id}/mirror`));
    expect(quorumReached(policy, [...one!, ...two!])).toBe(true);
    expect(quorumReached(policy, [...one!, two![0]!, ...both("watchers/witness")])).toBe(false);
    expect(policyForLog({ ...charter, cosigning: 99 }, first!)?.groups.at(-1)?.threshold).toBe(others.length);
  });

  it("R13 has one policy for all logs, with as many of all mirrors as a log has others", () => {
    const ids = charter.parties.map(({ id }) => id);
    const policy = policyForChannel(charter);
    expect(parsePolicy(formatPolicy(policy))).toEqual({ ok: true, value: policy });
    expect(policy.logs.map(({ key }) => key.name)).toEqual(charter.parties.flatMap(({ keys }) => [keys.log.name, keys.log.name]));
    for (const own of ids) {
      const others = ids.filter((id) => id !== own);
      const given = others.flatMap((id) => both(`${id}/mirror`));
      expect(quorumReached(policy, given)).toBe(true);
      expect(quorumReached(policy, [...given.slice(1), ...both("watchers/witness")])).toBe(false);
      expect(quorumGaps(policy, given.slice(1)).map(({ name, unmet }) => [name, unmet])).toEqual(
        expect.arrayContaining([
          ["mirrors", ids.filter((id) => id === own || id === others[0]).map((id) => `${id}/mirror`)],
          [`${others[0]!}/mirror`, [`${others[0]!}/mirror/ed25519`]],
        ]),
      );
    }
    expect(policyForChannel({ ...charter, cosigning: 1 }).groups.at(-1)?.threshold).toBe(1);
    expect(quorumGaps({ ...policy, quorum: "none" }, [])).toEqual([]);
    const witness = `${ids[0]!}/mirror/ed25519`;
    expect(quorumGaps({ ...policy, quorum: witness }, [])).toEqual([{ name: witness, threshold: 1, met: [], unmet: [witness] }]);
  });

  it("R14 counts a mirror under each key that was never revoked, both lines of one of them", () => {
    const [first, second] = charter.parties.map(({ id }) => id);
    const keys = [named(`${second!}.example/mirror/2`, 210), charter.parties[1]!.keys.mirror];
    for (const policy of [policyForLog({ ...charter, cosigning: 1 }, first!, new Map([[second!, { cosigning: keys }]]))!, policyForChannel({ ...charter, cosigning: 1 }, new Map([[second!, { cosigning: keys }]]))]) {
      expect(parsePolicy(formatPolicy(policy))).toEqual({ ok: true, value: policy });
      expect(policy.witnesses.filter(({ key }) => keys.some(({ name }) => name === key.name))).toHaveLength(4);
      for (const number of [1, 2]) expect(quorumReached(policy, both(`${second!}/mirror/${number}`))).toBe(true);
      expect(quorumReached(policy, [both(`${second!}/mirror/1`)[0]!, both(`${second!}/mirror/2`)[1]!])).toBe(false);
    }
    const revoked = policyForLog(charter, first!, new Map([[second!, { cosigning: keys.slice(0, 1) }]]))!;
    expect(revoked.witnesses.some(({ key }) => key.name === keys[1]!.name)).toBe(false);
  });
});
