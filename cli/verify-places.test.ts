import { createServer, type Server, type ServerResponse } from "node:http";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SmallRecord } from "@countersign/core/bundle/_small-record.ts";
import { PART_LIMIT } from "@countersign/core/bundle/tar.ts";
import { writeBundle } from "@countersign/core/bundle/write.ts";
import { recordingTerminal } from "./_terminal.ts";
import { fetchBundle } from "./fetched-bundle.ts";
import { openUnpacked } from "./unpacked-source.ts";
import { verify } from "./verify.ts";

let folder: string;
let bundle: Uint8Array;
let channel: string;
let server: Server;
let base: string;
const at = (...path: string[]) => join(folder, ...path);

async function run(...values: string[]): Promise<{ code: number | string; text: string }> {
  const terminal = recordingTerminal();
  const result = await verify.run(values, terminal);
  return result.ok ? { code: result.value, text: terminal.printed.join("\n") } : { code: result.refusal.code, text: result.refusal.sentence };
}

/** A fresh folder with the bundle unpacked by the system's own program. */
function unpack(name: string): string {
  mkdirSync(at(name));
  execFileSync("tar", ["-xf", at("bundle.tar"), "-C", at(name)]);
  return at(name);
}

/** The only folder for temporary files while these tests run. */
const temporary = tmpdir();
const fetchedFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("countersign-fetched-"));

/** What the nodes of a demonstration answer, and at the root a party's own whose desk is closed. */
function asNode(path: string, response: ServerResponse): void {
  const json = (status: number, value: unknown) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  const [, id, rest] = /^\/nodes\/([a-z]+)(\/.*)$/.exec(path) ?? [];
  if (id === undefined) return void json(401, { code: "desk-closed", sentence: "Open the desk by the link." });
  if (id === "nobody") return void json(404, { code: "path-unknown", sentence: "Nothing is served under this path." });
  const ids = id === "many" ? [channel, "ab".repeat(32)] : id === "none" ? [] : [channel];
  const channels = ids.map((one) => ({ channel: one, nature: "exercise", title: { en: "Test" } }));
  if (rest === "/api/node") return void json(200, { id: "aurelia", name: { en: "Aurelia" }, role: "party", clock: "2027-03-11T02:07:00Z", demonstration: true, channels });
  if (rest === `/api/channels/${channel}/bundle`) response.end(bundle);
  else json(404, { code: "channel-unknown", sentence: "This node is not in that channel." });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-places-"));
  process.env["TMPDIR"] = folder;
  const small = await new SmallRecord({ observer: true }).begin();
  channel = small.channel;
  await small.say("borealia", "release", { statements: ["22".repeat(32)] }, [new Uint8Array(3000).fill(9)]);
  const written = writeBundle(await small.holdings());
  if (!written.ok) throw new Error(written.refusal.sentence);
  bundle = written.value;
  writeFileSync(at("bundle.tar"), bundle);
  server = createServer((request, response) => {
    if (request.url === "/bundle.tar") response.end(bundle);
    else if (request.url === "/moved") response.writeHead(302, { location: "/bundle.tar" }).end();
    else if (request.url === "/cut") {
      response.writeHead(200, { "content-length": String(bundle.length) });
      response.write(bundle.subarray(0, 700), () => response.destroy());
    } else if (request.url?.startsWith("/nodes/") === true || request.url?.startsWith("/api/") === true) asNode(request.url, response);
    else response.writeHead(404).end("nothing here");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  process.env["TMPDIR"] = temporary;
  rmSync(folder, { recursive: true });
});

describe("countersign verify on a folder", () => {
  it("R18 reads an unpacked bundle as the archive it was, byte for byte, wherever it is read from", () => {
    const source = openUnpacked(unpack("bytes"));
    if (!source.ok) throw new Error(source.refusal.sentence);
    expect(source.value.read(0, source.value.size)).toEqual(bundle);
    fc.assert(
      fc.property(fc.nat(bundle.length + 100), fc.nat(3000), (offset, length) => {
        expect(source.value.read(offset, length)).toEqual(bundle.slice(offset, offset + length));
      }),
    );
  });

  it("R18 gives the verdict of the bundle itself", async () => {
    expect(await run(unpack("whole"), "--json")).toEqual(await run(at("bundle.tar"), "--json"));
  });

  it("R18 notices a file that was changed, added or taken away", async () => {
    const changed = unpack("changed");
    const charter = readFileSync(join(changed, "charter.json"));
    charter[20] = (charter[20] ?? 0) ^ 1;
    writeFileSync(join(changed, "charter.json"), charter);
    expect(await run(changed)).toMatchObject({ code: 1, text: expect.stringContaining("charter.json") as string });
    const added = unpack("added");
    writeFileSync(join(added, "more"), "x");
    expect(await run(added)).toMatchObject({ code: 1, text: expect.stringContaining("The manifest does not name this part") as string });
    const lacking = unpack("lacking");
    rmSync(join(lacking, "manifest.sha256"));
    expect((await run(lacking)).code).toBe(1);
  });

  it("R18 refuses what no bundle has, and says what another folder is", async () => {
    const linked = unpack("linked");
    symlinkSync("/etc/hostname", join(linked, "files", "link"));
    expect((await run(linked)).code).toBe("unpacked-kind");
    const named = unpack("named");
    writeFileSync(join(named, "Read me"), "x");
    expect((await run(named)).code).toBe("unpacked-path");
    const large = unpack("large");
    truncateSync(join(large, "charter.json"), PART_LIMIT + 1);
    expect((await run(large)).code).toBe("unpacked-too-large");
    mkdirSync(at("empty"));
    expect((await run(at("empty"))).code).toBe("folder-without-bundle");
    cpSync(at("empty"), at("node"), { recursive: true });
    writeFileSync(at("node", "node.json"), "{}");
    expect((await run(at("node"))).text).toContain("countersign fsck");
  });
});

describe("countersign verify on an address", () => {
  it("R18 gives the verdict of the bundle that lies there, and leaves nothing behind", async () => {
    expect(await run(`${base}/bundle.tar`, "--json")).toEqual(await run(at("bundle.tar"), "--json"));
    expect(fetchedFolders()).toEqual([]);
  });

  it("R18 finds the bundle from any address of a node: a page of its desk, a checkpoint, a tile, a path of its interface", async () => {
    const verdict = await run(at("bundle.tar"), "--json");
    for (const path of [
      "/desk/aurelia/record/aurelia/4?lang=ru",
      "/desk/aurelia",
      `/desk/many/overview?circle=${channel.slice(0, 8)}`,
      "/nodes/aurelia/",
      "/nodes/aurelia",
      `/nodes/aurelia/log/${channel}/aurelia/checkpoint`,
      `/nodes/aurelia/log/${channel}/aurelia/tile/entries/000.p/4`,
      `/nodes/aurelia/log/${channel}`,
      `/nodes/aurelia/api/channels/${channel}/record?have=aurelia:4`,
    ])
      expect(await run(base + path, "--json"), path).toEqual(verdict);
    expect(fetchedFolders()).toEqual([]);
  });

  it("R18 says in one sentence what an address of a node lacks", async () => {
    const cases = [
      ["/desk/many/overview", "address-many-channels", `/nodes/many/api/channels/${channel}/bundle`],
      [`/desk/aurelia/overview?circle=${"0".repeat(8)}`, "address-many-channels", "does not say which"],
      ["/desk/none/overview", "address-no-channel", "in no channel yet"],
      // A party's own node: its record is for its own people.
      ["/", "address-closed", "countersign export"],
      ["/desk/nobody/record", "address-closed", "countersign export"],
      [`/log/${channel}/aurelia/checkpoint`, "address-closed", "countersign export"],
      [`/nodes/aurelia/log/${"cd".repeat(32)}/aurelia/checkpoint`, "address-refused", "answers with 404"],
    ] as const;
    for (const [path, code, words] of cases) expect(await run(base + path), path).toMatchObject({ code, text: expect.stringContaining(words) as string });
    expect((await run("http://")).code).toBe("address-malformed");
    expect((await run("http://127.0.0.1:1/desk/aurelia")).code).toBe("address-unanswered");
    expect(fetchedFolders()).toEqual([]);
  });

  it("says of what does not read as much as is known, with one blank line between parts", async () => {
    const bytes = bundle.slice();
    bytes.fill(0x20, 512, 700);
    writeFileSync(at("unreadable.tar"), bytes);
    const { code, text } = await run(at("unreadable.tar"));
    expect(code).toBe(1);
    expect(text).not.toContain("\n\n\n");
    expect((await run(at("bundle.tar"))).text).not.toContain("\n\n\n");
  });

  it("R18 says in one sentence that no bundle came, and leaves nothing behind", async () => {
    expect(await run(`${base}/nowhere`)).toMatchObject({ code: "address-refused", text: expect.stringContaining("answers with 404") as string });
    expect(await run(`${base}/moved`)).toMatchObject({ code: "address-refused", text: expect.stringContaining("names /bundle.tar") as string });
    expect((await run(`${base}/cut`)).code).toBe("address-unanswered");
    expect((await run("http://127.0.0.1:1/bundle.tar")).code).toBe("address-unanswered");
    const small = await fetchBundle(`${base}/bundle.tar`, new AbortController().signal, () => undefined, bundle.length - 1);
    expect(small).toMatchObject({ ok: false, refusal: { code: "address-too-large" } });
    expect(fetchedFolders()).toEqual([]);
  });
});
