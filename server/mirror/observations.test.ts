/** What a node notes of others' heads, whatever they claim, is something that it can read again. */
import { afterEach, describe, expect, it } from "vitest";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { signHead } from "@countersign/core/log/checkpoint.ts";
import { formatSignatureLines } from "@countersign/core/signing/note.ts";
import { call } from "@countersign/wire/client.ts";
import { endpoints } from "@countersign/wire/endpoints.ts";
import { foundTestCircle, must, type TestCircle } from "../_circle.ts";
import { HostileNode } from "../_hostile-node.ts";
import { clockSeconds } from "../clock.ts";

let circle: TestCircle;

afterEach(async () => circle.close());

describe("a note of a head", () => {
  it.each([[1_000_000_001], [Number.MAX_SAFE_INTEGER]])("R15 that claims %i entries is read by the desk, and by the next start", async (size) => {
    circle = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
    const { channel } = circle;
    const [aurelia, borealis, lookout] = [await circle.start("aurelia"), await circle.start("borealis"), await circle.start("lookout")];
    await circle.exchange(aurelia, borealis, lookout);
    const hostile = await HostileNode.behind(circle, aurelia);
    const { named, signer } = hostile.keys.log;
    const note = encodeUtf8(await signHead({ origin: named.name, size, root: new Uint8Array(32).fill(7) }, signer, named.name, clockSeconds(circle.clock)));
    hostile.alter({ checkpoint: async (log) => (log === "aurelia" ? note : hostile.node.logs(channel).checkpoint(log)) });
    await circle.exchange(borealis, lookout);
    for (const node of [borealis, lookout]) {
      expect(node.observations(channel).map(({ heads }) => heads.map((head) => head.size))).toContainEqual([size]);
      const shown = must(await call(endpoints.record, { channel }, {}, { base: circle.seat(node.id).base }));
      expect(shown.observations).toEqual(node.observations(channel));
      await node.close();
      expect((await circle.start(node.id)).observations(channel)).toEqual(shown.observations);
    }
  });

  it("R15 that does not read is kept in whole characters, though its words were cut within one", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"]);
    const { channel } = circle;
    const [aurelia, borealis] = [await circle.start("aurelia"), await circle.start("borealis")];
    await circle.exchange(aurelia, borealis);
    const hostile = await HostileNode.behind(circle, aurelia);
    const line = formatSignatureLines([{ name: `${"x".repeat(99)}\u{1f4dc}`, id: "00000000", signature: new Uint8Array(1) }]);
    const note = encodeUtf8(`${hostile.keys.log.named.name}\n1\n${"A".repeat(43)}=\n\n${line}${line}`);
    hostile.alter({ checkpoint: async (log) => (log === "aurelia" ? note : hostile.node.logs(channel).checkpoint(log)) });
    await borealis.exchangeNow();
    expect(borealis.observations(channel).map(({ code, sentence }) => [code, sentence.isWellFormed()])).toEqual([["damaged-copy", true]]);
    await borealis.close();
    expect((await circle.start("borealis")).observations(channel)).toHaveLength(1);
  });
});
