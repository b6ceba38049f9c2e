/** The nodes of a case and what has passed between them. In a demonstration they exchange when something was said, over HTTP like any others. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { CountersignNode } from "../node.ts";
import type { FoundedCircle } from "./found-circle.ts";

export interface Circles {
  readonly founded: readonly FoundedCircle[];
  readonly nodes: ReadonlyMap<PartyId, CountersignNode>;
  channelOf(circle: string): string;
  node(id: PartyId): CountersignNode;
  /** Notes that a party said something that others have not pulled yet. */
  spoke(by: PartyId, channel: string): void;
  /** Lets a node pull what others said since it last did. */
  catchUp(id: PartyId, channel: string): Promise<void>;
  /** Everybody pulls from everybody, often enough that receipts and acknowledgements have come round. */
  exchangeAll(signal?: AbortSignal): Promise<void>;
}

const ROUNDS = 4;

export function gather(founded: readonly FoundedCircle[], nodes: ReadonlyMap<PartyId, CountersignNode>): Circles {
  const unheard = new Map<PartyId, Set<string>>();
  const node = (id: PartyId): CountersignNode => {
    const found = nodes.get(id);
    if (found === undefined) throw new Error(`no node ${id} in this case`);
    return found;
  };
  const members = (channel: string): PartyId[] => {
    const circle = founded.find((candidate) => candidate.channel === channel);
    return circle === undefined ? [] : [...circle.charter.parties, ...circle.charter.observers].map(({ id }) => id);
  };
  return {
    founded,
    nodes,
    node,
    channelOf: (circle) => {
      const found = founded.find(({ id }) => id === circle);
      if (found === undefined) throw new Error(`no circle ${circle}`);
      return found.channel;
    },
    spoke: (by, channel) => {
      for (const id of members(channel)) if (id !== by) unheard.set(id, (unheard.get(id) ?? new Set()).add(`${by} ${channel}`));
    },
    catchUp: async (id) => {
      if ((unheard.get(id)?.size ?? 0) === 0) return;
      unheard.delete(id);
      await node(id).exchangeNow();
    },
    exchangeAll: async (signal) => {
      unheard.clear();
      // Entries, then acknowledgements of them, then the cosignatures of those: until nothing new is learned, or for as many rounds as that takes.
      let before = "";
      for (let round = 0; round < ROUNDS; round++) {
        for (const one of nodes.values()) {
          if (signal?.aborted === true) return;
          await one.exchangeNow();
        }
        const now = whatIsKnown(founded, nodes);
        if (now === before) return;
        before = now;
      }
    },
  };
}

/** Sizes of logs and of what is cosigned, as every node knows them. */
function whatIsKnown(founded: readonly FoundedCircle[], nodes: ReadonlyMap<PartyId, CountersignNode>): string {
  return founded
    .flatMap(({ channel, charter }) => charter.parties.flatMap(({ id }) => (nodes.get(id)?.receipts(channel) ?? []).map((receipts) => `${receipts.size}:${[...receipts.storedBy, ...receipts.witnessedBy].map(({ size }) => size).join(",")}`)))
    .join(" ");
}
