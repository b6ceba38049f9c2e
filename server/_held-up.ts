/** For tests: a log whose owner shows one node an entry that is held up there, after others that are not. */
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import type { Payload } from "@countersign/core/channel/statement.ts";
import { closedDoor, type TestCircle } from "./_circle.ts";
import { HostileNode } from "./_hostile-node.ts";
import type { CountersignNode } from "./node.ts";

type Changed = (own: Payload["seen"][number]) => Partial<Payload>;

/** Each holds up what comes after it in its author's log, and nothing that comes before. */
export const HELD_UP: readonly (readonly [string, Changed])[] = [
  ["names a file that nobody gives", () => ({ files: [{ name: "x", sha256: "ab".repeat(32), size: 5, type: "text/plain" }] })],
  ["is dated a day ahead", () => ({ at: "2027-03-12T02:07:00Z" })],
  ["saw more of another log than there is", (own) => ({ seen: [own, { log: "corvia", size: 50, root: toBase64(new Uint8Array(32)) }] })],
];

export interface HeldUp {
  readonly borealis: CountersignNode;
  readonly corvia: CountersignNode;
  /** How many entries of aurelia's log come before the one that is held up. */
  readonly size: number;
  /** From now on aurelia shows everybody another log in their place. */
  readonly contradict: () => Promise<void>;
}

/** Of a circle of aurelia, borealis and corvia: aurelia's new entries, the last of them held up, come to borealis alone. */
export async function holdUp(circle: TestCircle, changed: Changed): Promise<HeldUp> {
  const [aurelia, borealis, corvia] = [await circle.start("aurelia"), await circle.start("borealis"), await circle.start("corvia")];
  for (let round = 0; round < 2; round += 1) await circle.exchange(aurelia, borealis, corvia);
  const hostile = await HostileNode.behind(circle, aurelia);
  const before = await hostile.ownEntries();
  const entries = [...before, await hostile.letterAfter(before, { salt: salt(1) })];
  const own = { log: "aurelia", size: entries.length, root: toBase64((await hostile.logOf(entries)).tree.root()) };
  hostile.show(await hostile.logOf([...entries, await hostile.letterAfter(entries, changed(own))]));
  const { answer } = circle.seat("corvia");
  circle.seat("corvia").answer = closedDoor;
  await borealis.exchangeNow();
  circle.seat("corvia").answer = answer;
  const contradict = async () => hostile.show(await hostile.logOf([...before, await hostile.letterAfter(before, { salt: salt(2) })]));
  return { borealis, corvia, size: entries.length, contradict };
}

const salt = (byte: number) => toBase64(new Uint8Array(16).fill(byte));
