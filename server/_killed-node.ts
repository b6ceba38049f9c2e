/** For the soak: a node's process that is killed and started again, and what it has answered over all its lives. */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("_process-node.ts", import.meta.url));

export class KilledNode {
  readonly id: string;
  readonly base: string;
  /** Index → id of each statement that was answered. */
  readonly answered = new Map<number, string>();
  /** What must not happen, in sentences. */
  readonly faults: string[] = [];
  starts = 0;
  kills = 0;
  /** Of `kills`: before the node said that it was ready. */
  killedEarly = 0;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #ready: Promise<boolean> = Promise.resolve(false);
  #isReady = false;

  constructor(id: string, base: string) {
    this.id = id;
    this.base = base;
  }

  start(config: string): void {
    const child = spawn(process.execPath, [SCRIPT, config], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    this.starts += 1;
    this.#isReady = false;
    let errors = "";
    let killed = false;
    child.stderr.on("data", (data: Buffer) => (errors = (errors + data.toString()).slice(-4000)));
    child.once("exit", (_, signal) => (killed = signal === "SIGKILL"));
    this.#ended = new Promise((resolve) =>
      child.once("close", () => {
        if (!killed) this.faults.push(`${this.id} ended by itself: ${errors}`);
        else if (errors !== "") this.faults.push(`${this.id} had something to say: ${errors}`);
        resolve();
      }),
    );
    this.#ready = new Promise((resolve) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (line === "ready") {
          this.#isReady = true;
          resolve(true);
        } else this.#hear(line);
      });
      void this.#ended.then(() => resolve(false));
    });
  }

  /** False when it ended before. */
  get ready(): Promise<boolean> {
    return this.#ready;
  }

  async kill(): Promise<void> {
    if (this.#child === undefined) return;
    this.kills += 1;
    if (!this.#isReady) this.killedEarly += 1;
    this.#child.kill("SIGKILL");
    this.#child = undefined;
    this.#isReady = false;
    await this.#ended;
  }

  /** A line that a kill cut short is none: its statement was not answered. */
  #hear(line: string): void {
    const [, index, id] = /^(\d+) ([0-9a-f]{64})$/.exec(line) ?? [];
    if (index === undefined || id === undefined) return;
    const before = this.answered.get(Number(index));
    if (before !== undefined && before !== id) this.faults.push(`${this.id} answered index ${index} with two statements.`);
    this.answered.set(Number(index), id);
  }
}
