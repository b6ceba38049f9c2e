/** Who may ask this node for what: the node keys that the charters of its channels name. */
import type { Charter } from "@countersign/core/channel/charter.ts";
import { accept, refuse } from "@countersign/core/refusal.ts";
import type { Gate, Reader } from "../http/log-source.ts";
import type { RequestCheck } from "./request-signature.ts";

interface Known {
  readonly reader: Reader;
  readonly ed25519: string;
}

export function channelGate(charters: ReadonlyMap<string, Charter>, check: RequestCheck): Gate {
  const keys = new Map([...charters].map(([channel, charter]) => [channel, nodeKeys(charter)]));
  return {
    reader: async (request, channel) => {
      const known = keys.get(channel);
      if (known === undefined) return refuse("request-not-of-channel", "This node is not in that channel.");
      const signed = await check.check(request, (name) => known.get(name)?.ed25519);
      if (!signed.ok) return signed;
      const reader = known.get(signed.value.keyName)?.reader;
      return reader === undefined
        ? refuse("request-not-of-channel", "The key that signed the request is none of this channel.")
        : accept(reader);
    },
  };
}

function nodeKeys(charter: Charter): ReadonlyMap<string, Known> {
  const parties = charter.parties.map(({ id, keys }): [string, Known] => [
    keys.node.name,
    { reader: { id, role: "party" }, ed25519: keys.node.ed25519 },
  ]);
  const observers = charter.observers.flatMap(({ id, node }): [string, Known][] =>
    node === undefined ? [] : [[node.name, { reader: { id, role: "observer" }, ed25519: node.ed25519 }]],
  );
  return new Map([...parties, ...observers]);
}
