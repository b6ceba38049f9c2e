import { beforeAll, describe, expect, test } from "vitest";
import { holder, SmallRecord } from "@countersign/core/bundle/_small-record.ts";
import type { HeldEntry } from "@countersign/core/channel/record.ts";
import { withReadBody } from "@countersign/core/channel/held-body.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import type { SignatureCheck } from "@countersign/core/signing/algorithm.ts";
import { MemoryStore } from "../objects/memory.ts";
import { EncryptedStore } from "../private/encrypted-store.ts";
import { CheckedLogs } from "./checked-logs.ts";
import { fillView } from "./fill.ts";
import { View } from "./view.ts";

const AUTHOR = "borealia";
const SIZE = 600;
const BAD = 300;
const anyCheck: SignatureCheck = { algorithm: "ed25519", publicKey: new Uint8Array(32), message: new Uint8Array(1), signature: new Uint8Array(64) };

let small: SmallRecord;
let leaves: readonly Uint8Array[];

beforeAll(async () => {
  small = await new SmallRecord().begin();
  const other = holder("elsewhere", "statement");
  const { named } = small.log(AUTHOR).keys.statement;
  // One is signed by another key under the name of the right one: only its signatures are wrong.
  for (let index = 1; index < SIZE; index += 1)
    await small.say(AUTHOR, "receive-none", {}, [], index === BAD ? { named, signer: other.signer } : undefined);
  leaves = small.log(AUTHOR).entries;
});

function store(key = 1, objects = new MemoryStore()) {
  return { objects, checked: new CheckedLogs(new EncryptedStore(objects, new Uint8Array(32).fill(key), "view")) };
}

function treeOf(entries: readonly Uint8Array[]): MerkleTree {
  const tree = new MerkleTree();
  for (const entry of entries) tree.append(leafHash(entry));
  return tree;
}

/** Reads the log as a start does; how many signatures were really checked, and what is held. */
async function start(checked: CheckedLogs, entries = leaves) {
  const view = new View(small.channel, small.charter, () => undefined);
  const tree = treeOf(entries);
  view.watch(AUTHOR, tree);
  const verifyFor = await checked.of(AUTHOR, tree);
  let count = 0;
  const taken: HeldEntry[] = [];
  await fillView(
    view,
    { party: AUTHOR, size: entries.length, entries: async (from, to) => entries.slice(from, to) },
    (from, to) => {
      const verify = verifyFor(from, to);
      return async (checks) => {
        if ((await verify([anyCheck]))[0] === false) count += checks.length;
        return verify(checks);
      };
    },
    async (held) => void taken.push(...held),
  );
  const log = view.log(AUTHOR) ?? expect.fail("no log");
  // What the view holds, and what it takes from the tree, is what came.
  expect(log.entries.length).toBe(taken.length);
  for (const position of [0, BAD, taken.length - 1]) {
    const { leafHash: hash, statement, problem } = log.entries[position] ?? {};
    const came = taken[position]?.statement;
    expect({ hash, statement, problem }).toEqual({ hash: taken[position]?.leafHash, statement: came === undefined ? undefined : withReadBody(came, kinds), problem: taken[position]?.problem });
  }
  expect(log.entries.map((entry) => entry.leafHash)).toEqual(taken.map((entry) => entry.leafHash));
  return { log, count, told: log.entries.map(({ statement, problem }) => statement?.id ?? problem?.code) };
}

describe("signatures that were checked before", () => {
  test("R11 R12 are not checked again for the same log, but where one of them did not hold; what is held is the same", async () => {
    const { checked } = store();
    const first = await start(checked);
    expect(first.told[BAD]).toBe("entry-badly-signed");
    expect(first.told.filter((one) => one === "entry-badly-signed")).toHaveLength(1);
    await checked.note(first.log);
    const again = await start(checked);
    expect(again.told).toEqual(first.told);
    expect(first.count).toBe(2 * SIZE);
    // The bundle of 256 that the bad one is in.
    expect(again.count).toBe(2 * 256);
  });

  test("R12 all are checked where the log is another one, or shorter, or the note is of another key, damaged or gone", async () => {
    const { checked, objects } = store();
    const first = await start(checked);
    await checked.note(first.log);
    const changed = leaves.with(5, leaves[6] ?? new Uint8Array(0));
    expect((await start(checked, changed)).count).toBeGreaterThanOrEqual(2 * (SIZE - 1));
    expect((await start(checked, leaves.slice(0, 500))).count).toBe(1000);
    expect((await start(store(2, objects).checked)).count).toBe(2 * SIZE);
    const bytes = (await objects.get(AUTHOR)) ?? expect.fail("nothing was noted");
    const flipped = bytes.with(40, (bytes[40] ?? 0) ^ 1);
    await objects.replaceIf(AUTHOR, bytes, flipped);
    const damaged = await start(checked);
    expect([damaged.count, damaged.told]).toEqual([2 * SIZE, first.told]);
    expect((await start(store().checked)).count).toBe(2 * SIZE);
    // And it is noted again over what was damaged.
    await store(1, objects).checked.note(damaged.log);
    expect((await start(store(1, objects).checked)).count).toBe(512);
  });

  test("R12 what came since is checked, and noted once it is enough", async () => {
    const { checked, objects } = store();
    const { log } = await start(checked, leaves.slice(0, 256));
    await checked.note(log, 300);
    expect(await objects.get(AUTHOR)).toBeUndefined();
    await checked.note(log, 256);
    expect((await start(checked)).count).toBe(2 * (SIZE - 256));
  });
});
