/** What a verdict says of attachments (SPEC R6): those that are not there, headers that do not fit their readers, and that nothing in them was read. */
import { isAttachment, refuseHeader } from "../channel/attachment.ts";
import { namedFiles, statementsIn } from "../channel/named-file.ts";
import type { HeldRecord } from "../channel/record.ts";
import type { Manifest } from "./manifest.ts";
import type { Note } from "./verdict-note.ts";

/** Nothing here makes a bundle less whole: the fold never reads an attachment, and a reader without the key cannot. */
export function attachmentNotes(record: HeldRecord, extent: Manifest["extent"]): Note[] {
  const notes: Note[] = [];
  let closed = 0;
  let left = 0;
  for (const { author, index, file } of namedFiles(statementsIn(record))) {
    if (!isAttachment(file)) continue;
    const where = `${author} ${index}`;
    const bytes = record.files.get(file.sha256);
    if (bytes === undefined) {
      left += 1;
      if (extent !== "released")
        notes.push({ code: "attachment-missing", where, text: `The attachment ${file.name} of ${where}, for ${file.readers.join(", ")}, is not in this bundle and was not checked.` });
      continue;
    }
    closed += 1;
    const why = refuseHeader(bytes, file);
    if (why !== undefined) notes.push({ code: why.code, where, text: `${file.name} of ${where}: ${why.sentence}` });
  }
  if (closed > 0)
    notes.push({ code: "attachments-closed", where: "", text: `${counted(closed)} here only as ciphertext: it is the one that was signed, and what stands in it was not checked.` });
  if (extent === "released" && left > 0)
    notes.push({ code: "attachments-withheld", where: "", text: `${counted(left)} for named readers alone and not in a bundle of what was released.` });
  return notes;
}

function counted(count: number): string {
  return count === 1 ? "1 attachment is" : `${count} attachments are`;
}
