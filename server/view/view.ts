/**
 * What a node holds of a channel and what follows from it: the record in memory and its fold, computed when it is asked for and the
 * record has changed. Nothing here is kept on disk; all of it comes back from the logs.
 */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { foldRecord, type State } from "@countersign/core/channel/fold.ts";
import { KeyRing, ringAfter } from "@countersign/core/channel/key-ring.ts";
import type { HeldEntry, HeldLog, HeldRecord } from "@countersign/core/channel/record.ts";
import type { Charter } from "@countersign/core/channel/charter.ts";
import { kinds } from "@countersign/core/kinds.ts";
import type { MerkleTree } from "@countersign/core/log/merkle.ts";

interface ViewedLog {
  readonly party: PartyId;
  readonly entries: HeldEntry[];
  readonly tree: MerkleTree;
  ring: KeyRing;
}

/** A fold of the record as it would be with one more entry. */
export interface Trial {
  readonly state: State;
  readonly version: number;
}

export class View {
  readonly channel: string;
  readonly charter: Charter;
  readonly #logs = new Map<PartyId, ViewedLog>();
  readonly #files = new Map<string, Uint8Array>();
  #version = 0;
  #state: { readonly state: State; readonly version: number } | undefined;

  constructor(channel: string, charter: Charter) {
    this.channel = channel;
    this.charter = charter;
  }

  /** Names a log and its tree; its entries come by `add`. */
  watch(party: PartyId, tree: MerkleTree): void {
    this.#logs.set(party, { party, entries: [], tree, ring: KeyRing.of(this.charter, party) });
    this.#version += 1;
  }

  add(party: PartyId, entries: readonly HeldEntry[]): void {
    const log = this.#logs.get(party);
    if (log === undefined) throw new Error(`the log of ${party} is not watched`);
    log.ring = ringAfter(log.ring, entries, log.entries.length);
    log.entries.push(...entries);
    this.#version += 1;
  }

  /** The holder has checked the hash and made the bytes durable. */
  addFile(sha256: string, bytes: Uint8Array): void {
    if (this.#files.has(sha256)) return;
    this.#files.set(sha256, bytes);
    this.#version += 1;
  }

  get files(): ReadonlyMap<string, Uint8Array> {
    return this.#files;
  }

  log(party: PartyId): HeldLog | undefined {
    return this.#logs.get(party);
  }

  /** A party's keys as its entries give them. */
  ring(party: PartyId): KeyRing {
    return this.#logs.get(party)?.ring ?? KeyRing.of(this.charter, party);
  }

  record(): HeldRecord {
    return { channel: this.channel, charter: this.charter, logs: this.#logs, files: this.#files };
  }

  state(): State {
    if (this.#state?.version !== this.#version)
      this.#state = { state: foldRecord(this.record(), kinds), version: this.#version };
    return this.#state.state;
  }

  /** Folds the record with one more entry at the end of a log, and files beside those held: what every reader would make of it. */
  try(party: PartyId, entry: HeldEntry, files: ReadonlyMap<string, Uint8Array>): Trial {
    const log = this.#logs.get(party);
    if (log === undefined) throw new Error(`the log of ${party} is not watched`);
    const logs = new Map<PartyId, HeldLog>(this.#logs);
    logs.set(party, { party, entries: [...log.entries, entry], tree: log.tree });
    const held = files.size === 0 ? this.#files : new Map([...this.#files, ...files]);
    return { state: foldRecord({ ...this.record(), logs, files: held }, kinds), version: this.#version };
  }

  /** Takes the entry of a trial and its files. If nothing else came in since, the trial's fold is the fold. */
  accept(trial: Trial, party: PartyId, entry: HeldEntry, files: ReadonlyMap<string, Uint8Array>): void {
    const untouched = trial.version === this.#version;
    for (const [sha256, bytes] of files) this.addFile(sha256, bytes);
    this.add(party, [entry]);
    if (untouched) this.#state = { state: trial.state, version: this.#version };
  }
}
