/** How long it takes over HTTP on one machine until what one party says is in the other's view, with nothing but the hint to call for it. */
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";

const SAID = 15;

let circle: TestCircle;
afterEach(() => circle.close());

it("R10 brings what is said into the other's view at once: the median is printed, and far below a round", async () => {
  circle = await foundTestCircle(["aurelia", "borealis"]);
  const { channel } = circle;
  const seldom = { pullEveryMilliseconds: 3_600_000 };
  const aurelia = await circle.start("aurelia", seldom);
  const borealis = await circle.start("borealis", seldom);
  // Nothing can be said before the head over the other's signature of the charter is held.
  while (!(await aurelia.say(channel, letterTo("borealis", "First."))).ok) await setTimeout(5);
  const took: number[] = [];
  for (let number = 0; number < SAID; number += 1) {
    // Not in step with the pauses between two hints.
    await setTimeout(20 + ((number * 37) % 200));
    const begun = performance.now();
    const { id } = must(await aurelia.say(channel, letterTo("borealis", `Number ${number}.`)));
    while (borealis.state(channel).get(id) === undefined) await setTimeout(1);
    took.push(performance.now() - begun);
  }
  took.sort((a, b) => a - b);
  const [median = 0, longest = 0] = [took[Math.floor(SAID / 2)], took.at(-1)];
  console.log(`From said to seen: median ${Math.round(median)} ms, longest ${Math.round(longest)} ms, of ${SAID}.`);
  // Without hints it would be an hour. The bound leaves room for a machine that does much else.
  expect(median).toBeLessThan(5000);
});
