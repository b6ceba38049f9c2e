import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { SeenHead } from "@countersign/core/channel/statement.ts";
import { openHead, signHead, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { must } from "../_circle.ts";
import { dying } from "../journal/_dying-store.ts";
import { CommitLog } from "../journal/commit-log.ts";
import { commitKey } from "../journal/commit-record.ts";
import { beginStep, finishStep, STEP_KEY } from "../journal/step-record.ts";
import { MemoryStore } from "../objects/memory.ts";
import { under, type ObjectStore } from "../objects/object-store.ts";
import { nativeSigner, nativeVerify } from "../signing.ts";
import { LogCopy } from "./log-copy.ts";
import { Steps, type Offered } from "./steps.ts";

const clock = { now: () => "2027-03-11T02:07:00Z" };
const holder = (name: string, seed: number) => {
  const signer = nativeSigner({ ed25519: new Uint8Array(32).fill(seed), mldsa44: new Uint8Array(32).fill(seed + 1) });
  return { named: { name, pair: signer.pair }, signer };
};
const logKeys = {
  aurelia: holder("aurelia.example/test/log", 1),
  borealis: holder("borealis.example/test/log", 3),
  danubia: holder("danubia.example/test/log", 7),
};
const mirror = holder("carpathia.example/test/mirror", 5);
const NAMES = ["aurelia", "borealis"] as const;
type Name = (typeof NAMES)[number];

/** A log as its owner has written it: what each entry saw of the other one. */
type Written = Readonly<Record<Name, readonly number[]>>;

const otherOf = (name: Name): Name => (name === "aurelia" ? "borealis" : "aurelia");
const entryOf = (name: string, index: number) => encodeUtf8(`entry ${index} of ${name}`);
const byTurns = (count: number): Written => ({
  aurelia: Array.from({ length: count }, (_, index) => index),
  borealis: Array.from({ length: count }, (_, index) => index + 1),
});

async function headOf(name: keyof typeof logKeys, size: number): Promise<OpenedHead> {
  const tree = new MerkleTree();
  for (let index = 0; index < size; index += 1) tree.append(leafHash(entryOf(name, index)));
  const { named, signer } = logKeys[name];
  return must(await openHead(await signHead({ origin: named.name, size, root: tree.root() }, signer, named.name, 1), named, nativeVerify));
}

async function openCopy(store: ObjectStore, name: keyof typeof logKeys): Promise<LogCopy> {
  const part = under(store, `log/${name}`);
  const kept = must(await CommitLog.open(part, logKeys[name].named.name, clock.now()));
  return must(await LogCopy.open({ party: name, logKey: logKeys[name].named, cosigner: mirror, store: part, kept, clock }, false));
}

/** This node's copies of both logs, over a store that outlives them. */
class Mirror {
  readonly copies: Readonly<Record<Name, LogCopy>>;
  readonly steps: Steps;
  readonly told: Record<Name, number[]> = { aurelia: [], borealis: [] };
  readonly #written: Written;

  private constructor(copies: Mirror["copies"], store: ObjectStore, written: Written) {
    this.copies = copies;
    this.#written = written;
    this.steps = new Steps({ store, sizeOf: (log) => NAMES.flatMap((name) => (name === log ? [copies[name].size] : []))[0] });
  }

  static async open(store: ObjectStore, written: Written): Promise<Mirror> {
    must(await finishStep(store));
    return new Mirror({ aurelia: await openCopy(store, "aurelia"), borealis: await openCopy(store, "borealis") }, store, written);
  }

  /** Offers a log's entries up to a size, a few at a time, and cosigns the head over them once all are kept. */
  async pull(name: Name, size: number, atOnce: number): Promise<Offered> {
    const head = await headOf(name, size);
    for (let first = this.copies[name].size; first < size; ) {
      const leaves = Array.from({ length: Math.min(atOnce, size - first) }, (_, position) => entryOf(name, first + position));
      const at = first;
      const outcome = await this.steps.offer({
        log: name,
        copy: this.copies[name],
        checked: { first, leaves, hashes: leaves.map(leafHash), head },
        seen: leaves.map((_, position) => this.#seen(name, at + position)),
        kept: (from, to) => {
          for (let position = from; position < to; position += 1) this.told[name].push(at + position);
        },
      });
      if (outcome !== "kept") return outcome;
      first += leaves.length;
    }
    await this.copies[name].adopt(head);
    return "kept";
  }

  async pullBoth(sizes: Readonly<Record<Name, number>>, atOnce: number): Promise<Offered[]> {
    return Promise.all(NAMES.map((name) => this.steps.run(() => this.pull(name, sizes[name], atOnce))));
  }

  sizes(): Record<Name, number> {
    return { aurelia: this.copies.aurelia.size, borealis: this.copies.borealis.size };
  }

  #seen(name: Name, index: number): SeenHead[] {
    return [{ log: otherOf(name), size: this.#written[name][index] ?? 0, root: toBase64(new Uint8Array(32)) }];
  }
}

/** How far both go when one entry is kept after the other. */
function oneByOne(written: Written, offered: Readonly<Record<Name, number>>): Record<Name, number> {
  const sizes = { aurelia: 0, borealis: 0 };
  for (let moved = true; moved; ) {
    moved = false;
    for (const name of NAMES)
      while (sizes[name] < offered[name] && (written[name][sizes[name]] ?? 0) <= sizes[otherOf(name)]) {
        sizes[name] += 1;
        moved = true;
      }
  }
  return sizes;
}

/** Whether no entry stands without what it saw. */
function isClosed(written: Written, sizes: Readonly<Record<Name, number>>): boolean {
  return NAMES.every((name) => written[name].slice(0, sizes[name]).every((seen) => seen <= sizes[otherOf(name)]));
}

describe("steps", () => {
  it("R5 R12 keep what could be kept entry by entry, and no more, whatever was seen and however it is offered", async () => {
    const seen = fc.array(fc.nat(9), { maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(seen, seen, fc.boolean(), fc.nat(9), fc.nat(9), fc.integer({ min: 1, max: 4 }), async (a, b, grows, m, n, atOnce) => {
        const sorted = (all: readonly number[]) => (grows ? all.toSorted((x, y) => x - y) : all);
        const written: Written = { aurelia: sorted(a), borealis: sorted(b) };
        const offered = { aurelia: Math.min(m, a.length), borealis: Math.min(n, b.length) };
        const node = await Mirror.open(new MemoryStore(), written);
        const outcomes = await node.pullBoth(offered, atOnce);
        const wanted = oneByOne(written, offered);
        expect(node.sizes()).toEqual(wanted);
        for (const [position, name] of NAMES.entries()) {
          expect(node.told[name]).toEqual(Array.from({ length: wanted[name] }, (_, index) => index));
          expect(outcomes[position] === "kept").toBe(wanted[name] === offered[name]);
          expect(node.copies[name].cosigned?.head.size ?? 0).toBe(wanted[name] === offered[name] ? offered[name] : 0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("R12 leave nothing without what it saw, wherever the process is killed, and go on from there", async () => {
    const written = byTurns(5);
    const all = { aurelia: 5, borealis: 5 };
    let points = 0;
    for (let writes = 0; ; writes += 1) {
      let died = 0;
      for (const lands of [false, true]) {
        const disk = new MemoryStore();
        const life = { writes, lands };
        const doomed = await Mirror.open(dying(disk, life), written).catch(() => undefined);
        const outcomes = await doomed?.pullBoth(all, 3).catch(() => undefined);
        if (outcomes === undefined) died += 1;
        const reborn = await Mirror.open(disk, written);
        expect(isClosed(written, reborn.sizes())).toBe(true);
        // What the first process has told of, it had made durable.
        for (const name of NAMES) expect(reborn.copies[name].size).toBeGreaterThanOrEqual(doomed?.told[name].length ?? 0);
        expect(await reborn.pullBoth(all, 3)).toEqual(["kept", "kept"]);
        expect(NAMES.map((name) => reborn.copies[name].cosigned?.head.size)).toEqual([5, 5]);
        expect(await disk.get(STEP_KEY)).toEqual(new Uint8Array(0));
      }
      if (died === 0) break;
      points += 1;
    }
    expect(points).toBeGreaterThanOrEqual(10);
  });

  it("R12 leave nothing without what it saw either where a third log is offered again beside them and brings nothing new", async () => {
    const written: Written = { aurelia: [0, 1], borealis: [1] };
    const head = await headOf("danubia", 1);
    const leaves = [entryOf("danubia", 0)];
    let points = 0;
    for (let writes = 0, died = true; died; writes += 1, points += 1) {
      const disk = new MemoryStore();
      const life = { writes: Number.POSITIVE_INFINITY, lands: false };
      const doomed = await Mirror.open(dying(disk, life), written);
      const third = await openCopy(disk, "danubia");
      let begin = (): void => undefined;
      const begun = new Promise<void>((resolve) => (begin = resolve));
      const held = third.alone(() => begun);
      const offer = () => doomed.steps.offer({ log: "danubia", copy: third, checked: { first: 0, leaves, hashes: leaves.map(leafHash), head }, seen: [[]], kept: () => undefined });
      const outcomes = Promise.all([offer(), offer(), doomed.pullBoth({ aurelia: 2, borealis: 1 }, 2)]).catch(() => undefined);
      // Until the first is kept the second waits, and goes into one step with the two others.
      await new Promise(setImmediate);
      life.writes = writes;
      begin();
      await held;
      died = (await outcomes) === undefined;
      expect(isClosed(written, (await Mirror.open(disk, written)).sizes())).toBe(true);
    }
    expect(points).toBeGreaterThanOrEqual(5);
  });

  it("R12 after a write that failed keep nothing more until the channel is opened again, so that nothing untold lies under what is told", async () => {
    const written = byTurns(3);
    const all = { aurelia: 3, borealis: 3 };
    for (let writes = 0, failed = true; failed; writes += 1) {
      for (const lands of [false, true]) {
        const disk = new MemoryStore();
        const node = await Mirror.open(failingOnce(disk, { writes: writes + 2, lands }), written);
        failed = (await node.pullBoth(all, 3).catch(() => undefined)) === undefined;
        await node.pullBoth(all, 3).catch(() => undefined);
        for (const name of NAMES)
          if ((await node.copies[name].adopt(await headOf(name, 3)).catch(() => false)) || node.copies[name].cosigned !== undefined)
            expect(Math.max(...written[name])).toBeLessThanOrEqual(node.sizes()[otherOf(name)]);
        for (const name of NAMES) expect(node.told[name]).toEqual([0, 1, 2].slice(0, node.told[name].length));
        const reborn = await Mirror.open(disk, written);
        expect(isClosed(written, reborn.sizes())).toBe(true);
        expect(await reborn.pullBoth(all, 3)).toEqual(["kept", "kept"]);
      }
    }
  });

  it("R12 that were damaged are refused, bit for bit, and change nothing", async () => {
    const { disk, step } = await interrupted();
    await fc.assert(
      fc.asyncProperty(fc.nat(step.length - 1), fc.nat(7), async (at, bit) => {
        const damaged = step.slice();
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        await disk.replaceIf(STEP_KEY, await disk.get(STEP_KEY), damaged);
        expect(await finishStep(disk)).toMatchObject({ ok: false, refusal: { code: "step-damaged" } });
        expect(await disk.get(`log/aurelia/${commitKey(1)}`)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it("R12 are dropped whole where a log that they go on from is not there any more, or went on otherwise", async () => {
    const { step } = await interrupted();
    const withoutLogs = new MemoryStore();
    await withoutLogs.replaceIf(STEP_KEY, undefined, step);
    must(await finishStep(withoutLogs));
    expect(await withoutLogs.get(`log/aurelia/${commitKey(1)}`)).toBeUndefined();
    const { disk } = await interrupted();
    const other = must(await CommitLog.open(under(disk, "log/borealis"), logKeys.borealis.named.name, clock.now()));
    must(await other.append([encodeUtf8("something else")], clock.now()));
    must(await finishStep(disk));
    expect(await disk.get(`log/aurelia/${commitKey(1)}`)).toBeUndefined();
    expect(await disk.get(STEP_KEY)).toEqual(new Uint8Array(0));
  });

  it("R5 give up when every pull waits, without waiting for the clock, and say what is missing", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      const node = await Mirror.open(new MemoryStore(), { aurelia: [0, 3], borealis: [1] });
      const outcomes = await node.pullBoth({ aurelia: 2, borealis: 1 }, 9);
      expect(outcomes).toMatchObject([{ missing: [{ log: "borealis", size: 3 }] }, "kept"]);
    } finally {
      vi.useRealTimers();
    }
  });
});

/** After so many writes one fails, whether or not it lands; those after it are as any. */
function failingOnce(store: ObjectStore, life: { writes: number; readonly lands: boolean }): ObjectStore {
  const write = async <Outcome>(act: () => Promise<Outcome>): Promise<Outcome> => {
    life.writes -= 1;
    if (life.writes !== -1) return act();
    if (life.lands) await act();
    throw Object.assign(new Error("too many open files"), { code: "EMFILE" });
  };
  return {
    get: (key) => store.get(key),
    putNew: (key, bytes) => write(() => store.putNew(key, bytes)),
    replaceIf: (key, expected, bytes) => write(() => store.replaceIf(key, expected, bytes)),
  };
}

/** A store on which a step over both logs has begun and none of its records stands in its log. */
async function interrupted(): Promise<{ readonly disk: MemoryStore; readonly step: Uint8Array }> {
  const disk = new MemoryStore();
  const parts = await Promise.all(
    NAMES.map(async (name) => {
      const log = must(await CommitLog.open(under(disk, `log/${name}`), logKeys[name].named.name, clock.now()));
      return log.prepare([entryOf(name, 0), entryOf(name, 1)], clock.now()).map(({ key, bytes, sha256 }) => ({ key: `log/${name}/${key}`, bytes, sha256 }));
    }),
  );
  await beginStep(disk, parts.flat());
  return { disk, step: (await disk.get(STEP_KEY)) ?? new Uint8Array(0) };
}
