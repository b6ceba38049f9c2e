import { afterEach, describe, expect, it } from "vitest";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";

let circle: TestCircle;

afterEach(async () => circle.close());

describe("what a peer did not give", () => {
  it("R15 what was withheld is noted no longer once it is held, whoever brought it, by an observer too", async () => {
    circle = await foundTestCircle(["aurelia", "borealis", "carpathia"], ["lookout"]);
    const { channel } = circle;
    const [aurelia, borealis, carpathia, lookout] = [
      await circle.start("aurelia"),
      await circle.start("borealis"),
      await circle.start("carpathia"),
      await circle.start("lookout"),
    ];
    await circle.exchange(aurelia, borealis, carpathia, lookout);
    await circle.exchange(aurelia, borealis, carpathia, lookout);
    const seat = circle.seat("aurelia");
    const honest = seat.answer;
    const withholding = (request: Request) =>
      new URL(request.url).pathname.includes("/aurelia/tile/") ? Promise.resolve(new Response(null, { status: 404 })) : honest(request);
    must(await aurelia.say(channel, letterTo("borealis", "late for some")));
    seat.answer = withholding;
    for (const node of [borealis, lookout]) {
      await node.exchangeNow();
      expect(node.observations(channel).map(({ code, from }) => [code, from])).toEqual([["withheld", "aurelia"]]);
    }
    seat.answer = honest;
    await carpathia.exchangeNow();
    seat.answer = withholding;
    for (const node of [borealis, lookout]) {
      for (let pass = 0; pass < 2; pass += 1) await node.exchangeNow();
      expect(node.observations(channel)).toEqual([]);
    }
  });
});
