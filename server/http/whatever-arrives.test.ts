/**
 * Whatever is sent to a node, on every route that it has and beside them, the answer is a value: never a failure of the node, never silence, and
 * a refusal always with its code and sentence. Over real sockets, with a fixed seed; the node works on afterwards.
 */
import { request as httpRequest } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { problem } from "@countersign/wire/endpoints.ts";
import { signRequest } from "../access/request-signature.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import type { CountersignNode } from "../node.ts";
import { partySigners } from "../private/keys.ts";
import type { EdwardsSigner } from "../signing.ts";

const SEED = 20_220_126;

let circle: TestCircle;
let aurelia: CountersignNode;
let other: EdwardsSigner;
/** What stands in paths where it is meant. */
let meant: Readonly<Record<string, readonly string[]>>;

beforeAll(async () => {
  circle = await foundTestCircle(["aurelia", "borealis"]);
  aurelia = await circle.start("aurelia");
  const borealis = await circle.start("borealis");
  await circle.exchange(aurelia, borealis);
  const said = must(await aurelia.say(circle.channel, letterTo("borealis", "words", [{ name: "a.txt", type: "text/plain", data: toBase64(encodeUtf8("a")) }])));
  await circle.exchange(aurelia, borealis);
  await borealis.close();
  const party = circle.charter.parties.find(({ id }) => id === "borealis");
  if (party === undefined) throw new Error("no borealis");
  other = must(await partySigners(circle.seat("borealis").directory, party)).node;
  const hash = aurelia.state(circle.channel).get(said.id)?.files[0]?.sha256 ?? "";
  meant = { channel: [circle.channel], log: ["aurelia", "borealis", "files", "heads"], sha256: [hash], statement: [said.id] };
});

afterAll(() => circle.close());

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** As it stands, past what a browser would put right. `undefined` if no such request can be written at all. */
function send({ method, path, headers, body }: Sent): Promise<Answer | undefined> {
  const { hostname, port } = new URL(circle.seat("aurelia").base);
  return new Promise((resolve, reject) => {
    try {
      const request = httpRequest({ hostname, port, method, path, headers, agent: false, timeout: 20_000 }, (response) => {
        const type = response.headers["content-type"] ?? "";
        const answer = { status: response.statusCode ?? 0, type };
        if (type.startsWith("text/event-stream")) {
          request.destroy();
          resolve({ ...answer, text: "" });
          return;
        }
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => resolve({ ...answer, text: Buffer.concat(parts).toString("utf8") }));
        response.on("error", reject);
      });
      request.on("timeout", () => reject(new Error(`no answer to ${method} ${path.slice(0, 200)}`)));
      // Where the node refuses before it has read all, the rest cannot be sent.
      request.on("error", (error) => (["EPIPE", "ECONNRESET"].includes((error as NodeJS.ErrnoException).code ?? "") ? resolve(undefined) : reject(error)));
      if (body !== undefined) request.write(body);
      request.end();
    } catch {
      resolve(undefined);
    }
  });
}

function expectAnswer(sent: Sent, answer: Answer | undefined): void {
  if (answer === undefined) return;
  const what = `${sent.method} ${sent.path.slice(0, 300)} ${JSON.stringify(sent.headers).slice(0, 600)} ${String(sent.body).slice(0, 300)}`;
  expect(answer.status, what).toBeLessThan(500);
  if (answer.status < 400 || sent.method === "HEAD") return;
  // What is no HTTP never reaches the node: Node itself answers, without a body.
  if (answer.text === "" && [400, 408, 413, 414, 417, 431].includes(answer.status)) return;
  const read = problem.safeParse(JSON.parse(answer.text));
  expect(read.success, `${what}: ${answer.text.slice(0, 300)}`).toBe(true);
  expect(read.data?.sentence, what).toMatch(/^[A-Z`"…].{10,2000}$/s);
  expect(answer.text.length, what).toBeLessThan(8000);
}

const odd = fc.oneof(
  fc.constantFrom("", ".", "..", "%2e%2e", "%00", "%", "%zz", "%ff", "*", ":log", "x".repeat(3000), "0".repeat(64), "A".repeat(64), "aurelia%2fcheckpoint", "__proto__", "constructor", "-1", "1e9", "é", "aurelia\\..", "entries", "000.p/256", "x999/999"),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 12 }).map((text) => encodeURIComponent(text.toWellFormed())),
);

/** A path of the node's own table, its places filled with what is meant or something odd, and sometimes something behind it. */
const paths = () => {
  const routes = [...new Set(aurelia.app.routes.map(({ path }) => path))].concat("/nowhere/:channel", "/");
  return fc
    .tuple(fc.constantFrom(...routes), fc.array(fc.tuple(fc.boolean(), odd), { minLength: 8, maxLength: 8 }), fc.constantFrom("", "", "", "?have=", "?have=aurelia:0", "?token=", "#x", "/", "//"), odd)
    .map(([route, fillings, end, more]) => {
      let place = 0;
      const filled = route
        .split("/")
        .map((segment) => {
          if (!segment.startsWith(":") && segment !== "*") return segment;
          const [isMeant = true, text = ""] = fillings[place++ % fillings.length] ?? [];
          const [first = "0/000"] = meant[segment.replace(/^:([a-z0-9]+).*/, "$1")] ?? [];
          return isMeant ? first : text;
        })
        .join("/");
      return `${filled}${end}${end.startsWith("?have=") || end === "?token=" ? encodeURIComponent(more.toWellFormed()) : ""}`;
    });
};

const EXAMPLES = [
  JSON.stringify(letterTo("borealis", "words")),
  '{"value":"x"}',
  `{"commitment":"${"0".repeat(64)}"}`,
  `{"sha256":"${"0".repeat(64)}"}`,
  '{"id":"d1","kind":"letter","title":{"en":"x"},"body":{}}',
];

const bodies: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom("", "null", "[]", "{", '{"__proto__":{"kind":"letter"}}', '{"kind":"letter","kind":"letter"}', "[".repeat(100_000), `{"kind":"letter","body":${'{"a":'.repeat(5000)}1${"}".repeat(5000)},"files":[]}`, `{"value":${"9".repeat(5000)}}`, '{"value":"\\ud800"}', '{"id":"a","kind":"k","title":{"en":"\\ud800"},"body":{"n":1e400}}'),
  fc.tuple(fc.constantFrom(...EXAMPLES), fc.array(fc.tuple(fc.nat(400), fc.nat(8), fc.constantFrom("", '"', "{}", "[]", "null", "-1", "1.5", ",", "\\u0000", "\u0000", '"files":[{}]', "é".repeat(200), "../../x")), { minLength: 0, maxLength: 3 })).map(([text, changes]) =>
    changes.reduce((whole, [at, cut, put]) => whole.slice(0, at) + put + whole.slice(at + cut), text),
  ),
);

const names = fc.constantFrom("signature-input", "signature", "host", "origin", "cookie", "content-type", "content-length", "transfer-encoding", "accept", "range", "if-none-match", "sec-fetch-site", "expect", "x-forwarded-for", "content-encoding", "connection");
const headers = fc.dictionary(names, fc.oneof(odd, fc.constantFrom("application/json", "application/json; charset=x", "gzip", "chunked", "bytes=0-", "same-origin", "null", "http://[", "a b", "localhost:99999", "sig=()", `sig=:${"A".repeat(86)}==:`)).map((text) => text.replaceAll(/[^\t\x20-\x7e]/g, "~")), { maxKeys: 3 });

describe("a node, whatever arrives", () => {
  it("R11 answers every method, path, header and body with a value, and never fails", { timeout: 120_000 }, async () => {
    const failed = vi.spyOn(console, "error");
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          method: fc.constantFrom("GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"),
          path: paths(),
          extra: fc.option(headers, { nil: {} }),
          body: fc.option(bodies, { nil: undefined }),
          signed: fc.boolean(),
        }),
        async ({ method, path, extra, body, signed }) => {
          const carries = !["GET", "HEAD"].includes(method);
          const sent: Sent = {
            method,
            path,
            headers: { ...(carries ? { "content-type": "application/json" } : {}), ...(signed ? signatureFor(method, path) : {}), ...extra },
            body: carries ? body : undefined,
          };
          const answer = await send(sent);
          statuses.set(answer?.status ?? 0, (statuses.get(answer?.status ?? 0) ?? 0) + 1);
          expectAnswer(sent, answer);
        },
      ),
      { seed: SEED, numRuns: 3000 },
    );
    // Not all were turned away at the door.
    for (const status of [200, 400, 401, 404]) expect(statuses.get(status) ?? 0, JSON.stringify([...statuses])).toBeGreaterThan(20);
    expect(failed.mock.calls).toEqual([]);
    expect(must(await aurelia.say(circle.channel, letterTo("borealis", "It works on."))).proof).toBeDefined();
  });

  it("R11 reads no body beyond its limit, whatever its length is said to be", async () => {
    const path = `/api/channels/${circle.channel}/seals`;
    const large = new Uint8Array(3 * 1024 * 1024).fill(0x20);
    for (const said of [{}, { "content-length": String(large.length) }, { "transfer-encoding": "chunked" }]) {
      const answer = await send({ method: "POST", path, headers: { "content-type": "application/json", ...said }, body: large });
      if (answer !== undefined) expect(answer).toMatchObject({ status: 413, text: expect.stringContaining("request-too-large") });
    }
    expect(await send({ method: "POST", path, headers: { "content-type": "application/json" }, body: "{}" })).toMatchObject({ status: 200 });
  });
});

function signatureFor(method: string, path: string): Record<string, string> {
  const { base } = circle.seat("aurelia");
  if (!URL.canParse(base + path)) return {};
  return signRequest(method, base + path, "aurelia", other, Math.floor(Date.now() / 1000));
}
