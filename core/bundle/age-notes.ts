/** How old a bundle is by itself: when the last thing in it was signed, beside the moment that whoever wrote it put on it (SPEC R18). */
import { parseInstant } from "../bytes/instant.ts";
import type { HeldRecord } from "../channel/record.ts";
import type { OpenedBranch } from "./branch.ts";
import { MANIFEST_PATH, type Manifest } from "./manifest.ts";
import type { Note } from "./verdict-note.ts";

/** Nodes cosign what they keep at least once a day (SPEC R13). */
const QUIET_SECONDS = 86_400;

/** No signature covers the moment in the manifest: anybody can put a new one on an old copy. */
export function ageNotes({ logs }: HeldRecord, branches: readonly OpenedBranch[], { asOf }: Manifest): Note[] {
  const said = [...logs.values()].flatMap(({ entries }) => entries.flatMap(({ statement }) => statement?.payload.at ?? []));
  const cosigned = branches.flatMap(({ cosignedBy }) => cosignedBy.map(({ at }) => at));
  const newest = [...said, ...cosigned].reduce((latest, moment) => (moment > latest ? moment : latest), "");
  const [end, begin] = [parseInstant(asOf), parseInstant(newest)];
  if (end === undefined || begin === undefined || end - begin <= QUIET_SECONDS) return [];
  return [
    {
      code: "nothing-signed-since",
      where: MANIFEST_PATH,
      text: `Nothing in this bundle was signed after ${newest}, and it says of itself that it is as of ${asOf}, which nobody has signed. What was signed in between, if anything was, is not in it.`,
    },
  ];
}
