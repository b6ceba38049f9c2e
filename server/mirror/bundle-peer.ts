/** A bundle's parts, asked as a node would be: what came by hand takes the same way in as what was pulled, and is checked alike. */
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { OpenedBranch } from "@countersign/core/bundle/branch.ts";
import type { HeldFiles } from "@countersign/core/channel/held-files.ts";
import { accept, type Result } from "@countersign/core/refusal.ts";
import { TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import type { ReleasedEntries } from "@countersign/wire/endpoints.ts";
import type { LogPeer, ServedHeads } from "./peer-client.ts";

export class BundlePeer implements LogPeer {
  readonly id: PartyId;
  readonly answers = true;
  readonly #branch: OpenedBranch;
  readonly #files: Pick<HeldFiles, "get">;

  /** `id`: who brought the bundle. One of these stands for one branch of one log. */
  constructor(id: PartyId, branch: OpenedBranch, files: Pick<HeldFiles, "get">) {
    this.id = id;
    this.#branch = branch;
    this.#files = files;
  }

  async heads(): Promise<Result<ServedHeads>> {
    return accept({ notes: new Map(), forks: [], branches: [] });
  }

  async proof(): Promise<Result<undefined>> {
    return accept(undefined);
  }

  async leafHashes(_log: PartyId, number: number, width: number): Promise<Result<Uint8Array[]>> {
    const { tree } = this.#branch.log;
    return accept(Array.from({ length: width }, (_, position) => tree.subtree(0, number * TILE_WIDTH + position)));
  }

  /** Entries before the bundle's beginning come empty: the node that asks holds them, and passes over them. */
  async entries(_log: PartyId, number: number, width: number): Promise<Result<Uint8Array[] | undefined>> {
    const start = number * TILE_WIDTH;
    const leaves = this.#branch.leaves.slice(start, start + width);
    if (leaves.every((leaf) => leaf === undefined)) return accept(undefined);
    return accept(leaves.map((leaf) => leaf ?? new Uint8Array(0)));
  }

  async file(hash: string): Promise<Result<Uint8Array | undefined>> {
    return accept(this.#files.get(hash));
  }

  async released(log: PartyId): Promise<Result<ReleasedEntries>> {
    const entries = [...this.#branch.leaves.present()].map(({ index, leaf }) => ({ index, entry: toBase64(leaf) }));
    return accept({ log, entries });
  }
}
