/**
 * For tests: the wire between nodes, with everything that happens to one. Requests go straight to whatever stands at the other seat; what is lost,
 * late, doubled or changed on the way follows from a number, so that a run can be had again.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Seat } from "./_circle.ts";

/** How often of a thousand requests each of these happens. */
export interface Faults {
  /** The request does not arrive. */
  readonly lost: number;
  /** The request arrives, and what it is answered does not. */
  readonly answerLost: number;
  /** The request arrives a second time, after its answer. */
  readonly doubled: number;
  /** One byte of the answer is another. */
  readonly changed: number;
  /** The answer ends early. */
  readonly short: number;
  /** The answer is overtaken by later ones. */
  readonly late: number;
}

export const NO_FAULTS: Faults = { lost: 0, answerLost: 0, doubled: 0, changed: 0, short: 0, late: 0 };

export class Wire {
  faults: Faults = NO_FAULTS;
  readonly #seats: () => readonly Seat[];
  readonly #cut = new Set<string>();
  readonly #counts = new Map<string, number>();
  #state: number;

  constructor(seed: number, seats: () => readonly Seat[]) {
    this.#state = seed >>> 0;
    this.#seats = seats;
  }

  /** Requests of one do not reach the other; the other way is another wire. */
  cut(from: string, to: string): void {
    this.#cut.add(`${from} ${to}`);
  }

  /** Requests that this one has made so far. */
  count(id: string): number {
    return this.#counts.get(id) ?? 0;
  }

  /** All wires are whole, and nothing more happens on them. */
  heal(): void {
    this.#cut.clear();
    this.faults = NO_FAULTS;
  }

  /** What the node at this seat asks others with. */
  from(id: string): typeof fetch {
    return async (input, init) => {
      const request = new Request(input, init);
      this.#counts.set(id, this.count(id) + 1);
      const seat = this.#seats().find(({ base }) => request.url.startsWith(`${base}/`));
      if (seat === undefined || this.#cut.has(`${id} ${seat.id}`) || this.#happens("lost")) throw new TypeError("no way there");
      const again = this.#happens("doubled") ? request.clone() : undefined;
      const response = await seat.answer(request);
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (again !== undefined) await (await seat.answer(again)).arrayBuffer();
      if (this.#happens("late")) await wait(this.#below(8));
      if (this.#happens("answerLost")) throw new TypeError("no way back");
      if (bytes.length > 0 && this.#happens("changed")) bytes.set([this.#below(256)], this.#below(bytes.length));
      const arrived = this.#happens("short") ? bytes.slice(0, this.#below(bytes.length + 1)) : bytes;
      return new Response(response.status === 204 ? null : arrived, { status: response.status, headers: response.headers });
    };
  }

  #happens(fault: keyof Faults): boolean {
    return this.#below(1000) < this.faults[fault];
  }

  /** The next number of the run, from 0 to `limit` − 1 (xorshift32). */
  #below(limit: number): number {
    let state = this.#state === 0 ? 0x9e3779b9 : this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state % limit;
  }
}
