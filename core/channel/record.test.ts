import { describe, expect, it } from "vitest";
import { SmallRecord } from "../bundle/_small-record.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { KeyRing } from "./key-ring.ts";
import { placed, readEntries } from "./record.ts";

describe("reading entries", () => {
  it("R11 blames a bad signature on its own entry alone, whichever of the two it is", async () => {
    const small = await new SmallRecord().begin();
    for (let index = 0; index < 3; index += 1) await small.say("aurelia", "release", { statements: ["00".repeat(32)] });
    const { entries } = small.log("aurelia");
    for (let bad = 0; bad < entries.length * 2; bad += 1) {
      const verify: VerifySignatures = async (checks) => checks.map((_, position) => position !== bad);
      const read = await readEntries(placed(entries), KeyRing.of(small.charter, "aurelia"), small.channel, verify);
      const wrong = read.flatMap(({ problem }, index) => (problem === undefined ? [] : [[index, problem.code]]));
      expect(wrong).toEqual([[Math.floor(bad / 2), "entry-badly-signed"]]);
    }
  });
});
