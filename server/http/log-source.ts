/** What the byte paths of one channel are served from, and who may ask for what. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { TileAddress } from "@countersign/core/log/tiles.ts";
import type { Result } from "@countersign/core/refusal.ts";

/** Whoever signed a request: a party of the channel or an observer of it. */
export interface Reader {
  readonly id: PartyId;
  readonly role: "party" | "observer";
}

/** All logs of one channel as a node serves them: its own and its copies of the others'. `undefined`: not held here. */
export interface LogSource {
  readonly channel: string;
  /** Of every party of the channel. */
  readonly logs: readonly PartyId[];
  /** The newest head with every line known here, as a signed note. */
  checkpoint(log: PartyId): Promise<Uint8Array | undefined>;
  /** A hash tile or an entry bundle, full or partial. */
  tile(log: PartyId, address: TileAddress): Promise<Uint8Array | undefined>;
  /** The heads of further versions of forked logs that are kept here, as signed notes. */
  branches(): readonly { readonly log: PartyId; readonly number: number; readonly note: string }[];
  /** As `tile`, of a further version. */
  branchTile(log: PartyId, number: number, address: TileAddress): Promise<Uint8Array | undefined>;
  /** Entries that every side has released, for observers: JSON of `releasedEntries` in `wire/endpoints.ts`. */
  released(log: PartyId): Promise<Uint8Array | undefined>;
  /** To an observer only the files of released entries. */
  file(sha256: string, role: Reader["role"]): Promise<Uint8Array | undefined>;
  /** Proven forks of logs, with the hash of each proof; to an observer only those whose proof holds no statement. */
  forks(role: Reader["role"]): readonly { readonly log: PartyId; readonly proof: string }[];
  proof(sha256: string, role: Reader["role"]): Promise<Uint8Array | undefined>;
  charter(): Promise<Uint8Array>;
}

/** Says who of a channel has signed a request, or why it is refused. */
export interface Gate {
  reader(request: Request, channel: string): Promise<Result<Reader>>;
}
