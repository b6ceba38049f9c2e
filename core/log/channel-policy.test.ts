import { describe, expect, it } from "vitest";
import { testRecord } from "../channel/_test-record.ts";
import type { Charter } from "../channel/charter.ts";
import { toBase64 } from "../bytes/base64.ts";
import { nobleSigner } from "../signing/noble.ts";
import { policyForLog } from "./channel-policy.ts";
import { formatPolicy, parsePolicy, quorumReached } from "./tlog-policy.ts";

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
});
