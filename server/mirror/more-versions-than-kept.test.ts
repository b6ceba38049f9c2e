/** A party signs more versions of its log than others keep of those that come first. */
import { afterEach, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { closedDoor, foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { HostileNode } from "../_hostile-node.ts";

let circle: TestCircle;

afterEach(async () => circle.close());

describe("a log in more versions than are kept", () => {
  it("R16 takes no effect from what an honest party said, at no node", async () => {
    circle = await foundTestCircle(["aurelia", "borealis", "corvia"]);
    const { channel } = circle;
    const [aurelia, borealis, corvia] = [await circle.start("aurelia"), await circle.start("borealis"), await circle.start("corvia", { acknowledges: false })];
    for (let round = 0; round < 2; round += 1) await circle.exchange(aurelia, borealis, corvia);
    const hostile = await HostileNode.behind(circle, aurelia);
    const before = await hostile.ownEntries();
    const version = async (byte: number) => hostile.logOf([...before, await hostile.letterAfter(before, { salt: toBase64(new Uint8Array(16).fill(byte)) })]);
    const without = async (id: string, work: () => Promise<void>) => {
      const seat = circle.seat(id);
      const { answer } = seat;
      seat.answer = closedDoor;
      await work();
      seat.answer = answer;
    };
    // Corvia hears one version and answers it; Borealis hears five others before it can ask Corvia.
    hostile.show(await version(100));
    await without("borealis", () => corvia.exchangeNow());
    const said = must(await corvia.say(channel, letterTo("aurelia", "an answer to what was shown")));
    await without("corvia", async () => {
      for (let byte = 0; byte < 5; byte += 1) {
        hostile.show(await version(byte));
        await borealis.exchangeNow();
      }
    });
    for (let round = 0; round < 3; round += 1) await circle.exchange(borealis, corvia);
    expect([borealis, corvia].map((node) => node.state(channel).get(said.id)?.id)).toEqual([said.id, said.id]);
  });
});
