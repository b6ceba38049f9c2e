/**
 * `npm run soak -- [--kills N] [--seed S]`: kills nodes at random moments under load and checks that nothing answered was lost and that no log
 * ever had two roots of one size. In rounds of at most 50 kills, each with a channel of its own, so that logs stay short and kills
 * come often. Ends by itself; the first fault ends it with 1.
 */
import { parseArgs } from "node:util";
import { soakRound, type Chance } from "./_soak-round.ts";

const ROUND = 50;

const { values } = parseArgs({ options: { kills: { type: "string", default: "1000" }, seed: { type: "string", default: "20220126" } } });
const [kills, seed] = [Number(values.kills), Number(values.seed)];
if (!Number.isSafeInteger(kills) || kills < 1 || kills > 1_000_000 || !Number.isSafeInteger(seed) || seed < 1 || seed > 0xffff_ffff) {
  console.error("--kills takes a number from 1 to 1,000,000, --seed one from 1 to 4,294,967,295.");
  process.exit(2);
}

const chance = chanceFrom(seed);
const began = performance.now();
const total = { kills: 0, killedEarly: 0, starts: 0, answered: 0, heads: 0, differentHeads: 0 };
while (total.kills < kills) {
  const { faults, ...counts } = await soakRound(Math.min(ROUND, kills - total.kills), chance);
  for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += counts[name];
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `seed ${seed}: ${total.kills} kills (${total.killedEarly} during a start), ${total.starts} starts, ${total.answered} statements answered, ${total.differentHeads} heads met ${total.heads} times, ${faults.length} faults, ${seconds} s`,
  );
  if (faults.length > 0) {
    for (const fault of faults.slice(0, 20)) console.error(fault);
    process.exit(1);
  }
}

/** Xorshift. */
function chanceFrom(start: number): Chance {
  let state = start;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>>= 0) / 2 ** 32;
  };
}
