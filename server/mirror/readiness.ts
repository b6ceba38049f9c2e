/** Which entries of a log may be covered now, and the files that they need for it. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { parseInstant } from "@countersign/core/bytes/instant.ts";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import type { HeldEntry } from "@countersign/core/channel/record.ts";
import type { SeenHead } from "@countersign/core/channel/statement.ts";
import type { Evidence, EvidenceContext } from "./evidence.ts";
import type { LogPeer } from "./peer-client.ts";

export interface ReadinessContext extends EvidenceContext {
  /** Every peer, to be asked for files. */
  readonly peers: readonly LogPeer[];
  /** `undefined` where an observer keeps no files. */
  readonly files: { has(sha256: string): boolean; keep(sha256: string, bytes: Uint8Array): Promise<void> } | undefined;
}

export interface Ready {
  readonly count: number;
  /** Notes why the entry after these may not be covered. */
  readonly note: () => Promise<void>;
}

export class Readiness {
  readonly #context: ReadinessContext;
  readonly #log: PartyId;
  readonly #evidence: Evidence;

  /** About the log of a party. */
  constructor(context: ReadinessContext, log: PartyId, evidence: Evidence) {
    this.#context = context;
    this.#log = log;
    this.#evidence = evidence;
  }

  /**
   * How many of these entries may be covered now: not dated ahead of the clock (SPEC R9), and with their files (SPEC R6). An entry that is
   * covered while it waits could be given effect, or denied it, long after others have built on it; so it holds up its own author's
   * log, and nobody else's.
   */
  async of(peer: LogPeer, held: readonly HeldEntry[], first: number): Promise<Ready> {
    const { charter, clock } = this.#context;
    const log = this.#log;
    const tolerance = charter.tolerances.clockSeconds;
    const limit = (parseInstant(clock.now()) ?? 0) + tolerance;
    for (const [position, { statement }] of held.entries()) {
      if (statement === undefined) continue;
      const { at, files } = statement.payload;
      const entry = first + position;
      if ((parseInstant(at) ?? 0) > limit) {
        const sentence = `Entry ${entry} of ${log} is dated ${at}, more than ${tolerance} seconds ahead of this node's clock. It is taken when its time has come.`;
        return { count: position, note: () => this.#evidence.note({ code: "future-dated", missing: "date", from: log, sentence, entry }) };
      }
      for (const file of files) {
        if (isAttachment(file) || file.size > charter.caps.bodyFileBytes || (await this.#fetchFile(peer, file.sha256))) continue;
        const sentence = `The file ${file.name} of entry ${entry} of ${log} is served by nobody.`;
        return { count: position, note: () => this.#evidence.note({ code: "withheld", missing: "file", from: peer.id, sentence, entry }) };
      }
    }
    return { count: held.length, note: () => Promise.resolve() };
  }

  /** What each of these saw of other logs, and must be held here before it is (SPEC R5). */
  seenBy(held: readonly HeldEntry[]): SeenHead[][] {
    return held.map(({ statement }) => statement?.payload.seen.filter(({ log }) => log !== this.#log) ?? []);
  }

  /** Whether all body files that these entries name are held now. */
  async hasFiles(peer: LogPeer, held: readonly HeldEntry[]): Promise<boolean> {
    for (const { statement } of held)
      for (const file of statement?.payload.files ?? [])
        if (!isAttachment(file) && file.size <= this.#context.charter.caps.bodyFileBytes && !(await this.#fetchFile(peer, file.sha256))) return false;
    return true;
  }

  /** By its hash alone: a signed size that is not the file's is for the fold to judge, alike for everyone who holds the file. */
  async #fetchFile(first: LogPeer, sha256: string): Promise<boolean> {
    const { files, peers, charter } = this.#context;
    if (files === undefined || files.has(sha256)) return true;
    for (const peer of [first, ...peers.filter(({ id, answers }) => id !== first.id && answers)]) {
      const found = await peer.file(sha256, charter.caps.bodyFileBytes);
      if (!found.ok || found.value === undefined) continue;
      await files.keep(sha256, found.value);
      return true;
    }
    return false;
  }
}
