/**
 * `npm run bits -- [--every N] [--from M]`: changes one bit in every byte (or in every Nth from byte M on, so that several processes can share
 * the work) of a bundle of two statements, and verifies the whole of it each time with the platform's own cryptography. Prints how many
 * changes were tried; ends with 1 if one went unnoticed, and says where.
 */
import { parseArgs } from "node:util";
import { bundleFlips } from "./_bit-flips.ts";

const { values } = parseArgs({ options: { every: { type: "string", default: "1" }, from: { type: "string", default: "0" } } });
const [from, every] = [Number(values.from), Number(values.every)];
if (!Number.isSafeInteger(every) || every < 1 || !Number.isSafeInteger(from) || from < 0) {
  console.error("--every takes a number from 1 on, --from one from 0 on.");
  process.exit(2);
}
const began = performance.now();
const { tried, of, unnoticed } = await bundleFlips(from, every);
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(`${tried} of ${of} bytes of a bundle changed by one bit each, ${unnoticed.length} unnoticed, ${seconds} s`);
for (const place of unnoticed.slice(0, 20)) console.error(place);
process.exitCode = unnoticed.length === 0 ? 0 : 1;
