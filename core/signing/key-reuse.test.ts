/** Every way by which a key comes to count, against keys that count already in any other place (SPEC R14: none in two roles, no log key in two channels). */
import { describe, expect, it } from "vitest";
import { SmallRecord } from "../bundle/_small-record.ts";
import { charterBytes, readCharter, type Charter, type NamedPair } from "../channel/charter.ts";
import type { AddedKey } from "../channel/key-change.ts";
import { KeyRing } from "../channel/key-ring.ts";
import { refuseSharedLogKey } from "../channel/log-keys.ts";
import { parsePolicy } from "../log/tlog-policy.ts";
import { ED25519_COSIGNATURE, ED25519_NOTE, MLDSA44_COSIGNATURE } from "./key-id.ts";
import { nobleSigner } from "./noble.ts";
import { rawPair } from "./pair.ts";
import { formatVerifierKey } from "./verifier-key.ts";

const pairOf = (seed: number) => nobleSigner({ ed25519: new Uint8Array(32).fill(seed), mldsa44: new Uint8Array(32).fill(seed + 1) }).pair;
const { charter: small } = new SmallRecord({ observer: true });
const charter: Charter = {
  ...small,
  observers: small.observers.map((one) => ({ ...one, node: { name: `${one.id}.example/node`, ed25519: pairOf(70).ed25519 } })),
};

/** Every object in a charter that holds a key, by where it stands: `{ed25519, mldsa44}` or `{name, ed25519}`. */
interface Place {
  readonly where: string;
  readonly half: "ed25519" | "mldsa44";
}

function placesOf(value: unknown, where = ""): Place[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]): Place[] =>
    name === "ed25519" || name === "mldsa44" ? [{ where, half: name }] : placesOf(inner, `${where}/${name}`),
  );
}

function at(copy: unknown, where: string): Record<string, unknown> {
  return where
    .split("/")
    .slice(1)
    .reduce((inner, name) => inner[name] as Record<string, unknown>, copy as Record<string, unknown>);
}

const places = placesOf(charter);
const codeOf = (read: { readonly ok: true } | { readonly ok: false; readonly refusal: { readonly code: string } }) => (read.ok ? "accepted" : read.refusal.code);

describe("a key that stands in a charter", () => {
  it("R1 R14 stands in no other place of it, either half of it, whoever has the two places", () => {
    expect(codeOf(readCharter(charterBytes(charter)))).toBe("accepted");
    // Two parties with root, statement, log and mirror pairs and a node key, an observer's witness pair and its node key.
    expect(places.filter(({ half }) => half === "ed25519")).toHaveLength(12);
    let tried = 0;
    for (const [number, one] of places.entries())
      for (const other of places.slice(number + 1).filter(({ half }) => half === one.half)) {
        const copy = structuredClone(charter);
        at(copy, other.where)[other.half] = at(copy, one.where)[one.half];
        expect([one.where, other.where, codeOf(readCharter(charterBytes(copy)))]).toEqual([one.where, other.where, "charter-key-reused"]);
        tried += 1;
      }
    expect(tried).toBe((12 * 11) / 2 + (9 * 8) / 2);
  });

  it("R1 R14 shares its name with no other", () => {
    const names = places.filter(({ half }) => half === "ed25519").map(({ where }) => where.replace(/\/pair$/, ""));
    for (const [number, one] of names.entries())
      for (const other of names.slice(number + 1)) {
        const copy = structuredClone(charter);
        at(copy, other)["name"] = at(copy, one)["name"];
        expect([one, other, codeOf(readCharter(charterBytes(copy)))]).toEqual([one, other, "charter-key-name"]);
      }
  });

  it("R14 is added by no key change, in any role and by either half of it", () => {
    const ring = KeyRing.of(charter, "aurelia");
    const name = `${charter.parties[0]?.keys.root.name ?? ""}/new`;
    const obstacle = (...add: AddedKey[]) => ring.obstacle(9, { kind: "key-change", body: { add, retire: [] } })?.code ?? "accepted";
    const fresh = pairOf(90);
    const roles = (pair: NamedPair["pair"], as = name): AddedKey[] => [
      { role: "statement", key: { name: as, pair }, kinds: ["letter"] },
      { role: "mirror", key: { name: as, pair } },
      ...(pair.mldsa44 === fresh.mldsa44 ? [{ role: "node" as const, key: { name: as, ed25519: pair.ed25519 } }] : []),
    ];
    expect(roles(fresh).map((added) => obstacle(added))).toEqual(["accepted", "accepted", "accepted"]);
    for (const { where, half } of places)
      for (const added of roles({ ...fresh, [half]: at(charter, where)[half] }))
        expect([where, added.role, obstacle(added)]).toEqual([where, added.role, "key-reused"]);
    for (const one of roles(fresh)) for (const other of roles(fresh, `${name}er`)) expect(obstacle(one, other)).toBe("key-reused");
  });

  it("R13 R14 is in no policy as a log's and as a witness's, nor twice", () => {
    const { ed25519, mldsa44 } = rawPair(pairOf(80));
    const log = [formatVerifierKey("a.example/log", ED25519_NOTE, ed25519), formatVerifierKey("a.example/log", MLDSA44_COSIGNATURE, mldsa44)];
    const witness = [formatVerifierKey("w.example", ED25519_COSIGNATURE, ed25519), formatVerifierKey("w.example", MLDSA44_COSIGNATURE, mldsa44)];
    for (const half of [0, 1]) {
      expect(codeOf(parsePolicy(`log ${log[half] ?? ""}\nwitness W ${witness[half] ?? ""}\nquorum W\n`))).toBe("policy-key-two-roles");
      expect(codeOf(parsePolicy(`log ${log[half] ?? ""}\nlog ${log[half] ?? ""}\nquorum none\n`))).toBe("policy-key-twice");
      expect(codeOf(parsePolicy(`witness W ${witness[half] ?? ""}\nwitness X ${witness[half] ?? ""}\nquorum W\n`))).toBe("policy-key-twice");
    }
  });
});

describe("the charter of another channel", () => {
  /** The same parties with other keys and names. */
  const other = (change: (log: { name: string; pair: { ed25519: string; mldsa44: string } }) => void): Charter => {
    const copy = structuredClone(charter);
    for (const [number, { keys }] of copy.parties.entries()) Object.assign(keys.log, { name: `${keys.log.name}/second`, pair: pairOf(100 + 2 * number) });
    const log = copy.parties[1]?.keys.log;
    if (log !== undefined) change(log);
    return copy;
  };
  const known = charter.parties[0]?.keys.log;

  it.each([
    ["a name", (log: { name: string }) => (log.name = known?.name ?? "")],
    ["an Ed25519 key", (log: { pair: { ed25519: string } }) => (log.pair.ed25519 = known?.pair.ed25519 ?? "")],
    ["an ML-DSA-44 key", (log: { pair: { mldsa44: string } }) => (log.pair.mldsa44 = known?.pair.mldsa44 ?? "")],
  ])("R14 is refused beside the first if two logs have %s in common, whosever they are", (_, change) => {
    expect(refuseSharedLogKey(other(change), [charter])).toMatchObject({ code: "log-key-of-two-channels", where: charter.parties[1]?.id });
  });

  it("R14 stands beside the first if its logs have keys and names of their own; the same charter is not another", () => {
    expect(refuseSharedLogKey(other(() => undefined), [charter])).toBeUndefined();
    expect(refuseSharedLogKey(charter, [charter])).toBeUndefined();
  });
});
