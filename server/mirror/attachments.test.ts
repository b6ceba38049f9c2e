import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import type { HeldEntry } from "@countersign/core/channel/record.ts";
import type { HeldStatement } from "@countersign/core/channel/statement.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { MemoryStore } from "../objects/memory.ts";
import { Attachments } from "./attachments.ts";

const hashOf = (text: string) => toHex(sha256(encodeUtf8(text)));

/** An entry that names these contents as attachments; only what is read of it here is there. */
function naming(...texts: string[]): HeldEntry {
  const files = texts.map((text) => ({ sha256: hashOf(text), size: text.length, type: "text/plain", name: text, readers: ["aurelia"], plain: "0".repeat(64) }));
  return { leafHash: new Uint8Array(32), statement: { payload: { files } } as unknown as HeldStatement };
}

/** A peer that holds these contents and counts what it is asked. */
function peer(...texts: string[]) {
  const asked: string[] = [];
  const held = new Map(texts.map((text) => [hashOf(text), encodeUtf8(text)]));
  return {
    asked,
    held,
    file: async (hash: string): Promise<Result<Uint8Array | undefined>> => {
      asked.push(hash);
      return accept(held.get(hash));
    },
  };
}

describe("attachments that are not held", () => {
  it("R6 are asked for in the order of the log, from one peer after the other, until one has them", async () => {
    const attachments = new Attachments(new MemoryStore(), 1000);
    const [empty, full] = [peer(), peer("a", "b", "c")];
    await attachments.note([naming("b", "a"), naming("c", "a")]);
    expect(await attachments.fetch([empty, full])).toBe(true);
    expect(full.asked).toEqual(["b", "a", "c"].map(hashOf));
    expect(attachments.held.toSorted()).toEqual(["a", "b", "c"].map(hashOf).toSorted());
    expect(await attachments.fetch([empty, full])).toBe(false);
    expect(full.asked).toHaveLength(3);
  });

  it("R6 are asked for less and less often while nobody has them, and never given up", async () => {
    const attachments = new Attachments(new MemoryStore(), 1000);
    const one = peer();
    await attachments.note([naming("a")]);
    const passes: number[] = [];
    for (let pass = 1; pass <= 400; pass += 1) {
      const before = one.asked.length;
      await attachments.fetch([one]);
      if (one.asked.length > before) passes.push(pass);
    }
    expect(passes).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 320, 384]);
    // A bundle that has it is not made to wait.
    one.held.set(hashOf("a"), encodeUtf8("a"));
    expect(await attachments.fetch([one], "all")).toBe(true);
    expect(attachments.held).toEqual([hashOf("a")]);
  });

  it("R6 are asked of nobody in a pass who does not answer, and too large ones of nobody at all", async () => {
    const attachments = new Attachments(new MemoryStore(), 5);
    const silent = { asked: 0, file: async (): Promise<Result<Uint8Array | undefined>> => ((silent.asked += 1), refuse("peer-unreachable", "No answer.")) };
    const full = peer("a", "b", "much too large");
    await attachments.note([naming("a", "b", "much too large")]);
    await attachments.fetch([silent, full]);
    expect(silent.asked).toBe(1);
    expect(full.asked).toEqual(["a", "b"].map(hashOf));
  });

  it("R6 are known again by a node that starts anew", async () => {
    const store = new MemoryStore();
    const before = new Attachments(store, 1000);
    await before.note([naming("a", "b")]);
    await before.fetch([peer("a")]);
    const after = new Attachments(store, 1000);
    await after.note([naming("a", "b")]);
    expect(after.held).toEqual([hashOf("a")]);
    expect(await after.get(hashOf("a"))).toEqual(encodeUtf8("a"));
    expect(await after.get(hashOf("b"))).toBeUndefined();
  });
});
