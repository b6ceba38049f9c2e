/**
 * What a node noticed about the logs of a channel (SPEC R15). A proven fork comes with its proof; everything else is an observation that
 * accuses nobody. What passes (a node that does not answer) is dropped when it has passed; what stays is kept for good.
 */
import { z } from "zod";
import { instant, type Instant, type PartyId } from "@countersign/core/bytes/fields.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { forkProofBytes, readForkProof, type ForkProof } from "@countersign/core/log/fork.ts";
import { observation, type Observation } from "@countersign/wire/endpoints.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { encodeChecked, parseChecked } from "../objects/checked-json.ts";
import { putNewDecided, type ObjectStore } from "../objects/object-store.ts";

/**
 * Beside proven forks no more than this many of one kind are kept of what one node served of one log; what follows is counted with the last
 * of them. So a node that serves something else each time fills no disk, and drowns no note about another node, log or kind.
 */
const KEPT_LIMIT = 10;

/** These end by themselves; the others are kept. */
const PASSING: ReadonlySet<Observation["code"]> = new Set(["unreachable", "unreadable-answer", "withheld", "future-dated"]);

/** How often a kept one came again is written at most this often, and when the node closes. */
const SAVE_MILLISECONDS = 10_000;

/** By its number, when a kept one was seen last and how often. */
const recurrences = z.strictObject({ seen: z.array(z.strictObject({ number: z.int().min(0), last: instant, times: z.int().min(2) })) });
/** Where these stand, under the channel's folder. */
export const RECURRENCES = "recurrences";

export class Observations {
  readonly #store: ObjectStore;
  readonly #onChange: () => void;
  readonly #kept: Observation[] = [];
  /** Hashes of proofs in which no statement stands: observers may read them. */
  readonly #ofHeads = new Set<string>();
  readonly #passing = new Map<string, Observation>();
  /** What was written last of how often kept ones came again. */
  #written: Uint8Array | undefined;
  #recurred = false;
  #saved = performance.now();
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
      if (bytes === undefined) break;
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
    // Damaged: they are counted from here on.
    opened.#written = await store.get(RECURRENCES);
    const json = opened.#written === undefined ? undefined : parseChecked(opened.#written);
    for (const { number, last, times } of recurrences.safeParse(json?.ok === true ? json.value : undefined).data?.seen ?? []) {
      const kept = opened.#kept[number];
      if (kept !== undefined) opened.#kept[number] = { ...kept, last, times };
    }
    return accept(opened);
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

  /** Notes something, or counts it with the same that is noted already. What is new is durable when it returns, if it is of the kind that stays. */
  note(made: Observation, proof?: ForkProof): Promise<void> {
    return this.#alone(() => this.#note(made, proof));
  }

  async #note(made: Observation, proof?: ForkProof): Promise<void> {
    if (PASSING.has(made.code)) {
      const before = this.#passing.get(passingKey(made));
      this.#passing.set(passingKey(made), before === undefined ? made : { ...again(before, made.at), sentence: made.sentence });
      if (before?.sentence !== made.sentence) this.#onChange();
      return;
    }
    if (proof !== undefined) return this.#noteFork(made, proof);
    const alike = [...this.#kept.entries()].filter(([, other]) => other.code === made.code && other.log === made.log && other.from === made.from);
    const same = alike.find(([, other]) => JSON.stringify(other.heads) === JSON.stringify(made.heads) && other.entry === made.entry);
    const counted = same ?? (alike.length < KEPT_LIMIT ? undefined : alike.at(-1));
    if (counted === undefined) return this.#keep(made);
    this.#kept[counted[0]] = again(counted[1], made.at);
    this.#recurred = true;
  }

  /** One fork has many pairs of heads; the first proof stands for it. */
  async #noteFork(made: Observation, proof: ForkProof): Promise<void> {
    const ofHeads = isOfHeads(proof);
    const before = this.#kept.filter(({ code, log }) => code === "fork" && log === made.log);
    if (before.length > 0 && !(ofHeads && before.every((other) => !this.#ofHeads.has(other.proof ?? "")))) return;
    const bytes = forkProofBytes(proof);
    const hash = toHex(sha256(bytes));
    await putNewDecided(this.#store, `proof/${hash}`, bytes);
    await this.#keep({ ...made, proof: hash });
    if (ofHeads) this.#ofHeads.add(hash);
  }

  async #keep(kept: Observation): Promise<void> {
    await putNewDecided(this.#store, keyOf(this.#kept.length), encodeChecked(kept));
    this.#kept.push(kept);
    this.#onChange();
  }

  /** What passed: the node answered again, the entry came. */
  clear(code: Observation["code"], log: PartyId, from: PartyId): void {
    if (this.#passing.delete(passingKey({ code, log, from }))) this.#onChange();
  }

  /** Writes how often kept ones came again, unless that was done a moment ago. What a crash takes is counted no more. */
  save(now: boolean): Promise<void> {
    return this.#alone(async () => {
      if (!this.#recurred || (!now && performance.now() - this.#saved < SAVE_MILLISECONDS)) return;
      this.#saved = performance.now();
      this.#recurred = false;
      const seen = this.#kept.flatMap(({ last, times }, number) => (last === undefined || times === undefined ? [] : [{ number, last, times }]));
      const bytes = encodeChecked({ seen });
      if (!(await this.#store.replaceIf(RECURRENCES, this.#written, bytes))) throw new Error("another process writes the observations");
      this.#written = bytes;
    });
  }

  /** One at a time: several peers are dealt with at once, and each note gets a number. */
  #alone(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
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

function again(before: Observation, at: Instant): Observation {
  return { ...before, last: at, times: (before.times ?? 1) + 1 };
}
