/** A request to say something that comes again: at the same time, over a line that broke, after a restart. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import { readStatement } from "@countersign/core/channel/statement.ts";
import { call } from "@countersign/wire/client.ts";
import { endpoints } from "@countersign/wire/endpoints.ts";
import { StatementSender } from "@countersign/wire/statement-sender.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "./_circle.ts";
import type { CountersignNode } from "./node.ts";

let circle: TestCircle;

beforeEach(async () => {
  circle = await foundTestCircle(["aurelia", "borealis"]);
});

afterEach(async () => circle.close());

const KEY = "00112233445566778899aabbccddeeff";
const OTHER_KEY = "ffeeddccbbaa99887766554433221100";

async function pair(): Promise<CountersignNode> {
  const nodes = [await circle.start("aurelia"), await circle.start("borealis")] as const;
  await circle.exchange(...nodes);
  return nodes[0];
}

/** The titles of the letters in a log, as its node's desk gets it. */
async function letters(base: string): Promise<readonly unknown[]> {
  const { logs } = must(await call(endpoints.record, { channel: circle.channel }, {}, { base }));
  const entries = logs.find(({ log }) => log === "aurelia")?.entries ?? [];
  return entries.flatMap((entry) => {
    const read = readStatement(fromBase64(entry) ?? new Uint8Array(0));
    return read.ok && read.value.payload.kind === "letter" ? [read.value.payload.body["text"]] : [];
  });
}

describe("a request that comes again", () => {
  it("R12 gets the same answer and makes no second statement, also at the same time and after a restart", async () => {
    let node = await pair();
    const { base } = circle.seat("aurelia");
    const secret = { name: "plan.txt", type: "text/plain", data: toBase64(new Uint8Array(100).fill(7)), readers: ["borealis"] };
    // With an attachment: it is encrypted anew each time, and still the same request.
    const request = { ...letterTo("borealis", "once", [secret]), key: KEY };
    const say = (asked: typeof request) => call(endpoints.say, { channel: circle.channel }, asked, { base });
    const [first, second] = await Promise.all([say(request), say(request)]);
    expect(must(second)).toEqual(must(first));
    must(await say({ ...request, key: OTHER_KEY }));
    const again = must(await say(request));
    expect([again.id, again.index]).toEqual([must(first).id, must(first).index]);
    // Under a newer head than the first answer's.
    expect(again.head).not.toBe(must(first).head);
    await node.close();
    node = await circle.start("aurelia");
    const after = must(await say({ ...request, body: Object.fromEntries(Object.entries(request.body).reverse()) }));
    expect([after.id, after.index]).toEqual([must(first).id, must(first).index]);
    expect(await letters(base)).toEqual([{ en: "once" }, { en: "once" }]);
  });

  it("R12 under a key that was used for something else is refused, and says nothing", async () => {
    await pair();
    const { base } = circle.seat("aurelia");
    const say = (text: string) =>
      call(endpoints.say, { channel: circle.channel }, { ...letterTo("borealis", text), key: KEY }, { base });
    must(await say("one"));
    expect(await say("another")).toMatchObject({ ok: false, refusal: { code: "request-key-used" } });
    expect(await letters(base)).toEqual([{ en: "one" }]);
  });

  it("R12 that was refused is judged anew", async () => {
    const node = await circle.start("aurelia");
    const { base } = circle.seat("aurelia");
    const say = () =>
      call(endpoints.say, { channel: circle.channel }, { ...letterTo("borealis", "early"), key: KEY }, { base });
    expect(await say()).toMatchObject({ ok: false, refusal: { code: "entry-before-charter" } });
    await circle.exchange(node, await circle.start("borealis"));
    must(await say());
    expect(await letters(base)).toEqual([{ en: "early" }]);
  });

  it("R12 without a key is another statement each time, with a salt of its own", async () => {
    const node = await pair();
    const said = [];
    for (let time = 0; time < 2; time += 1) said.push(must(await node.say(circle.channel, letterTo("borealis", "twice"))).id);
    expect(new Set(said).size).toBe(2);
  });
});

describe("what a desk sends", () => {
  it("R12 over a line that breaks after the node has heard it is one statement with one answer", async () => {
    await pair();
    const { base } = circle.seat("aurelia");
    let cuts = 2;
    const cut: typeof fetch = async (...asked) => {
      const answer = await fetch(...asked);
      await answer.clone().arrayBuffer();
      cuts -= 1;
      if (cuts >= 0) throw new TypeError("the line broke");
      return answer;
    };
    const sender = new StatementSender({ base, fetch: cut }, [1, 1]);
    must(await sender.say(circle.channel, letterTo("borealis", "once")));
    expect(await letters(base)).toEqual([{ en: "once" }]);
    // Once it is answered, the same words are another statement.
    must(await sender.say(circle.channel, letterTo("borealis", "once")));
    expect(await letters(base)).toHaveLength(2);
  });

  it("R12 again by hand after nobody answered is still that one request", async () => {
    await pair();
    const { base } = circle.seat("aurelia");
    let broken = true;
    const cut: typeof fetch = async (...asked) => {
      const answer = await fetch(...asked);
      await answer.clone().arrayBuffer();
      if (broken) throw new TypeError("the line broke");
      return answer;
    };
    const sender = new StatementSender({ base, fetch: cut }, [1]);
    const say = () => sender.say(circle.channel, letterTo("borealis", "once"));
    expect(await say()).toMatchObject({ ok: false, refusal: { code: "unreachable" } });
    broken = false;
    must(await say());
    expect(await letters(base)).toEqual([{ en: "once" }]);
  });
});
