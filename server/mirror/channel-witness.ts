/**
 * An observer's witness for the logs of one channel: what is submitted is held against the hashes that were pulled, and the other way
 * round. Two versions of a log are kept as evidence, and neither is cosigned after the other.
 */
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { CharterParty } from "@countersign/core/channel/charter.ts";
import { formatCheckpointText, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import type { WitnessAnswer } from "@countersign/core/log/witness.ts";
import { refusal, type Refusal } from "@countersign/core/refusal.ts";
import { Evidence, type EvidenceContext } from "./evidence.ts";
import type { LogCopy } from "./log-copy.ts";
import { answerSubmission, answerSubtree, type SubmittedLog } from "./submissions.ts";

export class ChannelWitness {
  readonly #logs: ReadonlyMap<PartyId, WitnessedCopy>;
  readonly #byOrigin: ReadonlyMap<string, WitnessedCopy>;

  constructor(context: EvidenceContext, copies: ReadonlyMap<PartyId, LogCopy>) {
    const logs = context.charter.parties.flatMap((party): [PartyId, WitnessedCopy][] => {
      const copy = copies.get(party.id);
      return copy === undefined ? [] : [[party.id, new WitnessedCopy(context, party, copy)]];
    });
    this.#logs = new Map(logs);
    this.#byOrigin = new Map(logs.map(([, log]) => [log.origin, log]));
  }

  /** The answer to a body of `add-checkpoint`. Rejects only when this machine cannot write. */
  submit(body: Uint8Array): Promise<WitnessAnswer> {
    return answerSubmission(body, (origin) => this.#byOrigin.get(origin)?.submitted());
  }

  /** The answer to a body of `sign-subtree`. */
  signSubtree(body: Uint8Array): Promise<WitnessAnswer> {
    return answerSubtree(body, (origin) => this.#byOrigin.get(origin)?.submitted());
  }

  /** After a log was pulled: what was submitted of it before may be of another version. */
  async compare(log: PartyId): Promise<void> {
    await this.#logs.get(log)?.compare();
  }
}

class WitnessedCopy {
  readonly #evidence: Evidence;
  readonly #copy: LogCopy;
  readonly #observations: EvidenceContext["observations"];

  constructor(context: EvidenceContext, party: CharterParty, copy: LogCopy) {
    this.#evidence = new Evidence(context, party);
    this.#observations = context.observations;
    this.#copy = copy;
  }

  get origin(): string {
    return this.#copy.logKey.name;
  }

  submitted(): SubmittedLog | undefined {
    const { witnessed } = this.#copy;
    if (witnessed === undefined) return undefined;
    return {
      witnessed,
      stopped: () => this.#stopped(),
      obstacle: (submitted) => this.#obstacle(submitted),
      forked: async ({ latest, submitted, shown }) => {
        await this.#differ(latest, submitted, shown === undefined ? {} : { shown });
      },
    };
  }

  async compare(): Promise<void> {
    const latest = this.#copy.witnessed?.latest;
    if (latest === undefined || this.#copy.frozen || this.#fits(latest)) return;
    await this.#differ(await this.#copy.notedHead(), latest, { larger: this.#copy.tree });
  }

  async #obstacle(submitted: OpenedHead): Promise<Refusal | undefined> {
    const { origin } = this;
    if (submitted.note.text !== formatCheckpointText(submitted.head))
      return refusal("witness-head-lines", `A head of ${origin} has three lines; one of its signatures does not cover more.`);
    if (!this.#copy.frozen && !this.#fits(submitted))
      await this.#differ(await this.#copy.notedHead(), submitted, { larger: this.#copy.tree });
    const stopped = this.#stopped();
    if (stopped !== undefined) return stopped;
    return this.#fits(submitted)
      ? undefined
      : refusal("witness-hashes-differ", `The hashes of ${origin} that this witness holds are of another version of the log.`);
  }

  #stopped(): Refusal | undefined {
    if (!this.#copy.frozen) return undefined;
    return this.#observations.isForked(this.#copy.party)
      ? refusal("witness-log-forked", `${this.origin} has signed two versions of its log. No more of it is cosigned.`)
      : refusal("witness-copy-damaged", `This witness has found what it keeps of ${this.origin} damaged on its own machine. No more of it is cosigned until that is mended.`);
  }

  /** As far as the hashes go that are held. */
  #fits({ head }: OpenedHead): boolean {
    const { tree } = this.#copy;
    return head.size > tree.size || equalBytes(tree.root(head.size), head.root);
  }

  async #differ(held: OpenedHead | undefined, submitted: OpenedHead, seen: Parameters<Evidence["submittedDiffers"]>[2]): Promise<void> {
    if (await this.#evidence.submittedDiffers(held, submitted, seen)) this.#copy.frozen = true;
  }
}
