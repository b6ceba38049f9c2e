/**
 * What a node noticed about the logs of a channel (SPEC R15). A proven fork comes with its proof; everything else is an observation that
 * accuses nobody. What passes (a node that does not answer) is dropped when it has passed; what stays is kept for good.
 */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { forkProofBytes, readForkProof, type ForkProof } from "@countersign/core/log/fork.ts";
import { observation, type Observation } from "@countersign/wire/endpoints.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { encodeChecked, parseChecked } from "../objects/checked-json.ts";
import { putNewDecided, type ObjectStore } from "../objects/object-store.ts";

/** Beside proven forks no more than this many are kept: a node that serves something else each time fills no disk. */
const KEPT_LIMIT = 1000;

/** These end by themselves; the others are kept. */
const PASSING: ReadonlySet<Observation["code"]> = new Set(["unreachable", "withheld", "future-dated"]);

export class Observations {
  readonly #store: ObjectStore;
  readonly #onChange: () => void;
  readonly #kept: Observation[] = [];
  /** Hashes of proofs in which no statement stands: observers may read them. */
  readonly #ofHeads = new Set<string>();
  readonly #passing = new Map<string, Observation>();
  #turn: Promise<void> = Promise.resolve();

  private constructor(store: ObjectStore, onChange: () => void) {
    this.#store = store;
    this.#onChange = onChange;
  }

  /** Refuses where one that was kept is damaged: it may be the proof of a fork, and what came after it would be lost with it. */
  static async open(store: ObjectStore, onChange: () => void): Promise<Result<Observations>> {
    const opened = new Observations(store, onChange);
    for (;;) {
      const bytes = await store.get(keyOf(opened.#kept.length));
      if (bytes === undefined) return accept(opened);
      const json = parseChecked(bytes);
      const read = observation.safeParse(json.ok ? json.value : undefined);
      if (!read.success)
        return refuse(
          "observation-damaged",
          `The note of observation number ${opened.#kept.length} of this node is damaged. Restore it from the last copy of the folder; \`countersign fsck\` says what else is.`,
          keyOf(opened.#kept.length),
        );
      opened.#kept.push(read.data);
      const proof = read.data.proof === undefined ? undefined : readForkProof((await opened.proof(read.data.proof)) ?? new Uint8Array(0));
      if (read.data.proof !== undefined && proof?.ok === true && isOfHeads(proof.value)) opened.#ofHeads.add(read.data.proof);
    }
  }

  /** In the order they were made; the passing ones last. */
  get all(): readonly Observation[] {
    return [...this.#kept, ...this.#passing.values()];
  }

  /** Proven forks with the hash of each proof, one for each log; a second one where the first holds a statement and the second two heads. */
  get forks(): readonly { readonly log: PartyId; readonly proof: string }[] {
    return this.#kept.flatMap(({ code, log, proof }) => (code === "fork" && proof !== undefined ? [{ log, proof }] : []));
  }

  /** Whether this is a proof kept here that holds no statement (SPEC R17). */
  isOfHeads(hash: string): boolean {
    return this.#ofHeads.has(hash);
  }

  /** The logs that were proven to be shown in two versions. */
  isForked(log: PartyId): boolean {
    return this.#kept.some((kept) => kept.code === "fork" && kept.log === log);
  }

  /** Notes something unless the same is noted already. Durable when it returns, if it is of the kind that stays. */
  note(made: Observation, proof?: ForkProof): Promise<void> {
    // One at a time: several peers are dealt with at once, and each gets a number.
    const noted = this.#turn.then(() => this.#note(made, proof));
    this.#turn = noted.catch(() => undefined);
    return noted;
  }

  async #note(made: Observation, proof?: ForkProof): Promise<void> {
    if (PASSING.has(made.code)) {
      const key = passingKey(made);
      if (this.#passing.get(key)?.sentence === made.sentence) return;
      this.#passing.set(key, made);
    } else {
      if (proof === undefined && this.#kept.length >= KEPT_LIMIT) return;
      let kept = made;
      if (proof !== undefined) {
        const bytes = forkProofBytes(proof);
        const hash = toHex(sha256(bytes));
        await putNewDecided(this.#store, `proof/${hash}`, bytes);
        kept = { ...made, proof: hash };
      }
      const ofHeads = proof !== undefined && isOfHeads(proof);
      const adds = (other: Observation) => ofHeads && other.code === "fork" && !this.#ofHeads.has(other.proof ?? "");
      if (this.#kept.some((other) => isSame(other, kept) && !adds(other))) return;
      await putNewDecided(this.#store, keyOf(this.#kept.length), encodeChecked(kept));
      this.#kept.push(kept);
      if (ofHeads && kept.proof !== undefined) this.#ofHeads.add(kept.proof);
    }
    this.#onChange();
  }

  /** What passed: the node answered again, the entry came. */
  clear(code: Observation["code"], log: PartyId, from: PartyId): void {
    if (this.#passing.delete(passingKey({ code, log, from }))) this.#onChange();
  }

  proof(hash: string): Promise<Uint8Array | undefined> {
    return this.#store.get(`proof/${hash}`);
  }
}

function keyOf(number: number): string {
  return `observation/${String(number).padStart(6, "0")}`;
}

function passingKey({
  code,
  log,
  from,
}: {
  readonly code: string;
  readonly log: PartyId;
  readonly from?: PartyId;
}): string {
  return `${code} ${log} ${from ?? log}`;
}

function isOfHeads({ against }: ForkProof): boolean {
  return "head" in against;
}

/** One fork has many pairs of heads; the first proof stands for it. */
function isSame(left: Observation, right: Observation): boolean {
  if (left.code !== right.code || left.log !== right.log) return false;
  if (left.code === "fork") return true;
  return (
    left.from === right.from && JSON.stringify(left.heads) === JSON.stringify(right.heads) && left.entry === right.entry
  );
}
