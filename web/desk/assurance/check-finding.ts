/**
 * Checks a finding in the reader's own browser: that the report is signed by both, that report and terms are in the record, and that
 * the same number comes out when everything is read, checked and computed again from the entries' bytes.
 */
import type { Finding } from "@countersign/core/assure/finding.ts";
import { findings } from "@countersign/core/assure/findings.ts";
import type { Instant, PartyId } from "@countersign/core/bytes/fields.ts";
import { foldRecord } from "@countersign/core/channel/fold.ts";
import type { Statement } from "@countersign/core/channel/kind.ts";
import { KeyRing } from "@countersign/core/channel/key-ring.ts";
import { placed, readEntries, type HeldBranch, type HeldLog, type HeldRecord } from "@countersign/core/channel/record.ts";
import { sign } from "@countersign/core/channel/sign.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import type { VerifySignatures } from "@countersign/core/signing/algorithm.ts";
import { heldBranch } from "../branches.ts";
import { homeOf, type Circle } from "../circle.ts";
import { checkEntry, type EntryChecks, type StatementEvidence } from "../record/checks.ts";
import { checkAllHeads, evidenceOf } from "../record/evidence.ts";
import { releasedState } from "../released.ts";

export type Step = 1 | 2 | 3;

export interface EntryName {
  readonly author: PartyId;
  readonly index: number;
}

export interface FindingCheck {
  /** Absent: all three hold. */
  readonly failed?: Step;
  readonly signedBy: readonly EntryName[];
  readonly inRecord: readonly EntryName[];
  /** Entries read and checked for the computation. */
  readonly entries: number;
  /** What came out, as it is compared: the fraction, or the verdict where there is none. */
  readonly computed: string;
  readonly shown: string;
  /** What the proof file is made of. */
  readonly evidence: StatementEvidence | undefined;
}

/** `asOf` is the moment shown. `progress` is told before each of the three steps. */
export async function checkFinding(
  circle: Circle,
  finding: Finding,
  asOf: Instant,
  verify: VerifySignatures,
  progress: (step: Step) => void,
): Promise<FindingCheck> {
  const { state } = circle;
  progress(1);
  const report = finding.report === undefined ? undefined : state.get(finding.report);
  const evidence = report === undefined ? undefined : evidenceAtHome(circle, report);
  const headsOf = headsOnce(verify);
  const ofReport = report === undefined ? undefined : await checkStatement(circle, report, headsOf, verify);
  const signedBy = evidence?.signatures.map(({ author, index }) => ({ author, index })) ?? [];
  const base = { signedBy, inRecord: [], entries: 0, computed: "", shown: comparable(finding), evidence };
  if (ofReport === undefined || ofReport.text.outcome !== "holds" || ofReport.signed.outcome !== "holds")
    return { ...base, failed: 1 };

  progress(2);
  const terms = state.of(sign).filter(({ body }) => body.document === finding.agreement);
  const ofTerms = await Promise.all(terms.map((statement) => checkStatement(circle, statement, headsOf, verify)));
  const checks = [ofReport, ...ofTerms];
  const inRecord = onceEach(
    checks.flatMap((one) => one?.inRecord.places.map(({ log, index }) => ({ author: log, index })) ?? []),
  );
  if (
    terms.length === 0 ||
    checks.some(
      (one) =>
        one === undefined ||
        one.inRecord.outcome !== "holds" ||
        one.text.outcome !== "holds" ||
        one.signed.outcome !== "holds",
    )
  )
    return { ...base, inRecord, failed: 2 };

  progress(3);
  const { computed, entries } = await computedAgain(circle, finding, asOf, verify);
  const result = { ...base, inRecord, entries, computed };
  return computed === base.shown ? result : { ...result, failed: 3 };
}

/** The exact fraction of the whole site, of its cells, or the verdict alone. */
export function comparable({ verdict, detection, part }: Finding): string {
  return [
    verdict,
    ...(detection === undefined ? [] : [detection.fraction]),
    ...(part === undefined ? [] : [part.today.detection.fraction]),
  ].join(" ");
}

async function checkStatement(
  circle: Circle,
  statement: Statement,
  headsOf: ReturnType<typeof headsOnce>,
  verify: VerifySignatures,
): Promise<EntryChecks | undefined> {
  const home = homeOf(circle, statement);
  const evidence = evidenceAtHome(circle, statement);
  return evidence === undefined ? undefined : checkEntry(home.charter, home.channel, evidence, await headsOf(home), false, verify);
}

/** What was taken over from a channel before is looked for in that channel's record. */
function evidenceAtHome(circle: Circle, statement: Statement): StatementEvidence | undefined {
  const home = homeOf(circle, statement);
  return evidenceOf(home, home.state, statement, home.state.get(statement.id));
}

function headsOnce(verify: VerifySignatures): (circle: Circle) => ReturnType<typeof checkAllHeads> {
  const checked = new Map<string, ReturnType<typeof checkAllHeads>>();
  return (circle) => {
    const known = checked.get(circle.channel) ?? checkAllHeads(circle, verify);
    checked.set(circle.channel, known);
    return known;
  };
}

/** Reads every entry held here anew, with its signatures checked, folds them to the moment, and computes the finding from that. */
async function computedAgain(
  circle: Circle,
  finding: Finding,
  asOf: Instant,
  verify: VerifySignatures,
): Promise<{ readonly computed: string; readonly entries: number }> {
  let entries = 0;
  let record: HeldRecord | undefined;
  // From the first channel on: each begins with the state of the one before.
  for (const one of [circle, ...circle.earlier].toReversed()) {
    const { charter, channel, leaves, released } = one;
    const logs = new Map<PartyId, HeldLog>();
    for (const [party, bytes] of released.size > 0
      ? released
      : [...leaves].map(([log, all]) => [log, placed(all)] as const)) {
      // oxlint-disable-next-line no-await-in-loop -- a few logs, each checked in one batch.
      const held = await readEntries(bytes, KeyRing.of(charter, party), channel, verify);
      const tree = new MerkleTree();
      for (const { leaf } of bytes) tree.append(leafHash(leaf));
      const branches: HeldBranch[] = [];
      for (const branch of one.branches.get(party) ?? []) {
        // oxlint-disable-next-line no-await-in-loop -- a forked log has few versions.
        branches.push(await heldBranch({ party, entries: held, tree }, branch, charter, channel, verify));
      }
      const all = [...held, ...branches.flatMap((branch) => branch.entries)];
      entries += all.length;
      if (all.some(({ problem }) => problem?.code === "entry-badly-signed"))
        return { computed: "entry-badly-signed", entries };
      logs.set(party, { ...one.record.logs.get(party), party, entries: held, tree, ...(branches.length === 0 ? {} : { branches }) });
    }
    const { files } = one.record;
    record = { channel, charter, logs, files, ...(record === undefined ? {} : { previous: record }) };
  }
  const state =
    circle.released.size > 0 || record === undefined
      ? releasedState(circle, circle.state.asOf)
      : foldRecord(record, kinds, circle.state.asOf);
  const again = findings(state, asOf).find(
    ({ site, claim, obligation }) =>
      site === finding.site && claim === finding.claim && obligation === finding.obligation,
  );
  return { computed: again === undefined ? "" : comparable(again), entries };
}

function onceEach(names: readonly EntryName[]): readonly EntryName[] {
  return [...new Map(names.map((name) => [`${name.author} ${name.index}`, name])).values()];
}
