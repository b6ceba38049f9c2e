import { existsSync, mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { machineClock, startNode, type CountersignNode } from "@countersign/server/node.ts";
import type { Result } from "@countersign/core/refusal.ts";
import { recordingTerminal } from "./_terminal.ts";
import { init } from "./init.ts";
import { keys } from "./keys.ts";
import { readCharters } from "./node-folder.ts";

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const parties = ["aurelia", "borealia"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-keys-"));
  for (const id of parties) must(await init.run(["--dir", at(id), "--party", id], recordingTerminal()));
  const file = (id: string) => at(id, "public-keys.json");
  const words = ["--title", "T", "--summary", "S", "--nature", "exercise"];
  must(
    await init.run(
      ["--charter", at("charter.json"), ...words, "--left", file("aurelia"), "--right", file("borealia")],
      recordingTerminal(),
    ),
  );
  for (const id of parties) must(await init.run(["--dir", at(id), "--join", at("charter.json")], recordingTerminal()));
});
afterAll(() => rmSync(folder, { recursive: true }));

function must<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(`${result.refusal.code}: ${result.refusal.sentence}`);
}

/** What `--json` prints, or the code of the refusal. */
async function run(...values: string[]) {
  const terminal = recordingTerminal();
  const result = await keys.run(["--dir", at("aurelia"), "--json", ...values], terminal);
  return result.ok ? JSON.parse(terminal.printed.join("")) : result.refusal.code;
}

/** Both nodes, each of which reaches the other inside this process. */
async function whileRunning(
  work: (nodes: readonly CountersignNode[], channel: string) => Promise<void>,
): Promise<void> {
  const [charter = new Uint8Array(0)] = must(await readCharters(at("aurelia")));
  const nodes = new Map<string, CountersignNode>();
  const reach: typeof fetch = async (url, options) => {
    const request = new Request(url, options);
    return nodes.get(new URL(request.url).hostname)?.app.fetch(request) ?? new Response(null, { status: 503 });
  };
  for (const id of parties) {
    const peers = parties.filter((other) => other !== id).map((other) => ({ id: other, base: `http://${other}` }));
    const place = { id, name: { en: id }, role: "party" as const, directory: at(id), channels: [{ charter }] };
    const how = { clock: machineClock, peers, demonstration: false, pullEveryMilliseconds: 0, fetch: reach };
    nodes.set(id, must(await startNode({ ...place, ...how })));
  }
  for (let round = 0; round < 2; round += 1) for (const node of nodes.values()) await node.exchangeNow();
  await work([...nodes.values()], nodes.get("aurelia")?.facts().channels[0]?.channel ?? "");
  for (const node of nodes.values()) await node.close();
}

describe("countersign keys", () => {
  it("R14 refuses a log that has not begun, and values that it cannot use", async () => {
    expect(await run()).toBe("log-not-begun");
    expect(await run("--rotate", "root")).toBe("keys-role");
    expect(await run("--rotate", "log")).toBe("keys-role");
    expect(await run("--revoke", "a", "--why", "b")).toBe("keys-last-sound");
    expect(await run("--revoke", "a", "--last-sound", "1")).toBe("keys-why");
    expect(await run("--rotate", "node", "--revoke", "a")).toBe("keys-one-act");
    expect(existsSync(at("aurelia", "logs"))).toBe(false);
  });

  it("R14 makes a new key, retires the one before it, and says so in the log; the node goes on with it", async () => {
    await whileRunning(async () => {
      expect(await run()).toBe("directory-in-use");
    });
    const listed = await run();
    expect(listed.keys.map(({ role, until }: { role: string; until: null }) => [role, until])).toEqual(
      ["statement", "receive", "mirror", "node", "reading"].map((role) => [role, null]),
    );
    const rotated = await run("--rotate", "statement");
    expect(rotated).toMatchObject({ done: "rotated", role: "statement", key: "aurelia.example/main/root/statement-2" });
    expect(rotated.retired).toEqual(["aurelia.example/main/statement"]);
    expect(statSync(rotated.file).mode & 0o077).toBe(0);
    await whileRunning(async ([aurelia, borealia], channel) => {
      const before = borealia?.state(channel).by("aurelia").length ?? 0;
      must(
        await (aurelia as CountersignNode).say(channel, {
          kind: "release",
          body: { statements: ["00".repeat(32)] },
          files: [],
        }),
      );
      await borealia?.exchangeNow();
      expect(borealia?.state(channel).by("aurelia")).toHaveLength(before + 1);
      expect(borealia?.state(channel).inert).toEqual([]);
    });
  });

  it("R14 revokes a key with the root key from where it is kept, and the others list what is doubtful", async () => {
    renameSync(at("aurelia", "keys", "main", "root.json"), at("root.json"));
    const revoke = ["--revoke", "aurelia.example/main/statement", "--last-sound", "0", "--why", "A card was copied."];
    expect(await run(...revoke)).toBe("key-missing");
    expect(await run(...revoke, "--root", at("borealia", "keys", "main", "root.json"))).toBe("root-key-other");
    const revoked = await run(...revoke, "--root", at("root.json"));
    expect(revoked).toMatchObject({ done: "revoked", lastSound: 0 });
    expect(revoked.keys[0].revokedBy).toBe(revoked.entry);
    await whileRunning(async ([, borealia], channel) => {
      expect(borealia?.ring(channel, "aurelia").keys[0]?.revoked).toEqual({ at: revoked.entry });
      expect(borealia?.state(channel).inert).toEqual([]);
    });
  });
});
