import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
import { freePort, killNodes, runNode } from "./_started-node.ts";

let folder: string;

afterEach(async () => {
  await killNodes();
  await rm(folder, { recursive: true, force: true });
});

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
      let killBorealis = await runNode(mirror, hear);
      for (const milliseconds of [600, 350]) {
        const killAurelia = await runNode(loud, hear);
        await wait(milliseconds);
        if (milliseconds === 350) {
          await killBorealis();
          killBorealis = await runNode(mirror, hear);
          await wait(200);
        }
        await killAurelia();
      }
      await runNode(silent, hear);
      /** An answer has so many entries and no more: what follows is asked for until nothing comes. */
      const whole = async (id: "aurelia" | "borealis") => {
        const entries: string[] = [];
        for (;;) {
          const record = must(await call(endpoints.record, { channel }, { have: `aurelia:${entries.length},borealis:1000000` }, { base: base(id) }));
          const log = record.logs.find((candidate) => candidate.log === "aurelia");
          if (log === undefined || log.entries.length === 0) return { entries, head: log?.head ?? "", observations: record.observations };
          entries.push(...log.entries);
        }
      };
      let [own, copy] = [await whole("aurelia"), await whole("borealis")];
      for (let attempt = 0; attempt < 100 && copy.entries.length < own.entries.length; attempt += 1) {
        await wait(100);
        [own, copy] = [await whole("aurelia"), await whole("borealis")];
      }
      expect(answered.size).toBeGreaterThan(20);
      for (const record of [own, copy]) {
        const entries = record.entries.map((entry) => fromBase64(entry) ?? new Uint8Array(0));
        const ids = entries.map((entry) => must(readStatement(entry)).id);
        for (const [index, id] of answered) expect(ids[index]).toBe(id);
        expect(new Set(ids).size).toBe(ids.length);
        const tree = new MerkleTree();
        for (const entry of entries) tree.append(leafHash(entry));
        const head = must(parseCheckpointText(must(parseNote(record.head)).text));
        expect(equalBytes(tree.root(head.size), head.root)).toBe(true);
        expect(record.observations.filter(({ code }) => code !== "unreachable")).toEqual([]);
      }
    } finally {
      await circle.close();
    }
  });
});
