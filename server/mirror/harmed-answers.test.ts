/** An answer that comes to harm on its way is no word of whoever gave it: what was asked for is asked again, and nobody is said to serve something else. */
import { afterEach, expect, it } from "vitest";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";

let circle: TestCircle;
afterEach(() => circle.close());

it("R15 notes no other answer of a node whose every answer in turn came with a changed byte, or cut short, and holds the log after the next exchange", async () => {
  circle = await foundTestCircle(["aurelia", "borealis"]);
  const { channel } = circle;
  let left = Number.POSITIVE_INFINITY;
  let harm = (bytes: Uint8Array): Uint8Array => bytes;
  const harming: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    left -= 1;
    return new Response(left === 0 ? new Uint8Array(harm(bytes)) : bytes, { status: answer.status, headers: answer.headers });
  };
  const aurelia = await circle.start("aurelia");
  const borealis = await circle.start("borealis", { fetch: harming });
  await circle.exchange(aurelia, borealis);
  for (const how of [
    (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.length - 20 ? byte ^ 1 : byte)),
    (bytes: Uint8Array) => bytes.slice(0, -1),
  ]) {
    harm = how;
    // Heads, hashes, entries.
    for (let which = 1; which <= 3; which += 1) {
      const { id, index } = must(await aurelia.say(channel, letterTo("borealis", `Answer ${which}.`)));
      left = which;
      await borealis.exchangeNow();
      expect(left).toBeLessThanOrEqual(0);
      await borealis.exchangeNow();
      expect(borealis.state(channel).get(id)?.index).toBe(index);
      const codes = new Set(borealis.observations(channel).map(({ code }) => code));
      expect([...codes].filter((code) => code !== "damaged-copy")).toEqual([]);
    }
  }
});
