/**
 * Logs that saw each other are pulled side by side, and each entry waits until what it saw is held. A wait ends when that has been
 * taken, when every pull under way waits (then what is missing is not to be had in this pass), or after a while: whoever would bring it may
 * have stalled.
 */
/** Milliseconds. */
const WAITED_AT_MOST = 2000;

export class Turns {
  readonly #waiting = new Set<Waiting>();
  #underWay = 0;

  /** Runs one log's pull; its waits are counted against the other pulls under way. Begin all of a pass before awaiting any. */
  async run<Value>(pull: () => Promise<Value>): Promise<Value> {
    this.#underWay += 1;
    try {
      return await pull();
    } finally {
      this.#underWay -= 1;
      this.#giveUpIfAllWait();
    }
  }

  /** True once `held`; false when nobody is left who could bring it. */
  async until(held: () => boolean): Promise<boolean> {
    if (held()) return true;
    return new Promise((settle) => {
      const late = setTimeout(() => this.#end(waiting, false), WAITED_AT_MOST);
      const waiting: Waiting = { held, settle, late };
      this.#waiting.add(waiting);
      this.#giveUpIfAllWait();
    });
  }

  /** Something was taken. */
  grew(): void {
    for (const waiting of this.#waiting)
      if (waiting.held()) this.#end(waiting, true);
  }

  #giveUpIfAllWait(): void {
    if (this.#waiting.size < this.#underWay) return;
    for (const waiting of this.#waiting) this.#end(waiting, false);
  }

  #end(waiting: Waiting, held: boolean): void {
    clearTimeout(waiting.late);
    if (this.#waiting.delete(waiting)) waiting.settle(held);
  }
}

interface Waiting {
  readonly held: () => boolean;
  readonly settle: (held: boolean) => void;
  readonly late: NodeJS.Timeout;
}
