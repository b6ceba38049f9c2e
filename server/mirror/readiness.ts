/** Which entries of a log may be covered now, and the files that they need for it. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { parseInstant } from "@countersign/core/bytes/instant.ts";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import type { HeldEntry } from "@countersign/core/channel/record.ts";
import type { SeenHead } from "@countersign/core/channel/statement.ts";
import type { Evidence, EvidenceContext } from "./evidence.ts";
import type { LogPeer } from "./peer-client.ts";

export interface ReadinessContext extends EvidenceContext {
  /** How many entries of a log are held here; `undefined`: no log of this channel. */
  readonly sizeOf: (log: PartyId) => number | undefined;
  /** Every peer, to be asked for files. */
  readonly peers: readonly LogPeer[];
  /** `undefined` where an observer keeps no files. */
  readonly files: { has(sha256: string): boolean; keep(sha256: string, bytes: Uint8Array): Promise<void> } | undefined;
}

export interface Ready {
  readonly count: number;
  /** What the entry after these had seen and is not held here. */
  readonly missing: readonly SeenHead[];
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
   * How many of these entries may be covered now: having seen nothing that is not held here (SPEC R5), not dated ahead of the clock
   * (SPEC R9), and with their files (SPEC R6). An entry that is covered while it waits could be given effect, or denied it, long
   * after others have built on it; so it holds up its own author's log, and nobody else's.
   */
  async of(peer: LogPeer, held: readonly HeldEntry[], first: number): Promise<Ready> {
    const { charter, clock } = this.#context;
    const log = this.#log;
    const tolerance = charter.tolerances.clockSeconds;
    const limit = (parseInstant(clock.now()) ?? 0) + tolerance;
    for (const [position, { statement }] of held.entries()) {
      if (statement === undefined) continue;
      const { at, files, seen } = statement.payload;
      const entry = first + position;
      const missing = seen.filter((head) => head.log !== log && !this.isHeld(head));
      if (missing.length > 0) return { count: position, missing };
      if ((parseInstant(at) ?? 0) > limit) {
        const sentence = `Entry ${entry} of ${log} is dated ${at}, more than ${tolerance} seconds ahead of this node's clock. It is taken when its time has come.`;
        await this.#evidence.note({ code: "future-dated", from: log, sentence, entry });
        return { count: position, missing: [] };
      }
      for (const file of files) {
        if (isAttachment(file) || file.size > charter.caps.bodyFileBytes || (await this.#fetchFile(peer, file.sha256))) continue;
        const sentence = `The file ${file.name} of entry ${entry} of ${log} is served by nobody.`;
        await this.#evidence.note({ code: "withheld", from: peer.id, sentence, entry });
        return { count: position, missing: [] };
      }
    }
    return { count: held.length, missing: [] };
  }

  /** Whether all body files that these entries name are held now. */
  async hasFiles(peer: LogPeer, held: readonly HeldEntry[]): Promise<boolean> {
    for (const { statement } of held)
      for (const file of statement?.payload.files ?? [])
        if (!isAttachment(file) && file.size <= this.#context.charter.caps.bodyFileBytes && !(await this.#fetchFile(peer, file.sha256))) return false;
    return true;
  }

  /** A log that this channel does not have is nothing to wait for. */
  isHeld({ log, size }: SeenHead): boolean {
    return size <= (this.#context.sizeOf(log) ?? Number.POSITIVE_INFINITY);
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
