/** A head whose last entry is held up, and another that contradicts it. */
import { afterEach, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import type { Payload } from "@countersign/core/channel/statement.ts";
import { closedDoor, foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { HostileNode } from "../_hostile-node.ts";

let circle: TestCircle;

afterEach(async () => circle.close());

const salt = (byte: number) => toBase64(new Uint8Array(16).fill(byte));
const HELD_UP: readonly (readonly [string, (own: Payload["seen"][number]) => Partial<Payload>])[] = [
  ["names a file that nobody gives", () => ({ files: [{ name: "x", sha256: "ab".repeat(32), size: 5, type: "text/plain" }] })],
  ["is dated a day ahead", () => ({ at: "2027-03-12T02:07:00Z" })],
  ["saw more of another log than there is", (own) => ({ seen: [own, { log: "corvia", size: 50, root: toBase64(new Uint8Array(32)) }] })],
];

describe("a head of which only a part was taken", () => {
  it.each(HELD_UP)("R15 R16 proves a fork with the next one that contradicts it, when its last entry %s", async (_, changed) => {
    circle = await foundTestCircle(["aurelia", "borealis", "corvia"]);
    const { channel } = circle;
    const [aurelia, borealis, corvia] = [await circle.start("aurelia"), await circle.start("borealis"), await circle.start("corvia")];
    for (let round = 0; round < 2; round += 1) await circle.exchange(aurelia, borealis, corvia);
    const hostile = await HostileNode.behind(circle, aurelia);
    const before = await hostile.ownEntries();
    const entries = [...before, await hostile.letterAfter(before, { salt: salt(1) })];
    const own = { log: "aurelia", size: entries.length, root: toBase64((await hostile.logOf(entries)).tree.root()) };
    hostile.show(await hostile.logOf([...entries, await hostile.letterAfter(entries, changed(own))]));
    const { answer } = circle.seat("corvia");
    circle.seat("corvia").answer = closedDoor;
    await borealis.exchangeNow();
    circle.seat("corvia").answer = answer;
    hostile.show(await hostile.logOf([...before, await hostile.letterAfter(before, { salt: salt(2) })]));
    for (let round = 0; round < 3; round += 1) await circle.exchange(borealis, corvia);
    const said = must(await corvia.say(channel, letterTo("borealis", "an answer to what was shown")));
    for (let round = 0; round < 2; round += 1) await circle.exchange(borealis, corvia);
    expect(borealis.observations(channel).filter(({ code }) => code === "fork")).toHaveLength(1);
    expect(borealis.state(channel).inert.filter(({ author }) => author === "corvia")).toEqual([]);
    expect(borealis.state(channel).get(said.id)?.id).toBe(said.id);
  });
});
