/** What is kept of a log that its owner signs in ever more versions, and what is left of it when the process is killed meanwhile. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { KeyRing } from "@countersign/core/channel/key-ring.ts";
import { placed, readEntries, type HeldEntry } from "@countersign/core/channel/record.ts";
import { MerkleTree } from "@countersign/core/log/merkle.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { partyOf, signed } from "../_hostile-node.ts";
import { dying } from "../journal/_dying-store.ts";
import { Journal } from "../journal/journal.ts";
import { MemoryStore } from "../objects/memory.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { partySigners } from "../private/keys.ts";
import { nativeSigner, nativeVerify } from "../signing.ts";
import { BRANCHES_LIMIT, LogBranches } from "./log-branches.ts";

const CHANNEL = "ab".repeat(32);
const signer = nativeSigner({ ed25519: new Uint8Array(32).fill(3), mldsa44: new Uint8Array(32).fill(4) });
const key = { named: { name: "liar.example/test/log", pair: signer.pair }, signer };
const clock = { now: () => "2027-03-11T02:07:00Z" };

let circle: TestCircle;
beforeAll(async () => {
  circle = await foundTestCircle(["liar", "borealis"]);
});
afterAll(async () => circle.close());

const ring = (): KeyRing => KeyRing.of(circle.charter, "liar");

/** A log of these entries, signed to its end. */
async function version(...entries: readonly string[]): Promise<Journal> {
  const journal = must(await Journal.open({ store: new MemoryStore(), key, clock }));
  for (const entry of entries) must(await journal.append(encodeUtf8(entry)));
  return journal;
}

const open = async (store: ObjectStore, first: Journal, borealis: readonly HeldEntry[] = []): Promise<LogBranches> => {
  const others = { others: ["corvia", "borealis"], entriesOf: (other: string) => (other === "borealis" ? borealis : []) };
  return must(await LogBranches.open({ party: "liar", channel: CHANNEL, logKey: key.named, store, clock, first, ...others, ring, kept: async () => undefined }));
};

/** As a peer that has it serves it, at most two entries at a time. */
async function keep(branches: LogBranches, shown: Journal): Promise<boolean> {
  if (shown.head === undefined) throw new Error("an empty version");
  return branches.keep(shown.head, shown.tree, async (from, keys) => {
    const entries = await shown.entries(from, Math.min(from + 2, shown.size));
    return { entries, held: await readEntries(placed(entries, from), keys, CHANNEL, nativeVerify) };
  });
}

/** A statement of borealis that names the head of a version. */
async function naming({ tree }: Journal): Promise<HeldEntry[]> {
  const { charter, channel } = circle;
  const { statement } = must(await partySigners(circle.seat("borealis").directory, partyOf(circle, "borealis")));
  const seen = [{ log: "borealis", size: 0, root: toBase64(new MerkleTree().root()) }, { log: "liar", size: tree.size, root: toBase64(tree.root()) }];
  const { kind, body } = letterTo("liar", "heard");
  const entry = await signed({ channel, author: "borealis", at: clock.now(), seen, kind, body, files: [], salt: toBase64(new Uint8Array(16)) }, statement);
  const entries = await readEntries(placed([entry], 0), KeyRing.of(charter, "borealis"), channel, nativeVerify);
  expect(entries[0]?.statement?.payload.seen).toHaveLength(2);
  return entries;
}

const roots = (branches: LogBranches) => branches.all.map(({ head }) => toBase64(head.head.root));

describe("further versions of a log", () => {
  it("R16 are kept up to a number, however many are offered, and what is offered beyond is not asked for again", async () => {
    const memory = new MemoryStore();
    let writes = 0;
    const store: ObjectStore = {
      get: (name) => memory.get(name),
      putNew: (name, bytes) => ((writes += 1), memory.putNew(name, bytes)),
      replaceIf: (name, expected, bytes) => ((writes += 1), memory.replaceIf(name, expected, bytes)),
    };
    const first = await version("a", "b", "c");
    const branches = await open(store, first);
    const offered = await Promise.all(Array.from({ length: 12 }, (_, number) => version("a", `other ${number}`)));
    for (const one of offered) expect(await keep(branches, one)).toBe(true);
    expect(branches.all).toHaveLength(BRANCHES_LIMIT);
    expect(roots(branches)).toEqual(offered.slice(0, BRANCHES_LIMIT).map(({ tree }) => toBase64(tree.root())));
    const written = writes;
    for (const one of offered) expect(await keep(branches, one)).toBe(true);
    expect(writes).toBe(written);
    expect(roots(await open(store, first))).toEqual(roots(branches));
    // One that is kept still grows.
    const longer = await version("a", "other 0", "more");
    expect(await keep(branches, longer)).toBe(true);
    expect(branches.all).toHaveLength(BRANCHES_LIMIT);
    expect(roots(branches)).toContain(toBase64(longer.tree.root()));
  });

  it("R16 have a place for what each other party names, whatever came before, and for no more than it names", async () => {
    const disk = new MemoryStore();
    const first = await version("a", "b", "c");
    const borealis: HeldEntry[] = [];
    const branches = await open(disk, first, borealis);
    const named = await version("a", "shown to borealis");
    const going = await version("a", "shown to borealis", "and not named");
    const longer = await version("a", "shown to borealis", "named later");
    for (let number = 0; number < BRANCHES_LIMIT; number += 1) expect(await keep(branches, await version("a", `other ${number}`))).toBe(true);
    expect(await keep(branches, named)).toBe(true);
    expect([branches.all.length, branches.named]).toEqual([BRANCHES_LIMIT, 0]);

    borealis.push(...(await naming(named)));
    expect(branches.named).toBe(1);
    // A forger that knows what was named signs more behind it: that is not what borealis was shown, and takes no place.
    for (const one of [going, await version("a", "another")]) expect(await keep(branches, one)).toBe(true);
    expect(branches.all).toHaveLength(BRANCHES_LIMIT);
    for (const one of [named, going]) expect(await keep(branches, one)).toBe(true);
    expect(branches.all.map(({ number }) => number)).toEqual([1, 2, 3, 4, BRANCHES_LIMIT + 2]);
    expect(roots(branches).at(-1)).toBe(toBase64(named.tree.root()));

    borealis.push(...(await naming(longer)), ...(await naming(await version("a", "nor this"))));
    for (const one of [going, longer, await version("a", "nor this")]) expect(await keep(branches, one)).toBe(true);
    expect(branches.all).toHaveLength(BRANCHES_LIMIT + 1);
    expect(roots(branches).at(-1)).toBe(toBase64(longer.tree.root()));
    expect(roots(await open(disk, first, borealis))).toEqual(roots(branches));
  });

  it("R16 are whole after the process was killed at any write while one was taken in, and none counts twice", async () => {
    const first = await version("a", "b", "c");
    const other = await version("a", "b", "x", "y", "z");
    for (const lands of [true, false])
      for (let writes = 0; writes < 40; writes += 1) {
        const disk = new MemoryStore();
        const life = { writes, lands };
        const killed = await open(dying(disk, life), first);
        const ended = await keep(killed, other).then(
          () => false,
          () => true,
        );
        const again = await open(disk, first);
        expect(again.all.length).toBeLessThanOrEqual(1);
        expect(await keep(again, other)).toBe(true);
        expect(roots(again)).toEqual([toBase64(other.tree.root())]);
        expect(roots(await open(disk, first))).toEqual(roots(again));
        if (!ended) break;
        expect(writes).toBeLessThan(39);
      }
  });
});
