/** Asks a node for what is new in one channel until all of it is here. */
import { accept, type Result } from "@countersign/core/refusal.ts";
import { call } from "@countersign/wire/client.ts";
import { bytePaths, endpoints } from "@countersign/wire/endpoints.ts";
import { addAnswer, addEarlier, fileFetcher, isWhole } from "./answers.ts";
import { askBytes } from "./ask.ts";
import { haveOfBranches } from "./branches.ts";
import type { ChannelReading } from "./circle.ts";

/** What a page takes into memory of the records before a channel. */
const PREVIOUS_LIMIT = 1024 ** 3;

/** `heard` is told how many entries each answer has brought. */
export async function readRecord(
  base: string,
  channel: string,
  before: ChannelReading | undefined,
  heard: (entries: number) => void = () => undefined,
): Promise<Result<ChannelReading>> {
  let reading = before;
  for (;;) {
    const logs = [...(reading?.leaves ?? [])].map(([log, leaves]) => `${log}:${leaves.length}`);
    const have = [...logs, ...(reading === undefined ? [] : haveOfBranches(reading.branches))].join(",");
    // oxlint-disable-next-line no-await-in-loop -- each part continues where the last one ended.
    const answer = await call(endpoints.record, { channel }, have === "" ? {} : { have }, { base });
    if (!answer.ok) return answer;
    // oxlint-disable-next-line no-await-in-loop -- as above.
    const next = await addAnswer(reading, answer.value, fileFetcher(base, channel));
    if (!next.ok) return next;
    // oxlint-disable-next-line no-await-in-loop -- once for a channel.
    reading = await addEarlier(next.value, () => askBytes(base, bytePaths.previous, { channel }, PREVIOUS_LIMIT));
    const added = [...answer.value.logs, ...(answer.value.branches ?? [])].reduce((sum, { entries }) => sum + entries.length, 0);
    heard(added);
    if (added === 0 || isWhole(reading)) return accept(reading);
  }
}
