/**
 * A node's log over real HTTP, as somebody reads it who has the C2SP documents and none of this program: paths, types, tiles, head and proof
 * are taken apart here with nothing but Node's own hash and signature check, by definition and slowly.
 */
import { createHash, createPublicKey, verify } from "node:crypto";
import { Agent, request as httpRequest } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StatementAnswer } from "@countersign/wire/endpoints.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "./_circle.ts";
import { signRequest } from "./access/request-signature.ts";
import type { CountersignNode } from "./node.ts";
import { partySigners } from "./private/keys.ts";
import { serveNode } from "./serve.ts";
import type { EdwardsSigner } from "./signing.ts";

const LETTERS = 262;
let circle: TestCircle;
let aurelia: CountersignNode;
let borealis: CountersignNode;
let lookout: CountersignNode;
let asker: EdwardsSigner;
let last: StatementAnswer;

beforeAll(async () => {
  circle = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
  aurelia = await circle.start("aurelia");
  borealis = await circle.start("borealis");
  lookout = await circle.start("lookout");
  await circle.exchange(aurelia, borealis);
  const said = await Promise.all(Array.from({ length: LETTERS }, (_, number) => aurelia.say(circle.channel, letterTo("borealis", `Letter ${number}.`))));
  last = must(said.at(-1) ?? (await aurelia.say(circle.channel, letterTo("borealis", "None."))));
  asker = must(await partySigners(circle.seat("borealis").directory, circle.charter.parties[1]!)).node;
}, 60_000);
afterAll(() => circle.close());

async function get(path: string): Promise<{ readonly status: number; readonly headers: Headers; readonly bytes: Buffer }> {
  const url = `${circle.seat("aurelia").base}/log/${circle.channel}/aurelia/${path}`;
  const answer = await fetch(url, { headers: signRequest("GET", url, "aurelia", asker, Math.floor(Date.now() / 1000)) });
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
}

const sha256 = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
const leaf = (entry: Uint8Array) => sha256(Buffer.of(0), entry);
const node = (left: Uint8Array, right: Uint8Array) => sha256(Buffer.of(1), left, right);

/** MTH of RFC 6962, section 2.1. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return sha256();
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return node(treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

/** PATH of RFC 6962, section 2.1.1. */
function pathOf(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length <= 1) return [];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return index < split
    ? [...pathOf(index, leaves.slice(0, split)), treeHash(leaves.slice(split))]
    : [...pathOf(index - split, leaves.slice(split)), treeHash(leaves.slice(0, split))];
}

function partsOf(note: string): { readonly text: string; readonly origin: string; readonly size: number; readonly root: string; readonly lines: readonly (readonly [name: string, bytes: Buffer])[] } {
  const at = note.lastIndexOf("\n\n");
  const text = note.slice(0, at + 1);
  const [origin = "", size = "", root = ""] = text.split("\n");
  const lines = note
    .slice(at + 2, -1)
    .split("\n")
    .map((line): [string, Buffer] => [line.split(" ")[1] ?? "", Buffer.from(line.split(" ")[2] ?? "", "base64")]);
  return { text, origin, size: Number(size), root, lines };
}

async function entriesOf(size: number): Promise<Buffer[]> {
  const entries: Buffer[] = [];
  for (let tile = 0; tile * 256 < size; tile += 1) {
    const width = Math.min(256, size - tile * 256);
    let { bytes } = await get(`tile/entries/${String(tile).padStart(3, "0")}${width < 256 ? `.p/${width}` : ""}`);
    while (bytes.length > 0) {
      const length = bytes.readUInt16BE(0);
      entries.push(bytes.subarray(2, 2 + length));
      bytes = bytes.subarray(2 + length);
    }
  }
  return entries;
}

describe("a log over HTTP", () => {
  it("R2 R13 reads for another implementation: head, entries, hash tiles of two levels, and the proof of an entry", async () => {
    const head = partsOf((await get("checkpoint")).bytes.toString("utf8"));
    const { name, pair } = circle.charter.parties[0]!.keys.log;
    const key = Buffer.from(pair.ed25519, "base64");
    const id = sha256(Buffer.from(`${name}\n`), Buffer.of(1), key).subarray(0, 4);
    const line = head.lines.find(([by, bytes]) => by === name && bytes.subarray(0, 4).equals(id))?.[1];
    const spki = createPublicKey({ key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key]), format: "der", type: "spki" });
    expect([head.origin, head.size > LETTERS, verify(null, Buffer.from(head.text), spki, line?.subarray(4) ?? Buffer.alloc(64))]).toEqual([name, true, true]);

    const leaves = (await entriesOf(head.size)).map(leaf);
    expect([leaves.length, treeHash(leaves).toString("base64")]).toEqual([head.size, head.root]);
    const full = await get("tile/0/000");
    const rest = await get(`tile/0/001.p/${head.size - 256}`);
    expect(Buffer.concat([full.bytes, rest.bytes]).equals(Buffer.concat(leaves))).toBe(true);
    expect((await get("tile/1/000.p/1")).bytes.equals(treeHash(leaves.slice(0, 256)))).toBe(true);

    const answered = partsOf(last.head);
    expect(last.proof).toEqual(pathOf(last.index, leaves.slice(0, answered.size)).map((hash) => hash.toString("base64")));
    expect(treeHash(leaves.slice(0, answered.size)).toString("base64")).toBe(answered.root);
  });

  it("R2 has the types and the caching of C2SP, no empty tile and no second spelling", async () => {
    const seen = async (path: string) => {
      const { status, headers } = await get(path);
      return [status, headers.get("content-type"), headers.get("cache-control")?.includes("immutable")];
    };
    expect(await seen("checkpoint")).toEqual([200, "text/plain; charset=utf-8", false]);
    for (const path of ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"]) expect(await seen(path)).toEqual([200, "application/octet-stream", true]);
    for (const path of ["tile/2/000.p/0", "tile/2/000", "tile/0/0", "tile/00/000", "tile/0/000.p/256", "tile/0/x000/000", "tile/64/000"]) expect((await get(path)).status).toBe(404);
  });

  it("R2 is also taken where its owner compresses what it serves", async () => {
    const seat = circle.seat("aurelia");
    const { answer } = seat;
    let compressed = 0;
    seat.answer = async (asked) => {
      const plain = await answer(asked);
      if (!new URL(asked.url).pathname.includes("/tile/") || plain.status !== 200) return plain;
      expect(asked.headers.get("accept-encoding")).toContain("gzip");
      compressed += 1;
      return new Response(new Uint8Array(gzipSync(await plain.bytes())), { headers: { "content-type": "application/octet-stream", "content-encoding": "gzip" } });
    };
    await borealis.exchangeNow();
    seat.answer = answer;
    expect([compressed > 0, borealis.record(circle.channel).logs.get("aurelia")?.entries.length]).toEqual([true, aurelia.record(circle.channel).logs.get("aurelia")?.entries.length]);
  });

  it("R13 a witness answers several submissions on one connection", async () => {
    const served = must(await serveNode(lookout, { port: 0, host: "127.0.0.1" }));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const post = () =>
      new Promise<readonly [status: number, reused: boolean]>((resolve, reject) => {
        const asked = httpRequest(`${served.address}/log/${circle.channel}/cosigner/add-checkpoint`, { method: "POST", agent }, (answer) => {
          answer.resume().on("end", () => resolve([answer.statusCode ?? 0, asked.reusedSocket]));
        });
        asked.on("error", reject);
        asked.end("nothing\n");
      });
    expect([await post(), await post()]).toEqual([[400, false], [400, true]]);
    agent.destroy();
    await served.close();
  });
});
