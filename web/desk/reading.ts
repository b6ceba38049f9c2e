/**
 * Reads one node's record and keeps up with it. A screen reads its own node alone, and that node has checked the signatures; so entries are
 * taken without checking them again, and are shown as "Not checked" until the reader has them checked in this browser.
 */
import type { Refusal, Result } from "@countersign/core/refusal.ts";
import { call } from "@countersign/wire/client.ts";
import { endpoints, type NodeFacts } from "@countersign/wire/endpoints.ts";
import { listen } from "./changes.ts";
import type { ChannelReading } from "./circle.ts";
import { readRecord } from "./read-record.ts";

/** What is known of a node now. A new object after every change. */
export interface NodeReading {
  readonly facts: NodeFacts | undefined;
  readonly channels: readonly ChannelReading[];
  /** True once every channel was read in full. */
  readonly complete: boolean;
  /** Entries read so far, while the record is read for the first time. */
  readonly read: number;
  /** Why the last try failed; what was read before still holds. */
  readonly failure: Refusal | undefined;
}

const POLLING_MS = 5000;

export class NodeReader {
  readonly base: string;
  #reading: NodeReading = { facts: undefined, channels: [], complete: false, read: 0, failure: undefined };
  readonly #listeners = new Set<() => void>();
  #followers = 0;
  #stop: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(base: string) {
    this.base = base;
  }

  readonly reading = (): NodeReading => this.#reading;

  /** Reads and keeps up while anyone listens. */
  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    this.#followers += 1;
    this.#stop ??= listen(this.base, () => void this.refresh());
    void this.refresh();
    return () => {
      this.#listeners.delete(changed);
      this.#followers -= 1;
      if (this.#followers > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  };

  /** The same, asking every few seconds: for a line about a node that holds no stream of its own. */
  readonly subscribeByPolling = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    void this.refresh();
    const timer = setInterval(() => {
      if (!document.hidden) void this.refresh();
    }, POLLING_MS);
    return () => {
      this.#listeners.delete(changed);
      clearInterval(timer);
    };
  };

  /** Asks for what is new. Calls while one is under way lead to one more afterwards. */
  refresh(): Promise<void> {
    if (this.#running !== undefined) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#refreshUntilQuiet().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #refreshUntilQuiet(): Promise<void> {
    do {
      this.#again = false;
      // oxlint-disable-next-line no-await-in-loop -- one after another, so that an older answer never overtakes a newer one.
      await this.#refreshOnce();
    } while (this.#again);
  }

  async #refreshOnce(): Promise<void> {
    const facts = await call(endpoints.node, {}, undefined, { base: this.base });
    if (!facts.ok) return this.#set({ failure: facts.refusal });
    const channels: ChannelReading[] = [];
    for (const { channel } of facts.value.channels) {
      // oxlint-disable-next-line no-await-in-loop -- a record is read in order, part by part.
      const reading = await this.#readChannel(channel);
      if (!reading.ok) return this.#set({ facts: facts.value, failure: reading.refusal });
      channels.push(reading.value);
    }
    this.#set({ facts: facts.value, channels, complete: true, failure: undefined });
  }

  #readChannel(channel: string): Promise<Result<ChannelReading>> {
    const before = this.#reading.channels.find((candidate) => candidate.channel === channel);
    return readRecord(this.base, channel, before, (entries) => {
      if (!this.#reading.complete) this.#set({ read: this.#reading.read + entries });
    });
  }

  #set(change: Partial<NodeReading>): void {
    this.#reading = { ...this.#reading, ...change };
    for (const changed of this.#listeners) changed();
  }
}

const readers = new Map<string, NodeReader>();

/** One reader for each node, so that going to another page reads nothing twice. */
export function readerOf(base: string): NodeReader {
  const reader = readers.get(base) ?? new NodeReader(base);
  readers.set(base, reader);
  return reader;
}
