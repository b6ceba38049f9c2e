/** An attachment between two nodes, each a process of its own: one is killed before it has come, and it comes all the same. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { charterBytes } from "@countersign/core/channel/charter.ts";
import { readStatement } from "@countersign/core/channel/statement.ts";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import { call } from "@countersign/wire/client.ts";
import { endpoints } from "@countersign/wire/endpoints.ts";
import { foundTestCircle, letterTo, must } from "./_circle.ts";
import { freePort, killNodes, runNode } from "./_started-node.ts";

let folder: string;

afterEach(() => rm(folder, { recursive: true, force: true }));

it("R6 an attachment reaches its reader's process although that was killed, and opens in no other", { timeout: 60_000 }, async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-attached-"));
  const circle = await foundTestCircle(["aurelia", "borealis", "carpathia"]);
  try {
    const { charter, channel } = circle;
    const charterFile = join(folder, "charter.json");
    await writeFile(charterFile, charterBytes(charter));
    const ids = ["aurelia", "borealis", "carpathia"] as const;
    const ports = new Map<string, number>();
    for (const id of ids) ports.set(id, await freePort());
    const base = (id: string) => `http://127.0.0.1:${ports.get(id)}`;
    const begin = async (id: string) => {
      const file = join(folder, `${id}.json`);
      const peers = ids.filter((other) => other !== id).map((other) => ({ id: other, base: base(other) }));
      await writeFile(file, JSON.stringify({ id, directory: circle.seat(id).directory, charter: charterFile, channel, port: ports.get(id), peers, says: null }));
      return runNode(file);
    };
    await begin("aurelia");
    await begin("carpathia");
    const killBorealis = await begin("borealis");
    const secret = new Uint8Array(200_000).map((_, index) => index % 251);
    const file = { name: "plan.bin", type: "application/octet-stream", data: toBase64(secret), readers: ["borealis"] };
    const say = () => call(endpoints.say, { channel }, letterTo("borealis", "Attached", [file]), { base: base("aurelia") });
    // Nothing but the charter applies before all have signed it.
    await expect.poll(async () => (await call(endpoints.say, { channel }, letterTo("borealis", "First"), { base: base("aurelia") })).ok, PATIENTLY).toBe(true);
    await killBorealis();
    const { id } = must(await say());
    await begin("borealis");
    const hash = async () => {
      const record = must(await call(endpoints.record, { channel }, {}, { base: base("borealis") }));
      const entries = record.logs.flatMap(({ entries: some }) => some).flatMap((entry) => {
        const read = readStatement(fromBase64(entry) ?? new Uint8Array(0));
        return read.ok ? [read.value] : [];
      });
      return entries.find((one) => one.id === id)?.payload.files[0]?.sha256;
    };
    await expect.poll(hash, PATIENTLY).toMatch(/^[0-9a-f]{64}$/);
    const address = (at: string, sha256: string) => `${base(at)}/api/channels/${channel}/statements/${id}/attachments/${sha256}`;
    const sha256 = (await hash()) ?? "";
    await expect.poll(async () => (await fetch(address("borealis", sha256))).status, PATIENTLY).toBe(200);
    expect(new Uint8Array(await (await fetch(address("borealis", sha256))).arrayBuffer())).toEqual(secret);
    await expect.poll(async () => must(await call(endpoints.record, { channel }, {}, { base: base("carpathia") })).attachments, PATIENTLY).toEqual([sha256]);
    expect((await fetch(address("carpathia", sha256))).status).toBe(403);
  } finally {
    // Their folders are the circle's.
    await killNodes();
    await circle.close();
  }
});

const PATIENTLY = { timeout: 20_000, interval: 50 };
