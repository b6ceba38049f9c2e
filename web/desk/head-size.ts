/** The size that a head's note says, without looking at its signatures; 0 if it does not read. */
import { parseCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { parseNote } from "@countersign/core/signing/note.ts";

export function headSize(note: string): number {
  const parsed = parseNote(note);
  const head = parsed.ok ? parseCheckpointText(parsed.value.text) : parsed;
  return head.ok ? head.value.size : 0;
}
