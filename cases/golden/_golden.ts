/** What a released version's files must still say years later, and how that is kept. */
import { kinds } from "@countersign/core/kinds.ts";
import { rememberingVerify } from "@countersign/core/bundle/_small-record.ts";
import type { Note } from "@countersign/core/bundle/verdict-note.ts";
import { verifyBundle, type Verdict } from "@countersign/core/bundle/verify.ts";
import { checkForkProof, readForkProof } from "@countersign/core/log/fork.ts";
import { parsePolicy, type Policy } from "@countersign/core/log/tlog-policy.ts";
import { checkTlogProof, parseTlogProof } from "@countersign/core/log/tlog-proof.ts";
import type { Result } from "@countersign/core/refusal.ts";

/** The files of a version; the policy is that of the reader who checks the bundle and the entry's proof. */
export const FILES = {
  bundle: "exercise.tar",
  policy: "policy.txt",
  entry: "entry.tlog-proof",
  fork: "fork.json",
  says: "says.json",
};

const verify = rememberingVerify();

/** Everything that the files of a version say, at the bundle's own moment and ten years later, without what may be worded anew. */
export async function whatItSays(read: (name: string) => Uint8Array): Promise<Record<string, unknown>> {
  const policy = must(parsePolicy(read(FILES.policy)));
  const bundle = read(FILES.bundle);
  const own = await verifyBundle(bundle, { verify, kinds, policy });
  const later = await verifyBundle(bundle, { verify, kinds, policy, asOf: tenYearsAfter(own.asOf ?? "") });
  return {
    verdict: lasting(own),
    tenYearsLater: lasting(later),
    entry: await entrySays(read(FILES.entry), policy),
    fork: await forkSays(read(FILES.fork)),
  };
}

function lasting({ inert, observations, problems, notChecked, ...rest }: Verdict) {
  const codes = (notes: readonly Note[]) => notes.map(({ code, where }) => ({ code, where }));
  return {
    ...rest,
    inert: inert.map(({ author, index }) => ({ author, index })),
    observations: codes(observations),
    problems: codes(problems),
    notChecked: codes(notChecked),
  };
}

async function entrySays(file: Uint8Array, policy: Policy) {
  const { extra } = must(parseTlogProof(file));
  if (extra === undefined) throw new Error("the proof does not carry its entry");
  const { index, head, cosignatures } = must(await checkTlogProof(file, { entry: extra }, policy, verify));
  return { index, origin: head.origin, size: head.size, cosignedBy: cosignatures.map(({ witness }) => witness) };
}

async function forkSays(file: Uint8Array) {
  const { party, claims, keyFrom, fingerprint } = must(
    await checkForkProof(must(readForkProof(file)), undefined, verify),
  );
  return { party, claims, keyFrom, fingerprint };
}

function tenYearsAfter(instant: string): string {
  return `${Number(instant.slice(0, 4)) + 10}${instant.slice(4)}`;
}

export function must<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.sentence}`);
  return result.value;
}
