import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { letter } from "@countersign/core/exchange/letter.ts";
import { machineClock, startNode } from "@countersign/server/node.ts";
import { Folders } from "./_folders.ts";
import type { Command } from "./command.ts";
import { exportCommand } from "./export.ts";
import { fsck } from "./fsck.ts";
import { importCommand } from "./import.ts";
import { init } from "./init.ts";
import { readNodeFolder } from "./resting-node.ts";
import { verify } from "./verify.ts";

const PARTIES = ["aurelia", "borealia"] as const;
let folders: Folders;
let before: string;
let after: string;
const at = (...path: string[]) => folders.at(...path);
const run = (command: Command, ...values: string[]) => folders.run(command, ...values);
const done = (command: Command, ...values: string[]) => folders.done(command, ...values);
const found = (out: string, keys: string, ...more: string[]) => folders.found(out, PARTIES, keys, ...more);
const atRest: Folders["atRest"] = (party, work) => folders.atRest(party, work);
const say = (party: string, channel: string, title: string) => folders.say(party, channel, title, PARTIES.filter((other) => other !== party));
const carry: Folders["carry"] = (from, to, channel, file) => folders.carry(from, to, channel, file);

beforeAll(async () => {
  folders = new Folders();
  for (const id of PARTIES) {
    await done(init, "--dir", at(id), "--party", id);
    await done(init, "--dir", at(id), "--party", id, "--circle", "two");
  }
  before = (JSON.parse((await found("charter.json", "public-keys.json")).text) as { channel: string }).channel;
  for (const id of PARTIES) await done(init, "--dir", at(id), "--join", at("charter.json"));
  await carry("aurelia", "borealia", before, "1.tar");
  await carry("borealia", "aurelia", before, "2.tar");
  await say("aurelia", before, "before");
  await done(exportCommand, "--dir", at("aurelia"), "--channel", before, "--out", at("old.tar"));
});

afterAll(() => folders.remove());

describe("a channel that continues another", () => {
  it("R1.12 is founded on a whole bundle, with new keys, and names its heads", async () => {
    expect((await found("same-keys.json", "public-keys.json", "--previous", at("old.tar"))).code).toBe("previous-log-key");
    await done(exportCommand, "--dir", at("aurelia"), "--channel", before, "--released", "--out", at("released.tar"));
    expect((await found("released.json", "public-keys-two.json", "--previous", at("released.tar"))).code).toBe("previous-entries-missing");
    // From before borealia signed.
    expect((await found("unsigned.json", "public-keys-two.json", "--previous", at("1.tar"))).code).toBe("previous-unsigned");
    writeFileSync(at("cut.tar"), readFileSync(at("old.tar")).subarray(0, 5000));
    expect((await found("cut.json", "public-keys-two.json", "--previous", at("cut.tar"))).code).toBe("tar-cut-short");
    for (const name of ["same-keys", "released", "unsigned", "cut"]) expect(existsSync(at(`${name}.json`))).toBe(false);
    const made = JSON.parse((await found("new.json", "public-keys-two.json", "--previous", at("old.tar"))).text) as { channel: string; previous: { channel: string; heads: { log: string; size: number }[] } };
    after = made.channel;
    expect([made.previous.channel, made.previous.heads.map(({ log }) => log)]).toEqual([before, [...PARTIES]]);
  });

  it("R1.12 is joined only with that bundle, and only where the own copy of the channel before agrees with its heads", async () => {
    const join = (party: string, ...more: string[]) => run(init, "--dir", at(party), "--join", at("new.json"), ...more);
    expect((await join("borealia")).code).toBe("previous-needed");
    expect((await join("borealia", "--previous", at("1.tar"))).code).toBe("previous-cut-short");
    const behind = await join("borealia", "--previous", at("old.tar"));
    expect([behind.code, behind.text]).toEqual(["previous-copy-behind", expect.stringContaining(`the log of aurelia in ${before} at`)]);
    expect(existsSync(at("borealia", "charters", `${after}.json`))).toBe(false);
    await done(importCommand, "--dir", at("borealia"), at("old.tar"));
    const joined = JSON.parse(await done(init, "--dir", at("borealia"), "--join", at("new.json"), "--previous", at("old.tar"), "--json")) as { previous: { compared: boolean; leftBehind: unknown } };
    // What it acknowledged after the heads is not taken over, and it is told so.
    expect(joined.previous).toMatchObject({ compared: true, leftBehind: [{ log: "borealia", entries: 1 }] });
    await done(init, "--dir", at("aurelia"), "--join", at("new.json"), "--previous", at("old.tar"));
  });

  it("R1.8 R18.12 goes on from the state before at both nodes, in exports, offline and after an import; the channel before stays as it is", async () => {
    await carry("aurelia", "borealia", after, "3.tar");
    await carry("borealia", "aurelia", after, "4.tar");
    const said = await say("borealia", after, "after");
    await carry("borealia", "aurelia", after, "5.tar");
    const titles = await atRest("aurelia", async (node) => node.state(after).of(letter).map(({ body, earlier }) => [body.title.en, earlier?.channel]));
    expect(titles).toEqual([["before", before], ["after", undefined]]);
    expect(await atRest("aurelia", async (node) => node.state(before).get(said))).toBeUndefined();
    const first = JSON.parse(await done(exportCommand, "--dir", at("aurelia"), "--channel", after, "--out", at("6.tar"), "--json")) as { sha256: string };
    const again = JSON.parse(await done(exportCommand, "--dir", at("aurelia"), "--channel", after, "--out", at("7.tar"), "--json")) as { sha256: string };
    expect(first.sha256).toBe(again.sha256);
    const text = await done(verify, at("6.tar"), "--channel", after);
    expect(text).toContain(`Continues   ${before} from aurelia 3, borealia 2; its record is in this bundle`);
    expect(text).not.toContain("was not folded");
    mkdirSync(at("unpacked"));
    execFileSync("tar", ["-xf", at("6.tar"), "-C", at("unpacked")]);
    expect(await done(verify, at("unpacked"), "--channel", after)).toBe(text);
    await done(exportCommand, "--dir", at("aurelia"), "--channel", after, "--without-previous", "--out", at("8.tar"));
    expect(await done(verify, at("8.tar"))).toContain("it is not in this bundle");
    expect((await run(exportCommand, "--dir", at("aurelia"), "--channel", after, "--without-previous", "--since", "aurelia=1", "--out", at("9.tar"))).code).toBe("without-previous-useless");
    await done(importCommand, "--dir", at("borealia"), at("8.tar"));
  });

  it("R1.12 a node without the record before does not start, takes it from a bundle of the channel, and refuses another in its place", async () => {
    const kept = at("borealia", "previous", `${after}.tar`);
    const bytes = readFileSync(kept);
    expect(bytes.equals(readFileSync(at("old.tar")))).toBe(true);
    await done(fsck, "--dir", at("borealia"));
    rmSync(kept);
    const missing = await run(importCommand, "--dir", at("borealia"), at("8.tar"));
    expect([missing.code, missing.text]).toEqual(["previous-not-kept", expect.stringContaining(before)]);
    await done(importCommand, "--dir", at("borealia"), at("6.tar"));
    expect(readFileSync(kept).equals(bytes)).toBe(true);
    writeFileSync(kept, readFileSync(at("1.tar")));
    const found = await run(fsck, "--dir", at("borealia"));
    expect([found.code, found.text]).toEqual([1, expect.stringContaining(`previous/${after}.tar`)]);
    expect((await run(exportCommand, "--dir", at("borealia"), "--channel", after, "--out", at("10.tar"))).code).toBe("previous-cut-short");
    writeFileSync(kept, bytes);
  });

  it("R1.12 its desk is given the record before as the node keeps it, and files of what was taken over", async () => {
    const opened = await readNodeFolder(at("aurelia"));
    if (!opened.ok) expect.fail(opened.refusal.sentence);
    const { directory, settings, channels } = opened.value;
    const node = await startNode({ id: settings.id, name: settings.name, role: "party", directory, clock: machineClock, channels: channels.map(({ bytes }) => ({ charter: bytes })), peers: [], demonstration: true, pullEveryMilliseconds: 0 });
    if (!node.ok) expect.fail(node.refusal.sentence);
    try {
      const answer = await node.value.app.request(`http://localhost/api/channels/${after}/previous`);
      expect([answer.status, Buffer.from(await answer.arrayBuffer()).equals(readFileSync(at("old.tar")))]).toEqual([200, true]);
      expect((await node.value.app.request(`http://localhost/api/channels/${before}/previous`)).status).toBe(404);
    } finally {
      await node.value.close();
    }
  });
});
