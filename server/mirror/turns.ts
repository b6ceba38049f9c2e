/**
 * Logs that saw each other are pulled side by side, and each entry waits until what it saw is held. A wait ends when that has been
 * taken, or when every pull under way waits: then what is missing is not to be had in this pass.
 */
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
      this.#waiting.add({ held, settle });
      this.#giveUpIfAllWait();
    });
  }

  /** Something was taken. */
  grew(): void {
    for (const waiting of this.#waiting)
      if (waiting.held()) {
        this.#waiting.delete(waiting);
        waiting.settle(true);
      }
  }

  #giveUpIfAllWait(): void {
    if (this.#waiting.size < this.#underWay) return;
    for (const { settle } of this.#waiting) settle(false);
    this.#waiting.clear();
  }
}

interface Waiting {
  readonly held: () => boolean;
  readonly settle: (held: boolean) => void;
}
