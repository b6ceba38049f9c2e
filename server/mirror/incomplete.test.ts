/** A log of which more is signed than a node can get: it is said what is missing and since when, it is asked for less and less often, and it goes on by itself. */
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { addSeconds } from "@countersign/core/bytes/instant.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { call } from "@countersign/wire/client.ts";
import { endpoints, type IncompleteLog } from "@countersign/wire/endpoints.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import type { CountersignNode } from "../node.ts";

let circle: TestCircle;
let aurelia: CountersignNode;
let borealis: CountersignNode;
let honest: (request: Request) => Response | Promise<Response>;
beforeEach(async () => {
  circle = await foundTestCircle(["aurelia", "borealis"]);
  aurelia = await circle.start("aurelia");
  borealis = await circle.start("borealis");
  await circle.exchange(aurelia, borealis);
  honest = circle.seat("aurelia").answer;
});
afterEach(() => circle.close());

/** Aurelia answers what it is asked for under this path otherwise. */
function instead(path: string, answer: (request: Request) => Response | Promise<Response>): void {
  circle.seat("aurelia").answer = (request) => (new URL(request.url).pathname.includes(path) ? answer(request) : honest(request));
}
const gone = (): Response => new Response(null, { status: 404 });
async function spoilt(request: Request): Promise<Response> {
  const bytes = new Uint8Array(await (await honest(request)).arrayBuffer());
  return new Response(bytes.map((byte, at) => (at === bytes.length - 40 ? byte ^ 1 : byte)));
}

/** As the desk hears it. */
async function incomplete(): Promise<IncompleteLog | undefined> {
  const { logs } = must(await call(endpoints.record, { channel: circle.channel }, {}, { base: circle.seat("borealis").base }));
  return logs.find(({ log }) => log === "aurelia")?.incomplete;
}

describe("a log that is not held as far as it is signed", () => {
  it("R15 is shown with what is missing and since when, whatever it is, and never once it is held", async () => {
    const { channel, clock } = circle;
    const annex = [{ name: "a.txt", type: "text/plain", data: toBase64(encodeUtf8("annex")) }];
    for (const [missing, path, answer, letter] of [
      ["hashes", "/aurelia/tile/0/", gone, letterTo("borealis", "No hashes.")],
      ["entries", "/aurelia/tile/entries/", gone, letterTo("borealis", "No entries.")],
      ["harm", "/aurelia/tile/entries/", spoilt, letterTo("borealis", "Wrong bytes.")],
      ["file", "/files/", gone, letterTo("borealis", "No file.", annex)],
      ["date", "/nothing", gone, letterTo("borealis", "Ahead of time.")],
    ] as const) {
      expect(await incomplete()).toBeUndefined();
      if (missing === "date") clock.at = addSeconds(clock.at, 1000);
      const { id, index } = must(await aurelia.say(channel, letter));
      if (missing === "date") clock.at = addSeconds(clock.at, -1000);
      instead(path, answer);
      const since = clock.at;
      await borealis.exchangeNow();
      clock.at = addSeconds(clock.at, 60);
      await borealis.exchangeNow();
      const place = missing === "hashes" ? {} : { entry: index };
      expect(await incomplete()).toEqual({ size: index + 1, since, missing, from: "aurelia", ...place });
      expect(borealis.state(channel).get(id)).toBeUndefined();
      circle.seat("aurelia").answer = honest;
      if (missing === "date") clock.at = addSeconds(clock.at, 1000);
      await borealis.exchangeNow();
      expect(borealis.state(channel).get(id)?.index).toBe(index);
    }
    expect(await incomplete()).toBeUndefined();
    expect(borealis.observations(channel).map(({ code }) => code)).toEqual(["damaged-copy"]);
  });

  it("R10 R15 is asked for less and less often, and goes on by itself when it arrives", async () => {
    const { channel } = circle;
    await borealis.close();
    borealis = await circle.start("borealis", { pullEveryMilliseconds: 50 });
    const { id } = must(await aurelia.say(channel, letterTo("borealis", "Later.")));
    let tiles = 0;
    let heads = 0;
    instead("/log/", (request) => {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith("/heads")) heads += 1;
      if (!pathname.includes("/tile/entries/")) return honest(request);
      tiles += 1;
      return gone();
    });
    while (tiles === 0) await setTimeout(5);
    heads = 0;
    tiles = 0;
    while (heads < 15) await setTimeout(5);
    // At one, three, seven … seconds; for a machine so slow that 15 rounds take minutes there is room. A partial tile is asked for twice.
    expect(tiles).toBeLessThanOrEqual(2 * 7);
    expect(tiles).toBeLessThan(heads);
    expect((await incomplete())?.missing).toBe("entries");
    circle.seat("aurelia").answer = honest;
    while (borealis.state(channel).get(id) === undefined) await setTimeout(5);
    expect(await incomplete()).toBeUndefined();
  });
});
