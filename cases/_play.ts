/** For tests: a case's circles written into records in memory, one for each, as a player would. */
import { canonicalJson } from "@countersign/core/bytes/canonical.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { testRecord, type TestRecord } from "@countersign/core/channel/_test-record.ts";
import type { Kind } from "@countersign/core/channel/kind.ts";
import { kinds } from "@countersign/core/kinds.ts";
import type { Result } from "@countersign/core/refusal.ts";
import { resolveBody, type Case } from "./case-file.ts";

export interface PlayedCase {
  readonly records: readonly TestRecord[];
  /** Statement ids by the label of their act. */
  readonly ids: ReadonlyMap<string, string>;
}

export function playCase(read: Case): PlayedCase {
  const begins = read.acts[0]?.at ?? read.opensAt;
  const records = new Map(
    read.circles.map(({ id, charter: { nature, parties, tolerances, statesConcerned } }) => [
      id,
      testRecord({
        nature,
        tolerances,
        statesConcerned,
        begins,
        parties: parties.map(({ id: party, role, side }) => ({
          id: party,
          role,
          ...(side === undefined ? {} : { side }),
        })),
      }),
    ]),
  );
  const ids = new Map<string, string>();
  const documents = new Map<string, string>();
  for (const act of read.acts) {
    const files = Object.entries(act.documents ?? {}).map(([label, document]) => {
      const bytes = canonicalJson(valueOf(resolveBody(document, ids, documents)));
      documents.set(label, toHex(sha256(bytes)));
      return bytes;
    });
    const record = records.get(act.circle);
    const kind = kinds.get(act.kind) as unknown as Kind<Record<string, unknown>> | undefined;
    if (record === undefined || kind === undefined) throw new Error(`the act ${act.label} cannot be played`);
    ids.set(act.label, record.say(act.by, kind, valueOf(resolveBody(act.body, ids, documents)), act.at, { files }));
  }
  return { records: [...records.values()], ids };
}

function valueOf<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(result.refusal.sentence);
  return result.value;
}
