/**
 * The proof file of an entry: what another program needs to repeat the checks without this desk. JSON with the charter (for the
 * keys), the entry, the entries of other signers, and for each its place in the form of C2SP tlog-proof with the signed head.
 */
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { charterBytes, type Charter } from "@countersign/core/channel/charter.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { EntryEvidence, StatementEvidence } from "./checks.ts";

/** Text of the file, ending in a line feed. `notes` holds each log's newest head as received. */
export function proofFile(
  charter: Charter,
  channel: string,
  evidence: StatementEvidence,
  notes: ReadonlyMap<PartyId, string | null>,
): string {
  const others = evidence.signatures.filter(
    ({ author, index }) => author !== evidence.entry.author || index !== evidence.entry.index,
  );
  const file = {
    type: "countersign-proof",
    version: 1,
    nature: charter.nature,
    channel,
    charter: toBase64(charterBytes(charter)),
    entries: [evidence.entry, ...others].map((entry) => ({
      log: entry.author,
      index: entry.index,
      entry: toBase64(entry.leaf),
      proof: inclusionText(entry, notes.get(entry.author) ?? null),
    })),
    files: [...evidence.files].map(([sha256, bytes]) => ({ sha256, bytes: toBase64(bytes) })),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** `null` where no signed head covers the entry yet. */
export function inclusionText({ index, proof }: EntryEvidence, note: string | null): string | null {
  if (proof === undefined || note === null) return null;
  return ["c2sp.org/tlog-proof@v1", `index ${index}`, ...proof.map(toBase64), "", note].join("\n");
}

export function proofFileName(channel: string, { author, index }: EntryEvidence): string {
  return `countersign-${channel.slice(0, 8)}-${author}-${index}.proof.json`;
}
