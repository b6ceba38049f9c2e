/**
 * Who takes a log's new entries now, so that what several nodes serve is fetched and checked once. It is no lock: whoever brings nothing for a
 * while is overtaken, and does no harm when it comes late.
 */

/** Milliseconds without anything new after which another node is asked. */
const GRACE = 2000;

export interface Led {
  /** On the machine's monotonic clock, in milliseconds. */
  movedAt: number;
}

export class Lead {
  #current: Led | undefined;
  readonly #waiting = new Set<() => void>();

  /** At once, whoever has it: for the log's owner, who is the first to have what is new. */
  seize(): Led {
    const led = { movedAt: performance.now() };
    this.#current = led;
    return led;
  }

  /** Once it is free or whoever has it brings nothing; `undefined` if that one goes on bringing. */
  async take(): Promise<Led | undefined> {
    if (this.#isBusy()) await this.#freed();
    return this.#isBusy() ? undefined : this.seize();
  }

  /** Something was brought. */
  moved(led: Led): void {
    led.movedAt = performance.now();
  }

  release(led: Led): void {
    if (this.#current !== led) return;
    this.#current = undefined;
    this.#wake();
  }

  #isBusy(): boolean {
    return this.#current !== undefined && performance.now() - this.#current.movedAt < GRACE;
  }

  #freed(): Promise<void> {
    return new Promise((resolve) => {
      const freed = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(freed);
        resolve();
      };
      const timer = setTimeout(freed, GRACE);
      this.#waiting.add(freed);
    });
  }

  #wake(): void {
    for (const freed of this.#waiting) freed();
  }
}
