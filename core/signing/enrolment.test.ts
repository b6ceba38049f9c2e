/** Every way by which a key comes to count, in every role, against keys that let one signature hold for many messages (SPEC R4). */
import { describe, expect, it } from "vitest";
import { SmallRecord } from "../bundle/_small-record.ts";
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { charterBytes, readCharter, type Charter, type NamedPair } from "../channel/charter.ts";
import type { AddedKey } from "../channel/key-change.ts";
import { KeyRing } from "../channel/key-ring.ts";
import { parsePolicy } from "../log/tlog-policy.ts";
import { weakKeys } from "./_edge-vectors.ts";
import { ED25519_COSIGNATURE, ED25519_NOTE } from "./key-id.ts";
import { nobleSigner } from "./noble.ts";
import { formatVerifierKey } from "./verifier-key.ts";

/** What a door says of the key: the code of its refusal, or `accepted`. */
type Door = (key: Uint8Array) => string;

const { charter } = new SmallRecord({ observer: true });
const { pair } = nobleSigner({ ed25519: new Uint8Array(32).fill(41), mldsa44: new Uint8Array(32).fill(42) });

const doors: readonly (readonly [string, Door])[] = [
  ...charterPlaces(charter).map(([role, change]) => [`a charter, ${role}`, charterDoor(change)] as const),
  ["a key change, statement", changeDoor((key) => ({ role: "statement", key: named(key), kinds: "all-but-receive" }))],
  [
    "a key change, statement, for one kind",
    changeDoor((key) => ({ role: "statement", key: named(key), kinds: ["letter"] })),
  ],
  ["a key change, mirror", changeDoor((key) => ({ role: "mirror", key: named(key) }))],
  [
    "a key change, node",
    changeDoor((key) => ({ role: "node", key: { name: named(key).name, ed25519: toBase64(key) } })),
  ],
  ["a policy, log", policyDoor((key) => `log ${formatVerifierKey("a.example/log", ED25519_NOTE, key)}\nquorum none\n`)],
  [
    "a policy, witness",
    policyDoor((key) => `witness W ${formatVerifierKey("w.example", ED25519_COSIGNATURE, key)}\nquorum W\n`),
  ],
];

describe("a weak key at a door", () => {
  it.each(doors)("R4 R14 is refused in every spelling, and a sound one is not: %s", (_, door) => {
    expect(door(sound())).toBe("accepted");
    expect(weakKeys().map(({ name, key }) => ({ name, code: door(key) }))).toEqual(
      weakKeys().map(({ name, code }) => ({ name, code })),
    );
  });

  it("R4 R14 the table has every role that a charter gives to a key", () => {
    const keysIn = (value: unknown): number =>
      typeof value !== "object" || value === null
        ? 0
        : Object.entries(value).reduce((sum, [name, inner]) => sum + (name === "ed25519" ? 1 : keysIn(inner)), 0);
    const observed = withNodes(structuredClone(charter));
    expect(charterPlaces(charter)).toHaveLength(keysIn(observed));
  });
});

/** Each place of a key in a charter: who has it, in which role, and the charter with another key there. */
function charterPlaces(before: Charter): (readonly [string, (key: string) => Charter])[] {
  const at = (role: string, put: (copy: Charter, key: string) => void) =>
    [
      role,
      (key: string) => {
        const copy = withNodes(structuredClone(before));
        put(copy, key);
        return copy;
      },
    ] as const;
  const set = (pairOrKey: { ed25519: string } | undefined, key: string) => {
    if (pairOrKey === undefined) throw new Error("the charter has no such place");
    pairOrKey.ed25519 = key;
  };
  return [
    ...before.parties.flatMap(({ id, keys }, position) => [
      at(`root of ${id}`, (copy, key) => set(copy.parties[position]?.keys.root.pair, key)),
      ...keys.statement.map((_, number) =>
        at(`statement key ${number} of ${id}`, (copy, key) =>
          set(copy.parties[position]?.keys.statement[number]?.key.pair, key),
        ),
      ),
      at(`log of ${id}`, (copy, key) => set(copy.parties[position]?.keys.log.pair, key)),
      at(`mirror of ${id}`, (copy, key) => set(copy.parties[position]?.keys.mirror.pair, key)),
      at(`node of ${id}`, (copy, key) => set(copy.parties[position]?.keys.node, key)),
    ]),
    ...before.observers.flatMap(({ id }, position) => [
      at(`witness ${id}`, (copy, key) => set(copy.observers[position]?.witness.pair, key)),
      at(`node of the observer ${id}`, (copy, key) => set(copy.observers[position]?.node, key)),
    ]),
  ];
}

/** Observers may have a node's key; here each has one. */
function withNodes(copy: Charter): Charter {
  const { ed25519 } = nobleSigner({ ed25519: new Uint8Array(32).fill(43), mldsa44: new Uint8Array(32).fill(44) }).pair;
  return {
    ...copy,
    observers: copy.observers.map((one) => ({ ...one, node: { name: `${one.id}.example/node`, ed25519 } })),
  };
}

function charterDoor(change: (key: string) => Charter): Door {
  return (key) => codeOf(readCharter(charterBytes(change(toBase64(key)))));
}

function changeDoor(added: (key: Uint8Array) => AddedKey): Door {
  const ring = KeyRing.of(charter, "aurelia");
  return (key) => ring.obstacle(9, { kind: "key-change", body: { add: [added(key)], retire: [] } })?.code ?? "accepted";
}

function policyDoor(text: (key: Uint8Array) => string): Door {
  return (key) => codeOf(parsePolicy(text(key)));
}

function codeOf(
  read: { readonly ok: true } | { readonly ok: false; readonly refusal: { readonly code: string } },
): string {
  return read.ok ? "accepted" : read.refusal.code;
}

function named(key: Uint8Array): NamedPair {
  return { name: "aurelia.example/small/root/new", pair: { ...pair, ed25519: toBase64(key) } };
}

function sound(): Uint8Array {
  const key = fromBase64(pair.ed25519);
  if (key === undefined) throw new Error("no base64");
  return key;
}
