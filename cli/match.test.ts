import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { noteBody } from "@countersign/core/exchange/_note.ts";
import type { CountersignNode } from "@countersign/server/node.ts";
import { recordingTerminal } from "./_terminal.ts";
import type { Command } from "./command.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { init } from "./init.ts";
import { match } from "./match.ts";
import { readNodeFolder, startResting } from "./resting-node.ts";

let folder: string;
let channel: string;
const at = (...path: string[]) => join(folder, ...path);

async function run(command: Command, ...values: string[]): Promise<{ code: number | string; text: string }> {
  const terminal = recordingTerminal();
  const result = await command.run(values, terminal);
  return result.ok ? { code: result.value, text: terminal.printed.join("\n") } : { code: result.refusal.code, text: result.refusal.sentence };
}

async function withNode<Value>(id: string, work: (node: CountersignNode) => Promise<Value>): Promise<Value> {
  const read = await readNodeFolder(at(id));
  const started = read.ok ? await startResting(read.value) : read;
  if (!started.ok) throw new Error(started.refusal.sentence);
  try {
    return await work(started.value);
  } finally {
    await started.value.close();
  }
}

async function carry(from: string, to: string, name: string): Promise<void> {
  expect((await run(exportCommand, "--dir", at(from), "--out", at(name))).code).toBe(0);
  expect((await run(importCommand, "--dir", at(to), at(name))).code).toBe(0);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-match-"));
  for (const id of ["aurelia", "borealia"]) expect((await run(init, "--dir", at(id), "--party", id)).code).toBe(0);
  const sides = ["--left", at("aurelia", "public-keys.json"), "--right", at("borealia", "public-keys.json")];
  const charter = await run(init, "--charter", at("charter.json"), "--title", "T", "--summary", "S", "--nature", "exercise", ...sides, "--json");
  ({ channel } = JSON.parse(charter.text) as { channel: string });
  for (const id of ["aurelia", "borealia"]) expect((await run(init, "--dir", at(id), "--join", at("charter.json"))).code).toBe(0);
  await carry("aurelia", "borealia", "1.tar");
  await carry("borealia", "aurelia", "2.tar");
  writeFileSync(at("annex.txt"), "an annex for all");
  writeFileSync(at("plan.txt"), "a plan for one");
  const file = (name: string, readers?: string[]) => ({ name, type: "text/plain", data: toBase64(new Uint8Array(readFileSync(at(name)))), ...(readers === undefined ? {} : { readers }) });
  const said = await withNode("aurelia", (node) =>
    node.say(channel, {
      kind: "letter",
      body: noteBody("Files"),
      files: [file("annex.txt"), file("plan.txt", ["borealia"])],
    }),
  );
  expect(said.ok).toBe(true);
  await carry("aurelia", "borealia", "3.tar");
  await withNode("borealia", async (node) => {
    const statement = node.state(channel).all.find(({ files }) => files.length > 0);
    const secret = statement?.files[1];
    const base = `http://localhost/api/channels/${channel}/statements/${statement?.id ?? ""}/attachments/${secret?.sha256 ?? ""}`;
    // The desk of this node is closed without its link; its reader takes the opening from the node itself.
    expect((await node.app.fetch(new Request(`${base}/opening`))).status).toBe(401);
    const opening = await node.opening(channel, statement?.id ?? "", secret?.sha256 ?? "");
    if (!opening.ok) throw new Error(opening.refusal.sentence);
    writeFileSync(at("plan.opening"), Buffer.concat([opening.value.salt, opening.value.content]));
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("countersign match", () => {
  it("R6 says offline what was sent, from a bundle alone", async () => {
    const opened = await run(match, at("plan.opening"), at("3.tar"), "--channel", channel);
    expect(opened).toEqual({ code: 0, text: expect.stringMatching(/plan\.opening is what aurelia sent to aurelia, borealia: entry \d+ of aurelia \(letter\), file plan\.txt\. Salt and content are those that aurelia signed\.$/) });
    const annex = await run(match, at("annex.txt"), at("3.tar"));
    expect([annex.code, annex.text]).toEqual([0, expect.stringContaining("Nobody has vouched for channel")]);
    expect(annex.text).toContain("Every party could read it.");
    // The content without its salt shows nothing to outsiders, and neither does anything else.
    expect((await run(match, at("plan.txt"), at("3.tar"))).code).toBe(1);
    writeFileSync(at("forged.opening"), Buffer.concat([new Uint8Array(32), encodeUtf8("a plan for one")]));
    expect((await run(match, at("forged.opening"), at("3.tar"))).code).toBe(1);
  });

  it("R6 compares what a node's party may read, and names the readers", async () => {
    for (const id of ["aurelia", "borealia"]) {
      const found = await run(match, at("plan.txt"), "--dir", at(id), "--json");
      expect([found.code, JSON.parse(found.text)]).toEqual([0, expect.objectContaining({ channel, found: [expect.objectContaining({ author: "aurelia", as: "content", file: expect.objectContaining({ readers: ["aurelia", "borealia"] }) })] })]);
    }
  });

  it("refuses with one sentence what cannot be meant", async () => {
    expect((await run(match)).code).toBe("file-not-named");
    expect((await run(match, at("plan.txt"))).code).toBe("match-where");
    expect((await run(match, at("plan.txt"), at("3.tar"), "--dir", at("aurelia"))).code).toBe("match-where");
    expect((await run(match, at("nowhere.txt"), at("3.tar"))).code).toBe("file-not-found");
    expect((await run(match, at("plan.txt"), at("3.tar"), "--channel", "0".repeat(64))).code).toBe("another-channel");
    writeFileSync(at("cut.tar"), readFileSync(at("3.tar")).subarray(0, 6000));
    const cut = await run(match, at("plan.txt"), at("cut.tar"));
    expect([cut.code, cut.text]).toEqual(["tar-cut-short", expect.stringContaining("nothing is looked up in it")]);
  });
});
