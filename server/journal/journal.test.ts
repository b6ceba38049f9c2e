import { describe, expect, it } from "vitest";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { decodeUtf8, encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { leafHash, verifyInclusion } from "@countersign/core/log/merkle.ts";
import { openHead } from "@countersign/core/log/checkpoint.ts";
import { decodeBundle, parseTilePath } from "@countersign/core/log/tiles.ts";
import type { Result } from "@countersign/core/refusal.ts";
import { MemoryStore } from "../objects/memory.ts";
import { under, type ObjectStore, type PutOutcome } from "../objects/object-store.ts";
import { nativeSigner, nativeVerify } from "../signing.ts";
import { dying } from "./_dying-store.ts";
import { commitKey, decodeCommit } from "./commit-record.ts";
import { HighestSigned } from "./highest-signed.ts";
import { Journal, type Appended } from "./journal.ts";

const signer = nativeSigner({ ed25519: new Uint8Array(32).fill(1), mldsa44: new Uint8Array(32).fill(2) });
const key = { named: { name: "aurelia.example/exercise/log", pair: signer.pair }, signer };
const clock = { now: () => "2027-03-11T02:07:00Z" };
const entry = (text: string) => encodeUtf8(`entry ${text}`);

/** Everything survives in `disk` and `beside`, as it would in two folders. */
class Machine {
  readonly disk = new MemoryStore();
  readonly beside = new MemoryStore();

  async open(wrap: (store: ObjectStore) => ObjectStore = (store) => store): Promise<Result<Journal>> {
    const highest = await HighestSigned.open(wrap(this.beside), "highest");
    return highest.ok ? Journal.open({ store: wrap(under(this.disk, "log")), key, clock, highest: highest.value }) : highest;
  }
}

async function opened(journal: Promise<Result<Journal>>): Promise<Journal> {
  const result = await journal;
  if (!result.ok) throw new Error(result.refusal.sentence);
  return result.value;
}

async function expectProven(appended: Result<Appended>, bytes: Uint8Array): Promise<Appended> {
  if (!appended.ok) throw new Error(appended.refusal.sentence);
  const head = await openHead(appended.value.head, key.named, nativeVerify);
  if (!head.ok) throw new Error(head.refusal.sentence);
  expect(head.value.head.size).toBe(appended.value.size);
  expect(
    verifyInclusion(
      appended.value.index,
      head.value.head.size,
      leafHash(bytes),
      appended.value.proof,
      head.value.head.root,
    ),
  ).toBe(true);
  return appended.value;
}

describe("the journal", () => {
  it("R12 answers with an index, a signed head and a proof that holds", async () => {
    const journal = await opened(new Machine().open());
    for (const [index, text] of ["a", "b", "c"].entries()) {
      const answer = await expectProven(await journal.append(entry(text)), entry(text));
      expect(answer.index).toBe(index);
    }
    await journal.close();
  });

  it("R12 signs nothing over a record that reads otherwise than it was written", async () => {
    const machine = new Machine();
    let lying = false;
    const flipped = (store: ObjectStore): ObjectStore => ({
      get: (name) => store.get(name),
      replaceIf: (name, expected, bytes) => store.replaceIf(name, expected, bytes),
      putNew: (name, bytes) => store.putNew(name, lying && name.includes("_cs/commit/") ? bytes.map((byte, at) => (at === 400 ? byte ^ 1 : byte)) : bytes),
    });
    const journal = await opened(machine.open(flipped));
    await expectProven(await journal.append(entry("a")), entry("a"));
    lying = true;
    const refused = await journal.append(entry("b".repeat(600)));
    expect(refused).toMatchObject({ ok: false, refusal: { code: "log-damaged" } });
    expect([journal.head?.head.size, await under(machine.disk, "log").get("_cs/head/000000000002")]).toEqual([1, undefined]);
    expect(journal.stopped?.code).toBe("log-damaged");
    await journal.close();
    expect(await machine.open()).toMatchObject({ ok: false, refusal: { code: "log-damaged" } });
  });

  it("R3 gives the same statement its first index again", async () => {
    const machine = new Machine();
    const journal = await opened(machine.open());
    await journal.append(entry("a"));
    const both = await Promise.all([journal.append(entry("b")), journal.append(entry("b"))]);
    expect(both.map((answer) => (answer.ok ? answer.value.index : -1))).toEqual([1, 1]);
    await journal.close();
    const again = await opened(machine.open());
    expect((await expectProven(await again.append(entry("a")), entry("a"))).index).toBe(0);
    expect(again.size).toBe(2);
  });

  it("R2 takes the largest entry that a tile carries; of a larger one it says the limit, and goes on", async () => {
    const journal = await opened(new Machine().open());
    const largest = new Uint8Array(65_535).fill(1);
    await expectProven(await journal.append(largest), largest);
    expect(await journal.append(new Uint8Array(65_536))).toMatchObject({
      ok: false,
      refusal: { code: "entry-too-large", sentence: expect.stringContaining("at most 65535") },
    });
    expect((await expectProven(await journal.append(entry("a")), entry("a"))).index).toBe(1);
    await journal.close();
  });

  it("R12 commits what came in while a commit was on its way as one batch", async () => {
    const machine = new Machine();
    const journal = await opened(machine.open());
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => journal.append(entry(String(index)))));
    for (const [index, answer] of answers.entries()) await expectProven(answer, entry(String(index)));
    await journal.close();
    const sizes: number[] = [];
    for (let seq = 0; ; seq += 1) {
      const bytes = await under(machine.disk, "log").get(commitKey(seq));
      if (bytes === undefined) break;
      const record = decodeCommit(bytes);
      sizes.push(record.ok ? record.value.entries.length : -1);
    }
    expect(sizes).toEqual([0, 1, 39]);
  });

  it("R12 loses and doubles nothing, and never signs two roots for one size, wherever the process is killed", async () => {
    let points = 0;
    for (let writes = 0; ; writes += 1) {
      let died = 0;
      for (const lands of [false, true]) {
        const machine = new Machine();
        const first = await opened(machine.open());
        await first.append(entry("before"));
        await first.close();
        const life = { writes, lands };
        const heads = new Map<number, string>();
        const answered: { bytes: Uint8Array; index: number }[] = [];
        const doomed = await machine.open((store) => dying(store, life)).catch(() => undefined);
        if (doomed?.ok === true) {
          for (const text of ["x", "y", "z"]) {
            const answer = await doomed.value.append(entry(text));
            if (!answer.ok) break;
            answered.push({ bytes: entry(text), index: answer.value.index });
            heads.set(answer.value.size, answer.value.head);
          }
          await doomed.value.close();
        }
        died += life.writes < 0 ? 1 : 0;
        const reborn = await opened(machine.open());
        for (const { bytes, index } of answered)
          expect((await expectProven(await reborn.append(bytes), bytes)).index).toBe(index);
        const kept = heads.get(reborn.size);
        if (kept !== undefined) expect(reborn.note).toBe(kept);
        expect(decodeUtf8((await under(machine.disk, "log").get("checkpoint")) ?? new Uint8Array(0))).toBe(reborn.note);
        // What was not answered may be asked again and stands once.
        for (const text of ["x", "y", "z"]) await expectProven(await reborn.append(entry(text)), entry(text));
        expect(reborn.size).toBe(4);
        await reborn.close();
      }
      if (died === 0) break;
      points += 1;
    }
    expect(points).toBeGreaterThanOrEqual(10);
  });

  it("R12 founds a log once, wherever the first process is killed", async () => {
    for (const writes of [0, 1, 2, 3, 4]) {
      const machine = new Machine();
      const life = { writes, lands: true };
      const doomed = await machine.open((store) => dying(store, life)).catch(() => undefined);
      if (doomed?.ok === true) await doomed.value.append(entry("a"));
      const reborn = await opened(machine.open());
      expect((await expectProven(await reborn.append(entry("a")), entry("a"))).index).toBe(0);
      await reborn.close();
    }
  });

  it("R12 takes its own landed write for its own when the store's answer was lost", async () => {
    const machine = new Machine();
    let lost = 0;
    const journal = await opened(
      machine.open((store) => ({
        get: (name) => store.get(name),
        replaceIf: (name, expected, bytes) => store.replaceIf(name, expected, bytes),
        putNew: async (name, bytes): Promise<PutOutcome> => {
          const outcome = await store.putNew(name, bytes);
          lost += 1;
          return lost % 2 === 1 ? "unknown" : outcome;
        },
      })),
    );
    for (const text of ["a", "b", "c"]) await expectProven(await journal.append(entry(text)), entry(text));
    expect(journal.size).toBe(3);
    await journal.close();
  });

  it("R12 stops when another process has taken the next number, and says so in one sentence", async () => {
    const machine = new Machine();
    const one = await opened(machine.open());
    const other = await opened(machine.open());
    await one.append(entry("a"));
    const refused = await other.append(entry("b"));
    expect(refused).toMatchObject({ ok: false, refusal: { code: "log-other-writer" } });
    expect(await other.append(entry("c"))).toMatchObject({ ok: false });
    expect(one.size).toBe(1);
    await one.close();
  });

  it("R13 signs nothing after its folder was restored from an older copy", async () => {
    const machine = new Machine();
    const journal = await opened(machine.open());
    await journal.append(entry("a"));
    await journal.append(entry("b"));
    await journal.close();
    const older = under(new MemoryStore(), "log");
    for (let seq = 0; seq < 2; seq += 1)
      await older.putNew(commitKey(seq), (await under(machine.disk, "log").get(commitKey(seq))) ?? new Uint8Array(0));
    const kept = await HighestSigned.open(machine.beside, "highest");
    const highest = kept.ok ? kept.value : expect.fail(kept.refusal.sentence);
    expect(await Journal.open({ store: older, key, clock, highest })).toMatchObject({
      ok: false,
      refusal: { code: "log-behind-its-key" },
    });
    // Another log of the same length under the same key is refused too.
    const fresh = under(new MemoryStore(), "log");
    const forged = await opened(Journal.open({ store: fresh, key, clock }));
    await forged.append(entry("a"));
    await forged.append(entry("other"));
    await forged.close();
    expect(await Journal.open({ store: fresh, key, clock, highest })).toMatchObject({
      ok: false,
      refusal: { code: "log-other-than-signed" },
    });
  });

  it("R15 calls a changed record damage, of this machine, and repairs nothing over it", async () => {
    const machine = new Machine();
    const journal = await opened(machine.open());
    await journal.append(entry("a"));
    await journal.append(entry("b"));
    await journal.close();
    const name = `log/${commitKey(1)}`;
    const held = (await machine.disk.get(name)) ?? new Uint8Array(0);
    await machine.disk.replaceIf(name, held, encodeUtf8((decodeUtf8(held) ?? "").replace("02:07", "02:08")));
    expect(await machine.open()).toMatchObject({ ok: false, refusal: { code: "log-damaged" } });
  });

  it("R2 serves the right entries while the tiles of a commit are still being written", async () => {
    const machine = new Machine();
    let letGo: () => void = () => undefined;
    const written = new Promise<void>((resolve) => (letGo = resolve));
    let waiting: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (waiting = resolve));
    const journal = await opened(
      machine.open((store) => ({
        ...store,
        get: (name) => store.get(name),
        replaceIf: (name, expected, bytes) => store.replaceIf(name, expected, bytes),
        putNew: async (name, bytes) => {
          if (name.startsWith("tile/")) {
            waiting();
            await written;
          }
          return store.putNew(name, bytes);
        },
      })),
    );
    await Promise.all(Array.from({ length: 250 }, (_, index) => journal.append(entry(String(index)))));
    const appended = Array.from({ length: 300 }, (_, index) => journal.append(entry(String(250 + index))));
    await reached;
    const { size } = journal;
    expect(size).toBeGreaterThan(256);
    const expected = Array.from({ length: size }, (_, index) => `entry ${index}`);
    const texts = (entries: readonly Uint8Array[]) => entries.map((bytes) => decodeUtf8(bytes));
    expect(texts(await journal.entries(0, size))).toEqual(expected);
    expect(texts(await journal.entries(255, 258))).toEqual(expected.slice(255, 258));
    const second = await journal.tile({ level: "entries", number: 1, width: 1 });
    expect(second === undefined ? undefined : decodeBundle(second, 1)).toEqual({ ok: true, value: [entry("256")] });
    letGo();
    await Promise.all(appended);
    expect(texts(await journal.entries(0, 550))).toEqual(Array.from({ length: 550 }, (_, index) => `entry ${index}`));
    await journal.close();
  });

  it("R2 serves every full and partial tile of every size it has signed, and nothing beyond", async () => {
    const machine = new Machine();
    const journal = await opened(machine.open());
    await Promise.all(Array.from({ length: 600 }, (_, index) => journal.append(entry(String(index)))));
    const address = (path: string) => {
      const parsed = parseTilePath(path);
      if (!parsed.ok) throw new Error(path);
      return parsed.value;
    };
    for (const source of [journal, await opened(machine.open())]) {
      expect(source.size).toBe(600);
      const partial = await source.tile(address("tile/entries/002.p/88"));
      expect(partial === undefined ? undefined : decodeBundle(partial, 88)).toMatchObject({ ok: true });
      const older = await source.tile(address("tile/entries/001.p/3"));
      expect(older === undefined ? undefined : decodeBundle(older, 3)).toEqual({
        ok: true,
        value: [entry("256"), entry("257"), entry("258")],
      });
      const hashes = (await source.tile(address("tile/0/002.p/88"))) ?? new Uint8Array(0);
      expect(equalBytes(hashes.subarray(0, 32), leafHash(entry("512")))).toBe(true);
      expect((await source.tile(address("tile/1/000.p/2")))?.length).toBe(64);
      for (const path of ["tile/entries/002.p/89", "tile/0/002", "tile/1/000.p/3", "tile/2/000.p/1", "tile/9/000.p/1"])
        expect(await source.tile(address(path))).toBeUndefined();
      expect((await source.entries(255, 258)).map((bytes) => decodeUtf8(bytes))).toEqual([
        "entry 255",
        "entry 256",
        "entry 257",
      ]);
    }
    // Full tiles are files of their own: the folder can be served or copied as it is.
    expect((await machine.disk.get("log/tile/0/001"))?.length).toBe(8192);
    await journal.close();
  });
});
