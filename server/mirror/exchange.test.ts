import { afterEach, describe, expect, it } from "vitest";
import { canonicalJson } from "@countersign/core/bytes/canonical.ts";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { readStatement } from "@countersign/core/channel/statement.ts";
import { checkForkProof, readForkProof, type ForkProof } from "@countersign/core/log/fork.ts";
import { leafHash, verifyInclusion } from "@countersign/core/log/merkle.ts";
import { parseCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import { call } from "@countersign/wire/client.ts";
import { endpoints, newestHeads } from "@countersign/wire/endpoints.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { cheat, otherLog } from "./_other-log.ts";
import type { CountersignNode } from "../node.ts";
import { checkFolder } from "../fsck/check-folder.ts";
import { rootSigner } from "../private/keys.ts";
import { rotateKey } from "../private/root-acts.ts";
import { nativeVerify } from "../signing.ts";

let circle: TestCircle;

afterEach(async () => circle.close());

async function expectProof(node: CountersignNode, against: string): Promise<ForkProof> {
  const { channel, charter } = circle;
  const fork = node.observations(channel).find(({ code, log }) => code === "fork" && log === against);
  if (fork?.proof === undefined)
    throw new Error(`${node.id} has no proof: ${JSON.stringify(node.observations(channel))}`);
  const response = await fetch(`${circle.seat(node.id).base}/api/channels/${channel}/proofs/${fork.proof}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect(toHex(sha256(bytes))).toBe(fork.proof);
  const proof = must(readForkProof(bytes));
  const checked = must(
    await checkForkProof(
      proof,
      charter.parties.find(({ id }) => id === against)?.keys.log,
      nativeVerify,
      node.ring(channel, against).statementKeys,
    ),
  );
  expect(checked.keyFrom).toBe("checker");
  // Who has nothing but the file comes to the same.
  expect(await checkForkProof(proof, undefined, nativeVerify)).toMatchObject({ ok: true, value: { party: against } });
  return proof;
}

const sizeOf = (note: Uint8Array | undefined): number =>
  note === undefined ? 0 : must(parseCheckpointText(must(parseNote(note)).text)).size;

describe("an observer's node", () => {
  it("R13 cosigns heads by their hashes, gets no entry, and holds what every side has released, with its proof", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
    const { channel } = circle;
    const aurelia = await circle.start("aurelia");
    const borealis = await circle.start("borealis");
    const asked: string[] = [];
    const lookout = await circle.start("lookout", {
      fetch: async (input, init) => {
        asked.push(new Request(input, init).url);
        return fetch(input, init);
      },
    });
    const all = [aurelia, borealis, lookout];
    await circle.exchange(...all);
    const kept = must(await aurelia.say(channel, letterTo("borealis", "between us")));
    const shown = must(
      await aurelia.say(
        channel,
        letterTo("borealis", "for all", [{ name: "a.txt", type: "text/plain", data: toBase64(encodeUtf8("annex")) }]),
      ),
    );
    await circle.exchange(...all);
    must(await aurelia.say(channel, { kind: "release", body: { statements: [shown.id] }, files: [] }));
    await circle.exchange(...all);
    expect(
      must(await call(endpoints.record, { channel }, {}, { base: circle.seat("lookout").base })).logs.flatMap(
        ({ released }) => released,
      ),
    ).toEqual([]);
    must(await borealis.say(channel, { kind: "release", body: { statements: [shown.id] }, files: [] }));
    await circle.exchange(...all, ...all);

    const receipts = aurelia.receipts(channel)[0];
    expect(receipts?.witnessedBy).toEqual([{ observer: "lookout", size: receipts?.size, time: circle.clock.at }]);
    const record = must(await call(endpoints.record, { channel }, {}, { base: circle.seat("lookout").base }));
    expect(record.logs.every(({ entries }) => entries.length === 0)).toBe(true);
    const [released, ...more] = record.logs[0]?.released ?? [];
    expect(more).toEqual([]);
    const entry = fromBase64(released?.entry ?? "") ?? new Uint8Array(0);
    expect(must(readStatement(entry)).id).toBe(shown.id);
    const head = must(parseCheckpointText(must(parseNote(record.logs[0]?.head ?? "")).text));
    expect(
      verifyInclusion(
        released?.index ?? -1,
        head.size,
        leafHash(entry),
        released?.proof.map((hash) => fromBase64(hash) ?? new Uint8Array(0)) ?? [],
        head.root,
      ),
    ).toBe(true);
    expect(record.files).toEqual([{ sha256: toHex(sha256(encodeUtf8("annex"))), size: 5 }]);
    // It never asked for an entry, and would have got none.
    expect(asked.some((url) => url.includes("/tile/entries/"))).toBe(false);
    expect(await lookout.say(channel, letterTo("borealis", "x"))).toMatchObject({
      ok: false,
      refusal: { code: "observer-cannot-say" },
    });
    expect(lookout.state(channel).all).toEqual([]);
    expect(kept.index).toBeLessThan(shown.index);
    const bundle = must(await lookout.bundle(channel));
    expect(new TextDecoder().decode(bundle)).not.toContain(toBase64(encodeUtf8("between us")).slice(0, 10));

    await lookout.close();
    const again = await circle.start("lookout");
    expect(must(await call(endpoints.record, { channel }, {}, { base: circle.seat("lookout").base })).logs).toEqual(
      record.logs,
    );
    await circle.exchange(again);
    expect(again.observations(channel)).toEqual([]);
  });
});

describe("an entry that saw what others are not shown", () => {
  it("R5 is neither taken nor cosigned until what it saw is held, and holds up its own log alone", async () => {
    circle = await foundTestCircle(["aurelia", "borealis", "carpathia"]);
    const { channel } = circle;
    const aurelia = await circle.start("aurelia");
    const borealis = await circle.start("borealis");
    const carpathia = await circle.start("carpathia");
    await circle.exchange(aurelia, borealis, carpathia);
    await circle.exchange(aurelia, borealis, carpathia);
    // Carpathia speaks to Aurelia alone; Aurelia has seen it and does not pass it on.
    const ally = circle.seat("carpathia");
    const honest = ally.answer;
    must(await carpathia.say(channel, letterTo("aurelia", "between allies")));
    await aurelia.exchangeNow();
    ally.answer = () => Promise.resolve(new Response(null, { status: 404 }));
    const seat = circle.seat("aurelia");
    const passing = seat.answer;
    seat.answer = (request) =>
      new URL(request.url).pathname.includes("/carpathia/") ? Promise.resolve(new Response(null, { status: 404 })) : passing(request);
    const before = borealis.record(channel).logs.get("aurelia")?.entries.length ?? 0;
    const { index } = must(await aurelia.say(channel, letterTo("borealis", "built on what is hidden")));
    must(await borealis.say(channel, letterTo("aurelia", "unmoved")));
    await borealis.exchangeNow();
    expect(borealis.record(channel).logs.get("aurelia")?.entries.length).toBeLessThanOrEqual(index);
    expect(borealis.record(channel).logs.get("aurelia")?.entries.length).toBeGreaterThanOrEqual(before);
    expect(borealis.state(channel).inert).toEqual([]);
    expect(sizeOf(await borealis.logs(channel).checkpoint("aurelia"))).toBeLessThanOrEqual(index);
    // Once it is shown, all of it is taken in one pass.
    ally.answer = honest;
    await borealis.exchangeNow();
    expect(borealis.record(channel).logs.get("aurelia")?.entries.length).toBeGreaterThan(index);
    expect(borealis.state(channel).inert).toEqual([]);
  });
});

describe("a log shown in two versions", () => {
  it("R15 is noticed when its past was rewritten, at the same size and beyond, and the proof checks", async () => {
    for (const longer of [0, 3]) {
      circle = await foundTestCircle(["aurelia", "borealis"]);
      const { channel } = circle;
      const aurelia = await circle.start("aurelia");
      const borealis = await circle.start("borealis");
      await circle.exchange(aurelia, borealis);
      for (const text of ["one", "two", "three"]) must(await aurelia.say(channel, letterTo("borealis", text)));
      await circle.exchange(aurelia, borealis);
      const size = sizeOf(await aurelia.logs(channel).checkpoint("aurelia"));
      cheat(circle, aurelia, await otherLog(circle, aurelia, 3, size + longer), () => true);
      const before = await borealis.logs(channel).checkpoint("aurelia");
      await borealis.exchangeNow();
      await expectProof(borealis, "aurelia");
      expect(borealis.observations(channel).find(({ code }) => code === "fork")?.entry).toBe(3);
      // What was held stays, and no more is covered.
      expect(await borealis.logs(channel).checkpoint("aurelia")).toEqual(before);
      await borealis.close();
      const again = await circle.start("borealis");
      await again.exchangeNow();
      await expectProof(again, "aurelia");
      expect(again.observations(channel).filter(({ code }) => code === "fork")).toHaveLength(1);
      expect(await again.logs(channel).checkpoint("aurelia")).toEqual(before);
      if (longer === 0) await circle.close();
    }
  });

  it("R15 is noticed when two parties are shown different heads, by comparing what each was shown", async () => {
    circle = await foundTestCircle(["aurelia", "borealis", "corvia"]);
    const { channel } = circle;
    const [aurelia, borealis, corvia] = [
      await circle.start("aurelia"),
      await circle.start("borealis"),
      await circle.start("corvia"),
    ];
    await circle.exchange(aurelia, borealis, corvia, aurelia);
    must(await aurelia.say(channel, letterTo("borealis", "one")));
    const size = sizeOf(await aurelia.logs(channel).checkpoint("aurelia"));
    cheat(circle, aurelia, await otherLog(circle, aurelia, size - 1, size), (reader) => reader.id === "corvia");
    // Corvia first: it hears only the altered log. Then both hear each other's.
    await corvia.exchangeNow();
    expect(corvia.observations(channel)).toEqual([]);
    await borealis.exchangeNow();
    await corvia.exchangeNow();
    await expectProof(borealis, "aurelia");
    await expectProof(corvia, "aurelia");
  });

  it.each([
    ["a statement key of the charter", false],
    ["a statement key that came later, with the change that leads to it", true],
  ])("R15 is proven by a statement against its author's own head, signed with %s", async (_, changed) => {
    circle = await foundTestCircle(["aurelia", "borealis"]);
    const { channel } = circle;
    const borealis = await circle.start("borealis");
    let aurelia = await circle.start("aurelia");
    await circle.exchange(aurelia, borealis, aurelia);
    if (changed) {
      const { directory } = circle.seat("aurelia");
      const party = circle.charter.parties.find(({ id }) => id === "aurelia") ?? expect.fail("no aurelia");
      const root = must(await rootSigner(directory, party));
      must(await rotateKey(aurelia, channel, { directory, party }, "statement", root));
      await aurelia.close();
      aurelia = await circle.start("aurelia");
      await circle.exchange(aurelia, borealis, aurelia);
    }
    const pulled = sizeOf(await borealis.logs(channel).checkpoint("aurelia"));
    for (const text of ["one", "two"]) must(await aurelia.say(channel, letterTo("borealis", text)));
    // "one" is altered before anyone has pulled it; "two" keeps what it said of the log that held the first "one".
    const altered = await otherLog(circle, aurelia, pulled, pulled + 1);
    const answer = must(await call(endpoints.record, { channel }, {}, { base: circle.seat("aurelia").base }));
    const two = answer.logs.find(({ log }) => log === "aurelia")?.entries.at(-1) ?? "";
    must(await altered.append(fromBase64(two) ?? new Uint8Array(0)));
    cheat(circle, aurelia, altered, () => true);
    await borealis.exchangeNow();
    const { keyEntries } = await expectProof(borealis, "aurelia");
    expect(keyEntries?.length).toBe(changed ? 1 : undefined);
    await borealis.close();
    const { directory } = circle.seat("borealis");
    const channels = [{ id: channel, charter: circle.charter }];
    const checked = await checkFolder({ self: "borealis", directory, channels, peers: ["aurelia"] });
    expect(checked.damage).toEqual([]);
  });

  it("R15 is noticed by an observer from hashes alone", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
    const { channel } = circle;
    const [aurelia, borealis, lookout] = [
      await circle.start("aurelia"),
      await circle.start("borealis"),
      await circle.start("lookout"),
    ];
    await circle.exchange(aurelia, borealis, lookout, aurelia);
    must(await aurelia.say(channel, letterTo("borealis", "one")));
    const size = sizeOf(await aurelia.logs(channel).checkpoint("aurelia"));
    cheat(circle, aurelia, await otherLog(circle, aurelia, size - 1, size + 1), (reader) => reader.role === "observer");
    await borealis.exchangeNow();
    await lookout.exchangeNow();
    await expectProof(lookout, "aurelia");
    // Borealis was shown the honest log alone. It takes the observer's proof, checks it, and accuses nobody without it.
    expect(borealis.observations(channel)).toEqual([]);
    await borealis.exchangeNow();
    await expectProof(borealis, "aurelia");
    const [fork] = borealis.observations(channel);
    expect(fork).toMatchObject({ from: "lookout", log: "aurelia" });
    expect(fork?.heads).toHaveLength(2);
  });

  it("R15 a proof that does not hold is not taken from anybody", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
    const { channel } = circle;
    const [aurelia, borealis, lookout] = [
      await circle.start("aurelia"),
      await circle.start("borealis"),
      await circle.start("lookout"),
    ];
    await circle.exchange(aurelia, borealis, lookout, aurelia);
    const seat = circle.seat("lookout");
    const honest = seat.answer;
    const head = new TextDecoder().decode(await lookout.logs(channel).checkpoint("aurelia"));
    const key = circle.charter.parties.find(({ id }) => id === "aurelia")?.keys.log;
    const forged = canonicalJson({ type: "fork-proof", version: 1, channel, log: key, head, against: { head } });
    seat.answer = async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith(`/proofs/${toHex(sha256(forged))}`)) return new Response(new Uint8Array(forged));
      const answer = await honest(request);
      if (!pathname.endsWith("/heads")) return answer;
      return Response.json({ ...newestHeads.parse(await answer.json()), forks: [{ log: "aurelia", proof: toHex(sha256(forged)) }] });
    };
    await borealis.exchangeNow();
    expect(borealis.observations(channel)).toEqual([]);
    expect(borealis.state(channel).all.length).toBeGreaterThan(0);
  });

  it("R15 what cannot be proven is an observation that accuses nobody", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"]);
    const { channel } = circle;
    const [aurelia, borealis] = [await circle.start("aurelia"), await circle.start("borealis")];
    await circle.exchange(aurelia, borealis);
    const seat = circle.seat("aurelia");
    const honest = seat.answer;
    const old = await aurelia.logs(channel).checkpoint("aurelia");
    must(await aurelia.say(channel, letterTo("borealis", "one")));
    await borealis.exchangeNow();
    // An older head, then a spoilt one, then hashes of something else.
    const served = (bytes: Uint8Array | undefined) => async (request: Request) => {
      const answer = await honest(request);
      if (!new URL(request.url).pathname.endsWith("/heads")) return answer;
      const { heads } = newestHeads.parse(await answer.json());
      return Response.json({
        heads: heads.map((head) =>
          head.log === "aurelia" ? { log: head.log, note: new TextDecoder().decode(bytes) } : head,
        ),
      });
    };
    seat.answer = served(old);
    await borealis.exchangeNow();
    expect(borealis.observations(channel).map(({ code }) => code)).toEqual(["rolled-back"]);
    const spoilt = await aurelia.logs(channel).checkpoint("aurelia");
    spoilt?.set([0x31], 40);
    seat.answer = served(spoilt);
    await borealis.exchangeNow();
    expect(borealis.observations(channel).map(({ code }) => code)).toEqual(["rolled-back", "damaged-copy"]);
    must(await aurelia.say(channel, letterTo("borealis", "two")));
    seat.answer = (request) =>
      new URL(request.url).pathname.includes("/aurelia/tile/")
        ? new Response(new Uint8Array(32 * Number(/\d+$/.exec(request.url)?.[0])))
        : honest(request);
    await borealis.exchangeNow();
    expect(borealis.observations(channel).map(({ code }) => code)).toEqual([
      "rolled-back",
      "damaged-copy",
      "damaged-copy",
    ]);
    expect(borealis.observations(channel).every(({ proof }) => proof === undefined)).toBe(true);
    seat.answer = honest;
    await circle.exchange(borealis, aurelia);
    expect(borealis.state(channel).all.map(({ id }) => id)).toEqual(aurelia.state(channel).all.map(({ id }) => id));
  });
});
