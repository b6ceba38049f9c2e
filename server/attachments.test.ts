import { Encrypter, generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { concatBytes } from "@countersign/core/bytes/concat.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { plainOf, refuseHeader, type AttachmentReference } from "@countersign/core/channel/attachment.ts";
import { bytePaths } from "@countersign/wire/endpoints.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "./_circle.ts";
import { rootSigner, rotateKey, type CountersignNode } from "./node.ts";
import { encryptAttachment, openAttachment } from "./private/attachments.ts";

const CONTENT = encodeUtf8("What only some may read.");

async function reader(): Promise<{ identity: string; recipient: string }> {
  const identity = await generateHybridIdentity();
  return { identity, recipient: await identityToRecipient(identity) };
}

describe("an encrypted attachment", () => {
  it("R6 is opened by each of its readers and by nobody else", async () => {
    const [first, second, other] = [await reader(), await reader(), await reader()];
    const recipients = new Map([
      ["aurelia", first.recipient],
      ["borealia", second.recipient],
    ]);
    const { ciphertext, plain } = must(await encryptAttachment(CONTENT, recipients));
    for (const { identity } of [first, second]) {
      const { salt, content } = must(await openAttachment(ciphertext, { plain }, [other.identity, identity]));
      expect(content).toEqual(CONTENT);
      expect(plain).toBe(toHex(sha256(concatBytes(salt, content))));
    }
    expect(await openAttachment(ciphertext, { plain }, [other.identity])).toMatchObject({ refusal: { code: "attachment-closed" } });
    expect(await openAttachment(ciphertext, { plain }, [])).toMatchObject({ refusal: { code: "attachment-closed" } });
    expect(refuseHeader(ciphertext, reference(["aurelia", "borealia"], plain))).toBeUndefined();
    expect(refuseHeader(ciphertext, reference(["aurelia"], plain))?.code).toBe("attachment-readers-differ");
    // The same content twice gives nothing in common.
    const again = must(await encryptAttachment(CONTENT, recipients));
    expect(again.plain).not.toBe(plain);
  });

  it("R6 is refused when a bit of it has changed, when it is cut short, and when it holds what the author did not sign", async () => {
    const { identity, recipient } = await reader();
    const { ciphertext, plain } = must(await encryptAttachment(CONTENT, new Map([["aurelia", recipient]])));
    for (let at = 0; at < ciphertext.length; at += 7) {
      const changed = ciphertext.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      const opened = await openAttachment(changed, { plain }, [identity]);
      expect(opened.ok, `byte ${at}`).toBe(false);
    }
    for (const length of [0, 1, 22, 100, ciphertext.length - 17, ciphertext.length - 1])
      expect((await openAttachment(ciphertext.slice(0, length), { plain }, [identity])).ok).toBe(false);
    expect(await openAttachment(ciphertext, { plain: plainOf(CONTENT) }, [identity])).toMatchObject({ refusal: { code: "attachment-differs" } });
  });

  it("R6 is never made for a classical recipient, alone or beside a hybrid one, and not opened if another program made it so", async () => {
    const { identity, recipient } = await reader();
    const classical = await identityToRecipient(await generateX25519Identity());
    for (const recipients of [
      new Map([["aurelia", classical]]),
      new Map([
        ["aurelia", recipient],
        ["borealia", classical],
      ]),
      new Map([["aurelia", `${recipient.slice(0, -1)}${recipient.endsWith("q") ? "p" : "q"}`]]),
    ])
      expect(await encryptAttachment(CONTENT, recipients)).toMatchObject({ refusal: { code: "reading-key-unusable" } });
    const mixed = new Encrypter();
    mixed.addRecipient(recipient);
    mixed.addRecipient(classical);
    const opening = concatBytes(new Uint8Array(32), CONTENT);
    expect(await openAttachment(await mixed.encrypt(opening), { plain: plainOf(opening) }, [identity])).toMatchObject({ refusal: { code: "attachment-mixed" } });
  });
});

function reference(readers: string[], plain: string): AttachmentReference {
  return { sha256: "0".repeat(64), size: 1, type: "text/plain", name: "f.txt", readers, plain };
}

let circle: TestCircle;

const attached = (readers?: string[], data = CONTENT) => ({
  name: "plan.txt",
  type: "text/plain",
  data: toBase64(data),
  ...(readers === undefined ? {} : { readers }),
});

const path = (pattern: string, values: Record<string, string>) => pattern.replaceAll(/:(\w+)/g, (_, name: string) => values[name] ?? "");

async function ask(node: CountersignNode, pattern: string, statement: string): Promise<Response> {
  const file = node.state(circle.channel).get(statement)?.files[0];
  return fetch(circle.seat(node.id).base + path(pattern, { channel: circle.channel, statement, sha256: file?.sha256 ?? "" }));
}

describe("attachments between nodes", () => {
  afterEach(async () => circle.close());

  it("R6 every party keeps the ciphertext, its readers open it, and nobody else does", async () => {
    circle = await foundTestCircle(["aurelia", "borealis", "carpathia"], ["lookout"]);
    const { channel } = circle;
    const aurelia = await circle.start("aurelia");
    const borealis = await circle.start("borealis");
    const carpathia = await circle.start("carpathia");
    const lookout = await circle.start("lookout");
    const all = [aurelia, borealis, carpathia, lookout];
    await circle.exchange(...all);
    const { id } = must(await aurelia.say(channel, letterTo("borealis", "See the plan", [attached(["borealis"])])));
    await circle.exchange(...all);
    const [file] = borealis.state(channel).get(id)?.files ?? [];
    expect(file?.readers).toEqual(["aurelia", "borealis"]);
    for (const node of [aurelia, borealis]) {
      const content = await ask(node, bytePaths.deskAttachment, id);
      expect([content.status, content.headers.get("cache-control")]).toEqual([200, "no-store"]);
      expect(new Uint8Array(await content.arrayBuffer())).toEqual(CONTENT);
      const opening = new Uint8Array(await (await ask(node, bytePaths.deskOpening, id)).arrayBuffer());
      expect(toHex(sha256(opening))).toBe(file?.plain);
    }
    const others = await ask(carpathia, bytePaths.deskAttachment, id);
    expect([others.status, await others.json()]).toMatchObject([403, { code: "attachment-for-others" }]);
    // The statement has effect for all, and the ciphertext is kept by all parties: none is lost with one machine.
    for (const node of [aurelia, borealis, carpathia]) {
      expect(node.state(channel).get(id)).toBeDefined();
      expect(node.record(channel).files.size).toBe(0);
      const ciphertext = await node.logs(channel).file(file?.sha256 ?? "", "party");
      expect([ciphertext?.length, toHex(sha256(ciphertext ?? new Uint8Array(0)))]).toEqual([file?.size, file?.sha256]);
    }
    expect(await lookout.logs(channel).file(file?.sha256 ?? "", "party")).toBeUndefined();
  });

  it("R6 a head is cosigned without its attachments; they are shown as missing and asked for until they come", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"]);
    const { channel } = circle;
    const aurelia = await circle.start("aurelia");
    const refused = new Set<string>();
    const borealis = await circle.start("borealis", {
      fetch: async (input, init) => {
        const { url } = new Request(input, init);
        if (!url.includes("/files/") || refused.has("none")) return fetch(input, init);
        refused.add(url);
        return new Response(null, { status: 404 });
      },
    });
    await circle.exchange(aurelia, borealis);
    const { id, index } = must(await aurelia.say(channel, letterTo("borealis", "See the plan", [attached(["borealis"])])));
    await circle.exchange(aurelia, borealis);
    expect(refused.size).toBe(1);
    expect(borealis.state(channel).get(id)).toBeDefined();
    expect(aurelia.receipts(channel).find(({ log }) => log === "aurelia")?.storedBy[0]?.size).toBeGreaterThan(index);
    const early = await ask(borealis, bytePaths.deskAttachment, id);
    expect([early.status, await early.json()]).toMatchObject([404, { code: "attachment-not-held" }]);
    refused.add("none");
    // What was not there is asked for less often, so it takes some.
    for (let pass = 0; pass < 8; pass += 1) await borealis.exchangeNow();
    expect((await ask(borealis, bytePaths.deskAttachment, id)).status).toBe(200);
    // After a restart it is still there.
    await borealis.close();
    const again = await circle.start("borealis");
    expect((await ask(again, bytePaths.deskAttachment, id)).status).toBe(200);
  });

  it("R6 a file is encrypted to the reading keys that stand, and one made for an older key is still opened", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"]);
    const { channel, charter } = circle;
    const aurelia = await circle.start("aurelia");
    let borealis = await circle.start("borealis");
    await circle.exchange(aurelia, borealis);
    const before = must(await aurelia.say(channel, letterTo("borealis", "Before", [attached(["borealis"])])));
    await circle.exchange(aurelia, borealis);
    const party = charter.parties.find(({ id }) => id === "borealis");
    if (party === undefined) throw new Error("no such party");
    const { directory } = circle.seat("borealis");
    must(await rotateKey(borealis, channel, { directory, party }, "reading", must(await rootSigner(directory, party))));
    await borealis.close();
    borealis = await circle.start("borealis");
    await circle.exchange(aurelia, borealis);
    const after = must(await aurelia.say(channel, letterTo("borealis", "After", [attached(["borealis"])])));
    await circle.exchange(aurelia, borealis);
    for (const { id } of [before, after]) expect((await ask(borealis, bytePaths.deskAttachment, id)).status).toBe(200);
    // Without the new key's file the later one is closed, and the node says so.
    const [file] = (await readdir(directory, { recursive: true })).filter((name) => name.endsWith("reading-2.txt"));
    await rm(join(directory, file ?? ""));
    expect((await ask(borealis, bytePaths.deskAttachment, before.id)).status).toBe(200);
    expect(await (await ask(borealis, bytePaths.deskAttachment, after.id)).json()).toMatchObject({ code: "attachment-closed" });
  });

  it("R6 refuses a reader who is no party and a file that is too large, and says nothing then", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"]);
    const { channel } = circle;
    const aurelia = await circle.start("aurelia");
    const borealis = await circle.start("borealis");
    await circle.exchange(aurelia, borealis);
    const size = aurelia.record(channel).logs.get("aurelia")?.entries.length;
    const say = async (file: ReturnType<typeof attached>) => {
      const said = await aurelia.say(channel, letterTo("borealis", "No", [file]));
      return said.ok ? "said" : said.refusal.code;
    };
    expect(await say(attached(["nobody"]))).toBe("file-reader-unknown");
    expect(await say(attached(["borealis"], new Uint8Array(1_000_001)))).toBe("file-too-large");
    // What does not fit once it is encrypted does not fit.
    expect(await say(attached(["borealis"], new Uint8Array(1_000_000)))).toBe("file-too-large");
    expect(aurelia.record(channel).logs.get("aurelia")?.entries.length).toBe(size);
    expect(await say(attached(["borealis"], new Uint8Array(990_000)))).toBe("said");
    expect(await say(attached(["borealis"], new Uint8Array(0)))).toBe("said");
  });
});

describe("a file that was found", () => {
  afterEach(async () => circle.close());

  const hashOf = (bytes: Uint8Array) => toHex(sha256(bytes));

  it("R6 is matched with the statement that it belongs to: as a body file, a ciphertext, an opening, or the content that a reader can compare", async () => {
    circle = await foundTestCircle(["aurelia", "borealis", "carpathia"]);
    const { channel } = circle;
    const [aurelia, borealis, carpathia] = [await circle.start("aurelia"), await circle.start("borealis"), await circle.start("carpathia")];
    await circle.exchange(aurelia, borealis, carpathia);
    const body = encodeUtf8("for all");
    const { id, index } = must(await aurelia.say(channel, letterTo("borealis", "Files", [attached(undefined, body), attached(["borealis"])])));
    await circle.exchange(aurelia, borealis, carpathia);
    const secret = aurelia.state(channel).get(id)?.files[1];
    const opening = new Uint8Array(
      await (await fetch(circle.seat("borealis").base + path(bytePaths.deskOpening, { channel, statement: id, sha256: secret?.sha256 ?? "" }))).arrayBuffer(),
    );
    const roles = async (node: CountersignNode, hash: string) => (await node.match(channel, hash)).map(({ author, index: at, as }) => [author, at, as]);
    for (const node of [aurelia, borealis, carpathia]) {
      expect(await roles(node, hashOf(body))).toEqual([["aurelia", index, "body-file"]]);
      expect(await roles(node, secret?.sha256 ?? "")).toEqual([["aurelia", index, "ciphertext"]]);
      // What was handed out with its salt is proven to everyone; without it, only to those who read it themselves.
      expect(await roles(node, hashOf(opening))).toEqual([["aurelia", index, "opening"]]);
      expect(await roles(node, hashOf(CONTENT))).toEqual(node === carpathia ? [] : [["aurelia", index, "content"]]);
      expect(await roles(node, hashOf(encodeUtf8("something else")))).toEqual([]);
    }
  });

  it("R6 is known by its copy, where each reader was given one of its own", async () => {
    circle = await foundTestCircle(["aurelia", "borealis", "carpathia"]);
    const { channel } = circle;
    const [aurelia, borealis, carpathia] = [await circle.start("aurelia"), await circle.start("borealis"), await circle.start("carpathia")];
    await circle.exchange(aurelia, borealis, carpathia);
    const { id } = must(
      await aurelia.say(channel, letterTo("borealis", "Numbered", [{ ...attached(["borealis", "carpathia"]), copies: true }])),
    );
    await circle.exchange(aurelia, borealis, carpathia);
    const copies = aurelia.state(channel).get(id)?.files ?? [];
    expect(copies.map(({ name, readers }) => [name, readers])).toEqual([
      ["plan (1 of 2).txt", ["aurelia", "borealis"]],
      ["plan (2 of 2).txt", ["aurelia", "carpathia"]],
    ]);
    const read = async (node: CountersignNode, position: number) =>
      fetch(circle.seat(node.id).base + path(bytePaths.deskAttachment, { channel, statement: id, sha256: copies[position]?.sha256 ?? "" }));
    expect((await read(borealis, 1)).status).toBe(403);
    expect((await read(carpathia, 0)).status).toBe(403);
    const leaked = new Uint8Array(await (await read(carpathia, 1)).arrayBuffer());
    expect(new TextDecoder().decode(leaked)).toBe("Copy 2 of 2, for: carpathia | Экземпляр 2 из 2, для: carpathia\n\nWhat only some may read.");
    const found = await aurelia.match(channel, hashOf(leaked));
    expect(found.map(({ file, as }) => [file.readers, as])).toEqual([[["aurelia", "carpathia"], "content"]]);
    expect(await borealis.match(channel, hashOf(leaked))).toEqual([]);
    expect(await aurelia.match(channel, hashOf(CONTENT))).toEqual([]);
  });

  it("R6 copies for each reader are made of plain text alone, and for somebody", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"]);
    const [aurelia, borealis] = [await circle.start("aurelia"), await circle.start("borealis")];
    await circle.exchange(aurelia, borealis);
    const say = async (file: object) => {
      const said = await aurelia.say(circle.channel, letterTo("borealis", "No", [{ ...attached(["borealis"]), copies: true, ...file }]));
      return said.ok ? "said" : said.refusal.code;
    };
    expect(await say({ type: "application/pdf" })).toBe("file-copies-text");
    expect(await say({ data: toBase64(new Uint8Array([0xff, 0xfe, 0])) })).toBe("file-copies-text");
    expect(await say({ readers: ["aurelia"] })).toBe("file-copies-nobody");
    expect(await say({ name: `${"x".repeat(115)}.text` })).toBe("said");
  });
});
