/**
 * The bundle of the channel that this one continues, within its bundle (SPEC R18.12): opened as any other, then held against the heads that
 * the charter names. One inside the other, as deep as channels may follow one another.
 */
import type { Charter, PreviousChannel } from "../channel/charter.ts";
import { doubtful } from "../channel/doubtful.ts";
import type { State } from "../channel/fold.ts";
import { EARLIER_LIMIT, refusePrevious } from "../channel/previous.ts";
import type { HeldRecord } from "../channel/record.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { refusal, type Refusal } from "../refusal.ts";
import type { ByteSource } from "./byte-source.ts";
import { forksIn } from "./forks.ts";
import type { OpenedBundle } from "./open.ts";
import { PREVIOUS_PATH } from "./tar.ts";
import type { Note } from "./verdict-note.ts";

export interface OpenedPrevious {
  /** Absent unless it is whole and fits the charter. */
  readonly record?: HeldRecord;
  readonly problems: readonly Refusal[];
  readonly changed: () => readonly Refusal[];
}

/**
 * A fork in it is no problem: all who signed the charter signed the heads of both versions. `room`: how many channels may still come before.
 */
export async function openPrevious(
  source: ByteSource,
  charter: Charter,
  room: number,
  verify: VerifySignatures,
  open: (source: ByteSource, room: number) => Promise<OpenedBundle>,
): Promise<OpenedPrevious> {
  if (room === 0)
    return { problems: [refusal("previous-too-deep", `More than ${EARLIER_LIMIT} channels come before this one.`, PREVIOUS_PATH)], changed: () => [] };
  const opened = await open(source, room - 1);
  const { manifest, record, branches } = opened;
  const changed = () => opened.changed().map(within);
  const forks = record === undefined ? [] : (await forksIn(record, branches, verify)).filter(({ code }) => code !== "fork");
  const problems = [...opened.problems, ...forks].map(within);
  if (manifest !== undefined && manifest.extent !== "whole")
    problems.push(refusal("previous-not-whole", "The bundle of the previous channel does not hold every entry, and nothing can be continued from it.", PREVIOUS_PATH));
  if (problems.length > 0 || record === undefined) return { problems, changed };
  const unfit = refusePrevious({ charter, previous: record });
  return unfit === undefined ? { record, problems, changed } : { problems: [refusal(unfit.code, unfit.sentence, PREVIOUS_PATH)], changed };
}

function within({ code, sentence, where }: Refusal): Refusal {
  return refusal(code, sentence, where === undefined || where === "" ? PREVIOUS_PATH : `${PREVIOUS_PATH}/${where}`);
}

/** A channel that comes before, the nearest first. */
export interface EarlierChannel {
  readonly channel: string;
  readonly heads: PreviousChannel["heads"];
  /** Its record is in the bundle; otherwise what comes before it is not known either. */
  readonly held: boolean;
}

export function earlierChannels({ charter, previous }: Pick<HeldRecord, "charter" | "previous">): readonly EarlierChannel[] {
  if (charter.previous === undefined) return [];
  return [{ ...charter.previous, held: previous !== undefined }, ...(previous === undefined ? [] : earlierChannels(previous))];
}

/** What a reader should know of the records before: logs in several versions, and what was signed with keys that their owners revoked there. */
export function previousNotes({ previous }: State): readonly Note[] {
  if (previous === undefined) return [];
  const forked = previous.parted.map(
    ({ party, from }): Note => ({
      code: "previous-fork",
      where: `${PREVIOUS_PATH}/${party} ${from}`,
      text: `${party} had signed its log in the channel ${previous.channel} in versions that differ from entry ${from} on. The charter continues it with all of them.`,
    }),
  );
  const doubts = doubtful(previous).map(
    ({ author, index, key }): Note => ({
      code: "doubtful-key",
      where: `${PREVIOUS_PATH}/${author} ${index}`,
      text: `Entry ${index} of ${author} in the channel ${previous.channel} was signed with ${key}, which ${author} revoked there.`,
    }),
  );
  const further = previousNotes(previous).map((note) => ({ ...note, where: `${PREVIOUS_PATH}/${note.where}` }));
  return [...forked, ...doubts, ...further];
}
