/** One pass over all logs and all peers: the owner first, then the others, because what they were shown may differ. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { LogPeer, ServedHeads } from "./peer-client.ts";
import { Turns } from "./turns.ts";
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
    context: Omit<PullContext, "promised" | "turns">,
    logs: readonly (() => PulledLog)[],
    after: ((log: PartyId, peer: LogPeer) => Promise<void>) | undefined,
  ) {
    const turns = new Turns();
    this.#context = {
      ...context,
      promised: new Map(),
      turns,
      taken: (log, entries) => {
        context.taken(log, entries);
        turns.grew();
      },
    };
    this.#peers = context.peers;
    this.#pulls = logs.map((log) => ({ log, pull: new LogPull(this.#context, log) }));
    this.#after = after;
  }

  /** A whole pass that begins after this call; passes never overlap. */
  pass(): Promise<void> {
    const pass = this.#turn.then(() => this.#pass());
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
    const { turns } = this.#context;
    const taking = this.#turn.then(async () => {
      const logs = [...new Set(pulls.map(({ log }) => log))].map((id) =>
        turns.run(async () => {
          for (const { log, note, peer, pull } of pulls.filter((one) => one.log === id)) {
            await pull.from(peer, note);
            await this.#after?.(log, peer);
          }
        }),
      );
      await allDone(logs);
    });
    this.#turn = taking.catch(() => undefined);
    return taking;
  }

  /** When the pass under way, if any, has ended. */
  idle(): Promise<void> {
    return this.#turn;
  }

  async #pass(): Promise<void> {
    const answers = await Promise.all(this.#peers.map(async (peer) => ({ peer, heads: await this.#headsOf(peer) })));
    const answering = answers.flatMap(({ peer, heads }) => (heads === undefined ? [] : [{ peer, heads }]));
    const { turns } = this.#context;
    const passes = this.#pulls.map(({ log, pull }) => turns.run(async () => {
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
    }));
    await allDone(passes);
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

/** Each ends before the first failure is told. */
async function allDone(all: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(all)).find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
