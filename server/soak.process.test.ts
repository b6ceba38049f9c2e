/** The soak in small; `npm run soak` is the same with a thousand kills. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { formatCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import { HeadCensus } from "./_head-census.ts";

const SCRIPT = fileURLToPath(new URL("_soak.ts", import.meta.url));

describe("three nodes as processes that say, pull and cosign, killed again and again", () => {
  it("R12 R13 R15 lose nothing that was answered and never show two roots of one size", { timeout: 120_000 }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, "--kills", "16", "--seed", "24"]);
    console.log(stdout.trim());
    expect(stdout).toMatch(/^seed 24: 16 kills \(\d+ during a start\), \d+ starts, [1-9]\d* statements answered, .* 0 faults/);
  });

  it("takes no number that is none", async () => {
    await expect(promisify(execFile)(process.execPath, [SCRIPT, "--kills=-1"])).rejects.toThrow("--kills takes a number");
  });

  it("R15 would notice a second root, and what is no head", () => {
    const census = new HeadCensus();
    const note = (size: number, fill: number) =>
      formatNote({
        text: formatCheckpointText({ origin: "aurelia.example/test/log", size, root: new Uint8Array(32).fill(fill) }),
        signatures: [{ name: "aurelia.example/test/log", id: "01020304", signature: new Uint8Array(64) }],
      });
    for (const [size, fill] of [[1, 1], [2, 2], [1, 1]] as const) census.add(note(size, fill), `${size} ${fill}`);
    expect([census.faults, census.seen, census.different]).toEqual([[], 3, 2]);
    census.add(note(2, 3), "2 3");
    census.add("nothing", "a file");
    expect(census.faults).toEqual([
      "Two roots of aurelia.example/test/log at size 2: 2 2 and 2 3.",
      expect.stringMatching(/^a file: no head\. /),
    ]);
  });
});
