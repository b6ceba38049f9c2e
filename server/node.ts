/**
 * One party's or observer's node, put together: storage, own log, copies of the others', view, and the two faces it shows (byte
 * paths for the other nodes, the desk for its own people).
 */
import type { Hono } from "hono";
import type { Instant, PartyId, Words } from "@countersign/core/bytes/fields.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import type { LogReceipts } from "@countersign/core/channel/receipts.ts";
import type { HeldRecord } from "@countersign/core/channel/record.ts";
import type { Opening, Seal } from "@countersign/core/declare/commitment.ts";
import { refuse, type Result } from "@countersign/core/refusal.ts";
import type { NodeFacts, Observation, StatementAnswer, StatementRequest } from "@countersign/wire/endpoints.ts";
import type { Clock } from "./clock.ts";
import type { Gate, LogSource } from "./http/log-source.ts";

export { createKeys, createObserverKeys, type ObserverPublicKeys, type PartyPublicKeys } from "./private/keys.ts";
export { machineClock, type Clock } from "./clock.ts";

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
  /** Holds `keys/` (made by `createKeys`), `private/`, `logs/` and `files/`. One process at a time. */
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
  /** Outside a demonstration: decides which requests may use the desk. Absent: none. */
  readonly deskToken?: string;
}

export interface CountersignNode {
  readonly id: PartyId;
  /** Everything this node answers: byte paths and desk, under `config.path`. */
  readonly app: Hono;
  facts(): NodeFacts;
  /** Checks, signs, appends and answers with the proof; refuses what would have no effect. Throws for a channel it is not in, as do all below. */
  say(channel: string, request: StatementRequest): Promise<Result<StatementAnswer>>;
  /** Seals a value (32 random bytes in base64 if none is given) and keeps nonce and value. */
  seal(channel: string, value?: string): Promise<Result<Seal>>;
  unseal(channel: string, commitment: string): Promise<Result<Opening>>;
  /** Pulls from every peer once, cosigns what is now held, learns receipts, and writes `receive` if there is something new. */
  exchangeNow(): Promise<void>;
  state(channel: string): State;
  record(channel: string): HeldRecord;
  receipts(channel: string): readonly LogReceipts[];
  observations(channel: string): readonly Observation[];
  /** The logs as this node serves them honestly, for `logRoutes`. */
  logs(channel: string): LogSource;
  /** Who signed a request to this node, for `logRoutes`. */
  readonly gate: Gate;
  /** Called with the channel after its record, receipts or observations changed. Gives the way to stop. */
  onChange(listener: (channel: string) => void): () => void;
  /** Ends pulling, lets writes finish, gives the directory free. */
  close(): Promise<void>;
}

export type { Instant };

/** Opens a node; with a fresh directory it signs each charter as entry 0 of its log. Refuses a directory in use and keys no charter names. */
export async function startNode(config: NodeConfig): Promise<Result<CountersignNode>> {
  return refuse("node-unfinished", `The node of ${config.id} cannot start yet.`);
}
