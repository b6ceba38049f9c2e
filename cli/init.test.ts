import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policyForChannel, policyForLog } from "@countersign/core/log/channel-policy.ts";
import { parsePolicy } from "@countersign/core/log/tlog-policy.ts";
import { channelId, readCharter } from "@countersign/core/channel/charter.ts";
import { machineClock, startNode } from "@countersign/server/node.ts";
import { recordingTerminal } from "./_terminal.ts";
import { init } from "./init.ts";
import { serve } from "./serve.ts";

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-init-"));
  for (const id of ["aurelia", "borealia"]) expect(await run("--dir", at(id), "--party", id, "--name", id)).toBe(0);
  expect(await run("--dir", at("observer"), "--observer-node", "observer")).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The exit code, or the code of the refusal. */
async function run(...values: string[]): Promise<number | string> {
  const result = await init.run(values, recordingTerminal());
  return result.ok ? result.value : result.refusal.code;
}

const keys = (id: string) => at(id, "public-keys.json");
const charter = (out: string, ...more: string[]) => [
  "--charter",
  at(out),
  "--title",
  "T",
  "--summary",
  "S",
  "--nature",
  "exercise",
  ...more,
];

describe("countersign init", () => {
  it("makes keys that only their owner may read, and never makes them twice", async () => {
    expect(statSync(at("aurelia", "keys", "main", "root.json")).mode & 0o077).toBe(0);
    const before = readFileSync(keys("aurelia"), "utf8");
    expect(before).not.toContain(JSON.parse(readFileSync(at("aurelia", "keys", "main", "log.json"), "utf8")).ed25519);
    expect(await run("--dir", at("aurelia"), "--party", "aurelia")).toBe("keys-made-before");
    expect(readFileSync(keys("aurelia"), "utf8")).toBe(before);
  });

  it("R1 puts a charter together from public keys, and each takes it in", async () => {
    expect(
      await run(
        ...charter(
          "charter.json",
          "--left",
          keys("aurelia"),
          "--right",
          keys("borealia"),
          "--observer",
          keys("observer"),
        ),
      ),
    ).toBe(0);
    const made = readCharter(readFileSync(at("charter.json")));
    if (!made.ok) throw new Error(made.refusal.sentence);
    expect(made.value.parties.map(({ id, side }) => [id, side])).toEqual([
      ["aurelia", "aurelia"],
      ["borealia", "borealia"],
    ]);
    expect(made.value.observers.map(({ id }) => id)).toEqual(["observer"]);
    expect(parsePolicy(readFileSync(at("charter.json.trust")))).toEqual({ ok: true, value: policyForChannel(made.value) });
    expect(
      await run("--dir", at("aurelia"), "--join", at("charter.json"), "--peer", "borealia=http://127.0.0.1:9471/"),
    ).toBe(0);
    const policy = (name: string) => parsePolicy(readFileSync(at("aurelia", "policies", channelId(made.value), `${name}.policy`)));
    expect(policy("channel")).toEqual({ ok: true, value: policyForChannel(made.value) });
    expect(policy("borealia")).toEqual({ ok: true, value: policyForLog(made.value, "borealia") });
    expect(JSON.parse(readFileSync(at("aurelia", "node.json"), "utf8")).peers).toEqual([
      { id: "borealia", base: "http://127.0.0.1:9471" },
    ]);
    expect(readFileSync(at("aurelia", "charters", `${channelId(made.value)}.json`))).toEqual(
      readFileSync(at("charter.json")),
    );
    expect(await run(...charter("charter.json", "--left", keys("aurelia"), "--right", keys("borealia")))).toBe(
      "file-exists",
    );
  });

  it("R14 joins no second channel whose logs have the keys of the first, by hand or at a start", async () => {
    expect(await run(...charter("second.json", "--left", keys("aurelia"), "--right", keys("borealia")))).toBe(0);
    expect(await run("--dir", at("aurelia"), "--join", at("second.json"))).toBe("log-key-of-two-channels");
    const directory = at("aurelia");
    const channels = ["charter.json", "second.json"].map((name) => ({ charter: readFileSync(at(name)) }));
    const started = await startNode({ id: "aurelia", name: { en: "A" }, role: "party", directory, clock: machineClock, channels, peers: [], demonstration: false, pullEveryMilliseconds: 0 });
    expect(started.ok ? "started" : started.refusal.code).toBe("log-key-of-two-channels");
  });

  it("refuses what cannot be meant", async () => {
    expect(await run()).toBe("init-nothing");
    expect(await run("--party", "aurelia")).toBe("folder-missing");
    expect(await run("--dir", at("x"), "--party", "Aurelia!")).toBe("party-id");
    expect(await run("--dir", at("aurelia"), "--party", "borealia")).toBe("folder-of-another");
    expect(await run("--dir", folder, "--party", "aurelia")).toBe("folder-not-empty");
    expect(await run(...charter("no.json", "--left", keys("aurelia")))).toBe("charter-side");
    expect(await run(...charter("no.json", "--left", keys("aurelia"), "--right", keys("aurelia")))).toBe(
      "charter-duplicate-party",
    );
    expect(await run(...charter("no.json", "--left", keys("aurelia"), "--right", keys("observer")))).toBe(
      "keys-other-role",
    );
    expect(await run("--charter", at("no.json"), "--title", "T", "--summary", "S", "--nature", "reconstruction")).toBe(
      "charter-nature",
    );
    writeFileSync(at("odd.json"), "hello");
    expect(await run(...charter("no.json", "--left", at("odd.json"), "--right", keys("borealia")))).toBe(
      "json-malformed",
    );
    expect(await run("--dir", at("borealia"), "--join", at("nowhere.json"))).toBe("file-not-found");
    expect(await run("--dir", at("borealia"), "--join", at("charter.json"), "--peer", "cimmeria=http://x")).toBe(
      "peer-unknown",
    );
    expect(await run("--dir", at("borealia"), "--join", at("charter.json"), "--peer", "aurelia=ftp://x")).toBe(
      "peer-address",
    );
  });
});

describe("countersign serve", () => {
  it("runs the node until it is told to end", async () => {
    expect(await run("--dir", at("borealia"), "--join", at("charter.json"))).toBe(0);
    const answers: Response[] = [];
    const terminal = recordingTerminal((text) => {
      const { address, desk } = JSON.parse(text) as { address: string; desk: string };
      void (async () => {
        answers.push(
          await fetch(desk, { redirect: "manual" }),
          await fetch(desk, { redirect: "manual" }),
          await fetch(`${address}/api/node`),
        );
        terminal.end();
      })();
    });
    const result = await serve.run(["--dir", at("borealia"), "--port", "0", "--json"], terminal);
    expect(result).toEqual({ ok: true, value: 0 });
    expect(answers.map(({ status }) => status)).toEqual([303, 401, 401]);
  });

  it("refuses a folder without a node or without a charter, and a port that is none", async () => {
    const refusal = async (...values: string[]) => {
      const result = await serve.run(values, recordingTerminal());
      return result.ok ? result.value : result.refusal.code;
    };
    expect(await refusal()).toBe("folder-missing");
    expect(await refusal("--dir", folder)).toBe("node-folder-missing");
    expect(await refusal("--dir", at("observer"))).toBe("folder-without-charter");
    expect(await refusal("--dir", at("observer"), "--port", "x")).toBe("port-malformed");
  });
});
