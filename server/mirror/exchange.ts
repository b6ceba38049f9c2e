/**
 * Passes over what each peer serves of all logs. Every peer has turns of its own: one that stalls holds up nobody but itself, and what two of
 * them serve of one log is compared whoever answers first.
 */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { Refusal } from "@countersign/core/refusal.ts";
import type { LogPeer, ServedHeads } from "./peer-client.ts";
import { Steps, type StepsOptions } from "./steps.ts";
import { LogPull, type PullContext, type PulledLog } from "./pull.ts";

/** A head of a log that came in a bundle, and who answers for what lies under it. */
export interface BroughtHead {
  readonly log: PartyId;
  readonly note: string;
  readonly peer: LogPeer;
}

/** It answered, and what came is no answer. */
const UNREADABLE: ReadonlySet<string> = new Set(["answer-malformed", "answer-too-large"]);

interface PulledBy {
  readonly log: () => PulledLog;
  readonly pull: LogPull;
}

/** A peer with the pass that is under way and the one that waits to begin. */
interface PeerTurns {
  readonly peer: LogPeer;
  last: Promise<unknown>;
  next: Promise<boolean> | undefined;
}

export class Exchange {
  readonly #pulls: readonly PulledBy[];
  readonly #context: PullContext;
  readonly #peers: readonly PeerTurns[];
  readonly #after: ((log: PartyId, peer: LogPeer) => Promise<void>) | undefined;
  #taking: Promise<unknown> = Promise.resolve();

  /** `after` runs for each log once it was pulled from a peer. */
  constructor(
    context: Omit<PullContext, "steps"> & StepsOptions,
    logs: readonly (() => PulledLog)[],
    after: ((log: PartyId, peer: LogPeer) => Promise<void>) | undefined,
  ) {
    this.#context = { ...context, steps: new Steps(context) };
    this.#peers = context.peers.map((peer) => ({ peer, last: Promise.resolve(), next: undefined }));
    this.#pulls = logs.map((log) => ({ log, pull: new LogPull(this.#context, log) }));
    this.#after = after;
  }

  /** A pass over every peer that begins after this call, and asks again for all that was not given before. Each is bounded in time by its peer's pace. */
  async pass(): Promise<void> {
    for (const { pull } of this.#pulls) pull.retryNow();
    await allDone(this.#peers.map((turns) => this.#next(turns)));
  }

  /** As `pass`, over one peer; true if it answered. However many ask for a pass before it begins, it is one. */
  async passOver(id: PartyId): Promise<boolean> {
    const turns = this.#peers.find(({ peer }) => peer.id === id);
    return turns !== undefined && (await this.#next(turns));
  }

  /** As a pass, over heads that were not asked for but brought; what is missing under them is asked of their bringer alone. */
  take(brought: readonly BroughtHead[]): Promise<void> {
    // Not the pulls of the passes: an older head that comes in a bundle is none that its owner went back to.
    const pulls = brought.map(({ log, note, peer }) => {
      const held = this.#pulls.find((one) => one.log().party.id === log)?.log;
      if (held === undefined) throw new Error(`${log} is no log of this channel`);
      return { log, note, peer, pull: new LogPull({ ...this.#context, peers: [peer] }, held) };
    });
    const { steps } = this.#context;
    const taking = this.#taking.then(async () => {
      const logs = [...new Set(pulls.map(({ log }) => log))].map((id) =>
        steps.run(async () => {
          for (const { log, note, peer, pull } of pulls.filter((one) => one.log === id)) {
            await pull.from(peer, note);
            await this.#after?.(log, peer);
          }
        }),
      );
      await allDone(logs);
    });
    this.#taking = taking.catch(() => undefined);
    return taking;
  }

  /** Why no more entries of other logs are kept; `undefined` while they are. */
  get stopped(): Refusal | undefined {
    return this.#context.steps.stopped;
  }

  /** When the passes under way, if any, have ended. */
  async idle(): Promise<void> {
    await Promise.all([this.#taking, ...this.#peers.map(({ last }) => last)]);
  }

  #next(turns: PeerTurns): Promise<boolean> {
    turns.next ??= turns.last.then(() => {
      turns.next = undefined;
      return this.#pass(turns.peer);
    });
    turns.last = turns.next.catch(() => undefined);
    return turns.next;
  }

  async #pass(peer: LogPeer): Promise<boolean> {
    const { steps } = this.#context;
    // Under way from here on: what another log waits for may be in what this peer is about to serve.
    const pulled = await steps.run(async () => {
      const heads = await this.#headsOf(peer);
      return heads === undefined ? undefined : this.#pulls.map((one) => steps.run(() => this.#pull(one, peer, heads)));
    });
    if (pulled === undefined) return false;
    await allDone(pulled);
    return true;
  }

  async #pull({ log, pull }: PulledBy, peer: LogPeer, heads: ServedHeads): Promise<void> {
    const { id } = log().party;
    const served = heads.notes.get(id);
    if (served !== undefined) await pull.from(peer, served);
    const told = heads.forks.find(({ log: forked }) => forked === id);
    if (told !== undefined) await pull.toldOfFork(peer, told.proof);
    for (const branch of heads.branches) if (branch.log === id) await pull.fromBranch(peer, branch.number, branch.note);
    await this.#after?.(id, peer);
  }

  async #headsOf(peer: LogPeer): Promise<ServedHeads | undefined> {
    const { observations, clock } = this.#context;
    const heads = await peer.heads();
    // What it is is said anew each time: it may be silent now, and have answered something else before.
    const code = heads.ok ? undefined : UNREADABLE.has(heads.refusal.code) ? "unreadable-answer" : "unreachable";
    for (const other of ["unreachable", "unreadable-answer"] as const) if (other !== code) observations.clear(other, peer.id, peer.id);
    if (heads.ok || code === undefined) return heads.ok ? heads.value : undefined;
    await observations.note({
      code,
      log: peer.id,
      from: peer.id,
      at: clock.now(),
      sentence: heads.refusal.sentence,
      heads: [],
    });
    return undefined;
  }
}

/** Each ends before the first failure is told. */
async function allDone(all: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(all)).find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
