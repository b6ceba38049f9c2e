/** What a node is started with. */
import type { PartyId, Words } from "@countersign/core/bytes/fields.ts";
import type { Clock } from "./clock.ts";

/** Another node of the same channels. */
export interface Peer {
  readonly id: PartyId;
  /** Its address without a slash at the end, e.g. `http://127.0.0.1:8470/nodes/aurelia`. */
  readonly base: string;
}

export interface NodeConfig {
  readonly id: PartyId;
  readonly name: Words;
  readonly role: "party" | "observer";
  /** Holds `keys/` (made by `createKeys`), `private/` and `logs/`. One process at a time. */
  readonly directory: string;
  readonly clock: Clock;
  /** Canonical charter bytes; a charter must name this node with the keys in `directory`. */
  readonly channels: readonly { readonly charter: Uint8Array }[];
  readonly peers: readonly Peer[];
  /** True: the desk is open to this machine without a token. */
  readonly demonstration: boolean;
  /** Path under which `app` is reached, e.g. `/nodes/aurelia`: `app.fetch` then takes requests with the whole path. Absent: none. */
  readonly path?: string;
  /** Default 5,000; 0: only `exchangeNow` pulls. */
  readonly pullEveryMilliseconds?: number;
  /** False: the node writes no `receive` by itself (a reconstruction, whose dates are history). Default true. */
  readonly acknowledges?: boolean;
  /** For the node's requests to its peers. */
  readonly fetch?: typeof fetch;
  /** How long a request to a peer may bring nothing before it is cut. Default 10,000. */
  readonly patienceMilliseconds?: number;
  /** A copy that did not grow is cosigned again when its cosignature is this old by `clock`. Default 86,400. */
  readonly heartbeatSeconds?: number;
  /** All files are read again and hashed when this much time has gone by since the last time. Default 604,800 (0 in a demonstration); 0: never. */
  readonly readAgainSeconds?: number;
  /** Outside a demonstration: the token of the one-time link that opens the desk. Absent: the desk stays closed. */
  readonly deskToken?: string;
}
