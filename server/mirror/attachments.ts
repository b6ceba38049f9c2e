/**
 * The ciphertexts of attachments (SPEC R6). Every party keeps all of them, so that none is lost with one machine, and takes them in the order
 * of the logs, so that nobody learns what is of interest. They hold nothing up: what is missing is asked for again with each exchange.
 */
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import type { HeldEntry } from "@countersign/core/channel/record.ts";
import type { FileReference } from "@countersign/core/channel/statement.ts";
import { putNewDecided, type ObjectStore } from "../objects/object-store.ts";
import type { LogPeer } from "./peer-client.ts";

/** Asked for in one pass at most. */
const ASKED_AT_ONCE = 64;
/** What nobody has is asked for in every second pass, then every fourth, and at last no oftener than this. */
const LONGEST_WAIT = 64;

export class Attachments {
  readonly #store: ObjectStore;
  readonly #limit: number;
  /** Named by a statement, by hash: whether the bytes are here. */
  readonly #named = new Map<string, "held" | "missing">();
  /** Missing ones in the order of the logs, with the pass in which each is due. */
  readonly #missing = new Map<string, { readonly due: number; readonly wait: number }>();
  #pass = 0;

  /** `limit`: bytes that the charter allows a file. */
  constructor(store: ObjectStore, limit: number) {
    this.#store = store;
    this.#limit = limit;
  }

  /** Takes notice of what entries name. */
  async note(entries: readonly HeldEntry[]): Promise<void> {
    for (const { statement } of entries)
      for (const file of statement?.payload.files ?? []) {
        if (!isAttachment(file) || file.size > this.#limit || this.#named.has(file.sha256)) continue;
        const held = (await this.#store.get(keyOf(file.sha256))) !== undefined;
        this.#named.set(file.sha256, held ? "held" : "missing");
        if (!held) this.#missing.set(file.sha256, { due: 0, wait: 1 });
      }
  }

  /** Hashes of those that are here. */
  get held(): readonly string[] {
    return [...this.#named].flatMap(([sha256, where]) => (where === "held" ? [sha256] : []));
  }

  /** `undefined` for what no entry here names as an attachment, and for what is not here. */
  async get(sha256: string): Promise<Uint8Array | undefined> {
    return this.#named.get(sha256) === "held" ? this.#store.get(keyOf(sha256)) : undefined;
  }

  /** The holder has checked the hash. */
  async keep({ sha256 }: Pick<FileReference, "sha256">, bytes: Uint8Array): Promise<void> {
    await putNewDecided(this.#store, keyOf(sha256), bytes);
    this.#named.set(sha256, "held");
    this.#missing.delete(sha256);
  }

  /** Asks each peer for what is not here: what is due, or from a bundle, which costs nobody a request, all of it. True if something came. */
  async fetch(peers: readonly Pick<LogPeer, "file">[], which: "due" | "all" = "due"): Promise<boolean> {
    this.#pass += 1;
    const due =
      which === "all"
        ? [...this.#missing]
        : [...this.#missing].filter((one) => one[1].due <= this.#pass).slice(0, ASKED_AT_ONCE);
    const answering = new Set(peers);
    let came = false;
    for (const [sha256, { wait }] of due) {
      const bytes = await this.#ask(sha256, answering);
      if (bytes === undefined)
        this.#missing.set(sha256, { due: this.#pass + wait, wait: Math.min(LONGEST_WAIT, 2 * wait) });
      else {
        await this.keep({ sha256 }, bytes);
        came = true;
      }
    }
    return came;
  }

  /** A peer that does not answer, or answers with something else, is not asked again in this pass. */
  async #ask(sha256: string, answering: Set<Pick<LogPeer, "file">>): Promise<Uint8Array | undefined> {
    for (const peer of answering) {
      const found = await peer.file(sha256, this.#limit);
      if (!found.ok) answering.delete(peer);
      else if (found.value !== undefined) return found.value;
    }
    return undefined;
  }
}

function keyOf(sha256: string): string {
  return `file/${sha256}`;
}
