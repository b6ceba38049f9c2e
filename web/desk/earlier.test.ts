import { beforeAll, describe, expect, test } from "vitest";
import { SmallRecord } from "@countersign/core/bundle/_small-record.ts";
import { openBundle } from "@countersign/core/bundle/open.ts";
import { writeBundle } from "@countersign/core/bundle/write.ts";
import type { HeldRecord } from "@countersign/core/channel/record.ts";
import { noteBody } from "@countersign/core/exchange/_note.ts";
import { letter } from "@countersign/core/exchange/letter.ts";
import { nobleVerify } from "@countersign/core/signing/noble.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { charterBytes } from "@countersign/core/channel/charter.ts";
import { addAnswer, addEarlier } from "./answers.ts";
import { circleAt, currentAndBefore, homeOf, type ChannelReading } from "./circle.ts";
import { entryParams } from "./entry-link.tsx";
import { checkEntry, checkHeads } from "./record/checks.ts";
import { evidenceOf } from "./record/evidence.ts";
import { rowsOf } from "./record/rows.ts";

interface Made {
  readonly small: SmallRecord;
  readonly bytes: Uint8Array;
  readonly record: HeldRecord;
}

async function made(before?: Made): Promise<Made> {
  const small = await new SmallRecord(before === undefined ? {} : { continues: before.record }).begin();
  await small.say("aurelia", letter.name, noteBody(before === undefined ? "first" : "next"));
  const previous = before?.bytes;
  const bundle = writeBundle({ ...(await small.holdings()), ...(previous === undefined ? {} : { previous: { size: previous.length, read: (offset, length) => previous.slice(offset, offset + length) } }) });
  if (!bundle.ok) expect.fail(bundle.refusal.sentence);
  const { record } = await openBundle(bundle.value, { verify: nobleVerify });
  return { small, bytes: bundle.value, record: record ?? expect.fail("does not read") };
}

/** What a node answers with. */
async function readingOf({ small }: Made): Promise<ChannelReading> {
  const { charter, channel } = small;
  const logs = await Promise.all(charter.parties.map(async ({ id }) => ({ log: id, from: 0, entries: small.log(id).entries.map(toBase64), head: (await small.branch(id)).head, released: [] })));
  const answer = { channel, charter: toBase64(charterBytes(charter)), clock: small.now(), logs, files: [], attachments: [], observations: [], drafts: [] };
  const reading = await addAnswer(undefined, answer, async () => undefined);
  return reading.ok ? reading.value : expect.fail(reading.refusal.sentence);
}

let first: Made;
let second: Made;
let third: Made;

beforeAll(async () => {
  first = await made();
  second = await made(first);
  third = await made(second);
});

describe("a channel that continues others, on a desk", () => {
  test("R1.8 has the joint state, and each record before it with its bytes and heads, to be checked under its own charter", async () => {
    const reading = await addEarlier(await readingOf(third), async () => second.bytes);
    const circle = circleAt(reading, undefined);
    expect(circle.state.of(letter).map(({ body, earlier }) => [body.title.en, earlier?.back])).toEqual([["first", 2], ["next", 1], ["next", undefined]]);
    expect(circle.earlier.map(({ channel }) => channel)).toEqual([second.small.channel, first.small.channel]);
    const [oldest] = circle.state.of(letter);
    if (oldest === undefined) expect.fail("not taken over");
    expect(entryParams(homeOf(circle, oldest), oldest)).toEqual({ log: "aurelia", index: 1, circle: first.small.channel.slice(0, 8) });
    const home = homeOf(circle, oldest);
    const evidence = evidenceOf(home, home.state, { author: "aurelia", index: 1 }, home.state.get(oldest.id)) ?? expect.fail("no bytes");
    const heads = await checkHeads(home.charter, home.heads, nobleVerify);
    expect((await checkEntry(home.charter, home.channel, evidence, heads, false, nobleVerify)).outcome).toBe("holds");
  });

  test("R1.8 keeps the records before when more is said, and says that nothing has effect while they could not be read", async () => {
    const without = await addEarlier(await readingOf(third), async () => undefined);
    expect(circleAt(without, undefined).state.inert.every(({ why }) => why.code === "previous-missing")).toBe(true);
    const damaged = await addEarlier(without, async () => second.bytes.with(3000, 0xff));
    expect(damaged.earlier).toEqual([]);
    const reading = await addEarlier(without, async () => second.bytes);
    const again = await addEarlier(reading, async () => expect.fail("was asked for twice"));
    expect(again).toBe(reading);
  });

  test("R1.12 is what acts are done in; the one before stays to be read, from its own node or from the bundle, each entry once", async () => {
    const reading = await addEarlier(await readingOf(third), async () => second.bytes);
    const alone = currentAndBefore([circleAt(reading, undefined)]);
    expect([alone.circles.length, alone.before.map(({ channel }) => channel)]).toEqual([1, [second.small.channel, first.small.channel]]);
    const live = circleAt(await addEarlier(await readingOf(second), async () => first.bytes), undefined);
    const both = currentAndBefore([live, circleAt(reading, undefined)]);
    expect(both.circles.map(({ channel }) => channel)).toEqual([third.small.channel]);
    expect(both.before[0]).toBe(live);
    const [joint] = both.circles;
    if (joint === undefined) expect.fail("none is current");
    const halfSigned = { ...joint, record: { ...joint.record, logs: new Map([...joint.record.logs].filter(([id]) => id !== "borealia")) } };
    expect(currentAndBefore([live, halfSigned]).circles, "until all have signed, acts go on in the one before").toEqual([live, halfSigned]);
    const rows = rowsOf([...both.circles, ...both.before]);
    expect([rows.length, new Set(rows.map(({ key }) => key)).size]).toEqual([9, 9]);
  });
});
