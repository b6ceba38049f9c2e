/** A head as it was written here: in one spelling, with these lines and no others, each of which holds. */
import { decodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { NamedPair } from "@countersign/core/channel/charter.ts";
import { openHead, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { readCosignatures } from "@countersign/core/log/cosignature.ts";
import { formatNote } from "@countersign/core/signing/note.ts";
import { headVerify } from "../signing.ts";

/** `undefined` unless it is. `cosigners`: of whose keys exactly one has cosigned it; absent: the log's own lines stand alone. */
export async function soundNote(
  bytes: Uint8Array,
  logKey: NamedPair,
  cosigners?: readonly NamedPair[],
): Promise<OpenedHead | undefined> {
  const opened = await openHead(bytes, logKey, headVerify);
  if (!opened.ok) return undefined;
  const { head, note } = opened.value;
  if (formatNote(note) !== decodeUtf8(bytes) || note.signatures.length !== (cosigners === undefined ? 2 : 4)) return undefined;
  if (cosigners === undefined) return opened.value;
  return (await readCosignatures(note, head, cosigners, headVerify)).length === 1 ? opened.value : undefined;
}
