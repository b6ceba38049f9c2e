import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import type { CountersignNode } from "../node.ts";

let circle: TestCircle;
let node: CountersignNode;

beforeAll(async () => {
  circle = await foundTestCircle(["aurelia", "borealis"]);
  node = await circle.start("aurelia");
  await circle.exchange(node, await circle.start("borealis"));
  for (const size of [0, 700_000, 900_000]) {
    const files = [{ name: `of-${size}`, type: "application/octet-stream", data: toBase64(new Uint8Array(size).fill(7)) }];
    must(await node.say(circle.channel, letterTo("borealis", `a file of ${size}`, files)));
  }
});

afterAll(() => circle.close());

describe("the bundle that a desk downloads", () => {
  const address = () => `${circle.seat("aurelia").base}/api/channels/${circle.channel}/bundle`;

  it("R18 comes piece by piece with its length, and has the bytes that are written at once", async () => {
    const answer = await fetch(address());
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(answer.status).toBe(200);
    expect(bytes.length).toBeGreaterThan(1_600_000);
    expect(answer.headers.get("content-length")).toBe(String(bytes.length));
    expect(bytes).toEqual(must(await node.bundle(circle.channel)));
  });

  it("R18 whoever hangs up in the middle of one leaves the node answering", async () => {
    const hangUp = new AbortController();
    const answer = await fetch(address(), { signal: hangUp.signal });
    await answer.body?.getReader().read();
    hangUp.abort();
    expect((await fetch(address())).status).toBe(200);
  });
});
