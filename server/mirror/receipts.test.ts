/** What a party can do to another with the time of a cosignature, which is its own word. */
import { afterEach, describe, expect, it } from "vitest";
import { parseInstant } from "@countersign/core/bytes/instant.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { verifyBundle } from "@countersign/core/bundle/verify.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { parseCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { cosign } from "@countersign/core/log/cosignature.ts";
import { addSignatures, formatNote, parseNote } from "@countersign/core/signing/note.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { HostileNode } from "../_hostile-node.ts";
import { nativeVerify } from "../signing.ts";

let circle: TestCircle;

afterEach(async () => circle.close());

/** Borealis has said something new; what it knows of Aurelia's cosignature of it after Aurelia cosigned it with this time. */
async function told() {
  circle = await foundTestCircle(["aurelia", "borealis"]);
  const { channel } = circle;
  const [aurelia, borealis] = [await circle.start("aurelia"), await circle.start("borealis")];
  await circle.exchange(aurelia, borealis);
  const hostile = await HostileNode.behind(circle, aurelia);
  must(await borealis.say(channel, letterTo("aurelia", "to be cosigned")));
  const note = must(parseNote((await borealis.logs(channel).checkpoint("borealis")) ?? ""));
  const head = must(parseCheckpointText(note.text));
  const { named, signer } = hostile.keys.mirror;
  const after = async (time: number) => {
    const served = encodeUtf8(formatNote(addSignatures(note, await cosign(head, signer, named.name, time))));
    hostile.alter({ checkpoint: async (log) => (log === "borealis" ? served : hostile.headOf(log)) });
    await borealis.exchangeNow();
    const receipt = borealis.receipts(channel).find(({ log }) => log === "borealis")?.storedBy[0];
    return receipt?.size === head.size ? receipt.time : undefined;
  };
  return { channel, borealis, after };
}

describe("a cosignature of another time", () => {
  it("R13 that no calendar has, or that lies ahead of the clock, counts as none: what the other exports, shows and keeps is as before", async () => {
    const { channel, borealis, after } = await told();
    const now = parseInstant(circle.clock.at) ?? 0;
    for (const time of [253_402_300_799, 253_402_300_800, 2 ** 53 - 1, now + circle.charter.tolerances.clockSeconds + 1])
      expect(await after(time)).toBeUndefined();
    const bytes = must(await borealis.bundle(channel, { asOf: "record" }));
    expect(await verifyBundle(bytes, { verify: nativeVerify, kinds })).toMatchObject({ ok: true, asOf: circle.clock.at });
    expect(await after(now + circle.charter.tolerances.clockSeconds)).toBe("2027-03-11T02:12:00Z");
    await borealis.close();
    const again = await circle.start("borealis");
    expect(again.receipts(channel).map(({ storedBy }) => storedBy.length)).toEqual([1, 1]);
  });
});
