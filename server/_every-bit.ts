/**
 * `npm run bits -- [--every N] [--from M]`: changes one bit in every byte (or in every Nth from byte M on, so that several processes can share
 * the work) of a record of two statements, as a bundle that `verify` reads and as the folder of a node that `fsck` reads, with the platform's own
 * cryptography; and in every 41st byte of larger folders with every kind of file. Prints how many changes were tried; ends with 1 if one
 * went unnoticed, and says where.
 */
import { parseArgs } from "node:util";
import { bundleFlips } from "./_bit-flips.ts";
import { folderFlips } from "./fsck/_folder-flips.ts";
import { keptFolders } from "./fsck/_kept-folders.ts";

/** Between two changed bytes of the larger folders, for one of the small one. */
const SELDOM = 41;

const { values } = parseArgs({ options: { every: { type: "string", default: "1" }, from: { type: "string", default: "0" } } });
const [from, every] = [Number(values.from), Number(values.every)];
if (!Number.isSafeInteger(every) || every < 1 || !Number.isSafeInteger(from) || from < 0) {
  console.error("--every takes a number from 1 on, --from one from 0 on.");
  process.exit(2);
}
let failed = false;
const tell = async (what: string, flips: () => ReturnType<typeof bundleFlips>): Promise<void> => {
  const began = performance.now();
  const { tried, of, unnoticed } = await flips();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${tried} of ${of} bytes of ${what} changed by one bit each, ${unnoticed.length} unnoticed, ${seconds} s`);
  for (const place of unnoticed.slice(0, 20)) console.error(place);
  failed ||= unnoticed.length > 0;
};
await tell("a bundle", () => bundleFlips(from, every));
const kept = await keptFolders();
await tell("a node's folder", () => folderFlips(kept.small, from, every));
await tell("a folder with every kind of file", () => folderFlips(kept.full, from, every * SELDOM));
await tell("an observer's folder", () => folderFlips(kept.observer, from, every * SELDOM));
await kept.circle.close();
process.exitCode = failed ? 1 : 0;
