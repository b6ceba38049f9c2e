/** What a verdict could not look at, and why (SPEC R18). Nobody should have to infer that from what the verdict does not say. */
import type { HeldRecord } from "../channel/record.ts";
import type { Policy } from "../log/tlog-policy.ts";
import { MANIFEST_PATH, type Manifest } from "./manifest.ts";
import type { Note } from "./verdict-note.ts";

/** `observations` are those of the same verdict: what they say was left out is named here too. */
export function notChecked(
  { manifest, record }: { readonly manifest?: Manifest | undefined; readonly record?: HeldRecord | undefined },
  { channel, policy }: { readonly channel?: string; readonly policy?: Policy },
  observations: readonly Note[],
): Note[] {
  const unread: Note[] =
    record === undefined
      ? [{ code: "unread", where: "", text: "The rest of the file: it could not be read far enough to check it." }]
      : [];
  const partial: Note[] =
    record === undefined || manifest === undefined || manifest.extent === "whole"
      ? []
      : [
          {
            code: manifest.extent === "released" ? "entries-withheld" : "entries-before",
            where: MANIFEST_PATH,
            text: `${absentEntries(record)} The record was not folded: what has effect, and every finding, was not computed.`,
          },
        ];
  const before: Note[] =
    record === undefined || !lacksPrevious(record)
      ? []
      : [
          {
            code: "previous-missing",
            where: "",
            text: `The record of the channel ${record.charter.previous?.channel ?? ""}, which this one continues: it is not in this bundle, or not as the charter names it. The record was not folded: what has effect, and every finding, was not computed.`,
          },
        ];
  const anchor: Note[] =
    channel === undefined && policy === undefined
      ? [
          {
            code: "no-anchor",
            where: "",
            text: "Whose keys these are: no channel id and no policy was given to hold them against.",
          },
        ]
      : [];
  const rule: Note[] =
    policy === undefined
      ? [
          {
            code: "no-policy",
            where: "",
            text: "Whether enough others have cosigned by a rule of the reader's own: no policy was given.",
          },
        ]
      : [];
  const newer: Note = {
    code: "newer-copies",
    where: "",
    text: "Whether a newer copy, or another one, exists elsewhere: a file cannot show that.",
  };
  return [...unread, ...partial, ...before, ...observations.filter(isLeftOut), ...anchor, ...rule, newer];
}

/** A state begins with that of the previous record; without it there is none. */
export function lacksPrevious({ charter, previous }: HeldRecord): boolean {
  return charter.previous !== undefined && previous === undefined;
}

const LEFT_OUT = new Set(["attachment-missing", "attachments-closed", "attachments-withheld", "later", "no-log"]);

function isLeftOut({ code }: Note): boolean {
  return LEFT_OUT.has(code);
}

function absentEntries({ logs }: HeldRecord): string {
  const entries = [...logs.values()].flatMap((log) => log.entries);
  const absent = entries.filter(
    ({ problem }) => problem?.code === "entry-withheld" || problem?.code === "entry-before",
  ).length;
  return `${absent} of ${entries.length} entries, which are not in this bundle.`;
}
