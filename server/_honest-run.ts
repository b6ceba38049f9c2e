/**
 * For tests: a circle in which everyone is honest and much goes wrong. Clocks differ, wires fail, nodes stop between two steps, and folders are
 * damaged or put back from an older copy. What each node notes meanwhile is collected.
 */
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addSeconds } from "@countersign/core/bytes/instant.ts";
import { charterBytes } from "@countersign/core/channel/charter.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "./_circle.ts";
import { Wire, type Faults } from "./_wire.ts";
import { startNode, type CountersignNode } from "./node.ts";

export type Step =
  | { readonly does: "say" | "exchange" | "restart" | "copy" | "restore"; readonly who: number }
  | { readonly does: "damage"; readonly who: number; readonly file: number; readonly how: "bit" | "cut" | "gone" }
  | { readonly does: "cut"; readonly who: number; readonly from: number }
  | { readonly does: "wait"; readonly seconds: number };

export interface HonestRun {
  readonly parties: number;
  /** Seconds by which each clock is ahead of the first, over and over. */
  readonly skews: readonly number[];
  readonly faults: Faults;
  readonly seed: number;
  readonly steps: readonly Step[];
}

/** What a run came to. */
export interface Outcome {
  /** Everything that any node ever noted: who, code, whose log, heard from whom. */
  readonly noted: ReadonlySet<string>;
  /** What still stands once all is well again. */
  readonly standing: readonly string[];
  /** Refusals of nodes that were to start on a folder that was damaged or put back. */
  readonly refusals: readonly string[];
  /** Per node: all it holds and folds. Of parties, and of the observer. */
  readonly parties: readonly string[];
  readonly observer: string;
  /** Letters that were answered with a proof, and those that have effect in the end. */
  readonly said: readonly string[];
  readonly applied: ReadonlySet<string>;
}

const NAMES = ["aurelia", "borealis", "carpathia", "dorland"];

/** Ways of a folder: what is kept beside the logs (the keys and what they have signed) stays where it is. */
class HonestCircle {
  readonly circle: TestCircle;
  readonly ids: readonly string[];
  readonly wire: Wire;
  readonly noted = new Set<string>();
  readonly refusals: string[] = [];
  readonly said: string[] = [];
  readonly #skews: Map<string, number>;
  readonly #nodes = new Map<string, CountersignNode>();

  constructor(circle: TestCircle, ids: readonly string[], run: HonestRun) {
    this.circle = circle;
    this.ids = ids;
    this.wire = new Wire(run.seed, () => ids.map((id) => circle.seat(id)));
    this.#skews = new Map(ids.map((id, index) => [id, index === 0 ? 0 : (run.skews[index % run.skews.length] ?? 0)]));
  }

  id(who: number): string {
    return this.ids[who % this.ids.length] ?? "aurelia";
  }

  nodes(): CountersignNode[] {
    return this.ids.map((id) => this.node(id));
  }

  node(id: string): CountersignNode {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Error(`${id} is not running`);
    return node;
  }

  async start(id: string): Promise<void> {
    const clock = { now: () => addSeconds(this.circle.clock.now(), this.#skews.get(id) ?? 0) };
    this.#nodes.set(id, await this.circle.start(id, { fetch: this.wire.from(id), clock, patienceMilliseconds: 2000 }));
  }

  async stop(id: string): Promise<void> {
    await this.node(id).close();
    this.#nodes.delete(id);
  }

  /** With a folder that something has happened to: a node that refuses it gets back the one it had. */
  async startOn(id: string, happened: (logs: string) => Promise<void>): Promise<void> {
    await this.stop(id);
    const { directory, role } = this.circle.seat(id);
    const [logs, aside] = [join(directory, "logs"), join(directory, "logs-aside")];
    await cp(logs, aside, { recursive: true });
    await happened(logs);
    const tried = await startNode({
      id,
      name: { en: id },
      role,
      directory,
      clock: this.circle.clock,
      channels: [{ charter: charterBytes(this.circle.charter) }],
      peers: [],
      demonstration: true,
      pullEveryMilliseconds: 0,
    });
    if (tried.ok) await tried.value.close();
    else {
      this.refusals.push(tried.refusal.code);
      await rm(logs, { recursive: true });
      await cp(aside, logs, { recursive: true });
    }
    await rm(aside, { recursive: true });
    await this.start(id);
  }

  watch(): void {
    for (const node of this.nodes()) for (const seen of this.#notes(node)) this.noted.add(seen);
  }

  standing(): string[] {
    return this.nodes().flatMap((node) => this.#notes(node));
  }

  endSkews(): void {
    this.#skews.clear();
  }

  #notes(node: CountersignNode): string[] {
    return node.observations(this.circle.channel).map(({ code, log, from = log }) => `${node.id} ${code} ${log} ${from}`);
  }
}

/** Plays a run; then all wires are whole, all clocks agree, and the nodes exchange until nothing moves any more. */
export async function playHonestly(run: HonestRun): Promise<Outcome> {
  const parties = NAMES.slice(0, run.parties);
  const circle = await foundTestCircle(parties, ["lookout"]);
  try {
    const all = new HonestCircle(circle, [...parties, "lookout"], run);
    for (const id of all.ids) await all.start(id);
    await circle.exchange(...all.nodes());
    all.wire.faults = run.faults;
    for (const step of run.steps) {
      await take(step, all, parties);
      all.watch();
    }
    all.wire.heal();
    all.endSkews();
    circle.clock.at = addSeconds(circle.clock.at, 10_000);
    for (let before = "", now = "."; before !== now; ) {
      before = now;
      await circle.exchange(...all.nodes());
      all.watch();
      now = all.nodes().map((node) => holdings(node, circle)).join();
    }
    return {
      noted: all.noted,
      standing: all.standing(),
      refusals: all.refusals,
      parties: parties.map((id) => `${holdings(all.node(id), circle)} ${folded(all.node(id), circle)}`),
      observer: holdings(all.node("lookout"), circle),
      said: all.said,
      applied: new Set(all.node("aurelia").state(circle.channel).all.map(({ id }) => id)),
    };
  } finally {
    await circle.close();
  }
}

async function take(step: Step, all: HonestCircle, parties: readonly string[]): Promise<void> {
  const { circle, wire } = all;
  if (step.does === "wait") {
    circle.clock.at = addSeconds(circle.clock.at, step.seconds);
    return;
  }
  const id = all.id(step.who);
  switch (step.does) {
    case "say": {
      if (id === "lookout") return;
      const to = parties[(parties.indexOf(id) + 1) % parties.length] ?? "aurelia";
      const said = await all.node(id).say(circle.channel, letterTo(to, `Letter ${all.said.length}.`));
      if (said.ok) all.said.push(said.value.id);
      // Before all have been heard to sign the charter nothing else is said.
      else if (said.refusal.code !== "entry-before-charter") must(said);
      return;
    }
    case "exchange":
      return all.node(id).exchangeNow();
    case "cut":
      return wire.cut(all.id(step.from), id);
    case "restart":
      await all.stop(id);
      return all.start(id);
    case "copy":
      return all.startOn(id, (logs) => cp(logs, `${logs}-copy`, { recursive: true }));
    case "restore":
      return all.startOn(id, async (logs) => {
        const copy = `${logs}-copy`;
        if (!(await readdir(join(logs, ".."))).includes("logs-copy")) return;
        await rm(logs, { recursive: true });
        await cp(copy, logs, { recursive: true });
      });
    case "damage":
      return all.startOn(id, (logs) => damage(logs, step.file, step.how));
  }
}

async function damage(logs: string, file: number, how: "bit" | "cut" | "gone"): Promise<void> {
  const entries = await readdir(logs, { recursive: true, withFileTypes: true });
  const files = entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])).sort();
  const path = files[file % files.length];
  if (path === undefined) return;
  const bytes = await readFile(path);
  const at = file % Math.max(1, bytes.length);
  await rm(path);
  if (how === "gone") return;
  if (how === "bit" && bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, how === "cut" ? bytes.subarray(0, at) : bytes);
}

/** The heads that a node holds. */
function holdings(node: CountersignNode, { channel }: TestCircle): string {
  return node.receipts(channel).map(({ log, size }) => `${log} ${size}`).join(", ");
}

function folded(node: CountersignNode, { channel }: TestCircle): string {
  const { all, inert } = node.state(channel);
  return JSON.stringify([all.map(({ id, author, index, time }) => [id, author, index, time]), inert]);
}
