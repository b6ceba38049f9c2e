/** A signed head of which a part was taken, as it is kept on the disk. */
import { describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { must } from "../_circle.ts";
import { Journal } from "../journal/journal.ts";
import { MemoryStore } from "../objects/memory.ts";
import { nativeSigner } from "../signing.ts";
import { promisedKey, PromisedHeads, readPromise, type PromisedHead } from "./promised-heads.ts";

const signer = nativeSigner({ ed25519: new Uint8Array(32).fill(3), mldsa44: new Uint8Array(32).fill(4) });
const key = { named: { name: "party.example/test/log", pair: signer.pair }, signer };
const clock = { now: () => "2027-03-11T02:07:00Z" };

/** A log of these entries, signed to its end. */
async function signed(...entries: readonly string[]): Promise<PromisedHead> {
  const journal = must(await Journal.open({ store: new MemoryStore(), key, clock }));
  for (const entry of entries) must(await journal.append(encodeUtf8(entry)));
  if (journal.head === undefined) throw new Error("an empty log");
  return { opened: journal.head, tree: journal.tree };
}

function holding(...entries: readonly string[]): MerkleTree {
  const tree = new MerkleTree();
  for (const entry of entries) tree.append(leafHash(encodeUtf8(entry)));
  return tree;
}

const open = (store: MemoryStore, tree: MerkleTree) => PromisedHeads.open(store, new Map([["party", { logKey: key.named, tree }]]));
const rootOf = (heads: PromisedHeads) => heads.get("party")?.tree.rootText(heads.get("party")?.tree.size ?? 0);
const root = ({ tree }: PromisedHead) => toBase64(tree.root());

describe("a signed head of which a part was taken", () => {
  it("R15 outlives a start, gives way to one that goes on from it and to no other, and is dropped once the log reached it", async () => {
    const store = new MemoryStore();
    const tree = holding("a", "b");
    const [three, four, other] = [await signed("a", "b", "c"), await signed("a", "b", "c", "d"), await signed("a", "b", "x", "y", "z")];
    const heads = await open(store, tree);
    await heads.keep("party", four);
    for (const one of [three, other]) await heads.keep("party", one);
    expect(rootOf(heads)).toBe(root(four));
    // The log grew meanwhile: what was kept still fits.
    tree.append(leafHash(encodeUtf8("c")));
    const again = await open(store, tree);
    expect([rootOf(again), again.get("party")?.opened.head.size]).toEqual([root(four), 4]);
    const longer = await signed("a", "b", "c", "d", "e");
    await again.keep("party", longer);
    await again.reached("party");
    expect(rootOf(await open(store, tree))).toBe(root(longer));
    for (const entry of ["d", "e"]) tree.append(leafHash(encodeUtf8(entry)));
    await again.reached("party");
    expect(again.get("party")).toBeUndefined();
    expect(await store.get(promisedKey("party"))).toHaveLength(0);
    expect((await open(store, tree)).get("party")).toBeUndefined();
    await again.keep("party", longer);
    expect(again.get("party")).toBeUndefined();
  });

  it("R15 counts for nothing where it was changed, or where another log is held, or less than came before it", async () => {
    const store = new MemoryStore();
    await (await open(store, holding("a", "b"))).keep("party", await signed("a", "b", "c"));
    const bytes = await store.get(promisedKey("party"));
    if (bytes === undefined) throw new Error("nothing was kept");
    for (const held of [holding("a"), holding("a", "x"), holding("a", "b", "c")]) expect((await open(store, held)).get("party")).toBeUndefined();
    for (let at = 0; at < bytes.length; at += 41) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await readPromise(changed, key.named)).toBeUndefined();
    }
    expect(await readPromise(bytes, key.named)).toMatchObject({ first: 2, hashes: [{}] });
  });
});
