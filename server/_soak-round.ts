/**
 * One round of the soak: three nodes of one channel, each a process that says letters, pulls the others and cosigns them, killed by SIGKILL
 * at moments from a seed, some while they start, some together. At the end all are started once more, and what the round must keep is
 * counted up: every answered statement at its place in every copy, one root for each size, sound folders, whole bundles.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBase64 } from "@countersign/core/bytes/base64.ts";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { verifyBundle } from "@countersign/core/bundle/verify.ts";
import { charterBytes } from "@countersign/core/channel/charter.ts";
import { readStatement } from "@countersign/core/channel/statement.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { parseCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import { call } from "@countersign/wire/client.ts";
import { bytePaths, endpoints, type RecordAnswer } from "@countersign/wire/endpoints.ts";
import { foundTestCircle, must, type TestCircle } from "./_circle.ts";
import { HeadCensus } from "./_head-census.ts";
import { KilledNode } from "./_killed-node.ts";
import { freePort } from "./_started-node.ts";
import { checkFolder } from "./fsck/check-folder.ts";
import { nativeVerify } from "./signing.ts";

const PARTIES = ["aurelia", "borealia", "carpathia"] as const;

export interface RoundResult {
  readonly kills: number;
  readonly killedEarly: number;
  readonly starts: number;
  readonly answered: number;
  /** Heads that were looked at in files and answers, and different ones among them. */
  readonly heads: number;
  readonly differentHeads: number;
  readonly faults: readonly string[];
}

/** Numbers from 0 to below 1 from a seed, the same on every run (xorshift). */
export type Chance = () => number;

export async function soakRound(kills: number, chance: Chance): Promise<RoundResult> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-soak-"));
  const circle = await foundTestCircle(PARTIES);
  const round = new Round(circle, folder);
  try {
    await round.prepare();
    await round.killAtRandom(kills, chance);
    return await round.settle();
  } finally {
    await round.end();
    await circle.close();
    await rm(folder, { recursive: true });
  }
}

class Round {
  readonly #circle: TestCircle;
  readonly #folder: string;
  readonly #census = new HeadCensus();
  readonly #faults: string[] = [];
  #nodes: KilledNode[] = [];

  constructor(circle: TestCircle, folder: string) {
    this.#circle = circle;
    this.#folder = folder;
  }

  async prepare(): Promise<void> {
    await writeFile(join(this.#folder, "charter.json"), charterBytes(this.#circle.charter));
    const ports = new Map<string, number>();
    for (const id of PARTIES) ports.set(id, await freePort());
    this.#nodes = PARTIES.map((id) => new KilledNode(id, `http://127.0.0.1:${ports.get(id)}`));
    for (const [position, id] of PARTIES.entries())
      for (const loud of [true, false])
        await writeFile(
          this.#configOf(id, loud),
          JSON.stringify({
            id,
            directory: this.#circle.seat(id).directory,
            charter: join(this.#folder, "charter.json"),
            channel: this.#circle.channel,
            port: ports.get(id),
            peers: this.#nodes.filter((other) => other.id !== id).map(({ id: peer, base }) => ({ id: peer, base })),
            says: loud ? PARTIES[(position + 1) % PARTIES.length] : null,
            pauseMilliseconds: 15,
          }),
        );
  }

  async killAtRandom(kills: number, chance: Chance): Promise<void> {
    for (const node of this.#nodes) node.start(this.#configOf(node.id, true));
    await Promise.all(this.#nodes.map(({ ready }) => ready));
    for (let left = kills; left > 0; ) {
      // Two times of three into work, else wherever the nodes are, which after a kill is a start or a recovery.
      if (chance() < 0.67) await Promise.all(this.#nodes.map(({ ready }) => ready));
      await pass(chance() * 400);
      await this.#look();
      const several = chance() < 0.25 ? 1 + Math.ceil(chance() * (this.#nodes.length - 1)) : 1;
      const doomed = shuffled(this.#nodes, chance).slice(0, Math.min(several, left));
      left -= doomed.length;
      await Promise.all(doomed.map((node) => node.kill()));
      this.#expectNoFaults();
      for (const node of doomed) node.start(this.#configOf(node.id, true));
    }
  }

  /** All stopped, every file that holds heads read, all started again without a word of their own, and everything compared. */
  async settle(): Promise<RoundResult> {
    await this.end();
    const early = this.#nodes.reduce((sum, { killedEarly }) => sum + killedEarly, 0);
    const kills = this.#nodes.reduce((sum, node) => sum + node.kills, 0) - this.#nodes.length;
    const { channel } = this.#circle;
    for (const { id } of this.#nodes) await this.#census.addFolder(this.#circle.seat(id).directory, `logs/${channel}`);
    for (const node of this.#nodes) node.start(this.#configOf(node.id, false));
    for (const node of this.#nodes) if (!(await node.ready)) this.#faults.push(`${node.id} did not start again.`);
    const records = await this.#alike();
    for (const [id, record] of records) this.#compare(id, record);
    for (const node of this.#nodes) await this.#verifyBundle(node);
    await this.end();
    for (const { id } of this.#nodes) {
      const { directory } = this.#circle.seat(id);
      await this.#census.addFolder(directory, `logs/${channel}`);
      const checked = await checkFolder({
        self: id,
        directory,
        channels: [{ id: channel, charter: this.#circle.charter }],
        peers: PARTIES.filter((other) => other !== id),
      });
      for (const { path, what } of checked.damage) this.#faults.push(`fsck of ${id}: ${path}: ${what}`);
    }
    return {
      kills,
      killedEarly: early,
      starts: this.#nodes.reduce((sum, { starts }) => sum + starts, 0),
      answered: this.#nodes.reduce((sum, { answered }) => sum + answered.size, 0),
      heads: this.#census.seen,
      differentHeads: this.#census.different,
      faults: [...this.#faults, ...this.#census.faults, ...this.#nodes.flatMap(({ faults }) => faults)],
    };
  }

  async end(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.kill()));
  }

  #configOf(id: string, loud: boolean): string {
    return join(this.#folder, `${id}-${loud ? "loud" : "silent"}.json`);
  }

  #expectNoFaults(): void {
    const [fault] = [...this.#census.faults, ...this.#nodes.flatMap(({ faults }) => faults)];
    if (fault !== undefined) throw new Error(fault);
  }

  /** The heads that the nodes show now. One that is being killed or started shows none. */
  async #look(): Promise<void> {
    const nothing = PARTIES.map((id) => `${id}:999999999`).join(",");
    await Promise.all(
      this.#nodes.map(async ({ id, base }) => {
        const answer = await call(endpoints.record, { channel: this.#circle.channel }, { have: nothing }, { base, signal: AbortSignal.timeout(2000) });
        for (const { log, head } of answer.ok ? answer.value.logs : [])
          if (head !== null) this.#census.add(head, `${id}'s answer on ${log}`);
      }),
    );
  }

  /** What each node answers once all hold as much as the owner of each log; or the last that was heard, with a fault. */
  async #alike(): Promise<Map<string, RecordAnswer>> {
    const records = new Map<string, RecordAnswer>();
    for (let attempt = 0; attempt < 300; attempt += 1) {
      for (const { id, base } of this.#nodes) records.set(id, await this.#wholeRecord(base));
      const heads = [...records.values()].map(({ logs }) => logs.map(({ head }) => textOf(head)).join());
      if (new Set(heads).size === 1) return records;
      await pass(100);
    }
    this.#faults.push("The nodes did not come to hold the same heads.");
    return records;
  }

  /** In as many answers as it takes: each is bounded. */
  async #wholeRecord(base: string): Promise<RecordAnswer> {
    const entries = new Map<string, string[]>(PARTIES.map((id) => [id, []]));
    for (;;) {
      const have = [...entries].map(([id, some]) => `${id}:${some.length}`).join(",");
      const part = must(await call(endpoints.record, { channel: this.#circle.channel }, { have }, { base }));
      for (const { log, entries: more } of part.logs) entries.get(log)?.push(...more);
      if (part.logs.every(({ entries: more }) => more.length === 0))
        return { ...part, logs: part.logs.map((log) => ({ ...log, entries: entries.get(log.log) ?? [] })) };
    }
  }

  #compare(holder: string, { logs, observations }: RecordAnswer): void {
    for (const { code, sentence } of observations)
      if (code !== "unreachable") this.#faults.push(`${holder} observed ${code}: ${sentence}`);
    for (const { log, entries, head } of logs) {
      this.#census.add(head ?? "", `${holder}'s last answer on ${log}`);
      const bytes = entries.map((entry) => fromBase64(entry) ?? new Uint8Array(0));
      const ids = bytes.map((entry) => must(readStatement(entry)).id);
      if (new Set(ids).size !== ids.length) this.#faults.push(`${holder} holds a statement of ${log} twice.`);
      for (const [index, id] of this.#nodes.find((node) => node.id === log)?.answered ?? [])
        if (ids[index] !== id) this.#faults.push(`${holder} does not hold what ${log} answered with index ${index}.`);
      const tree = new MerkleTree();
      for (const entry of bytes) tree.append(leafHash(entry));
      const signed = must(parseCheckpointText(textOf(head)));
      if (signed.size !== tree.size || !equalBytes(tree.root(), signed.root))
        this.#faults.push(`${holder}'s entries of ${log} do not give the head that it shows.`);
    }
  }

  async #verifyBundle({ id, base }: KilledNode): Promise<void> {
    const answer = await fetch(base + bytePaths.bundle.replace(":channel", this.#circle.channel));
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const { problems, inert } = await verifyBundle(bytes, { verify: nativeVerify, kinds, channel: this.#circle.channel });
    for (const { code, where } of problems) this.#faults.push(`The bundle of ${id} has a problem: ${code} at ${where}.`);
    for (const { author, index, why } of inert) this.#faults.push(`In the bundle of ${id} ${author} ${index} has no effect: ${why}`);
  }
}

function textOf(note: string | null): string {
  const parsed = parseNote(note ?? "");
  return parsed.ok ? parsed.value.text : "";
}

function shuffled<Item>(items: readonly Item[], chance: Chance): Item[] {
  return items.map((item) => ({ item, at: chance() })).toSorted((a, b) => a.at - b.at).map(({ item }) => item);
}

function pass(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
