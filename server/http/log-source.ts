/** What the byte paths of one channel are served from, and who may ask for what. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { TileAddress } from "@countersign/core/log/tiles.ts";

/** Whoever signed a request: a party of the channel or an observer of it. */
export interface Reader {
  readonly id: PartyId;
  readonly role: "party" | "observer";
}

/** All logs of one channel as a node serves them: its own and its copies of the others'. `undefined`: not held here. */
export interface LogSource {
  readonly channel: string;
  /** The newest head with every line known here, as a signed note. */
  checkpoint(log: PartyId): Promise<Uint8Array | undefined>;
  /** A hash tile or an entry bundle, full or partial. */
  tile(log: PartyId, address: TileAddress): Promise<Uint8Array | undefined>;
  /** Entries that every side has released, for observers: JSON text (`wire/endpoints.ts` `releasedEntries`). */
  released(log: PartyId): Promise<Uint8Array | undefined>;
  file(sha256: string): Promise<Uint8Array | undefined>;
  proof(sha256: string): Promise<Uint8Array | undefined>;
  charter(): Promise<Uint8Array>;
}

/** Finds the signer of a request, or the reason why it is refused. */
export interface Gate {
  reader(request: Request): Promise<{ readonly ok: true; readonly value: Reader } | { readonly ok: false; readonly refusal: { readonly code: string; readonly sentence: string } }>;
}
