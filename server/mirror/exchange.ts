/** One pass over all logs and all peers: the owner first, then the others, because what they were shown may differ. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { PeerClient } from "./peer-client.ts";
import { LogPull, type PullContext, type PulledLog } from "./pull.ts";

export class Exchange {
  readonly #pulls: readonly { readonly log: () => PulledLog; readonly pull: LogPull }[];
  readonly #peers: readonly PeerClient[];
  readonly #after: ((log: PartyId, peer: PeerClient) => Promise<void>) | undefined;
  #turn: Promise<void> = Promise.resolve();

  /** `after` runs for each log once it was pulled, with its owner's node. */
  constructor(context: PullContext, logs: readonly (() => PulledLog)[], after: ((log: PartyId, peer: PeerClient) => Promise<void>) | undefined) {
    this.#peers = context.peers;
    this.#pulls = logs.map((log) => ({ log, pull: new LogPull(context, log) }));
    this.#after = after;
  }

  /** A whole pass that begins after this call; passes never overlap. */
  pass(): Promise<void> {
    const pass = this.#turn.then(() => this.#pass());
    this.#turn = pass.catch(() => undefined);
    return pass;
  }

  /** When the pass under way, if any, has ended. */
  idle(): Promise<void> {
    return this.#turn;
  }

  async #pass(): Promise<void> {
    const passes = this.#pulls.map(async ({ log, pull }) => {
      const { id } = log().party;
      const owner = this.#peers.find((peer) => peer.id === id);
      for (const peer of [...(owner === undefined ? [] : [owner]), ...this.#peers.filter((other) => other !== owner)]) await pull.from(peer);
      for (const peer of owner === undefined ? this.#peers.slice(0, 1) : [owner]) await this.#after?.(id, peer);
    });
    const outcomes = await Promise.allSettled(passes);
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}
