/** A party's folder, as `serve` reads it, whose channel holds a made record: the own log in small batches, as they come, and a copy of the other's. */
import { join } from "node:path";
import { channelId, charterBytes, type CharterParty } from "@countersign/core/channel/charter.ts";
import { writeMadeLog } from "@countersign/server/made-log.ts";
import { createKeys } from "@countersign/server/node.ts";
import { writeNew, writeNodeFile } from "../node-folder.ts";
import { must } from "./measure.ts";
import { branchesOf, makeRecord, newWriter, writerFrom } from "./record.ts";

/** Statements that came together in the own log; a copy is pulled bundle by bundle. */
const OWN_BATCH = 8;
const COPY_BATCH = 256;

/** The channel's id. */
export async function makeNodeFolder(directory: string, statements: number): Promise<string> {
  const id = "aurelia";
  const keys = must(await createKeys(directory, id, "bench"));
  const party: CharterParty = { id, name: { en: id }, role: "party", side: id, keys };
  const own = must(await writerFrom(directory, party));
  const record = await makeRecord(statements, true, { writers: [own, newWriter("borealia")] });
  const channel = channelId(record.charter);
  must(await writeNodeFile(directory, { type: "node", id, name: { en: id }, role: "party", peers: [] }));
  must(await writeNew(join(directory, "charters", `${channel}.json`), charterBytes(record.charter)));
  const branches = await branchesOf(record);
  for (const writer of record.writers) {
    const head = branches.find((branch) => branch.party === writer.id)?.head;
    const batch = writer === own ? { size: OWN_BATCH } : { size: COPY_BATCH, ...(head === undefined ? {} : { head }) };
    must(await writeMadeLog(join(directory, "logs", channel), writer.id, writer.log.named.name, writer.entries, batch));
  }
  return channel;
}
