/** Who may ask this node for what: the node keys that stand in the logs of its channels as it holds them, and the observers' (SPEC R14). */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { Charter } from "@countersign/core/channel/charter.ts";
import type { KeyRing } from "@countersign/core/channel/key-ring.ts";
import { accept, refuse } from "@countersign/core/refusal.ts";
import type { Gate, Reader } from "../http/log-source.ts";
import type { RequestCheck } from "./request-signature.ts";

export interface GatedChannel {
  readonly charter: Charter;
  /** A party's keys as its log gives them here. */
  readonly ring: (party: PartyId) => KeyRing;
}

interface Known {
  readonly reader: Reader;
  readonly ed25519: string;
}

export function channelGate(channels: ReadonlyMap<string, GatedChannel>, check: RequestCheck): Gate {
  return {
    reader: async (request, channel) => {
      const gated = channels.get(channel);
      if (gated === undefined) return refuse("request-not-of-channel", "This node is not in that channel.");
      // Looked up only for what reads as a signed request for this node: anybody can send others.
      let known: ReadonlyMap<string, Known> | undefined;
      const signed = await check.check(request, (name) => (known ??= nodeKeys(gated)).get(name)?.ed25519);
      if (!signed.ok) return signed;
      const reader = known?.get(signed.value.keyName)?.reader;
      return reader === undefined
        ? refuse("request-not-of-channel", "The key that signed the request is none of this channel.")
        : accept(reader);
    },
  };
}

/** By name: no two parties can give a key the same one. */
function nodeKeys({ charter, ring }: GatedChannel): ReadonlyMap<string, Known> {
  const parties = charter.parties.flatMap(({ id }) =>
    ring(id)
      .standing("node")
      .map(({ key }): [string, Known] => [key.name, { reader: { id, role: "party" }, ed25519: key.ed25519 }]),
  );
  const observers = charter.observers.flatMap(({ id, node }): [string, Known][] =>
    node === undefined ? [] : [[node.name, { reader: { id, role: "observer" }, ed25519: node.ed25519 }]],
  );
  return new Map([...parties, ...observers]);
}
