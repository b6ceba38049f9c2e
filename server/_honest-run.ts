/**
 * For tests: a circle in which everyone is honest and much goes wrong. Clocks differ, wires fail, disks refuse, nodes are killed between two
 * steps, folders are put back from an older copy, and bundles are carried by hand. What each node notes meanwhile is collected.
 */
import { cp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { addSeconds } from "@countersign/core/bytes/instant.ts";
import { decodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { foundTestCircle, letterTo, type TestCircle } from "./_circle.ts";
import { Wire, type Faults } from "./_wire.ts";
import { readSoundBundle } from "./import-bundle.ts";
import { startNode, type CountersignNode } from "./node.ts";
import { charterBytes } from "@countersign/core/channel/charter.ts";

export type Step =
  | { readonly does: "say" | "exchange" | "restart" | "copy" | "restore" | "break" | "mend"; readonly who: number }
  /** In the middle of an exchange and of what it says, after so many requests. */
  | { readonly does: "kill"; readonly who: number; readonly after: number }
  | { readonly does: "carry"; readonly who: number; readonly from: number }
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

/** What a node noted: who, what, about whose log, heard from whom. */
export interface Note {
  readonly by: string;
  readonly code: string;
  readonly log: string;
  readonly from: string;
}

/** What a run came to. */
export interface Outcome {
  /** Everything that any node ever noted. */
  readonly noted: readonly Note[];
  /** What still stands once all is well again. */
  readonly standing: readonly Note[];
  /** Whose folder was put back, and stood. */
  readonly restored: ReadonlySet<string>;
  /** What a node failed with that could write. */
  readonly failures: readonly string[];
  /** Per node: the heads it serves of all logs. */
  readonly heads: readonly string[];
  /** Per party: all that has effect, and all that has none. */
  readonly states: readonly string[];
  /** Letters that were answered with a proof, and those that have effect in the end. */
  readonly said: readonly string[];
  readonly applied: ReadonlySet<string>;
}

const NAMES = ["aurelia", "borealis", "carpathia", "dorland"];
const OBSERVER = "lookout";

class HonestCircle {
  readonly circle: TestCircle;
  readonly ids: readonly string[];
  readonly wire: Wire;
  readonly noted = new Map<string, Note>();
  readonly restored = new Set<string>();
  readonly failures: string[] = [];
  readonly said: string[] = [];
  readonly #skews: Map<string, number>;
  readonly #nodes = new Map<string, CountersignNode>();
  readonly #folders = new Map<string, string>();
  readonly #broken = new Set<string>();
  /** Nodes that were dropped: their process is gone as far as anyone can tell. */
  readonly #killed: CountersignNode[] = [];

  constructor(circle: TestCircle, ids: readonly string[], run: HonestRun) {
    this.circle = circle;
    this.ids = ids;
    this.wire = new Wire(run.seed, () => ids.map((id) => circle.seat(id)));
    this.#skews = new Map(ids.map((id, index) => [id, index === 0 ? 0 : (run.skews[index % run.skews.length] ?? 0)]));
  }

  id(who: number): string {
    return this.ids[who % this.ids.length] ?? OBSERVER;
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
    const directory = this.#folder(id);
    this.#nodes.set(id, await this.circle.start(id, { directory, fetch: this.wire.from(id), clock, patienceMilliseconds: 2000 }));
  }

  async stop(id: string): Promise<void> {
    await this.node(id)
      .close()
      .catch((error: unknown) => this.#failed(id, error));
    this.#nodes.delete(id);
  }

  /** What a node does. It may fail where its disk does. */
  async act(id: string, what: () => Promise<unknown>): Promise<void> {
    await what().catch((error: unknown) => this.#failed(id, error));
  }

  /**
   * The folder is moved away under the running node, which can write nothing more from this moment on and keeps what it wrote until then: all
   * that a kill leaves behind. Whatever the node was about goes on into nothing.
   */
  async kill(id: string, after: number): Promise<void> {
    const node = this.node(id);
    const begun = this.wire.count(id);
    const { channel } = this.circle;
    let isOver = false;
    const busy = Promise.all([this.#say(id, node), node.exchangeNow()]).catch(() => undefined);
    void busy.then(() => (isOver = true));
    while (!isOver && this.wire.count(id) - begun < after) await wait(1);
    this.#note(node, channel);
    const folder = this.#folder(id);
    const moved = `${folder}+`;
    this.circle.seat(id).answer = () => new Response(null, { status: 503 });
    await rename(folder, moved);
    this.#folders.set(id, moved);
    // The lock ends with its process.
    for (const lock of [".lock", "lock"]) await rm(join(moved, lock), { force: true });
    this.#killed.push(node);
    this.#nodes.delete(id);
    await this.start(id);
  }

  async say(id: string): Promise<void> {
    if (id !== OBSERVER) await this.act(id, () => this.#say(id, this.node(id)));
  }

  /** What `from` holds goes to `id` in a file. */
  async carry(id: string, from: string): Promise<void> {
    const { channel } = this.circle;
    if (id === from || id === OBSERVER || from === OBSERVER) return;
    const bundle = await this.node(from).bundle(channel);
    const sound = bundle.ok ? await readSoundBundle(bundle.value) : bundle;
    if (!sound.ok) this.failures.push(`${from}'s bundle: ${sound.refusal.code} ${sound.refusal.sentence}`);
    else await this.act(id, () => this.node(id).importBundle(channel, sound.value, from));
  }

  /** Nothing more can be written to the channel's folder. */
  async breakDisk(id: string): Promise<void> {
    if (this.#broken.has(id)) return;
    this.#broken.add(id);
    await rename(this.#temporary(id), `${this.#temporary(id)}-away`);
  }

  async mendDisk(id: string): Promise<void> {
    if (!this.#broken.delete(id)) return;
    await rename(`${this.#temporary(id)}-away`, this.#temporary(id));
    await this.stop(id);
    await this.start(id);
  }

  async copy(id: string): Promise<void> {
    await this.stop(id);
    const logs = join(this.#folder(id), "logs");
    await rm(`${logs}-copy`, { recursive: true, force: true });
    await cp(logs, `${logs}-copy`, { recursive: true });
    await this.start(id);
  }

  /** What the keys have signed stays beside them. A node that refuses the older folder gets back the one it had. */
  async restore(id: string): Promise<void> {
    const folder = this.#folder(id);
    const [logs, copied, aside] = [join(folder, "logs"), join(folder, "logs-copy"), join(folder, "logs-aside")];
    if (!(await readdir(folder)).includes("logs-copy")) return;
    await this.stop(id);
    await rename(logs, aside);
    await cp(copied, logs, { recursive: true });
    const { circle } = this;
    const tried = await startNode({
      id,
      name: { en: id },
      role: circle.seat(id).role,
      directory: folder,
      clock: circle.clock,
      channels: [{ charter: charterBytes(circle.charter) }],
      peers: this.ids.filter((other) => other !== id).map((other) => ({ id: other, base: circle.seat(other).base })),
      demonstration: true,
      pullEveryMilliseconds: 0,
      fetch: this.wire.from(id),
    });
    if (tried.ok) {
      await tried.value.close();
      this.restored.add(id);
      await rm(aside, { recursive: true });
    } else {
      await rm(logs, { recursive: true });
      await rename(aside, logs);
    }
    await this.start(id);
  }

  watch(): void {
    for (const node of this.nodes()) this.#note(node, this.circle.channel);
  }

  standing(): Note[] {
    return this.nodes().flatMap((node) => notesOf(node, this.circle.channel));
  }

  /** Wires are whole, disks take what is written, clocks agree. */
  async endTroubles(): Promise<void> {
    this.wire.heal();
    this.#skews.clear();
    for (const id of this.ids) await this.mendDisk(id);
  }

  async end(): Promise<void> {
    // They have nothing to write to, and say so.
    for (const node of this.#killed) await node.close().catch(() => undefined);
  }

  async #say(id: string, node: CountersignNode): Promise<void> {
    const parties = this.ids.filter((other) => other !== OBSERVER);
    if (id === OBSERVER) return;
    const to = parties[(parties.indexOf(id) + 1) % parties.length] ?? "";
    const said = await node.say(this.circle.channel, letterTo(to, `Letter ${this.said.length}.`));
    if (said.ok) this.said.push(said.value.id);
  }

  #note(node: CountersignNode, channel: string): void {
    for (const note of notesOf(node, channel)) this.noted.set(JSON.stringify(note), note);
  }

  #failed(id: string, error: unknown): void {
    if (!this.#broken.has(id)) this.failures.push(`${id}: ${error instanceof Error ? error.stack : String(error)}`);
  }

  #folder(id: string): string {
    return this.#folders.get(id) ?? this.circle.seat(id).directory;
  }

  #temporary(id: string): string {
    return join(this.#folder(id), "logs", this.circle.channel, ".temporary");
  }
}

function notesOf(node: CountersignNode, channel: string): Note[] {
  return node.observations(channel).map(({ code, log, from = log }) => ({ by: node.id, code, log, from }));
}

/** Plays a run; then all is well again, and the nodes exchange until nothing moves any more. */
export async function playHonestly(run: HonestRun): Promise<Outcome> {
  const parties = NAMES.slice(0, run.parties);
  const circle = await foundTestCircle(parties, [OBSERVER]);
  const all = new HonestCircle(circle, [...parties, OBSERVER], run);
  try {
    for (const id of all.ids) await all.start(id);
    await circle.exchange(...all.nodes());
    all.wire.faults = run.faults;
    for (const step of run.steps) {
      await take(step, all);
      all.watch();
    }
    await all.endTroubles();
    circle.clock.at = addSeconds(circle.clock.at, 10_000);
    const heads = () => Promise.all(all.nodes().map((node) => headsOf(node, circle)));
    for (let before = "", now = "."; before !== now; ) {
      before = now;
      await circle.exchange(...all.nodes());
      all.watch();
      now = (await heads()).join();
    }
    return {
      noted: [...all.noted.values()],
      standing: all.standing(),
      restored: all.restored,
      failures: all.failures,
      heads: await heads(),
      states: parties.map((id) => stateOf(all.node(id), circle)),
      said: all.said,
      applied: new Set(all.node("aurelia").state(circle.channel).all.map(({ id }) => id)),
    };
  } finally {
    await all.end();
    await circle.close();
  }
}

async function take(step: Step, all: HonestCircle): Promise<void> {
  const { circle, wire } = all;
  if (step.does === "wait") {
    circle.clock.at = addSeconds(circle.clock.at, step.seconds);
    return;
  }
  const id = all.id(step.who);
  // What is done to a folder needs a disk.
  if (["kill", "restart", "copy", "restore"].includes(step.does)) await all.mendDisk(id);
  switch (step.does) {
    case "say":
      return all.say(id);
    case "exchange":
      return all.act(id, () => all.node(id).exchangeNow());
    case "cut":
      return wire.cut(all.id(step.from), id);
    case "carry":
      return all.carry(id, all.id(step.from));
    case "break":
      return all.breakDisk(id);
    case "mend":
      return all.mendDisk(id);
    case "kill":
      return all.kill(id, step.after);
    case "restart":
      await all.stop(id);
      return all.start(id);
    case "copy":
      return all.copy(id);
    case "restore":
      return all.restore(id);
  }
}

/** Origin, size and root of the newest head that it serves of each log. */
async function headsOf(node: CountersignNode, { channel, charter }: TestCircle): Promise<string> {
  const notes = await Promise.all(charter.parties.map(({ id }) => node.logs(channel).checkpoint(id)));
  return notes.map((note) => (decodeUtf8(note ?? new Uint8Array(0)) ?? "").split("\n").slice(0, 3).join(" ")).join("; ");
}

function stateOf(node: CountersignNode, { channel }: TestCircle): string {
  const { all, inert } = node.state(channel);
  return JSON.stringify([all.map(({ id, author, index, time }) => [id, author, index, time]), inert]);
}
