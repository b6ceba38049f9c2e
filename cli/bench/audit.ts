/** `audit`: how fast a whole record is audited from a bundle, beside the bare rate at which the same threads check the same signatures. */
import { openBundle } from "@countersign/core/bundle/open.ts";
import { writeBundle } from "@countersign/core/bundle/write.ts";
import { readStatement } from "@countersign/core/channel/statement.ts";
import { pairChecks, type SignatureCheck } from "@countersign/core/signing/algorithm.ts";
import { rawPair } from "@countersign/core/signing/pair.ts";
import { nativeVerify } from "@countersign/server/signing.ts";
import { inTurn, rounded, type Measurement } from "./measure.ts";
import { branchesOf, makeRecord, type MadeRecord } from "./record.ts";

const STATEMENTS = 4000;
const REPEATS = 7;
/** As many at once as the audit asks for. */
const GROUP = 64;
const GROUPS_AHEAD = 8;

export const audit: Measurement = {
  id: "audit",
  async measure(progress, signal) {
    progress(`audit: signing ${STATEMENTS} statements`);
    const record = await makeRecord(STATEMENTS, true);
    const written = writeBundle({
      charter: record.charter,
      asOf: record.asOf,
      branches: await branchesOf(record),
      files: new Map(),
    });
    if (!written.ok) throw new Error(written.refusal.sentence);
    const groups = signatureGroups(record);
    progress("audit: measuring");
    const times = await inTurn(
      REPEATS,
      signal,
      () => auditOnce(written.value),
      () => checkBare(groups),
    );
    const ratio = 1 / times.ratio;
    return {
      id: "audit",
      what: "audit of a whole record, all cores",
      value: rounded(STATEMENTS / times.work),
      unit: "statements/s",
      baseline: rounded(STATEMENTS / times.bare),
      ratio: rounded(ratio),
      reach: "at least 0.9 of the bare rate of the same signature pairs",
      ok: ratio >= 0.9,
    };
  },
};

export async function auditOnce(bundle: Uint8Array): Promise<void> {
  const { problems } = await openBundle(bundle, { verify: nativeVerify });
  if (problems[0] !== undefined) throw new Error(problems[0].sentence);
}

async function checkBare(groups: readonly (readonly SignatureCheck[])[]): Promise<void> {
  const running: Promise<readonly boolean[]>[] = [];
  for (const group of groups) {
    await running.at(-GROUPS_AHEAD);
    running.push(nativeVerify(group));
  }
  if ((await Promise.all(running)).flat().includes(false)) throw new Error("a signature does not hold");
}

function signatureGroups({ writers }: MadeRecord): SignatureCheck[][] {
  return writers.flatMap(({ statement, entries }) => {
    const checks = entries.map((entry) => {
      const read = readStatement(entry);
      if (!read.ok) throw new Error(read.refusal.sentence);
      const { signedBytes, signatures: [first, second] } = read.value.envelope;
      return pairChecks(
        rawPair(statement.named.pair),
        { ed25519: signedBytes, mldsa44: signedBytes },
        { ed25519: first.sig, mldsa44: second.sig },
      );
    });
    return Array.from({ length: Math.ceil(checks.length / GROUP) }, (_, group) =>
      checks.slice(group * GROUP, (group + 1) * GROUP).flat(),
    );
  });
}
