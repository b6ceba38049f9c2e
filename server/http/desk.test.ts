import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { fromBase64 } from "@countersign/core/bytes/base64.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { leafHash } from "@countersign/core/log/merkle.ts";
import { call } from "@countersign/wire/client.ts";
import { endpoints } from "@countersign/wire/endpoints.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import type { CountersignNode } from "../node.ts";

let circle: TestCircle;

afterEach(async () => circle.close());

async function pair(): Promise<[CountersignNode, CountersignNode]> {
  circle = await foundTestCircle(["aurelia", "borealis"]);
  const nodes: [CountersignNode, CountersignNode] = [await circle.start("aurelia"), await circle.start("borealis")];
  await circle.exchange(...nodes);
  return nodes;
}

describe("the desk", () => {
  const at = (id: string) => ({ base: circle.seat(id).base });

  it("answers the endpoints of the table over HTTP", async () => {
    const [, borealis] = await pair();
    const { channel } = circle;
    expect(must(await call(endpoints.node, {}, undefined, at("aurelia")))).toMatchObject({
      id: "aurelia",
      role: "party",
      channels: [{ channel, nature: "exercise" }],
    });
    const said = must(await call(endpoints.say, { channel }, letterTo("borealis", "by hand"), at("aurelia")));
    await circle.exchange(borealis);
    const record = must(await call(endpoints.record, { channel }, {}, at("borealis")));
    expect(record.logs.map(({ log, from, entries }) => [log, from, entries.length])).toEqual([
      ["aurelia", 0, said.index + 1],
      ["borealis", 0, 3],
    ]);
    const newer = must(
      await call(endpoints.record, { channel }, { have: `aurelia:${said.index},borealis:3` }, at("borealis")),
    );
    expect(newer.logs.map(({ entries }) => entries.length)).toEqual([1, 0]);
    expect(toHex(leafHash(fromBase64(newer.logs[0]?.entries[0] ?? "") ?? new Uint8Array(0)))).toBe(
      toHex(borealis.record(channel).logs.get("aurelia")?.entries[said.index]?.leafHash ?? new Uint8Array(0)),
    );
    const sealed = must(await call(endpoints.seal, { channel }, { value: "site-7" }, at("aurelia")));
    expect(
      must(await call(endpoints.unseal, { channel }, { commitment: sealed.commitment }, at("aurelia"))).value,
    ).toBe("site-7");
    expect(await call(endpoints.unseal, { channel }, { commitment: sealed.commitment }, at("borealis"))).toMatchObject({
      ok: false,
      refusal: { code: "seal-unknown" },
    });
    must(
      await call(
        endpoints.saveDraft,
        { channel },
        { id: "d1", kind: "letter", title: { en: "Draft" }, body: { a: 1 } },
        at("aurelia"),
      ),
    );
    expect(must(await call(endpoints.record, { channel }, {}, at("aurelia"))).drafts).toMatchObject([{ id: "d1" }]);
    expect(must(await call(endpoints.dropDraft, { channel }, { id: "d1" }, at("aurelia")))).toEqual({ dropped: true });
    expect(
      await call(endpoints.say, { channel: "0".repeat(64) }, letterTo("borealis", "x"), at("aurelia")),
    ).toMatchObject({ ok: false, refusal: { code: "channel-unknown" } });
  });

  it("tells of changes as they come", async () => {
    const [aurelia] = await pair();
    const response = await fetch(`${circle.seat("aurelia").base}/api/events`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain("data: open");
    must(await aurelia.say(circle.channel, letterTo("borealis", "news")));
    expect((await reader?.read())?.value).toContain("data: changed");
    await reader?.cancel();
  });

  it("is told at once when the node cannot write any more, and why", async () => {
    const [aurelia] = await pair();
    const { channel } = circle;
    const response = await fetch(`${circle.seat("aurelia").base}/api/events`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain("data: open");
    expect(must(await call(endpoints.node, {}, undefined, at("aurelia")))).not.toHaveProperty("cannotWrite");
    // Its disk is gone: nothing can be laid down any more.
    await rm(join(circle.seat("aurelia").directory, "logs", channel, ".temporary"), { recursive: true });
    expect((await aurelia.say(channel, letterTo("borealis", "lost"))).ok).toBe(false);
    expect((await reader?.read())?.value).toContain("data: changed");
    await reader?.cancel();
    const { cannotWrite } = must(await call(endpoints.node, {}, undefined, at("aurelia")));
    expect(cannotWrite).toMatch(/could not be written \(ENOENT\)/);
    expect(cannotWrite).not.toContain(circle.seat("aurelia").directory);
  });

  it("R12 says why nothing more is kept or said once another's entries could not be kept, also when the disk is there again", async () => {
    const [aurelia, borealis] = await pair();
    const { channel } = circle;
    const records = join(circle.seat("borealis").directory, "logs", channel, "log", "aurelia", "_cs", "commit");
    must(await aurelia.say(channel, letterTo("borealis", "not to be kept")));
    const inTheWay = join(records, String((await readdir(records)).length).padStart(12, "0"));
    await mkdir(inTheWay);
    await expect(borealis.exchangeNow()).rejects.toThrow();
    await rm(inTheWay, { recursive: true });
    const sentence = /^Entries of other logs could not be kept \(EISDIR\)\. .* started again\.$/;
    expect(await borealis.say(channel, letterTo("aurelia", "over it"))).toMatchObject({ ok: false, refusal: { code: "entries-not-kept", sentence: expect.stringMatching(sentence) } });
    expect(must(await call(endpoints.node, {}, undefined, at("borealis"))).cannotWrite).toMatch(sentence);
    await borealis.close();
    const again = await circle.start("borealis");
    await circle.exchange(aurelia, again);
    expect(must(await again.say(channel, letterTo("aurelia", "after it"))).index).toBeGreaterThan(0);
  });

  it("takes no request of another origin, under another name, or of another content type", async () => {
    await pair();
    const { base } = circle.seat("aurelia");
    const post = (headers: Record<string, string>) =>
      circle
        .seat("aurelia")
        .answer(
          new Request(`${base}/api/channels/${circle.channel}/statements`, { method: "POST", headers, body: "{}" }),
        );
    const json = { "content-type": "application/json" };
    const host = new URL(base).host;
    expect((await post({ ...json, host: "evil.example" })).status).toBe(403);
    expect((await post({ ...json, host, origin: "http://evil.example" })).status).toBe(403);
    expect((await post({ ...json, host, "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await post({ host, "content-type": "text/plain" })).status).toBe(415);
    expect((await post({ ...json, host, origin: base })).status).toBe(400);
  });

  it("outside a demonstration opens by a link that works once", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"]);
    await circle.start("aurelia", { demonstration: false, deskToken: "link-token" });
    const { base } = circle.seat("aurelia");
    expect((await fetch(`${base}/api/node`)).status).toBe(401);
    expect((await fetch(`${base}/api/enter?token=wrong`)).status).toBe(401);
    const entered = await fetch(`${base}/api/enter?token=link-token`, { redirect: "manual" });
    expect(entered.status).toBe(303);
    const cookie = entered.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    // Two desks at one host have two cookies: a browser tells hosts apart, and no ports.
    expect(cookie.startsWith(`countersign-desk-${new URL(base).port}=`)).toBe(true);
    expect((await fetch(`${base}/api/node`, { headers: { cookie: cookie.split(";")[0] ?? "" } })).status).toBe(200);
    expect((await fetch(`${base}/api/enter?token=link-token`, { redirect: "manual" })).status).toBe(401);
  });
});
