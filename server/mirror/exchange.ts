/** One pass over all logs and all peers: the owner first, then the others, because what they were shown may differ. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { LogPeer, ServedHeads } from "./peer-client.ts";
import { LogPull, type PullContext, type PulledLog } from "./pull.ts";

/** A head of a log that came in a bundle, and who answers for what lies under it. */
export interface BroughtHead {
  readonly log: PartyId;
  readonly note: string;
  readonly peer: LogPeer;
}

export class Exchange {
  readonly #pulls: readonly { readonly log: () => PulledLog; readonly pull: LogPull }[];
  readonly #context: PullContext;
  readonly #peers: readonly LogPeer[];
  readonly #after: ((log: PartyId, peer: LogPeer) => Promise<void>) | undefined;
  #turn: Promise<void> = Promise.resolve();

  /** `after` runs for each log once it was pulled, with its owner's node if that answers. */
  constructor(
    context: Omit<PullContext, "promised">,
    logs: readonly (() => PulledLog)[],
    after: ((log: PartyId, peer: LogPeer) => Promise<void>) | undefined,
  ) {
    this.#context = { ...context, promised: new Map() };
    this.#peers = context.peers;
    this.#pulls = logs.map((log) => ({ log, pull: new LogPull(this.#context, log) }));
    this.#after = after;
  }

  /** A whole pass that begins after this call; passes never overlap. */
  pass(): Promise<void> {
    const pass = this.#turn.then(() => this.#whileItHelps(this.#pulls.map(({ pull }) => pull), () => this.#pass()));
    this.#turn = pass.catch(() => undefined);
    return pass;
  }

  /** As a pass, over heads that were not asked for but brought; what is missing under them is asked of their bringer alone. */
  take(brought: readonly BroughtHead[]): Promise<void> {
    // Not the pulls of the passes: an older head that comes in a bundle is none that its owner went back to.
    const pulls = brought.map(({ log, note, peer }) => {
      const held = this.#pulls.find((one) => one.log().party.id === log)?.log;
      if (held === undefined) throw new Error(`${log} is no log of this channel`);
      return { log, note, peer, pull: new LogPull({ ...this.#context, peers: [peer] }, held) };
    });
    const taking = this.#turn.then(() =>
      this.#whileItHelps(
        pulls.map(({ pull }) => pull),
        async () => {
          for (const { log, note, peer, pull } of pulls) {
            await pull.from(peer, note);
            await this.#after?.(log, peer);
          }
        },
      ),
    );
    this.#turn = taking.catch(() => undefined);
    return taking;
  }

  /** When the pass under way, if any, has ended. */
  idle(): Promise<void> {
    return this.#turn;
  }

  /** Once more while an entry waits for another log and that log has grown: what one round takes may be what the next one needs. */
  async #whileItHelps(pulls: readonly LogPull[], round: () => Promise<void>): Promise<void> {
    const held = () => this.#pulls.map(({ log }) => log().tree.size).join();
    for (let left = this.#pulls.length; left >= 0; left -= 1) {
      const before = held();
      await round();
      if (!pulls.some(({ waitsForLog }) => waitsForLog) || held() === before) return;
    }
  }

  async #pass(): Promise<void> {
    const answers = await Promise.all(this.#peers.map(async (peer) => ({ peer, heads: await this.#headsOf(peer) })));
    const answering = answers.flatMap(({ peer, heads }) => (heads === undefined ? [] : [{ peer, heads }]));
    const passes = this.#pulls.map(async ({ log, pull }) => {
      const { id } = log().party;
      const ownerFirst = answering.toSorted((a, b) => Number(b.peer.id === id) - Number(a.peer.id === id));
      for (const { peer, heads } of ownerFirst) {
        const served = heads.notes.get(id);
        if (served !== undefined) await pull.from(peer, served);
        const told = heads.forks.find(({ log: forked }) => forked === id);
        if (told !== undefined) await pull.toldOfFork(peer, told.proof);
      }
      const [first] = ownerFirst;
      if (first !== undefined) await this.#after?.(id, first.peer);
    });
    const outcomes = await Promise.allSettled(passes);
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  async #headsOf(peer: LogPeer): Promise<ServedHeads | undefined> {
    const { observations, clock } = this.#context;
    const heads = await peer.heads();
    if (heads.ok) {
      observations.clear("unreachable", peer.id, peer.id);
      return heads.value;
    }
    await observations.note({
      code: "unreachable",
      log: peer.id,
      from: peer.id,
      at: clock.now(),
      sentence: heads.refusal.sentence,
      heads: [],
    });
    return undefined;
  }
}
