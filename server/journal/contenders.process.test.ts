/** Several processes over one folder: one gets the lock, and without a lock the log still has one entry at each index. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { openHead } from "@countersign/core/log/checkpoint.ts";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { DiskStore } from "../objects/disk.ts";
import { nativeSigner, nativeVerify } from "../signing.ts";
import { Journal } from "./journal.ts";

const SCRIPT = fileURLToPath(new URL("_contender.ts", import.meta.url));

interface Contender {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** The next line it prints that was not taken yet. */
  next(): Promise<string>;
  kill(): Promise<void>;
}

let folder: string;
const running = new Set<Contender>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-contenders-"));
});

afterEach(async () => {
  for (const contender of running) await contender.kill();
  await rm(folder, { recursive: true, force: true });
});

function start(...values: string[]): Contender {
  const child = spawn(process.execPath, [SCRIPT, ...values], { stdio: ["pipe", "pipe", "inherit"] });
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  let taken = 0;
  const hand = () => {
    while (waiting.length > 0 && taken < lines.length) waiting.shift()?.(lines[taken++] ?? "");
  };
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    hand();
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const contender: Contender = {
    child,
    lines,
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        hand();
      }),
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
      running.delete(contender);
    },
  };
  running.add(contender);
  return contender;
}

describe("processes over one folder", () => {
  it("R12 of eight that ask for the lock in the same millisecond one gets it, and when it is killed one of the others", async () => {
    const contenders = Array.from({ length: 8 }, () => start("lock", folder));
    for (const contender of contenders) expect(await contender.next()).toBe("ready");
    while (contenders.length > 1) {
      const moment = Date.now() + 30;
      for (const { child } of contenders) child.stdin?.write(`${moment}\n`);
      const answers = await Promise.all(contenders.map((contender) => contender.next()));
      expect(answers.toSorted()).toEqual(["held", ...answers.slice(1).map(() => "refused directory-in-use")]);
      const [holder] = contenders.splice(answers.indexOf("held"), 1);
      // Nobody gets it while the holder lives, though all ask again.
      const again = Date.now() + 10;
      for (const { child } of contenders) child.stdin?.write(`${again}\n`);
      for (const contender of contenders) expect(await contender.next()).toBe("refused directory-in-use");
      await holder?.kill();
    }
  });

  it("R12 R13 two writers without a lock promise no index twice, lose nothing, and sign one root for each size", async () => {
    const writers = ["one", "two"].map((name) => start("write", folder, name));
    const answered = () => writers.map(({ lines }) => lines.length - 1);
    for (let turn = 0; turn < 200 && Math.min(...answered()) < 10; turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    for (const writer of writers) await writer.kill();
    console.log(`Two writers over one log: ${answered().join(" and ")} entries answered.`);
    expect(Math.min(...answered())).toBeGreaterThan(0);

    const signer = nativeSigner({ ed25519: new Uint8Array(32).fill(1), mldsa44: new Uint8Array(32).fill(2) });
    const key = { named: { name: "aurelia.example/test/log", pair: signer.pair }, signer };
    const store = await DiskStore.open(join(folder, "log"));
    const opened = await Journal.open({ store, key, clock: { now: () => "2027-03-11T02:07:00Z" } });
    if (!opened.ok) {
      await store.close();
      throw new Error(`${opened.refusal.sentence} ${opened.refusal.where ?? ""}`);
    }
    const journal = opened.value;
    await journal.close();
    const entries = (await journal.entries(0, journal.size)).map((entry) => decodeUtf8(entry));
    expect(new Set(entries).size).toBe(entries.length);
    for (const { lines } of writers)
      for (const line of lines.slice(1)) {
        const [index = "", ...text] = line.split(" ");
        expect(entries[Number(index)]).toBe(text.join(" "));
      }
    const heads = join(folder, "log", "_cs", "head");
    for (const file of await readdir(heads)) {
      const head = await openHead(await readFile(join(heads, file), "utf8"), key.named, nativeVerify);
      if (!head.ok) throw new Error(head.refusal.sentence);
      expect(head.value.head.size).toBe(Number(file));
      expect(equalBytes(journal.tree.root(head.value.head.size), head.value.head.root)).toBe(true);
    }
    await store.close();
  });
});
