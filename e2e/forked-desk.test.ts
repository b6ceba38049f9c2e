/** A log in two versions, as a desk reads and folds it from its own node: the same as the node, whichever version that held first. */
import { afterEach, expect, test } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import { closedDoor, foundTestCircle, letterTo, must, type TestCircle } from "@countersign/server/_circle.ts";
import { cheat, otherLog } from "@countersign/server/mirror/_other-log.ts";
import type { CountersignNode } from "@countersign/server/node.ts";
import { circleAt } from "@countersign/web/desk/circle.ts";
import { readRecord } from "@countersign/web/desk/read-record.ts";

let circle: TestCircle;

afterEach(async () => circle.close());

const LIAR = "aurelia";

const told = ({ all, inert, parted }: State) => ({ all: all.map(({ id, time, index, branch }) => [id, time, index, branch]), inert, parted });

const deskOf = async (id: string, before?: Parameters<typeof readRecord>[2]) => must(await readRecord(circle.seat(id).base, circle.channel, before));

/** Only those whose doors are open can be asked. */
async function among(open: readonly string[], ...nodes: readonly CountersignNode[]): Promise<void> {
  const shut = ["aurelia", "borealis", "corvia"].filter((id) => !open.includes(id)).map((id) => ({ seat: circle.seat(id), answer: circle.seat(id).answer }));
  for (const { seat } of shut) seat.answer = closedDoor;
  await circle.exchange(...nodes);
  for (const { seat, answer } of shut) seat.answer = answer;
}

test("R16 a desk holds and folds every version as its node does, and numbers them as the desk of a node that held the other one first", async () => {
  circle = await foundTestCircle(["aurelia", "borealis", "corvia"]);
  const { channel } = circle;
  const [liar, borealis, corvia] = [await circle.start(LIAR), await circle.start("borealis"), await circle.start("corvia")];
  await circle.exchange(liar, borealis, corvia);
  await circle.exchange(liar, borealis, corvia);
  const annex = { name: "annex.txt", type: "text/plain", data: toBase64(encodeUtf8("told to borealis alone")) };
  const { index } = must(await liar.say(channel, letterTo("borealis", "one", [annex])));
  must(await liar.say(channel, letterTo("borealis", "two")));
  await among([LIAR, "borealis"], borealis);
  must(await borealis.say(channel, letterTo(LIAR, "heard")));
  const other = await otherLog(circle, liar, index, index + 4);
  cheat(circle, liar, other, ({ id }) => id !== "borealis");
  await among([LIAR, "corvia"], corvia);
  must(await corvia.say(channel, letterTo(LIAR, "heard too")));
  // A desk that was read before goes on from what it has.
  const before = await deskOf("borealis");
  expect(before.branches.size).toBe(0);
  circle.seat(LIAR).answer = closedDoor;
  await among(["borealis", "corvia"], borealis, corvia);
  await among(["borealis", "corvia"], borealis, corvia);

  const shown = [];
  for (const [node, known] of [[borealis, before], [corvia, undefined]] as const) {
    const reading = await deskOf(node.id, known);
    const desk = circleAt(reading, undefined);
    expect(told(desk.whole)).toEqual(told(node.state(channel)));
    expect(desk.whole.all.some(({ branch }) => branch === 1)).toBe(true);
    // Nothing new: nothing is read or folded again.
    expect((await deskOf(node.id, reading)).record).toBe(reading.record);
    const [parted] = desk.parted;
    expect(desk.parted).toMatchObject([{ party: LIAR, from: index }]);
    const kept = parted?.versions.map(({ number, root, seenBy }) => ({ number, root, seenBy: seenBy.map(({ party }) => party) }));
    expect(kept?.flatMap(({ seenBy }) => seenBy).toSorted()).toEqual(["borealis", "corvia"]);
    const [receipts] = reading.branches.get(LIAR)?.flatMap((branch) => branch.receipts ?? []) ?? [];
    // Who heard the other version first has cosigned it, and that is told.
    expect(receipts?.storedBy.map(({ party }) => party)).toEqual([node === borealis ? "corvia" : "borealis"]);
    shown.push(kept);
  }
  expect(shown[1]).toEqual(shown[0]);
}, 30_000);
