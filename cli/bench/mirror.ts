/**
 * `mirror`: how fast a node that has nothing takes a whole record from another one, checked, durable and cosigned; beside it the audit of the
 * same record in the same run. The other node answers from memory: what is measured is the work of the one that catches up.
 */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { writeBundle } from "@countersign/core/bundle/write.ts";
import { channelId, charterBytes, type CharterParty } from "@countersign/core/channel/charter.ts";
import { encodeBundle, hashTile, TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import { accept } from "@countersign/core/refusal.ts";
import { logRoutes } from "@countersign/server/http/log-routes.ts";
import type { LogSource } from "@countersign/server/http/log-source.ts";
import { createKeys, startNode, type CountersignNode } from "@countersign/server/node.ts";
import { auditOnce } from "./audit.ts";
import { inTurn, must, rounded, type Measurement } from "./measure.ts";
import { branchesOf, makeRecord, type MadeRecord } from "./record.ts";
import { scratchFolder } from "./scratch.ts";

/** Every statement answers the one before: the dearest way to catch up, since no entry is kept before those that it saw. */
const ANSWERED = { statements: 4096, turn: 1 };
/** One party says much before the other answers. */
const IN_TURNS = { statements: 4096, turn: 256 };
const REPEATS = 5;
const SELF = "carpathia";

export const mirror: Measurement = {
  id: "mirror",
  async measure(progress, signal) {
    const folder = await scratchFolder();
    try {
      const keys = must(await createKeys(join(folder, "keys"), SELF, "bench"));
      const silent: CharterParty = { id: SELF, name: { en: SELF }, role: "party", side: "borealia", keys };
      const measured = async ({ statements, turn }: typeof ANSWERED) => {
        progress(`mirror: signing ${statements} statements`);
        const record = await makeRecord(statements, true, { silent, turn });
        progress("mirror: measuring");
        return catchUp(record, statements, folder, signal);
      };
      const inTurns = await measured(IN_TURNS);
      const answered = await measured(ANSWERED);
      const least = Math.min(1 / inTurns.ratio, 1 / answered.ratio);
      return {
        id: "mirror",
        what: `a node without anything catching up with a whole record, checked, durable and cosigned; ${rounded(1 / answered.ratio)} of the audit where every statement answers the one before (${rounded(ANSWERED.statements / answered.work)} statements/s)`,
        value: rounded(IN_TURNS.statements / inTurns.work),
        unit: "statements/s",
        baseline: rounded(IN_TURNS.statements / inTurns.bare),
        ratio: rounded(1 / inTurns.ratio),
        reach: "at least 0.8 of the rate of the audit of the same record, in either case",
        ok: least >= 0.8,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Audit and catching up of one record in turn; each time with an empty folder, which is made beforehand. */
async function catchUp(record: MadeRecord, statements: number, folder: string, signal: AbortSignal) {
  const branches = await branchesOf(record);
  const bundle = must(writeBundle({ charter: record.charter, asOf: record.asOf, branches, files: new Map() }));
  const source = await sourceOf(record);
  const served = logRoutes({
    channel: source.channel,
    gate: { reader: async () => accept({ id: SELF, role: "party" }) },
    sourceFor: () => source,
    hinted: () => undefined,
  });
  let node: CountersignNode | undefined;
  const fresh = async () => {
    await node?.close();
    const directory = await mkdtemp(join(folder, "mirror-"));
    await cp(join(folder, "keys"), directory, { recursive: true });
    node = must(
      await startNode({
        id: SELF,
        name: { en: SELF },
        role: "party",
        directory,
        clock: { now: () => record.asOf },
        channels: [{ charter: charterBytes(record.charter) }],
        peers: [{ id: "aurelia", base: "http://127.0.0.1:1" }],
        demonstration: true,
        pullEveryMilliseconds: 0,
        acknowledges: false,
        fetch: async (input, init) => served.fetch(new Request(input, init)),
      }),
    );
  };
  const work = async () => {
    await node?.exchangeNow();
    const cosigned = source.logs.map((log) => (log === SELF ? 0 : cosignedSize(node, source.channel, log)));
    if (cosigned.reduce((sum, size) => sum + size, 0) !== statements)
      throw new Error(`of ${statements} entries it cosigned ${cosigned.join(" and ")}`);
  };
  try {
    return await inTurn(REPEATS, signal, work, () => auditOnce(bundle), fresh);
  } finally {
    await node?.close();
  }
}

function cosignedSize(node: CountersignNode | undefined, channel: string, log: string): number {
  const { storedBy } = node?.receipts(channel).find((one) => one.log === log) ?? { storedBy: [] };
  return storedBy.find(({ party }) => party === SELF)?.size ?? 0;
}

/** Bundles are made beforehand: the answering side is not what is measured. */
async function sourceOf(record: MadeRecord): Promise<LogSource> {
  const heads = new Map((await branchesOf(record)).map(({ party, head }) => [party, encodeUtf8(head)]));
  const writers = new Map(record.writers.map((writer) => [writer.id, writer]));
  const bundles = new Map<string, Uint8Array>();
  for (const { id, entries } of record.writers)
    for (let from = 0; from < entries.length; from += TILE_WIDTH)
      bundles.set(`${id} ${from / TILE_WIDTH}`, encodeBundle(entries.slice(from, from + TILE_WIDTH)));
  return {
    channel: channelId(record.charter),
    logs: record.charter.parties.map(({ id }) => id),
    checkpoint: async (log) => heads.get(log),
    tile: async (log, { level, number, width }) => {
      const writer = writers.get(log);
      if (writer === undefined) return undefined;
      return level === "entries" ? bundles.get(`${log} ${number}`) : hashTile(writer.tree, level, number, width);
    },
    released: async () => undefined,
    file: async () => undefined,
    forks: () => [],
    branches: () => [],
    branchTile: async () => undefined,
    proof: async () => undefined,
    charter: async () => charterBytes(record.charter),
  };
}
