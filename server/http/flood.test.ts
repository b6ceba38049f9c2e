/** An observer's witness takes submissions from whoever comes. However many come, the channel's nodes go on, and nothing is left of it. */
import { request as httpRequest, type ClientRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { decodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { formatAddCheckpoint } from "@countersign/core/log/witness.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { signRequest } from "../access/request-signature.ts";
import type { CountersignNode } from "../node.ts";
import { partySigners, type PartySigners } from "../private/keys.ts";
import { serveNode, type ServedNode } from "../serve.ts";

let circle: TestCircle;
let aurelia: CountersignNode;
let borealis: CountersignNode;
let lookout: CountersignNode;
let served: ServedNode;
let keys: PartySigners;

beforeAll(async () => {
  circle = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
  aurelia = await circle.start("aurelia");
  borealis = await circle.start("borealis");
  lookout = await circle.start("lookout");
  await circle.exchange(aurelia, borealis, lookout);
  served = must(await serveNode(lookout, { port: 0, host: "127.0.0.1" }));
  keys = must(await partySigners(circle.seat("aurelia").directory, circle.charter.parties[0]!));
});
afterAll(async () => {
  await served.close();
  await circle.close();
});

const url = (what = "add-checkpoint") => `${served.address}/log/${circle.channel}/cosigner/${what}`;

/** From another machine, as a proxy on this one tells it. */
async function post(from: string, body: string, headers: Record<string, string> = {}, what?: string): Promise<{ status: number; retryAfter: string | null }> {
  const answer = await fetch(url(what), { method: "POST", body, headers: { ...headers, "x-forwarded-for": from } });
  await answer.arrayBuffer();
  return { status: answer.status, retryAfter: answer.headers.get("retry-after") };
}

async function newestHead(): Promise<string> {
  const note = must(parseNote(decodeUtf8((await aurelia.logs(circle.channel).checkpoint("aurelia")) ?? new Uint8Array(0)) ?? ""));
  return formatAddCheckpoint({ oldSize: 0, proof: [], note });
}

const signed = () => signRequest("POST", url(), "lookout", keys.node, Math.floor(Date.now() / 1000));

/** A submission whose body never ends; how it is answered. */
function stall(from: string): { readonly request: ClientRequest; readonly status: Promise<number> } {
  const request = httpRequest(url(), { method: "POST", agent: false, headers: { "x-forwarded-for": from, "transfer-encoding": "chunked" } });
  const status = new Promise<number>((resolve) => {
    request.on("response", (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    request.on("error", () => resolve(0));
  });
  request.write("old 0\n");
  return { request, status };
}

describe("a flood of submissions that nobody signed", () => {
  it("R17 whose bodies never end holds no more places than one address has, and gives them up when it goes", async () => {
    const refused: number[] = [];
    const stalled = Array.from({ length: 12 }, () => stall("192.0.2.200"));
    for (const { status } of stalled) void status.then((answered) => refused.push(answered));
    await vi.waitFor(() => expect(refused).toHaveLength(8), 10_000);
    expect((await post("192.0.2.201", await newestHead())).status).toBe(409);
    for (const { request } of stalled) request.destroy();
    await vi.waitFor(async () => expect((await post("192.0.2.200", await newestHead())).status).toBe(409), 10_000);
    expect(refused.filter((status) => status === 429)).toHaveLength(8);
  });

  it("R17 from one address is refused with the time to wait, while the parties exchange and another log gets in", async () => {
    const body = await newestHead();
    const began = performance.now();
    const flood = Promise.all(Array.from({ length: 400 }, (_, number) => post("203.0.113.7", number % 2 === 0 ? body : "old 0\n\nnothing\n", {}, number % 3 === 0 ? "sign-subtree" : "add-checkpoint")));
    must(await aurelia.say(circle.channel, letterTo("borealis", "While it lasts.")));
    await circle.exchange(aurelia, borealis, lookout);
    const witnessed = aurelia.receipts(circle.channel).find(({ log }) => log === "aurelia");
    expect(witnessed?.witnessedBy.map(({ size }) => size)).toEqual([witnessed?.size]);
    const answers = await flood;
    const seconds = (performance.now() - began) / 1000;
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.length - refused.length).toBeLessThanOrEqual(60 + 2 * seconds + 1);
    for (const { retryAfter } of refused) expect(Number(retryAfter)).toBeGreaterThan(0);
    expect((await post("198.51.100.1", body)).status).toBe(409);
  });

  it("R17 from everywhere takes nothing from who signs with a key of the channel", async () => {
    const body = await newestHead();
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 600 }, (_, number) => post(`198.51.${number % 200}.${number % 7}`, body)));
    const seconds = (performance.now() - began) / 1000;
    const admitted = answers.filter(({ status }) => status !== 429).length;
    expect(admitted).toBeLessThanOrEqual(240 + 20 * seconds + 1);
    for (let again = 0; again < 5; again += 1) expect((await post("203.0.113.7", body, signed())).status).toBe(409);
    const { signature = "", ...input } = signed();
    // A signature that does not hold is none.
    const forged = await Promise.all(Array.from({ length: 300 }, () => post("203.0.113.8", body, { ...input, signature: signature.replace(/^sig=:..../, "sig=:AAAA") })));
    expect(forged.some(({ status }) => status === 429)).toBe(true);
  });
});

describe("a flood of requests that nobody signed, on paths for the channel's nodes", () => {
  it("R17 is refused one by one, reads no body and keeps nothing, and parties are answered in between", async () => {
    const path = `${served.address}/log/${circle.channel}/heads`;
    const bogus = { "signature-input": `sig=("@method" "@path" "@query");created=${Math.floor(Date.now() / 1000)};nonce="AAAAAAAAAAAAAAAAAAAAAA==";keyid="${keys.node.named.name}";alg="ed25519";tag="countersign/lookout"`, signature: `sig=:${"A".repeat(86)}==:` };
    const flood = Promise.all(Array.from({ length: 400 }, async (_, number) => (await fetch(path, number % 2 === 0 ? {} : { headers: bogus })).status));
    const mine = async () => (await fetch(path, { headers: signRequest("GET", path, "lookout", keys.node, Math.floor(Date.now() / 1000)) })).status;
    expect([await mine(), await mine()]).toEqual([200, 200]);
    expect(new Set(await flood)).toEqual(new Set([401]));
    expect((await fetch(`${served.address}/log/${circle.channel}/hint`, { method: "POST", body: "x".repeat(100_000) })).status).toBe(400);
  });
});
