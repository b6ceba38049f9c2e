/** One other node, as this one asks it: signed requests, a bound on size and time for each, and nothing believed. */
import type { z } from "zod";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { HASH_BYTES } from "@countersign/core/log/merkle.ts";
import { decodeBundle, ENTRY_LIMIT, TILE_WIDTH, tilePath, type TileAddress } from "@countersign/core/log/tiles.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { boundedBytes } from "@countersign/wire/client.ts";
import { newestHeads, releasedEntries, type ReleasedEntries } from "@countersign/wire/endpoints.ts";
import { signRequest } from "../access/request-signature.ts";
import type { EdwardsSigner } from "../signing.ts";
import { Pace, PATIENCE } from "./pace.ts";

export interface PeerOptions {
  readonly id: PartyId;
  readonly base: string;
  readonly channel: string;
  /** This node's own, newest first; without one requests are not signed, and most are refused. */
  readonly signers: readonly EdwardsSigner[];
  readonly fetch: typeof fetch;
  /** Ends every request when the node closes. */
  readonly signal: AbortSignal;
  /** As `PATIENCE`, which is the default, in milliseconds. */
  readonly patience?: number;
}

const RELEASED_LIMIT = 64 * 1024 * 1024;
/** A hundred logs, each head with the lines of all whom a charter can let cosign it. */
export const HEADS_LIMIT = 64 * 1024 * 1024;
/** A charter, the entries that lead to a key, and little beside. */
const PROOF_LIMIT = 8 * 1024 * 1024;

export interface ServedHeads {
  /** Of each log, as a signed note. */
  readonly notes: ReadonlyMap<PartyId, string>;
  readonly forks: readonly { readonly log: PartyId; readonly proof: string }[];
  /** Heads of further versions of forked logs. */
  readonly branches: readonly { readonly log: PartyId; readonly number: number; readonly note: string }[];
}

/** Whoever can be asked for logs: another node, or a bundle that came by hand. */
export type LogPeer = Pick<PeerClient, "id" | "heads" | "proof" | "leafHashes" | "entries" | "file" | "released" | "answers">;

export class PeerClient {
  readonly id: PartyId;
  readonly #options: PeerOptions;
  readonly #pace: Pace;
  /** Hints wait for nothing that is asked. */
  readonly #hintPace: Pace;
  /** Whether it did, the last time it was asked. */
  answers = true;
  /** Which signer the peer took last. */
  #signer = 0;

  constructor(options: PeerOptions) {
    this.id = options.id;
    this.#options = options;
    this.#pace = new Pace(options.patience ?? PATIENCE);
    this.#hintPace = new Pace(options.patience ?? PATIENCE);
  }

  /** Begins a pass, whose time is bounded. The newest head this peer serves of each log, and of which forks it holds a proof, as it came. */
  async heads(): Promise<Result<ServedHeads>> {
    this.#pace.begin();
    const read = await this.#json("heads", newestHeads, HEADS_LIMIT);
    if (!read.ok) return read;
    return accept({
      notes: new Map(read.value?.heads.map(({ log, note }) => [log, note])),
      forks: read.value?.forks ?? [],
      branches: read.value?.branches ?? [],
    });
  }

  /** A proof of this hash; nothing in it is checked yet. `undefined` if the peer does not hold it. */
  async proof(hash: string): Promise<Result<Uint8Array | undefined>> {
    const bytes = await this.#get(`proofs/${hash}`, PROOF_LIMIT);
    if (!bytes.ok || bytes.value === undefined || toHex(sha256(bytes.value)) === hash) return bytes;
    return refuse("proof-differs", `The proof that ${this.id} serves is not the one that it named.`, hash);
  }

  /** `width` leaf hashes of tile `number`; if the partial tile is gone, from the full one. */
  async leafHashes(log: PartyId, number: number, width: number): Promise<Result<Uint8Array[] | undefined>> {
    const bytes = await this.#tile(log, { level: 0, number, width }, TILE_WIDTH * HASH_BYTES);
    if (!bytes.ok || bytes.value === undefined) return bytes.ok ? accept(undefined) : bytes;
    const { length } = bytes.value;
    if (length !== width * HASH_BYTES && length !== TILE_WIDTH * HASH_BYTES)
      return refuse(
        "tile-size",
        `The hash tile that ${this.id} serves has ${length} bytes.`,
        tilePath({ level: 0, number, width }),
      );
    return accept(
      Array.from({ length: width }, (_, index) =>
        (bytes.value ?? new Uint8Array(0)).slice(index * HASH_BYTES, (index + 1) * HASH_BYTES),
      ),
    );
  }

  /** The first `width` entries of bundle `number`; if the partial bundle is gone, from the full one. */
  async entries(log: PartyId, number: number, width: number): Promise<Result<Uint8Array[] | undefined>> {
    const bytes = await this.#tile(log, { level: "entries", number, width }, TILE_WIDTH * (ENTRY_LIMIT + 2));
    if (!bytes.ok || bytes.value === undefined) return bytes.ok ? accept(undefined) : bytes;
    const exact = decodeBundle(bytes.value, width);
    if (exact.ok || width === TILE_WIDTH) return exact;
    const full = decodeBundle(bytes.value, TILE_WIDTH);
    return full.ok ? accept(full.value.slice(0, width)) : exact;
  }

  /** A file of this hash and at most this many bytes; `undefined` if the peer does not hold it. */
  async file(hash: string, limit: number): Promise<Result<Uint8Array | undefined>> {
    const bytes = await this.#get(`files/${hash}`, limit);
    if (!bytes.ok || bytes.value === undefined) return bytes;
    if (toHex(sha256(bytes.value)) !== hash)
      return refuse("file-differs", `The file that ${this.id} serves is not the one that was named.`, hash);
    return bytes;
  }

  /** What every side has released of a log; nothing in it is checked yet. */
  released(log: PartyId): Promise<Result<ReleasedEntries | undefined>> {
    return this.#json(`${log}/released`, releasedEntries, RELEASED_LIMIT);
  }

  /** Tells it that there is something new here. Whether it listens is its own affair. */
  async hint(): Promise<void> {
    this.#hintPace.begin();
    await this.#hintPace.run((cut, arrived) => this.#fetch("POST", "hint", 0, cut, arrived));
  }

  async #json<Value>(path: string, schema: z.ZodType<Value>, limit: number): Promise<Result<Value | undefined>> {
    const bytes = await this.#get(path, limit);
    if (!bytes.ok || bytes.value === undefined) return bytes.ok ? accept(undefined) : bytes;
    let json: unknown;
    try {
      json = JSON.parse(new TextDecoder().decode(bytes.value));
    } catch {
      json = undefined;
    }
    const read = schema.safeParse(json);
    return read.success
      ? accept(read.data)
      : refuse("answer-malformed", `What the node of ${this.id} answers to ${path} does not read.`, path);
  }

  async #tile(log: PartyId, address: TileAddress, limit: number): Promise<Result<Uint8Array | undefined>> {
    const exact = await this.#get(`${log}/${tilePath(address)}`, limit);
    if (!exact.ok || exact.value !== undefined || address.width === TILE_WIDTH) return exact;
    return this.#get(`${log}/${tilePath({ ...address, width: TILE_WIDTH })}`, limit);
  }

  /** `undefined` for 404. Refuses `peer-unreachable`, `peer-knows-no-key`, `peer-refuses` and answers that are too large. */
  async #get(path: string, limit: number): Promise<Result<Uint8Array | undefined>> {
    const { signers } = this.#options;
    let answer = await this.#ask(path, limit);
    // A peer that has not heard of a new key yet knows an older one; without this, two nodes that change their keys at once never meet again.
    for (
      let other = 1;
      other < signers.length && !answer.ok && answer.refusal.code === "peer-knows-no-key";
      other += 1
    ) {
      this.#signer = (this.#signer + 1) % signers.length;
      answer = await this.#ask(path, limit);
    }
    return answer;
  }

  async #ask(path: string, limit: number): Promise<Result<Uint8Array | undefined>> {
    const answer = await this.#pace.run((cut, arrived) => this.#fetch("GET", path, limit, cut, arrived));
    if (answer === undefined)
      return refuse("peer-slow", `The node of ${this.id} answers too slowly. It is asked again with the next exchange.`, path);
    this.answers = answer.ok || (answer.refusal.code !== "peer-unreachable" && answer.refusal.code !== "peer-stalls");
    return answer;
  }

  async #fetch(
    method: "GET" | "POST",
    path: string,
    limit: number,
    cut: AbortSignal,
    arrived: (bytes: number) => void,
  ): Promise<Result<Uint8Array | undefined>> {
    const { base, channel, signers, signal } = this.#options;
    const signer = signers[this.#signer];
    const url = `${base}/log/${channel}/${path}`;
    let response: Response;
    let bytes: Uint8Array | undefined;
    try {
      response = await this.#options.fetch(url, {
        method,
        headers: signer === undefined ? {} : signRequest(method, url, this.id, signer, Math.floor(Date.now() / 1000)),
        redirect: "error",
        signal: AbortSignal.any([signal, cut]),
      });
      bytes = await boundedBytes(response, response.ok ? limit : 10_000, arrived);
    } catch {
      return cut.aborted
        ? refuse("peer-stalls", `The node of ${this.id} was asked and brought no more: the request was cut. It is asked again with the next exchange.`, path)
        : refuse("peer-unreachable", `The node of ${this.id} does not answer.`);
    }
    if (response.status === 404) return accept(undefined);
    if (response.status === 403 && signer !== undefined)
      return refuse("peer-knows-no-key", `The node of ${this.id} does not know the key ${signer.named.name}.`, path);
    if (!response.ok) return refuse("peer-refuses", `The node of ${this.id} answered ${response.status}.`, path);
    return bytes === undefined
      ? refuse("answer-too-large", `What the node of ${this.id} answers to ${path} is larger than such an answer may be: it was cut.`, path)
      : accept(bytes);
  }
}
