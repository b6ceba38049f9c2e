/**
 * `append`: one statement through a party's node: checked against the rules, signed, durable, under a signed head, answered with its
 * proof. Beside it the least that this takes: one durable file of the same size and the two signature pairs (statement and head).
 */
import { randomBytes } from "node:crypto";
import { link, open, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { channelId, charterBytes, type Charter } from "@countersign/core/channel/charter.ts";
import { createKeys, machineClock, startNode, type CountersignNode } from "@countersign/server/node.ts";
import { nativeSigner } from "@countersign/server/signing.ts";
import { inTurn, must, rounded, type Measurement } from "./measure.ts";
import { letterBody } from "./record.ts";
import { scratchFolder } from "./scratch.ts";

const STATEMENTS = 20;
const REPEATS = 9;
/** What a statement of this kind takes in a log. */
const ENTRY_BYTES = 4400;

export const append: Measurement = {
  id: "append",
  async measure(progress, signal) {
    const folder = await scratchFolder();
    const nodes: CountersignNode[] = [];
    try {
      progress("append: two nodes sign a charter");
      const { channel } = await openPair(folder, nodes);
      const node = nodes[0];
      if (node === undefined) throw new Error("no node");
      const signer = nativeSigner({ ed25519: randomBytes(32), mldsa44: randomBytes(32) });
      let number = 0;
      const work = async () => {
        for (let index = 0; index < STATEMENTS; index += 1)
          must(await node.say(channel, { kind: "letter", body: letterBody((number += 1), "aurelia"), files: [] }));
      };
      const bare = async () => {
        for (let index = 0; index < STATEMENTS; index += 1) {
          const entry = randomBytes(ENTRY_BYTES);
          await signer.sign(entry);
          await writeDurably(folder, `bare-${(number += 1)}`, entry);
          await signer.sign(entry.subarray(0, 200));
        }
      };
      progress("append: measuring");
      await work();
      await bare();
      const times = await inTurn(REPEATS, signal, work, bare);
      return {
        id: "append",
        what: "one statement, durable, with its signed proof in the answer",
        value: rounded((times.work / STATEMENTS) * 1000),
        unit: "ms",
        baseline: rounded((times.bare / STATEMENTS) * 1000),
        ratio: rounded(times.ratio),
        reach: "at most 3 times a durable write with its two signature pairs",
        ok: times.ratio <= 3,
      };
    } finally {
      for (const node of nodes) await node.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Two nodes in one process that reach each other without a network, after both have signed and seen the charter. */
async function openPair(folder: string, nodes: CountersignNode[]): Promise<{ channel: string }> {
  const ids = ["aurelia", "borealia"] as const;
  const parties: Charter["parties"] = [];
  for (const id of ids)
    parties.push({
      id,
      name: { en: id },
      role: "party",
      side: id,
      keys: must(await createKeys(join(folder, id), id, "bench")),
    });
  const charter: Charter = {
    type: "charter",
    version: 1,
    nature: "exercise",
    title: { en: "A circle to measure with" },
    summary: { en: "Made for one measurement" },
    parties,
    sides: [
      { id: "aurelia", name: { en: "Aurelia" }, mark: "left" },
      { id: "borealia", name: { en: "Borealia" }, mark: "right" },
    ],
    observers: [],
    statesConcerned: [],
    cosigning: "all",
    caps: { bodyFileBytes: 1_000_000 },
    tolerances: { clockSeconds: 300, receiveHours: 24 },
    rules: 1,
    nonce: toBase64(randomBytes(32)),
  };
  const base = (id: string) => `http://127.0.0.1:1/nodes/${id}`;
  const reach: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const node = nodes.find(({ id }) => new URL(request.url).pathname.startsWith(`/nodes/${id}/`));
    return node === undefined ? new Response(null, { status: 503 }) : node.app.fetch(request);
  };
  for (const id of ids) {
    const peers = ids.filter((other) => other !== id).map((other) => ({ id: other, base: base(other) }));
    const common = {
      id,
      name: { en: id },
      role: "party",
      directory: join(folder, id),
      clock: machineClock,
      peers,
      path: `/nodes/${id}`,
    } as const;
    nodes.push(
      must(
        await startNode({
          ...common,
          channels: [{ charter: charterBytes(charter) }],
          demonstration: true,
          pullEveryMilliseconds: 0,
          acknowledges: false,
          fetch: reach,
        }),
      ),
    );
  }
  for (let round = 0; round < 2; round += 1) for (const node of nodes) await node.exchangeNow();
  return { channel: channelId(charter) };
}

/** As an object store does it: a new file, on the disk before its name is. */
async function writeDurably(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(folder, `${name}.new`);
  const handle = await open(temporary, "wx");
  await handle.writeFile(bytes);
  await handle.sync();
  await handle.close();
  await link(temporary, join(folder, name));
  await unlink(temporary);
  const directory = await open(folder, "r");
  await directory.sync();
  await directory.close();
}
