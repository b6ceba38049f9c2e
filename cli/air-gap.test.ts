import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordingTerminal } from "./_terminal.ts";
import type { Command } from "./command.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { fsck } from "./fsck.ts";
import { init } from "./init.ts";
import { verify } from "./verify.ts";

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

/** What was printed and the exit code, or the refusal. */
async function run(command: Command, ...values: string[]): Promise<{ code: number | string; text: string }> {
  const terminal = recordingTerminal();
  const result = await command.run(values, terminal);
  return result.ok ? { code: result.value, text: terminal.printed.join("\n") } : { code: result.refusal.code, text: result.refusal.sentence };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-air-gap-"));
  for (const id of ["aurelia", "borealia"]) expect((await run(init, "--dir", at(id), "--party", id)).code).toBe(0);
  const sides = ["--left", at("aurelia", "public-keys.json"), "--right", at("borealia", "public-keys.json")];
  expect((await run(init, "--charter", at("charter.json"), "--title", "T", "--summary", "S", "--nature", "exercise", ...sides)).code).toBe(0);
  for (const id of ["aurelia", "borealia"]) expect((await run(init, "--dir", at(id), "--join", at("charter.json"))).code).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("countersign export and import", () => {
  it("R18 carry a channel between two folders, each knowing what the other has stored", async () => {
    expect((await run(exportCommand, "--dir", at("aurelia"), "--out", at("1.tar"))).code).toBe(0);
    const first = await run(importCommand, "--dir", at("borealia"), at("1.tar"));
    expect(first.code).toBe(0);
    expect(first.text).toContain("aurelia: from 0 to 1 entries");
    expect((await run(exportCommand, "--dir", at("borealia"), "--since", at("1.tar"), "--out", at("2.tar"))).code).toBe(0);
    const back = await run(importCommand, "--dir", at("aurelia"), at("2.tar"), "--json");
    expect(JSON.parse(back.text)).toMatchObject({ extent: "since", logs: [{ log: "aurelia", from: 1, offered: 1 }, { log: "borealia", from: 0 }], observations: [], proofs: [] });
    const made = JSON.parse((await run(exportCommand, "--dir", at("aurelia"), "--out", at("3.tar"), "--json")).text) as { sha256: string };
    const again = JSON.parse((await run(exportCommand, "--dir", at("aurelia"), "--out", at("4.tar"), "--json")).text) as { sha256: string };
    expect(again.sha256).toBe(made.sha256);
    const read = await run(verify, at("2.tar"));
    expect([read.code, read.text]).toEqual([0, expect.stringContaining("This bundle continues what its reader holds: aurelia from entry 1 (root ")]);
    const nothing = await run(importCommand, "--dir", at("borealia"), at("1.tar"));
    expect([nothing.code, nothing.text]).toEqual([0, expect.stringContaining("has no entry that is not held here")]);
    expect(nothing.text).not.toContain("older");
    expect((await run(importCommand, "--dir", at("borealia"), at("3.tar"))).code).toBe(0);
    expect((await run(importCommand, "--dir", at("borealia"), at("1.tar"))).text).toMatch(/aurelia: \d+ entries, as before; the bundle is older, its head covers 1\n/);
  });

  it("refuse with one sentence what cannot be meant", async () => {
    writeFileSync(at("cut.tar"), readFileSync(at("1.tar")).subarray(0, 6000));
    const code = async (command: Command, ...values: string[]) => (await run(command, ...values)).code;
    expect(await code(importCommand, "--dir", at("borealia"), at("cut.tar"))).toBe("tar-cut-short");
    expect((await run(importCommand, "--dir", at("borealia"), at("cut.tar"))).text).toMatch(/^Nothing was taken/);
    expect(await code(importCommand, "--dir", at("borealia"))).toBe("file-not-named");
    expect(await code(importCommand, "--dir", at("borealia"), "--from", "nobody", at("1.tar"))).toBe("from-unknown");
    expect(await code(importCommand, at("1.tar"))).toBe("folder-missing");
    const exported = (...values: string[]) => code(exportCommand, "--dir", at("aurelia"), ...values);
    expect(await exported("--out", at("1.tar"))).toBe("file-exists");
    expect(await exported("--channel", "0".repeat(64))).toBe("channel-unknown");
    expect(await exported("--since", "aurelia=99", "--out", at("9.tar"))).toBe("since-beyond");
    expect(await exported("--since", "nobody=1", "--out", at("9.tar"))).toBe("since-party");
    expect(await exported("--since", at("cut.tar"), "--out", at("9.tar"))).toBe("since-unread");
    expect(await exported("--since", at("nowhere"), "--out", at("9.tar"))).toBe("file-not-found");
  });

  it("R13 write the proof of one entry, which a reader's policy accepts or not, offline", async () => {
    const out = at("0.tlog-proof");
    const wrote = await run(exportCommand, "--dir", at("aurelia"), "--proof", "borealia:0", "--out", out);
    expect([wrote.code, wrote.text]).toEqual([0, expect.stringContaining("borealia: entry 0 in the head of")]);
    const trust = at("charter.json.trust");
    const json = await run(verify, out, "--trust", trust, "--json");
    expect([json.code, JSON.parse(json.text)]).toEqual([
      0,
      expect.objectContaining({ ok: true, index: 0, quorum: "mirrors", entry: expect.objectContaining({ kind: "sign", author: "borealia" }) }),
    ]);
    expect((await run(verify, out, "--trust", trust)).text).toContain("Not checked");
    const text = readFileSync(out, "utf8");
    const holds = async (changed: string, policy = readFileSync(trust, "utf8"), ...more: string[]) => {
      writeFileSync(at("changed.tlog-proof"), changed);
      writeFileSync(at("changed.policy"), policy);
      return run(verify, at("changed.tlog-proof"), "--trust", at("changed.policy"), ...more);
    };
    const [, entry = ""] = /^extra (.*)$/m.exec(text) ?? [];
    const other = Buffer.from(entry, "base64");
    other[100] = (other[100] ?? 0) ^ 1;
    expect(await holds(text.replace(entry, other.toString("base64")))).toMatchObject({ code: 1, text: expect.stringContaining("does not lead from this entry") as string });
    const uncosigned = text.split("\n").filter((line) => !line.includes("/mirror ")).join("\n");
    expect(await holds(uncosigned)).toMatchObject({ code: 1, text: expect.stringContaining("asks for the quorum mirrors") as string });
    expect((await holds(uncosigned, readFileSync(trust, "utf8").replace("quorum mirrors", "quorum none"))).code).toBe(0);
    const bare = text.replace(/^extra .*\n/m, "");
    expect((await holds(bare)).code).toBe("proof-entry-missing");
    writeFileSync(at("entry"), Buffer.from(entry, "base64"));
    expect((await holds(bare, undefined, "--entry", at("entry"))).code).toBe(0);
    expect((await run(verify, out)).code).toBe("proof-no-policy");
    const refused = async (...values: string[]) => (await run(exportCommand, "--dir", at("aurelia"), ...values)).code;
    expect(await refused("--proof", "nobody:0", "--out", at("x"))).toBe("proof-place");
    expect(await refused("--proof", "borealia:99", "--out", at("x"))).toBe("proof-no-entry");
    expect(await refused("--proof", "borealia:0", "--released", "--out", at("x"))).toBe("proof-alone");
  });

  it("R17 R18 export what was released, for an observer or the public", async () => {
    const made = await run(exportCommand, "--dir", at("borealia"), "--released", "--out", at("open.tar"));
    expect([made.code, made.text]).toEqual([0, expect.stringContaining("what was released of")]);
    const read = await run(verify, at("open.tar"), "--json");
    expect([read.code, JSON.parse(read.text)]).toEqual([0, expect.objectContaining({ ok: true, statements: 0, findings: [] })]);
    expect((await run(exportCommand, "--dir", at("borealia"), "--released", "--since", "aurelia=1", "--out", at("open2.tar"))).code).toBe("released-alone");
    expect((await run(exportCommand, "--dir", at("borealia"), "--without-attachments", "--out", at("bare.tar"))).code).toBe(0);
  });

  it("leave a folder in which `fsck` finds nothing, until a bit is changed", async () => {
    expect(await run(fsck, "--dir", at("borealia"))).toEqual({ code: 0, text: expect.stringContaining("none is damaged") });
    const [channel = ""] = readdirSync(at("borealia", "logs"));
    const file = at("borealia", "logs", channel, "log", "aurelia", "checkpoint");
    const bytes = readFileSync(file);
    bytes[300] = (bytes[300] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const found = await run(fsck, "--dir", at("borealia"), "--json");
    expect([found.code, JSON.parse(found.text)]).toEqual([1, expect.objectContaining({ damage: [expect.objectContaining({ remedy: "derived" })] })]);
    expect((await run(fsck, "--dir", at("borealia"), "--repair")).code).toBe(0);
    expect((await run(fsck, "--dir", at("borealia"))).code).toBe(0);
    expect((await run(fsck)).code).toBe("folder-missing");
  });

  it("R13 R18 refuse a bundle that holds more of the own log than the folder: it is older than what its key has signed", async () => {
    rmSync(at("aurelia", "logs"), { recursive: true });
    rmSync(at("aurelia", "keys", ".signed"), { recursive: true });
    const old = await run(importCommand, "--dir", at("aurelia"), at("4.tar"));
    expect([old.code, old.text]).toEqual(["bundle-ahead-of-own-log", expect.stringContaining("Nothing was taken")]);
    // Nothing was signed either.
    expect(existsSync(at("aurelia", "logs"))).toBe(false);
  });
});
