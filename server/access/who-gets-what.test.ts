/**
 * Who gets what of a node, route by route, against one written table: a party, another party, an observer, the key of another channel, and
 * nobody. A route that is added without its row fails here.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import { readStatement } from "@countersign/core/channel/statement.ts";
import { decodeBundle } from "@countersign/core/log/tiles.ts";
import { formatAddCheckpoint, witnessedPath } from "@countersign/core/log/witness.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import type { EndpointName } from "@countersign/wire/client.ts";
import { bytePaths, endpoints } from "@countersign/wire/endpoints.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import type { CountersignNode } from "../node.ts";
import { observerSigners, partySigners } from "../private/keys.ts";
import { edwardsSigner, type EdwardsSigner } from "../signing.ts";
import { signRequest } from "./request-signature.ts";

type Asker = "otherSide" | "ally" | "observer" | "stranger" | "unsigned";
const ASKERS: readonly Asker[] = ["otherSide", "ally", "observer", "stranger", "unsigned"];

/** Statuses in the order of ASKERS. What is kept from an observer is refused or not there; it is never a shorter answer of the same thing. */
const LOG_ROUTES: Readonly<Record<string, readonly { readonly what: string; readonly path: () => string; readonly method?: "POST"; readonly gets: readonly number[] }[]>> = {
  checkpoint: [{ what: "a head", path: () => `${log()}/checkpoint`, gets: [200, 200, 200, 403, 401] }],
  heads: [{ what: "all heads", path: () => `/log/${circle.channel}/heads`, gets: [200, 200, 200, 403, 401] }],
  tile: [
    { what: "a hash tile", path: () => `${log()}/tile/0/000.p/${size()}`, gets: [200, 200, 200, 403, 401] },
    { what: "an entry bundle", path: () => `${log()}/tile/entries/000.p/${size()}`, gets: [200, 200, 403, 403, 401] },
    { what: "an entry bundle that is not held", path: () => `${log()}/tile/entries/001`, gets: [404, 404, 403, 403, 401] },
    { what: "an entry bundle in another spelling", path: () => `${log()}/tile/entries/0`, gets: [404, 404, 404, 404, 404] },
    { what: "an ally's entry bundle", path: () => `/log/${circle.channel}/carpathia/tile/entries/000.p/1`, gets: [200, 200, 403, 403, 401] },
  ],
  branchTile: [{ what: "a tile of a further version", path: () => `${log()}/branch-1/tile/0/000.p/1`, gets: [404, 404, 403, 403, 401] }],
  released: [{ what: "what is open", path: () => `${log()}/released`, gets: [200, 200, 200, 403, 401] }],
  file: [
    { what: "a released body file", path: () => file("released.txt"), gets: [200, 200, 200, 403, 401] },
    { what: "another body file", path: () => file("kept.txt"), gets: [200, 200, 404, 403, 401] },
    { what: "a released letter's attachment", path: () => file("released-secret.txt"), gets: [200, 200, 404, 403, 401] },
    { what: "another attachment", path: () => file("kept-secret.txt"), gets: [200, 200, 404, 403, 401] },
    { what: "a file that is none", path: () => `/log/${circle.channel}/files/${"0".repeat(64)}`, gets: [404, 404, 404, 403, 401] },
  ],
  proof: [{ what: "a proof", path: () => `/log/${circle.channel}/proofs/${"0".repeat(64)}`, gets: [404, 404, 404, 403, 401] }],
  hint: [{ what: "a hint", path: () => `/log/${circle.channel}/hint`, method: "POST", gets: [204, 204, 204, 403, 401] }],
  cosigned: [
    { what: "the last head it cosigned of another's log", path: () => cosigner("borealis"), gets: [200, 200, 200, 403, 401] },
    { what: "the last head it cosigned of its own log", path: () => cosigner("aurelia"), gets: [404, 404, 404, 403, 401] },
  ],
  charter: [{ what: "the charter", path: () => `/log/${circle.channel}/charter`, gets: [200, 200, 200, 403, 401] }],
};

/** A desk is for whoever came by its link; no node key opens it. `entered`: with the link's cookie. */
const DESK_BYTES: Readonly<Record<string, { readonly path: () => string; readonly entered: number }>> = {
  bundle: { path: () => `/api/channels/${circle.channel}/bundle`, entered: 200 },
  previous: { path: () => `/api/channels/${circle.channel}/previous`, entered: 404 },
  deskFile: { path: () => `/api/channels/${circle.channel}/files/${hashOf("kept.txt")}`, entered: 200 },
  deskProof: { path: () => `/api/channels/${circle.channel}/proofs/${"0".repeat(64)}`, entered: 404 },
  deskAttachment: { path: () => `/api/channels/${circle.channel}/statements/${statements.kept}/attachments/${hashOf("kept-secret.txt")}`, entered: 200 },
  deskOpening: { path: () => `/api/channels/${circle.channel}/statements/${statements.kept}/attachments/${hashOf("kept-secret.txt")}/opening`, entered: 200 },
  events: { path: () => "/api/events", entered: 200 },
};

/** 400: the body that is sent is none. */
const DESK_ENDPOINTS: Readonly<Record<EndpointName, number>> = {
  node: 200,
  record: 200,
  say: 400,
  seal: 400,
  unseal: 400,
  match: 400,
  saveDraft: 400,
  dropDraft: 400,
};

let circle: TestCircle;
let aurelia: CountersignNode;
let keys: ReadonlyMap<Asker, EdwardsSigner>;
let cookie: string;
const statements = { released: "", kept: "" };

const cosigner = (id: string) =>
  `/log/${circle.channel}/cosigner/${witnessedPath(circle.charter.parties.find((one) => one.id === id)?.keys.log.name ?? "")}`;
const log = () => `/log/${circle.channel}/aurelia`;
const size = () => aurelia.record(circle.channel).logs.get("aurelia")?.entries.length ?? 0;
const files = () => aurelia.state(circle.channel).all.flatMap((statement) => statement.files);
const hashOf = (name: string) => files().find((one) => one.name === name)?.sha256 ?? "";
const file = (name: string) => `/log/${circle.channel}/files/${hashOf(name)}`;
const attached = (name: string, readers?: string[]) => ({
  name,
  type: "text/plain",
  data: toBase64(encodeUtf8(`content of ${name}`)),
  ...(readers === undefined ? {} : { readers }),
});

beforeAll(async () => {
  circle = await foundTestCircle(["aurelia", "borealis", "carpathia"], ["lookout"]);
  const { channel, charter } = circle;
  // No demonstration: its desk has a link, as between States.
  aurelia = await circle.start("aurelia", { demonstration: false, deskToken: "by the link" });
  const borealis = await circle.start("borealis");
  const carpathia = await circle.start("carpathia");
  const all = [aurelia, borealis, carpathia];
  await circle.exchange(...all);
  for (const name of ["released", "kept"] as const)
    statements[name] = must(
      await aurelia.say(channel, letterTo("borealis", `the words ${name}`, [attached(`${name}.txt`), attached(`${name}-secret.txt`, ["borealis"])])),
    ).id;
  await circle.exchange(...all);
  for (const node of [aurelia, borealis])
    must(await node.say(channel, { kind: "release", body: { statements: [statements.released] }, files: [] }));
  await circle.exchange(...all);
  const nodeKey = async (id: string) => {
    const party = charter.parties.find((one) => one.id === id);
    const observer = charter.observers.find((one) => one.id === id);
    const { directory } = circle.seat(id);
    const signers = party === undefined ? (observer === undefined ? undefined : must(await observerSigners(directory, observer))) : must(await partySigners(directory, party));
    if (signers?.node === undefined) throw new Error(`no node key of ${id}`);
    return signers.node;
  };
  keys = new Map<Asker, EdwardsSigner>([
    ["otherSide", await nodeKey("borealis")],
    ["ally", await nodeKey("carpathia")],
    ["observer", await nodeKey("lookout")],
    ["stranger", edwardsSigner("aurelia.example/another/node", new Uint8Array(32).fill(9))],
  ]);
  const entered = await fetch(`${circle.seat("aurelia").base}/api/enter?token=by+the+link`, { redirect: "manual" });
  cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
});
afterAll(() => circle.close());

const seconds = () => Math.floor(Date.now() / 1000);

function headersFor(asker: Asker, path: string, { method = "GET", to = "aurelia", at = seconds() } = {}): Record<string, string> {
  const signer = keys.get(asker);
  return signer === undefined ? {} : signRequest(method, circle.seat("aurelia").base + path, to, signer, at);
}

async function ask(path: string, headers: Record<string, string>, method = "GET", body?: string): Promise<{ status: number; bytes: Uint8Array; code: string | undefined }> {
  const response = await fetch(circle.seat("aurelia").base + path, { method, headers, ...(body === undefined ? {} : { body }) });
  if (response.headers.get("content-type")?.startsWith("text/event-stream") === true) {
    await response.body?.cancel();
    return { status: response.status, bytes: new Uint8Array(0), code: undefined };
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  return { status: response.status, bytes, code: response.ok || !text.startsWith("{") ? undefined : (JSON.parse(text) as { code: string }).code };
}

const inFile = Object.entries(LOG_ROUTES).flatMap(([name, rows]) => rows.map((row) => ({ name, ...row })));

describe("who gets what from a node", () => {
  it("R17 is written down for every route that the node has", () => {
    const written = new Set([
      ...Object.values(endpoints).map(({ method, path }) => `${method} ${path}`),
      ...[...Object.keys(LOG_ROUTES), ...Object.keys(DESK_BYTES)].map((name) => `${LOG_ROUTES[name]?.[0]?.method ?? "GET"} ${(bytePaths as Readonly<Record<string, string>>)[name] ?? name}`),
    ]);
    const served = aurelia.app.routes.map(({ method, path }) => `${method} ${path.replace(`/log/${circle.channel}/`, "/log/:channel/")}`);
    // `/api/enter` is the way in, `/api/*` the guard before everything else of the desk.
    expect([...new Set(served)].filter((route) => !written.has(route) && !["GET /api/enter", "ALL /api/*"].includes(route))).toEqual([]);
    expect([...written].filter((route) => !served.includes(route))).toEqual([]);
  });

  it.each(inFile)("R17 $name: $what", async ({ path, gets, method = "GET" }) => {
    const got = [];
    for (const asker of ASKERS) got.push((await ask(path(), headersFor(asker, path(), { method }), method)).status);
    expect(got).toEqual(gets);
  });

  it("R6 R17 nothing that an observer is given holds an entry, a file or a ciphertext that is not open", async () => {
    const record = aurelia.record(circle.channel);
    const open = aurelia.state(circle.channel).get(statements.released);
    const hidden: Uint8Array[] = [];
    for (const [party, { entries }] of record.logs) {
      const tile = await aurelia.logs(circle.channel).tile(party, { level: "entries", number: 0, width: entries.length });
      for (const [index, leaf] of must(decodeBundle(tile ?? new Uint8Array(0), entries.length)).entries())
        if (!(party === "aurelia" && index === open?.index)) hidden.push(must(readStatement(leaf)).envelope.signatures[0].sig);
    }
    hidden.push(encodeUtf8("content of kept.txt"), encodeUtf8("content of kept-secret.txt"), encodeUtf8("content of released-secret.txt"));
    for (const one of files().filter(isAttachment)) {
      const ciphertext = await aurelia.logs(circle.channel).file(one.sha256, "party");
      hidden.push((ciphertext ?? new Uint8Array(0)).slice(-32));
    }
    expect(hidden.length).toBeGreaterThan(10);
    let given = 0;
    for (const { path, method = "GET" } of inFile) {
      const { bytes } = await ask(path(), headersFor("observer", path(), { method }), method);
      const text = Buffer.from(bytes);
      given += bytes.length;
      for (const secret of hidden)
        expect(text.includes(Buffer.from(secret)) || text.includes(toBase64(secret)), `${path()} gives ${toBase64(secret)}`).toBe(false);
      // Entries come in base64 within JSON, and their signatures in base64 within those.
      const inner = [...text.toString("latin1").matchAll(/"entry":"([^"]+)"/g)].map(([, entry]) => Buffer.from(entry ?? "", "base64").toString("latin1"));
      for (const entry of inner) for (const secret of hidden) expect(entry.includes(toBase64(secret))).toBe(false);
    }
    expect(given).toBeGreaterThan(1000);
  });

  it("R17 every signed route refuses a request sent again, for another node, of another day, and for another path, method or query", async () => {
    for (const { path, method = "GET" } of inFile) {
      const at = path();
      const [first, second] = [headersFor("otherSide", at, { method }), headersFor("otherSide", at, { method })];
      const once = await ask(at, first, method);
      const twice = await ask(at, first, method);
      // A path that is none is answered alike to all, before anybody is asked who they are.
      if (at.endsWith("/tile/entries/0")) continue;
      expect([once.status === 401, twice.status, twice.code], at).toEqual([false, 401, "request-replayed"]);
      const now = seconds();
      const refused = async (headers: Record<string, string>, to = at) => (await ask(to, headers, method)).code;
      expect(await refused(headersFor("otherSide", at, { method, to: "borealis" }))).toBe("request-for-another");
      for (const away of [-3600, -62, 62, 3600]) expect(await refused(headersFor("otherSide", at, { method, at: now + away }))).toBe("request-lapsed");
      expect(await refused(headersFor("otherSide", `${at}x`, { method }))).toBe("request-signature-fails");
      expect(await refused(headersFor("otherSide", at, { method: method === "GET" ? "POST" : "GET" }))).toBe("request-signature-fails");
      expect(await refused(second, `${at}?a=1`)).toBe("request-signature-fails");
      const { signature = "", ...input } = headersFor("otherSide", at, { method });
      expect(await refused({ ...input, signature: `${signature.slice(0, 8)}${signature[8] === "A" ? "B" : "A"}${signature.slice(9)}` })).toBe("request-signature-fails");
      const stolen = headersFor("observer", at, { method });
      expect(await refused({ ...stolen, "signature-input": (stolen["signature-input"] ?? "").replace("lookout", "borealis") })).toMatch(/^request-/);
    }
  });

  it("R17 a signed request without a body is taken with none: what the signature does not cover goes nowhere", async () => {
    for (const { path, method } of inFile.filter((row) => row.method === "POST")) {
      const headers = headersFor("otherSide", path(), { method: "POST" });
      expect(await ask(path(), headers, method, "{}")).toMatchObject({ status: 400, code: "hint-has-body" });
      expect((await ask(path(), headers, method)).status).toBe(204);
    }
  });

  it("R17 no node key opens a desk, and nothing of a desk is answered without its link", async () => {
    const rows = [
      ...Object.values(DESK_BYTES).map(({ path, entered }) => ({ method: "GET", path: path(), entered })),
      ...(Object.keys(endpoints) as EndpointName[]).map((name) => ({
        method: endpoints[name].method as string,
        path: endpoints[name].path.replace(":channel", circle.channel),
        entered: DESK_ENDPOINTS[name],
      })),
    ];
    for (const { method, path, entered } of rows) {
      const json: Record<string, string> = method === "POST" ? { "content-type": "application/json" } : {};
      const body = method === "POST" ? "[]" : undefined;
      for (const asker of ASKERS)
        expect((await ask(path, { ...json, ...headersFor(asker, path, { method }) }, method, body)).code, `${path} ${asker}`).toBe("desk-closed");
      expect((await ask(path, { ...json, cookie: `${cookie}x` }, method, body)).code).toBe("desk-closed");
      expect((await ask(path, { ...json, cookie }, method, body)).status, path).toBe(entered);
      expect((await ask(path, { ...json, cookie, origin: "https://elsewhere.example" }, method, body)).code).toBe("desk-other-origin");
    }
  });

  it("R17 only an observer's node has two routes more, and takes a head there from whoever brings it, signed by its log", async () => {
    const lookout = await circle.start("lookout");
    const routes = (node: CountersignNode) => new Set(node.app.routes.map(({ method, path }) => `${method} ${path.replace(`/log/${circle.channel}/`, "/log/:channel/")}`));
    expect([...routes(lookout)].filter((route) => !routes(aurelia).has(route))).toEqual([`POST ${bytePaths.addCheckpoint}`, `POST ${bytePaths.signSubtree}`]);
    const note = must(parseNote((await aurelia.logs(circle.channel).checkpoint("aurelia")) ?? ""));
    const whole = formatAddCheckpoint({ oldSize: 0, proof: [], note: { ...note, signatures: note.signatures.slice(0, 2) } });
    const unsigned = formatAddCheckpoint({ oldSize: 0, proof: [], note: { ...note, signatures: note.signatures.slice(2) } });
    const path = `/log/${circle.channel}/cosigner/add-checkpoint`;
    const got: Record<string, readonly number[]> = {};
    for (const asker of ASKERS) {
      const url = circle.seat("lookout").base + path;
      const signer = keys.get(asker);
      const headers = () => (signer === undefined ? {} : signRequest("POST", url, "lookout", signer, seconds()));
      const send = async (body: string) => fetch(url, { method: "POST", body, headers: headers() });
      const refused = await send(unsigned);
      expect(refused.headers.get("content-type")).not.toContain("size");
      got[asker] = [refused.status, (await send(whole)).status];
    }
    expect(got).toEqual({ otherSide: [403, 200], ally: [403, 409], observer: [403, 409], stranger: [403, 409], unsigned: [403, 409] });
    await lookout.close();
  });

  it("R17 an observer's own desk has no entry, no attachment and no file that is not open", async () => {
    const { channel } = circle;
    const lookout = await circle.start("lookout");
    await circle.exchange(aurelia, lookout);
    const { base } = circle.seat("lookout");
    const record = (await (await fetch(`${base}/api/channels/${channel}/record?have=aurelia:0`)).json()) as {
      logs: { entries: string[]; released: unknown[] }[];
      files: { sha256: string }[];
      attachments: string[];
    };
    expect(record.logs.flatMap(({ entries }) => entries)).toEqual([]);
    expect(record.logs.flatMap(({ released }) => released)).toHaveLength(1);
    expect([record.files.map(({ sha256 }) => sha256), record.attachments]).toEqual([[hashOf("released.txt")], []]);
    for (const name of ["kept.txt", "kept-secret.txt", "released-secret.txt"])
      expect((await fetch(`${base}/api/channels/${channel}/files/${hashOf(name)}`)).status).toBe(404);
    for (const [statement, name] of [
      [statements.released, "released-secret.txt"],
      [statements.kept, "kept-secret.txt"],
    ] as const)
      expect((await fetch(`${base}/api/channels/${channel}/statements/${statement}/attachments/${hashOf(name)}`)).status).toBe(404);
  });
});
