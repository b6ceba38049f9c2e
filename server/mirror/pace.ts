/**
 * How long another node may take, and how much may be under way from it at once. A request that stalls or trickles is cut; a pass that uses
 * up its time ends, and the next one goes on where it stopped.
 */

/** Milliseconds that a request may take beside those that its bytes take at the slowest pace. */
export const PATIENCE = 10_000;
/** As `PATIENCE`, for all requests of a pass together. */
const PASS_PATIENCE = 30_000;
/** Bytes a second: a slow line, and still far from one byte at a time. */
const SLOWEST = 16 * 1024;
/** Requests to one node at once, so that what is held in memory for it is bounded. */
const AT_ONCE = 4;
const CHECK_EVERY = 100;

export class Pace {
  readonly #patience: number;
  #spent = 0;
  #bytes = 0;
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(patience: number) {
    this.#patience = patience;
  }

  /** A pass begins: what was used before counts no more. */
  begin(): void {
    this.#spent = 0;
    this.#bytes = 0;
  }

  /** Runs a request: it is to end on the signal, and to tell of bytes as they arrive. `undefined` if the pass has used up its time. */
  async run<Value>(request: (signal: AbortSignal, arrived: (bytes: number) => void) => Promise<Value>): Promise<Value | undefined> {
    if (this.#underWay >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#underWay += 1;
    try {
      if (this.#spent > Math.max(PASS_PATIENCE, this.#patience) + milliseconds(this.#bytes)) return undefined;
      return await this.#timed(request);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#underWay -= 1;
      else next();
    }
  }

  async #timed<Value>(request: (signal: AbortSignal, arrived: (bytes: number) => void) => Promise<Value>): Promise<Value> {
    const begun = performance.now();
    const cut = new AbortController();
    let bytes = 0;
    const check = setInterval(() => {
      if (performance.now() - begun > this.#patience + milliseconds(bytes)) cut.abort();
    }, CHECK_EVERY);
    try {
      return await request(cut.signal, (more) => {
        bytes += more;
      });
    } finally {
      clearInterval(check);
      this.#spent += performance.now() - begun;
      this.#bytes += bytes;
    }
  }
}

function milliseconds(bytes: number): number {
  return (bytes / SLOWEST) * 1000;
}
