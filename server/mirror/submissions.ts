/** A witness's answers to `add-checkpoint` and `sign-subtree` (C2SP tlog-witness): decided in `core/log/`, kept and cosigned by each `WitnessedLog`. */
import { answerAddCheckpoint, decideAddCheckpoint, type ForkEvidence, type WitnessAnswer } from "@countersign/core/log/witness.ts";
import { answerSignSubtree, decideSignSubtree } from "@countersign/core/log/sign-subtree.ts";
import type { OpenedHead } from "@countersign/core/log/checkpoint.ts";
import type { Refusal } from "@countersign/core/refusal.ts";
import { nativeVerify } from "../signing.ts";
import { isSameTree, type WitnessedLog } from "./witnessed-log.ts";

export interface SubmittedLog {
  readonly witnessed: WitnessedLog;
  /** Why nothing more of the log is cosigned. */
  readonly stopped?: () => Refusal | undefined;
  /** Why a head is not cosigned though it follows from the last one. */
  readonly obstacle?: (submitted: OpenedHead) => Promise<Refusal | undefined>;
  /** The log has signed two versions of itself. */
  readonly forked?: (evidence: ForkEvidence) => Promise<void>;
}

/** Never rejects for what a request holds; rejects only when this machine cannot write. */
export async function answerSubmission(
  body: Uint8Array,
  logOf: (origin: string) => SubmittedLog | undefined,
): Promise<WitnessAnswer> {
  for (;;) {
    let log: SubmittedLog | undefined;
    let latest: OpenedHead | undefined;
    const decision = await decideAddCheckpoint(
      body,
      (origin) => {
        log = logOf(origin);
        if (log === undefined) return undefined;
        latest = log.witnessed.latest;
        return { keys: log.witnessed.keys, ...(latest === undefined ? {} : { latest }) };
      },
      nativeVerify,
    );
    if ("evidence" in decision && decision.evidence !== undefined) await log?.forked?.(decision.evidence);
    if (decision.status !== 200 || log === undefined) return answerAddCheckpoint(decision);
    const refused = await log.obstacle?.(decision.submitted);
    if (refused !== undefined) return answerAddCheckpoint({ status: 422, refusal: refused });
    const lines = await log.witnessed.cosign(decision.submitted, (now) => isSameTree(now, latest?.head));
    if (lines !== undefined) return answerAddCheckpoint(decision, lines);
    // Another head came meanwhile, and a last head only ever grows: decided anew, this one's old size is no longer the last.
  }
}

/** As `answerSubmission`, for a subtree of a head that was cosigned here. */
export async function answerSubtree(body: Uint8Array, logOf: (origin: string) => SubmittedLog | undefined): Promise<WitnessAnswer> {
  const decision = await decideSignSubtree(body, (origin) => logOf(origin)?.witnessed.cosigner, nativeVerify);
  const log = decision.status === 200 ? logOf(decision.subtree.origin) : undefined;
  if (decision.status !== 200 || log === undefined) return answerSignSubtree(decision);
  const refusal = log.stopped?.();
  return refusal === undefined
    ? answerSignSubtree(decision, await log.witnessed.cosignSubtree(decision.subtree))
    : answerSignSubtree({ status: 422, refusal });
}
