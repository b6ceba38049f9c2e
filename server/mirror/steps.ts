/**
 * Logs that saw each other are pulled side by side, and an entry is kept only once all that it saw of other logs is kept, or together with
 * it. Each pull offers what it has checked; a step keeps as much of it as can stand, of all logs at once. What can stand is what could be
 * kept entry by entry in some order, so that no more is taken together than one after the other.
 */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { SeenHead } from "@countersign/core/channel/statement.ts";
import type { PreparedRecord } from "../journal/commit-record.ts";
import { refusal, type Refusal } from "@countersign/core/refusal.ts";
import { causeOf } from "../journal/journal.ts";
import { beginStep, endStep, type StepPart } from "../journal/step-record.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import type { CheckedLeaves, LogCopy } from "./log-copy.ts";

export interface Offer {
  readonly log: PartyId;
  readonly copy: LogCopy;
  /** Checked, and with their files here. */
  readonly checked: CheckedLeaves;
  /** What each of them saw of other logs. */
  readonly seen: readonly (readonly SeenHead[])[];
  /** Told of positions that are new here once they are durable, with all that they saw. */
  readonly kept: (from: number, to: number) => void;
}

/** Of an offer: all of it is here; other entries stand in its place; or what the entry after those that were kept had seen is not to be had now. */
export type Offered = "kept" | "differs" | { readonly missing: readonly SeenHead[] };

export interface StepsOptions {
  /** The channel's. */
  readonly store: ObjectStore;
  /** How many entries of a log are kept here; `undefined`: no log of this channel, and nothing to wait for. */
  readonly sizeOf: (log: PartyId) => number | undefined;
}

/** Milliseconds without anything new: whoever would bring what is missing may have stalled. */
const WAITED_AT_MOST = 2000;
/** A step holds about this much of entries, and one entry at least. */
const STEP_BYTES = 8 * 1024 * 1024;

interface Waiting extends Offer {
  readonly settle: (outcome: Offered) => void;
  readonly reject: (error: unknown) => void;
  readonly late: NodeJS.Timeout;
  isLate: boolean;
}

/** Of one offer, the positions `from` … `to` − 1, if it is the first to go on with its log. */
interface Part {
  readonly offer: Waiting;
  readonly from: number;
  to: number;
}

interface Step {
  readonly parts: readonly Part[];
  /** In an order in which each entry follows what it saw. */
  readonly runs: readonly { readonly part: Part; readonly from: number; readonly to: number }[];
  readonly isFull: boolean;
}

export class Steps {
  readonly #options: StepsOptions;
  readonly #waiting = new Set<Waiting>();
  #underWay = 0;
  #idle = 0;
  #keeping = false;
  /** A step was not kept, or not all of it: what is durable of it only the next start finds out, and nothing may be kept over it. */
  #stopped: Refusal | undefined;

  constructor(options: StepsOptions) {
    this.#options = options;
  }

  /** Runs one log's pull: what the others offer waits for what it may still bring. Begin all of a pass before awaiting any. */
  async run<Value>(pull: () => Promise<Value>): Promise<Value> {
    this.#underWay += 1;
    try {
      return await pull();
    } finally {
      this.#underWay -= 1;
      this.#consider();
    }
  }

  /** A pull that waits for another one of the same log brings nothing meanwhile. */
  async idle<Value>(wait: () => Promise<Value>): Promise<Value> {
    this.#idle += 1;
    this.#consider();
    try {
      return await wait();
    } finally {
      this.#idle -= 1;
    }
  }

  /** Why nothing more is kept; `undefined` while it is. */
  get stopped(): Refusal | undefined {
    return this.#stopped;
  }

  /** Rejects when this machine cannot write, and from then on. */
  offer(offer: Offer): Promise<Offered> {
    if (this.#stopped !== undefined) return Promise.reject(new Error(this.#stopped.sentence));
    return new Promise((settle, reject) => {
      const waiting: Waiting = { ...offer, settle, reject, isLate: false, late: setTimeout(() => this.#tooLate(waiting), WAITED_AT_MOST) };
      this.#waiting.add(waiting);
      this.#consider();
    });
  }

  /** Keeps a step when one of the offers goes in whole, or when nothing more is to be expected. */
  #consider(): void {
    if (this.#keeping || this.#waiting.size === 0) return;
    const step = this.#next();
    const isWhole = ({ offer, to }: Part) => to === offer.checked.leaves.length;
    const allWait = this.#waiting.size + this.#idle >= this.#underWay;
    const late = [...this.#waiting].filter(({ isLate }) => isLate);
    if (!step.isFull && !step.parts.some(isWhole) && !allWait && late.length === 0) return;
    if (step.parts.length === 0) {
      for (const offer of allWait ? this.#waiting : late) this.#end(offer, { missing: this.#missing(offer) });
      return;
    }
    this.#keeping = true;
    void this.#keep(step)
      .catch((error: unknown) => {
        for (const offer of this.#waiting) this.#end(offer, undefined, error);
      })
      .finally(() => {
        this.#keeping = false;
        this.#consider();
      });
  }

  #next(): Step {
    const parts = new Map<PartyId, Part>();
    const runs: { readonly part: Part; readonly from: number; readonly to: number }[] = [];
    let bytes = 0;
    const isHeld = ({ log, size }: SeenHead) => {
      const part = parts.get(log);
      return size <= Math.max(this.#options.sizeOf(log) ?? Number.POSITIVE_INFINITY, part === undefined ? 0 : part.offer.checked.first + part.to);
    };
    for (let moved = true; moved; ) {
      moved = false;
      for (const offer of this.#waiting) {
        const { checked, seen } = offer;
        const start = startOf(offer);
        const part = parts.get(offer.log) ?? { offer, from: start, to: start };
        if (part.offer !== offer) continue;
        const before = part.to;
        for (let leaf = checked.leaves[part.to]; leaf !== undefined && bytes < STEP_BYTES && seen[part.to]?.every(isHeld) === true; leaf = checked.leaves[part.to]) {
          bytes += leaf.length;
          part.to += 1;
        }
        if (part.to === before && start < checked.leaves.length) continue;
        parts.set(offer.log, part);
        if (part.to === before) continue;
        runs.push({ part, from: before, to: part.to });
        moved = true;
      }
    }
    return { parts: [...parts.values()], runs, isFull: bytes >= STEP_BYTES };
  }

  async #keep({ parts, runs }: Step): Promise<void> {
    const inOrder = parts.toSorted((a, b) => (a.offer.log < b.offer.log ? -1 : 1));
    const copies = inOrder.map(({ offer }) => offer.copy);
    const differing = await allAlone(copies, () => this.#keepAlone(parts, runs).catch((error: unknown) => this.#stop(copies, error)));
    for (const offer of differing) this.#end(offer, "differs");
    if (differing.length > 0) return;
    for (const { offer, to } of parts) {
      if (to === offer.checked.leaves.length) this.#end(offer, "kept");
      else {
        offer.isLate = false;
        offer.late.refresh();
      }
    }
  }

  /** Gives the offers in whose place something else stands: then nothing was kept. */
  async #keepAlone(parts: readonly Part[], runs: Step["runs"]): Promise<readonly Waiting[]> {
    const { store } = this.#options;
    const fresh = new Map(parts.map(({ offer, to }) => [offer, offer.copy.newFrom(upTo(offer.checked, to))] as const));
    const differing = [...fresh].flatMap(([offer, from]) => (from === undefined ? [offer] : []));
    if (differing.length > 0) return differing;
    // By the order in which they begin: log after log is sound unless they go by turns.
    const growing = [...new Set(runs.map(({ part }) => part))];
    const prepared = growing.map(({ offer, to }) => {
      const from = fresh.get(offer) ?? to;
      return { offer, from, to, records: offer.copy.prepare(upTo(offer.checked, to), from) };
    });
    const isByTurns = runs.length > growing.length;
    if (isByTurns) {
      await beginStep(store, prepared.flatMap(({ offer, records }) => records.map((record) => inStep(offer.log, record))));
      // Whatever a kill leaves out stands in the step. All have ended when one has failed: nothing is written behind the lock.
      const done = await Promise.allSettled(prepared.map(({ offer, records }) => offer.copy.commit(records)));
      for (const one of done) if (one.status === "rejected") throw one.reason;
      await endStep(store);
    } else for (const { offer, records } of prepared) await offer.copy.commit(records);
    for (const { offer, from, to } of prepared) if (from < to) offer.kept(from, to);
    return [];
  }

  /** One of these logs may have what it saw of the others, and they not: no head over that is cosigned. */
  #stop(copies: readonly LogCopy[], error: unknown): never {
    this.#stopped = refusal(
      "entries-not-kept",
      `Entries of other logs could not be kept (${causeOf(error)}). Nothing more of them is kept until this node has been started again.`,
    );
    for (const copy of copies) copy.frozen = true;
    throw error;
  }

  #missing(offer: Waiting): readonly SeenHead[] {
    const next = offer.seen[startOf(offer)] ?? [];
    return next.filter(({ log, size }) => size > (this.#options.sizeOf(log) ?? Number.POSITIVE_INFINITY));
  }

  #tooLate(offer: Waiting): void {
    offer.isLate = true;
    this.#consider();
  }

  #end(offer: Waiting, outcome: Offered | undefined, error?: unknown): void {
    clearTimeout(offer.late);
    if (!this.#waiting.delete(offer)) return;
    if (outcome === undefined) offer.reject(error);
    else offer.settle(outcome);
  }
}

/** The first position that is not here. */
function startOf({ copy, checked }: Pick<Offer, "copy" | "checked">): number {
  return Math.min(Math.max(0, copy.size - checked.first), checked.leaves.length);
}

function upTo({ leaves, hashes, ...rest }: CheckedLeaves, to: number): CheckedLeaves {
  return { ...rest, leaves: leaves.slice(0, to), hashes: hashes.slice(0, to) };
}

function inStep(log: PartyId, { key, bytes, sha256 }: PreparedRecord): StepPart {
  return { key: `log/${log}/${key}`, bytes, sha256 };
}

/** In one order wherever several are needed. */
function allAlone<Value>([first, ...rest]: readonly LogCopy[], work: () => Promise<Value>): Promise<Value> {
  return first === undefined ? work() : first.alone(() => allAlone(rest, work));
}
