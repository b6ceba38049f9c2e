/** In processes of their own: whoever has met a thread that cannot go on begins none any more. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const FILES = ["--permission", "--allow-fs-read=*"];
const CASES: readonly (readonly [string, readonly string[]])[] = [
  ["die with a batch at them are done without", [...FILES, "--allow-worker"]],
  ["this machine does not let begin are done without", FILES],
];

/** Prints whether the answers are right, and how many threads were begun for two batches. */
const SCRIPT = `
  import { nativeSigner, nativeVerify } from ${JSON.stringify(new URL("signing.ts", import.meta.url))};
  import { rawPair } from "@countersign/core/signing/pair.ts";
  const begun = [];
  process.on("worker", (worker) => {
    begun.push(worker);
    queueMicrotask(() => worker.emit("error", new Error("out of memory")));
  });
  const signer = nativeSigner({ ed25519: new Uint8Array(32).fill(3), mldsa44: new Uint8Array(32).fill(4) });
  const message = new TextEncoder().encode("what both sides sign");
  const good = { algorithm: "ed25519", publicKey: rawPair(signer.pair).ed25519, message, signature: (await signer.sign(message)).ed25519 };
  const checks = Array.from({ length: 1024 }, (_, index) => (index % 5 === 0 ? { ...good, message: new Uint8Array(1) } : good));
  const right = async () => (await nativeVerify(checks)).every((answer, index) => answer === (index % 5 !== 0));
  const first = await right();
  const threads = begun.length;
  console.log(first, await right(), threads > 0, begun.length === threads);`;

describe("threads that check signatures", () => {
  it.each(CASES)("R4 that %s, with the same answers", async (_, allowed) => {
    const { stdout } = await promisify(execFile)(process.execPath, [...allowed, "--input-type=module", "--eval", SCRIPT], { cwd: import.meta.dirname });
    expect(stdout).toBe(`true true ${allowed.includes("--allow-worker")} true\n`);
  });
});
