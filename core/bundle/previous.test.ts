import { beforeAll, describe, expect, test } from "vitest";
import { encodeUtf8 } from "../bytes/utf8.ts";
import type { HeldRecord } from "../channel/record.ts";
import { kinds } from "../kinds.ts";
import { rememberingVerify, SmallRecord } from "./_small-record.ts";
import type { ByteSource } from "./byte-source.ts";
import { openBundle } from "./open.ts";
import { sealStream } from "./seal.ts";
import { PART_LIMIT, PREVIOUS_PATH, readTar, tarMemberPieces } from "./tar.ts";
import { verifyBundle, type Verdict } from "./verify.ts";
import { planBundle, writeBundle, writeContinuingBundle, type WholeBundle } from "./write.ts";

const verify = rememberingVerify();

interface Link {
  readonly small: SmallRecord;
  readonly holdings: WholeBundle;
  readonly bytes: Uint8Array;
  readonly record: HeldRecord;
}

/** A channel of one letter, with the bundle of the one before in its own. */
async function link(before?: Link, options: { nature?: "real" } = {}): Promise<Link> {
  const small = await new SmallRecord({ ...options, ...(before === undefined ? {} : { continues: before.record }) }).begin();
  await small.say("aurelia", "letter", letter(`after ${before?.record.channel ?? "nothing"}`));
  return sealed(small, before);
}

async function sealed(small: SmallRecord, before?: Link, previous: Uint8Array | undefined = before?.bytes): Promise<Link> {
  const holdings: WholeBundle = { ...(await small.holdings()), ...(previous === undefined ? {} : { previous: sourceOver(previous) }) };
  const bytes = written(holdings);
  const { record } = await openBundle(bytes, { verify });
  return { small, holdings, bytes, record: record ?? expect.fail("does not read") };
}

function letter(title: string) {
  return { form: "note", title: { en: title }, text: { en: title }, to: ["borealia"], answers: [], asksReply: false, venues: [], sources: [], confirmed: true };
}

function sourceOver(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.slice(offset, offset + length) };
}

function written(holdings: WholeBundle): Uint8Array {
  const made = writeBundle(holdings);
  return made.ok ? made.value : expect.fail(made.refusal.sentence);
}

function check(bytes: Uint8Array): Promise<Verdict> {
  return verifyBundle(bytes, { verify, kinds });
}

function codes({ problems }: Verdict): string[] {
  return [...new Set(problems.map(({ code }) => code))].sort();
}

/** The holdings with another bundle in the place of the previous one. */
async function around(holdings: WholeBundle, previous: Uint8Array): Promise<Verdict> {
  return check(written({ ...holdings, previous: sourceOver(previous) }));
}

let first: Link;
let second: Link;
let third: Link;

beforeAll(async () => {
  first = await link();
  second = await link(first);
  third = await link(second);
});

describe("a bundle with the record that its channel continues", () => {
  test("R18.12 of a chain of three is whole, holds the bundles before as they were, and folds on from them", async () => {
    const inner = readTar(third.bytes).members.find(({ path }) => path === PREVIOUS_PATH)?.bytes;
    expect(inner).toEqual(second.bytes);
    const verdict = await check(third.bytes);
    expect([verdict.ok, verdict.problems, verdict.statements, verdict.inert]).toEqual([true, [], 3, []]);
    expect(verdict.continues.map(({ channel, held }) => [channel, held])).toEqual([
      [second.record.channel, true],
      [first.record.channel, true],
    ]);
    expect(verdict.notChecked.map(({ code }) => code)).not.toContain("previous-missing");
    expect(third.record.previous?.previous?.channel).toBe(first.record.channel);
  });

  test("R18.12 has the same bytes at once, piece by piece, and written again from what was read", async () => {
    const plan = planBundle(third.holdings);
    const stream = plan.ok ? await sealStream(plan.value, { get: async (hash) => third.small.files.get(hash) }) : plan;
    if (!stream.ok) expect.fail(stream.refusal.sentence);
    const pieces: number[] = [];
    for await (const piece of stream.value.pieces) for (const byte of piece) pieces.push(byte);
    expect(Uint8Array.from(pieces)).toEqual(third.bytes);
    expect(stream.value.size).toBe(third.bytes.length);
    const again = readTar(third.bytes).members.find(({ path }) => path === PREVIOUS_PATH) ?? expect.fail("no part");
    expect(written({ ...third.holdings, previous: again.source })).toEqual(third.bytes);
  });

  test("R18.12 left out, the verdict says so and computes nothing that rests on it; a bundle that goes on never has it", async () => {
    const verdict = await check(written({ ...third.holdings, previous: undefined }));
    expect([verdict.ok, verdict.findings, verdict.statements]).toEqual([true, [], 3]);
    expect(verdict.continues).toEqual([{ channel: second.record.channel, heads: second.small.charter.parties.map(({ id }) => expect.objectContaining({ log: id })), held: false }]);
    expect(verdict.notChecked.find(({ code }) => code === "previous-missing")?.text).toContain(second.record.channel);
    const since = writeContinuingBundle(third.holdings, new Map([["aurelia", 1]]));
    if (!since.ok) expect.fail(since.refusal.sentence);
    expect(readTar(since.value).members.map(({ path }) => path)).not.toContain(PREVIOUS_PATH);
    expect((await check(since.value)).notChecked.map(({ code }) => code)).toContain("previous-missing");
  });

  test("R18.12 that is another channel's, cut short, grown, of another nature or not whole is a problem that names it", async () => {
    const other = await link(undefined, { nature: "real" });
    expect(codes(await around(second.holdings, other.bytes))).toEqual(["previous-other-channel"]);
    expect(codes(await around(third.holdings, first.bytes))).toEqual(["previous-other-channel"]);
    const small = await new SmallRecord().begin();
    const shorter = await sealed(small);
    const cut = await around(second.holdings, shorter.bytes);
    expect([codes(cut), cut.problems[0]?.where, cut.problems[0]?.text.includes("aurelia")]).toEqual([["previous-cut-short"], PREVIOUS_PATH, true]);
    await small.say("aurelia", "letter", letter("after nothing"));
    await small.say("borealia", "letter", letter("one more"));
    expect(codes(await around(second.holdings, (await sealed(small)).bytes))).toEqual(["previous-grown"]);
    const since = writeContinuingBundle(first.holdings, new Map([["aurelia", 1]]));
    expect(codes(await around(second.holdings, since.ok ? since.value : expect.fail("not written")))).toContain("previous-not-whole");
    expect(codes(await around(first.holdings, second.bytes))).toEqual(["part-unexpected"]);
  });

  test("R18.12 with one bit turned in any of the records inside is not whole, wherever it lies", async () => {
    for (const at of [0.1, 0.35, 0.5, 0.62, 0.8, 0.95]) {
      const place = Math.floor(second.bytes.length * at);
      const verdict = await around(third.holdings, second.bytes.with(place, (second.bytes[place] ?? 0) ^ 1));
      expect(verdict.ok).toBe(false);
      expect(verdict.problems.every(({ where }) => where.startsWith(PREVIOUS_PATH))).toBe(true);
    }
  });

  test("R18.12 without the record before the previous one is not the one that was continued", async () => {
    const alone = written({ ...second.holdings, previous: undefined });
    expect(codes(await around(third.holdings, alone))).toEqual(["previous-missing"]);
    // And nothing that is no bundle.
    expect((await around(third.holdings, encodeUtf8("no bundle"))).ok).toBe(false);
    expect((await around(third.holdings, new Uint8Array(0))).ok).toBe(false);
  });

  test("R18.12 a bundle cannot hold itself: one that only says so ends where the depth ends, and is refused", async () => {
    let deep = third.bytes;
    for (let count = 0; count < 18; count += 1) deep = written({ ...third.holdings, previous: sourceOver(deep) });
    const verdict = await check(deep);
    expect(codes(verdict)).toContain("previous-too-deep");
    expect(verdict.ok).toBe(false);
  });

  test("R18.12 may be larger than any other part, since it is gone through and never held whole", () => {
    const size = PART_LIMIT + 512;
    const zeros: ByteSource = { size, read: (_, length) => new Uint8Array(length) };
    let most = 0;
    let sum = 0;
    for (const piece of tarMemberPieces(PREVIOUS_PATH, zeros)) [most, sum] = [Math.max(most, piece.length), sum + piece.length];
    expect([most <= 1024 * 1024, sum]).toEqual([true, size + 512]);
    const header = [...tarMemberPieces(PREVIOUS_PATH, zeros)][0] ?? expect.fail("no header");
    const archive: ByteSource = { size: size + 512 + 1024, read: (offset, length) => (offset === 0 ? header.subarray(0, length) : new Uint8Array(length)) };
    expect(readTar(archive)).toMatchObject({ problems: [], members: [{ path: PREVIOUS_PATH, size }] });
  });
});

describe("a fork in the record that is continued", () => {
  test("R18.12 R1.6 is listed and no problem where the charter names both versions: all who signed it signed both heads", async () => {
    const small = await new SmallRecord().begin();
    await small.say("aurelia", "letter", letter("one"));
    const one = await small.branch("aurelia");
    small.rewind("aurelia", 1);
    await small.say("aurelia", "letter", letter("another"));
    const other = await small.branch("aurelia");
    const holdings = await small.holdings();
    const forked = written({ ...holdings, branches: [one, other, ...holdings.branches.filter(({ party }) => party !== "aurelia")] });
    expect(codes(await check(forked))).toEqual(["fork"]);
    const { record } = await openBundle(forked, { verify });
    const next = await new SmallRecord({ continues: record ?? expect.fail("does not read") }).begin();
    const verdict = await around(await next.holdings(), forked);
    expect([verdict.ok, verdict.problems]).toEqual([true, []]);
    expect(verdict.observations.find(({ code }) => code === "previous-fork")).toMatchObject({ where: `${PREVIOUS_PATH}/aurelia 1` });
    expect(verdict.continues[0]?.heads.map(({ log }) => log)).toEqual(["aurelia", "aurelia", "borealia"]);
    // One version alone is not what was continued.
    expect(codes(await around(await next.holdings(), written(holdings)))).toEqual(["previous-differs"]);
  });
});
