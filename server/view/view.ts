/**
 * What a node holds of a channel and what follows from it: the record in memory and its fold, computed when it is asked for and the
 * record has changed. Nothing here is kept on disk; all of it comes back from the logs.
 */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { Fold, type State } from "@countersign/core/channel/fold.ts";
import type { HeldFiles } from "@countersign/core/channel/held-files.ts";
import { withReadBody } from "@countersign/core/channel/held-body.ts";
import { KeyRing, ringAfter } from "@countersign/core/channel/key-ring.ts";
import type { HeldBranch, HeldEntry, HeldLog, HeldRecord } from "@countersign/core/channel/record.ts";
import type { Charter } from "@countersign/core/channel/charter.ts";
import type { HeldStatement } from "@countersign/core/channel/statement.ts";
import { kinds } from "@countersign/core/kinds.ts";
import type { MerkleTree } from "@countersign/core/log/merkle.ts";
import type { Refusal } from "@countersign/core/refusal.ts";
import { BodyFiles } from "./body-files.ts";

interface ViewedLog {
  readonly party: PartyId;
  readonly entries: HeldEntry[];
  readonly tree: MerkleTree;
  ring: KeyRing;
  branches?: readonly HeldBranch[];
}

/** Its hash stands in the tree, and is read from there: an array of its own for each would be a tenth of all that is held. */
class KeptEntry implements HeldEntry {
  readonly statement?: HeldStatement;
  readonly problem?: Refusal;
  readonly #tree: MerkleTree;
  readonly #index: number;

  constructor(tree: MerkleTree, index: number, { statement, problem }: Pick<HeldEntry, "statement" | "problem">) {
    if (statement !== undefined) this.statement = statement;
    if (problem !== undefined) this.problem = problem;
    this.#tree = tree;
    this.#index = index;
  }

  get leafHash(): Uint8Array {
    return this.#tree.subtree(0, this.#index);
  }
}

export class View {
  readonly channel: string;
  readonly charter: Charter;
  readonly #logs = new Map<PartyId, ViewedLog>();
  readonly #files: BodyFiles;
  #version = 0;
  /** Goes on with what came in since it was last asked; begun anew when what an entry waited for has come. */
  #fold: Fold | undefined;
  #begun = 0;
  readonly #previous: HeldRecord | undefined;
  #state: { readonly state: State; readonly version: number } | undefined;

  /** `read` gives a body file's bytes from the disk at once. `previous`: of the channel that this one continues. */
  constructor(channel: string, charter: Charter, read: (sha256: string) => Uint8Array | undefined, previous?: HeldRecord) {
    this.channel = channel;
    this.charter = charter;
    this.#files = new BodyFiles(read);
    this.#previous = previous;
  }

  /** Names a log and its tree; its entries come by `add`. */
  watch(party: PartyId, tree: MerkleTree): void {
    this.#logs.set(party, { party, entries: [], tree, ring: KeyRing.of(this.charter, party) });
    this.#fold = undefined;
    this.#version += 1;
  }

  add(party: PartyId, entries: readonly HeldEntry[]): void {
    const log = this.#logs.get(party);
    if (log === undefined) throw new Error(`the log of ${party} is not watched`);
    log.ring = ringAfter(log.ring, entries, log.entries.length);
    for (const entry of entries) log.entries.push(new KeptEntry(log.tree, log.entries.length, this.#sharing(entry)));
    this.#version += 1;
  }

  /** Roots that statements name are the trees' own: three copies of each would be a tenth of all that is held. Of bodies only what reads. */
  #sharing({ statement: read, problem }: HeldEntry): Pick<HeldEntry, "statement" | "problem"> {
    if (read === undefined) return problem === undefined ? {} : { problem };
    const statement = withReadBody(read, kinds);
    const seen = statement.payload.seen.map(({ log, size, root }) => {
      const tree = this.#logs.get(log)?.tree;
      const own = tree !== undefined && size <= tree.size ? tree.rootText(size) : root;
      return { log, size, root: own === root ? own : root };
    });
    return { statement: { ...statement, payload: { ...statement.payload, seen } } };
  }

  /** All further versions of a log, as they are held by now. */
  setBranches(party: PartyId, branches: readonly HeldBranch[]): void {
    const log = this.#logs.get(party);
    if (log === undefined) throw new Error(`the log of ${party} is not watched`);
    log.branches = branches;
    this.#version += 1;
  }

  /** The holder has checked the hash and made the bytes durable. */
  addFile(sha256: string, size: number): void {
    if (this.#files.has(sha256)) return;
    this.#files.add(sha256, size);
    this.#version += 1;
  }

  get files(): HeldFiles {
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
    return { channel: this.channel, charter: this.charter, logs: this.#logs, files: this.#files, ...(this.#previous === undefined ? {} : { previous: this.#previous }) };
  }

  state(): State {
    if (this.#state?.version !== this.#version)
      this.#state = { state: this.#currentFold().goOn(), version: this.#version };
    return this.#state.state;
  }

  /** How often folding was begun anew: between two of these, what has or lacks effect stays as it is. */
  get begun(): number {
    return this.#begun;
  }

  /** Why one more entry at the end of a log, with files beside those held, would have no effect for any reader; `undefined` if it would have. */
  weigh(party: PartyId, entry: HeldEntry, files: HeldFiles): Refusal | undefined {
    this.state();
    return this.#currentFold().weigh(party, entry, files);
  }

  #currentFold(): Fold {
    if (this.#fold === undefined || this.#fold.isOutdated) {
      this.#fold = new Fold(this.record(), kinds);
      this.#begun += 1;
    }
    return this.#fold;
  }
}
