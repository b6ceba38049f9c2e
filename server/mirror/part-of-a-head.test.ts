/** A head whose last entry is held up, and another that contradicts it. */
import { afterEach, describe, expect, it } from "vitest";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { HELD_UP, holdUp } from "../_held-up.ts";

let circle: TestCircle;

afterEach(async () => circle.close());

const cases = HELD_UP.flatMap(([what, changed]) => [[what, "goes on", changed] as const, [what, "is started again", changed] as const]);

describe("a head of which only a part was taken", () => {
  it.each(cases)("R15 R16 proves a fork with the next one that contradicts it, when its last entry %s and the node %s", async (_, then, changed) => {
    circle = await foundTestCircle(["aurelia", "borealis", "corvia"]);
    const { channel } = circle;
    const { borealis: first, corvia, contradict } = await holdUp(circle, changed);
    if (then === "is started again") await first.close();
    const borealis = then === "is started again" ? await circle.start("borealis") : first;
    await contradict();
    for (let round = 0; round < 3; round += 1) await circle.exchange(borealis, corvia);
    const said = must(await corvia.say(channel, letterTo("borealis", "an answer to what was shown")));
    for (let round = 0; round < 2; round += 1) await circle.exchange(borealis, corvia);
    expect(borealis.observations(channel).filter(({ code }) => code === "fork")).toHaveLength(1);
    expect(borealis.state(channel).inert.filter(({ author }) => author === "corvia")).toEqual([]);
    expect(borealis.state(channel).get(said.id)?.id).toBe(said.id);
  });
});
