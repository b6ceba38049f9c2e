/** The bundles of the channels that others continue (SPEC R1.12): every byte and signature of them, and the heads that the charters name. */
import { existsSync } from "node:fs";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { openPreviousBundle } from "@countersign/core/bundle/open.ts";
import { partyOf, type Charter } from "@countersign/core/channel/charter.ts";
import { FileSource } from "../file-source.ts";
import { previousPath } from "../previous.ts";
import { nativeVerify } from "../signing.ts";
import type { FolderReport } from "./damage.ts";

/** An observer keeps none. */
export async function checkPrevious(
  directory: string,
  self: PartyId,
  channels: readonly { readonly id: string; readonly charter: Charter }[],
): Promise<Omit<FolderReport, "remarks">> {
  const damage: FolderReport["damage"][number][] = [];
  let [files, bytes] = [0, 0];
  for (const { id, charter } of channels) {
    if (charter.previous === undefined || partyOf(charter, self) === undefined) continue;
    const file = previousPath(directory, id);
    const found = (what: string) => damage.push({ path: `previous/${id}.tar`, what: `${what} Another party's bundle of this channel has it: take this file away, then \`countersign import\` that bundle.`, from: [], remedy: "copy" });
    if (!existsSync(file)) {
      found("The record of the channel that this one continues is not here.");
      continue;
    }
    const source = new FileSource(file);
    try {
      [files, bytes] = [files + 1, bytes + source.size];
      const opened = await openPreviousBundle(source, charter, { verify: nativeVerify });
      const [first] = [...opened.problems, ...opened.changed()];
      if (first !== undefined) found(first.sentence);
    } finally {
      source.close();
    }
  }
  return { files, bytes, damage };
}
