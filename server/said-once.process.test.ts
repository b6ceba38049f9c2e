/** A request to say something that comes again after its node's process was killed in the middle of it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fromBase64 } from "@countersign/core/bytes/base64.ts";
import { charterBytes } from "@countersign/core/channel/charter.ts";
import { readStatement } from "@countersign/core/channel/statement.ts";
import { call } from "@countersign/wire/client.ts";
import { endpoints } from "@countersign/wire/endpoints.ts";
import { foundTestCircle, letterTo, must } from "./_circle.ts";
import { KilledNode } from "./_killed-node.ts";
import { freePort } from "./_started-node.ts";

it("R12 a request that is sent again after its node's process was killed in the middle of it is one statement", { timeout: 60_000 }, async () => {
  const circle = await foundTestCircle(["aurelia", "borealis"]);
  const folder = await mkdtemp(join(tmpdir(), "countersign-said-"));
  const ports = new Map([["aurelia", await freePort()], ["borealis", await freePort()]]);
  const base = (id: string) => `http://127.0.0.1:${ports.get(id)}`;
  const nodes = new Map([...ports.keys()].map((id) => [id, new KilledNode(id, base(id))]));
  const begin = async (id: string) => {
    const other = id === "aurelia" ? "borealis" : "aurelia";
    const config = { id, directory: circle.seat(id).directory, charter: join(folder, "charter.json"), channel: circle.channel, port: ports.get(id), peers: [{ id: other, base: base(other) }], says: null };
    await writeFile(join(folder, id), JSON.stringify(config));
    nodes.get(id)?.start(join(folder, id));
    expect(await nodes.get(id)?.ready).toBe(true);
  };
  const letters = async () => {
    const { logs } = must(await call(endpoints.record, { channel: circle.channel }, {}, { base: base("aurelia") }));
    return (logs.find(({ log }) => log === "aurelia")?.entries ?? []).flatMap((entry) => {
      const read = readStatement(fromBase64(entry) ?? new Uint8Array(0));
      return read.ok && read.value.payload.kind === "letter" ? [read.value.payload.body["text"]] : [];
    });
  };
  try {
    await writeFile(join(folder, "charter.json"), charterBytes(circle.charter));
    await begin("borealis");
    await begin("aurelia");
    const say = (text: string) =>
      call(endpoints.say, { channel: circle.channel }, { ...letterTo("borealis", text), key: text.padStart(32, "0") }, { base: base("aurelia") });
    await expect.poll(async () => (await say("0")).ok, { timeout: 20_000, interval: 50 }).toBe(true);
    for (let round = 1; round <= 3; round += 1) {
      const cut = say(String(round));
      // Before, while, or after it is laid down: whichever it is, the outcome is one statement.
      await new Promise((resolve) => setTimeout(resolve, round * 6));
      await nodes.get("aurelia")?.kill();
      const heard = await cut;
      await begin("aurelia");
      const again = must(await say(String(round)));
      if (heard.ok) expect([again.id, again.index]).toEqual([heard.value.id, heard.value.index]);
      expect(await letters()).toEqual(Array.from({ length: round + 1 }, (_, number) => ({ en: String(number) })));
    }
  } finally {
    for (const node of nodes.values()) await node.kill();
    await rm(folder, { recursive: true, force: true });
    await circle.close();
  }
});
