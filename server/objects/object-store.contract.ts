/** What every object store must do. Each implementation runs this one suite. */
import { describe, expect, it } from "vitest";
import type { ObjectStore } from "./object-store.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined) => (value === undefined ? undefined : new TextDecoder().decode(value));

export function objectStoreContract(name: string, open: () => Promise<ObjectStore>): void {
  describe(`the object store contract, ${name}`, () => {
    it("gives nothing for a free key and the bytes for a taken one", async () => {
      const store = await open();
      expect(await store.get("a/b")).toBeUndefined();
      expect(await store.putNew("a/b", bytes("one"))).toBe("created");
      expect(text(await store.get("a/b"))).toBe("one");
      expect(await store.get("a/b/c")).toBeUndefined();
    });

    it("R12 never creates a key twice and keeps the first bytes", async () => {
      const store = await open();
      expect(await store.putNew("k", bytes("one"))).toBe("created");
      expect(await store.putNew("k", bytes("two"))).toBe("exists");
      expect(await store.putNew("k", bytes("one"))).toBe("exists");
      expect(text(await store.get("k"))).toBe("one");
    });

    it("R12 lets exactly one of 50 writers create a key, and its bytes are what is read", async () => {
      const store = await open();
      for (let round = 0; round < 6; round += 1) {
        const key = `race/${round}`;
        const outcomes = await Promise.all(
          Array.from({ length: 50 }, async (_, writer) => ({
            writer,
            outcome: await store.putNew(key, bytes(`writer ${writer}`)),
          })),
        );
        const winners = outcomes.filter(({ outcome }) => outcome === "created");
        expect(winners).toHaveLength(1);
        expect(outcomes.filter(({ outcome }) => outcome === "exists")).toHaveLength(49);
        expect(text(await store.get(key))).toBe(`writer ${winners[0]?.writer}`);
      }
    });

    it("replaces only what was expected", async () => {
      const store = await open();
      expect(await store.replaceIf("c", bytes("old"), bytes("new"))).toBe(false);
      expect(await store.replaceIf("c", undefined, bytes("one"))).toBe(true);
      expect(await store.replaceIf("c", undefined, bytes("two"))).toBe(false);
      expect(await store.replaceIf("c", bytes("one"), bytes("two"))).toBe(true);
      expect(await store.replaceIf("c", bytes("one"), bytes("three"))).toBe(false);
      expect(text(await store.get("c"))).toBe("two");
    });

    it("loses no update when 16 writers count up one key", async () => {
      const store = await open();
      await store.putNew("counter", bytes("0"));
      await Promise.all(
        Array.from({ length: 16 }, async () => {
          for (;;) {
            const held = await store.get("counter");
            if (await store.replaceIf("counter", held, bytes(String(Number(text(held)) + 1)))) return;
          }
        }),
      );
      expect(text(await store.get("counter"))).toBe("16");
    });

    it("gives a copy: what a caller does with it changes nothing", async () => {
      const store = await open();
      const given = bytes("one");
      await store.putNew("k", given);
      given.fill(0);
      (await store.get("k"))?.fill(0);
      expect(text(await store.get("k"))).toBe("one");
    });

    it("keeps empty and large bytes", async () => {
      const store = await open();
      const large = new Uint8Array(3_000_000).map((_, index) => index & 0xff);
      await store.putNew("empty", new Uint8Array(0));
      await store.putNew("large", large);
      expect((await store.get("empty"))?.length).toBe(0);
      expect(Buffer.compare((await store.get("large")) ?? new Uint8Array(0), large)).toBe(0);
    });

    it.each([
      "",
      "/a",
      "a/",
      "a//b",
      "../a",
      "a/../b",
      ".a",
      "a/.b",
      "a\\b",
      "a\0",
      "ä",
      "a b",
      "x".repeat(101),
      Array.from({ length: 17 }, () => "a").join("/"),
    ])("takes no key that could leave its folder: %j", async (key) => {
      const store = await open();
      await expect(store.get(key)).rejects.toThrow("no object key");
      await expect(store.putNew(key, bytes("x"))).rejects.toThrow("no object key");
      await expect(store.replaceIf(key, undefined, bytes("x"))).rejects.toThrow("no object key");
    });
  });
}
