/** The proof that one entry stands in its log (C2SP tlog-proof), with the entry in it: what `countersign verify` checks with no desk and no network. */
import { formatTlogProof } from "@countersign/core/log/tlog-proof.ts";
import { parseCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { HASH_BYTES, inclusionProofLength } from "@countersign/core/log/merkle.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import type { EntryEvidence } from "./checks.ts";

const ENTRY_BYTES = 65_535;

/** `note`: the newest head of the entry's log, or version of it, with all its lines. `undefined` where no signed head covers the entry yet. */
export function proofFile({ index, leaf, proof }: EntryEvidence, note: string | undefined): string | undefined {
  const parsed = note === undefined ? undefined : parseNote(note);
  if (proof === undefined || parsed?.ok !== true) return undefined;
  const head = parseCheckpointText(parsed.value.text);
  // What an observer is given need not fit together; the checks say so, and no file is made of it.
  if (!head.ok || index >= head.value.size || proof.length !== inclusionProofLength(index, head.value.size)) return undefined;
  if (leaf.length > ENTRY_BYTES || proof.some(({ length }) => length !== HASH_BYTES)) return undefined;
  return formatTlogProof({ index, hashes: proof, note: parsed.value, extra: leaf });
}

/** `version`: of a log in several, the number of the one that the proof is about. */
export function proofFileName(channel: string, { author, index }: EntryEvidence, version?: number): string {
  return `countersign-${channel.slice(0, 8)}-${author}-${index}${version === undefined ? "" : `-version-${version}`}.tlog-proof`;
}
