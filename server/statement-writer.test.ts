/** What a party's statements name of a log whose owner shows each of the others something else. */
import { afterEach, describe, expect, it } from "vitest";
import { foundTestCircle, letterTo, must, type TestCircle } from "./_circle.ts";
import { HELD_UP, holdUp } from "./_held-up.ts";

let circle: TestCircle;

afterEach(async () => circle.close());

describe("a statement made while an entry of another log is held up", () => {
  it.each(HELD_UP)("R5 builds on nothing that its owner can still exchange, when the entry %s", async (_, changed) => {
    circle = await foundTestCircle(["aurelia", "borealis", "corvia"]);
    const { channel } = circle;
    const { borealis, corvia, size, contradict } = await holdUp(circle, changed);
    expect(borealis.record(channel).logs.get("aurelia")?.entries).toHaveLength(size);
    const said = must(await borealis.say(channel, letterTo("corvia", "while it is held up")));
    await contradict();
    for (let round = 0; round < 2; round += 1) await circle.exchange(borealis, corvia);
    for (const node of [borealis, corvia]) expect(node.state(channel).get(said.id)?.id).toBe(said.id);
    const withoutEffect = [borealis, corvia].flatMap((node) => node.state(channel).inert.filter(({ author }) => author === "borealis"));
    expect(withoutEffect).toEqual([]);
  });
});
