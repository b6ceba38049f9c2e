import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { fromBase64 } from "@countersign/core/bytes/base64.ts";
import { charterBytes } from "@countersign/core/channel/charter.ts";
import { readStatement } from "@countersign/core/channel/statement.ts";
import { parseCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import { call } from "@countersign/wire/client.ts";
import { endpoints } from "@countersign/wire/endpoints.ts";
import { foundTestCircle, must } from "./_circle.ts";

const SCRIPT = fileURLToPath(new URL("_process-node.ts", import.meta.url));

let folder: string;
const running = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Runs a node until it is killed; `heard` gets its lines. Settles when it is ready. */
async function run(config: string, heard: (line: string) => void): Promise<{ kill: () => Promise<void> }> {
  const child = spawn(process.execPath, [SCRIPT, config], { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let errors = "";
  child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let rest = "";
    child.stdout.on("data", (data: Buffer) => {
      const lines = (rest + data.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines)
        if (line === "ready") resolve();
        else heard(line);
    });
    void ended.then(() => reject(new Error(`the node ended: ${errors}`)));
  });
  return {
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
      running.delete(child);
    },
  };
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("two nodes as processes, killed under load", () => {
  it("R12 R13 lose nothing that was answered, move nothing, and accuse nobody", async () => {
    folder = await mkdtemp(join(tmpdir(), "countersign-process-"));
    const circle = await foundTestCircle(["aurelia", "borealis"]);
    const { charter, channel } = circle;
    const charterFile = join(folder, "charter.json");
    await writeFile(charterFile, charterBytes(charter));
    const ports = { aurelia: await freePort(), borealis: await freePort() };
    const base = (id: "aurelia" | "borealis") => `http://127.0.0.1:${ports[id]}`;
    const configFor = async (id: "aurelia" | "borealis", other: "aurelia" | "borealis", says: string | null) => {
      const file = join(folder, `${id}-${says ?? "silent"}.json`);
      await writeFile(
        file,
        JSON.stringify({
          id,
          directory: circle.seat(id).directory,
          charter: charterFile,
          channel,
          port: ports[id],
          peers: [{ id: other, base: base(other) }],
          says,
        }),
      );
      return file;
    };
    try {
      const loud = await configFor("aurelia", "borealis", "borealis");
      const silent = await configFor("aurelia", "borealis", null);
      const mirror = await configFor("borealis", "aurelia", null);
      const answered = new Map<number, string>();
      const hear = (line: string) => {
        const [index, id] = line.split(" ");
        if (index === undefined || id === undefined) throw new Error(line);
        expect(answered.get(Number(index)) ?? id).toBe(id);
        answered.set(Number(index), id);
      };
      let borealis = await run(mirror, hear);
      for (const milliseconds of [600, 350]) {
        const aurelia = await run(loud, hear);
        await wait(milliseconds);
        if (milliseconds === 350) {
          await borealis.kill();
          borealis = await run(mirror, hear);
          await wait(200);
        }
        await aurelia.kill();
      }
      await run(silent, hear);
      const whole = async (id: "aurelia" | "borealis") =>
        must(await call(endpoints.record, { channel }, {}, { base: base(id) }));
      const sizeOf = (record: Awaited<ReturnType<typeof whole>>) =>
        record.logs.find(({ log }) => log === "aurelia")?.entries.length ?? 0;
      let [own, copy] = [await whole("aurelia"), await whole("borealis")];
      for (let attempt = 0; attempt < 100 && sizeOf(copy) < sizeOf(own); attempt += 1) {
        await wait(100);
        [own, copy] = [await whole("aurelia"), await whole("borealis")];
      }
      expect(answered.size).toBeGreaterThan(20);
      for (const record of [own, copy]) {
        const log = record.logs.find((candidate) => candidate.log === "aurelia");
        const entries = log?.entries.map((entry) => fromBase64(entry) ?? new Uint8Array(0)) ?? [];
        const ids = entries.map((entry) => must(readStatement(entry)).id);
        for (const [index, id] of answered) expect(ids[index]).toBe(id);
        expect(new Set(ids).size).toBe(ids.length);
        const tree = new MerkleTree();
        for (const entry of entries) tree.append(leafHash(entry));
        const head = must(parseCheckpointText(must(parseNote(log?.head ?? "")).text));
        expect(equalBytes(tree.root(head.size), head.root)).toBe(true);
        expect(record.observations.filter(({ code }) => code !== "unreachable")).toEqual([]);
      }
    } finally {
      await circle.close();
    }
  });
});
