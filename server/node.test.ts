import { cp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { verifyBundle } from "@countersign/core/bundle/verify.ts";
import { delivery } from "@countersign/core/channel/receipts.ts";
import { letter } from "@countersign/core/exchange/letter.ts";
import { receive } from "@countersign/core/channel/receive.ts";
import { opens } from "@countersign/core/declare/commitment.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { openHead } from "@countersign/core/log/checkpoint.ts";
import { verifyInclusion } from "@countersign/core/log/merkle.ts";
import { closedDoor, foundTestCircle, letterTo, must, type TestCircle } from "./_circle.ts";
import { nativeVerify } from "./signing.ts";
import type { CountersignNode } from "./node.ts";

let circle: TestCircle;

afterEach(async () => circle.close());

async function pair(): Promise<[CountersignNode, CountersignNode]> {
  circle = await foundTestCircle(["aurelia", "borealis"]);
  const nodes: [CountersignNode, CountersignNode] = [await circle.start("aurelia"), await circle.start("borealis")];
  await circle.exchange(...nodes);
  return nodes;
}

describe("two parties' nodes", () => {
  it("R1 each log begins with its owner's signature of the charter, and nothing else applies before all have signed", async () => {
    circle = await foundTestCircle(["aurelia", "borealis"]);
    const { channel } = circle;
    const aurelia = await circle.start("aurelia");
    expect(
      aurelia
        .state(channel)
        .by("aurelia")
        .map(({ kind }) => kind),
    ).toEqual(["sign"]);
    expect(await aurelia.say(channel, letterTo("borealis", "too early"))).toMatchObject({
      ok: false,
      refusal: { code: "entry-before-charter" },
    });
    const borealis = await circle.start("borealis");
    await circle.exchange(aurelia, borealis);
    must(await aurelia.say(channel, letterTo("borealis", "now")));
  });

  it("R12 R10 a letter is answered with its proof, pulled, cosigned, received and receipted", async () => {
    const [aurelia, borealis] = await pair();
    const { channel, charter } = circle;
    const answer = must(
      await aurelia.say(
        channel,
        letterTo("borealis", "hello", [
          { name: "annex.json", type: "application/json", data: toBase64(encodeUtf8("{}")) },
        ]),
      ),
    );
    const key = charter.parties[0]?.keys.log;
    if (key === undefined) throw new Error("no log key");
    const { head } = must(await openHead(answer.head, key, nativeVerify));
    const entry = aurelia.record(channel).logs.get("aurelia")?.entries[answer.index];
    expect(
      verifyInclusion(
        answer.index,
        head.size,
        entry?.leafHash ?? new Uint8Array(0),
        answer.proof.map((hash) => fromBase64(hash) ?? new Uint8Array(0)),
        head.root,
      ),
    ).toBe(true);

    await circle.exchange(borealis, aurelia);
    const held = borealis.state(channel).of(letter)[0];
    expect(held?.id).toBe(answer.id);
    expect(borealis.record(channel).files.get(toHex(sha256(encodeUtf8("{}"))))).toEqual(encodeUtf8("{}"));
    const sent = aurelia.state(channel).get(answer.id);
    if (sent === undefined) throw new Error("not in the state");
    const where = delivery(sent, aurelia.state(channel), aurelia.receipts(channel));
    expect(where.storedBy).toEqual(["aurelia", "borealis"]);
    expect(where.received.get("borealis")).toBe(circle.clock.at);
    // A `receive` is never answered by a `receive`.
    const before = aurelia.state(channel).of(receive).length + borealis.state(channel).of(receive).length;
    await circle.exchange(borealis, aurelia, borealis);
    expect(aurelia.state(channel).of(receive).length + borealis.state(channel).of(receive).length).toBe(before);
    expect(aurelia.state(channel).all.map(({ id }) => id)).toEqual(borealis.state(channel).all.map(({ id }) => id));
    expect(aurelia.state(channel).inert).toEqual([]);
  });

  it("R8 refuses what would have no effect, in the fold's words, and signs nothing", async () => {
    const [aurelia] = await pair();
    const { channel } = circle;
    const size = aurelia.record(channel).logs.get("aurelia")?.entries.length;
    expect(await aurelia.say(channel, letterTo("nobody", "hello"))).toMatchObject({
      ok: false,
      refusal: { code: "letter-to-stranger" },
    });
    expect(await aurelia.say(channel, { kind: "no-such-kind", body: {}, files: [] })).toMatchObject({
      ok: false,
      refusal: { code: "entry-unknown-kind" },
    });
    expect(await aurelia.say(channel, { kind: "receive", body: {}, files: [] })).toMatchObject({
      ok: false,
      refusal: { code: "receive-by-node" },
    });
    expect(await aurelia.say(channel, letterTo("borealis", "half \ud800"))).toMatchObject({
      ok: false,
      refusal: { code: "statement-not-canonical" },
    });
    expect(
      await aurelia.say(channel, letterTo("borealis", "x", [{ name: "a", type: "text/plain", data: "!" }])),
    ).toMatchObject({ ok: false, refusal: { code: "file-not-base64" } });
    expect(
      await aurelia.say(channel, { ...letterTo("borealis", "x"), body: { long: "x".repeat(50_000) } }),
    ).toMatchObject({ ok: false, refusal: { code: "statement-too-large" } });
    expect(aurelia.record(channel).logs.get("aurelia")?.entries.length).toBe(size);
  });

  it("keeps everything over a restart, and one process a folder", async () => {
    const [aurelia, borealis] = await pair();
    const { channel } = circle;
    for (let number = 0; number < 5; number += 1)
      must(await aurelia.say(channel, letterTo("borealis", `letter ${number}`)));
    const sealed = must(await aurelia.seal(channel));
    await circle.exchange(borealis, aurelia);
    await expect(circle.start("aurelia")).rejects.toThrow("directory-in-use");
    const before = {
      ids: borealis.state(channel).all.map(({ id }) => id),
      receipts: aurelia.receipts(channel),
      head: await aurelia.logs(channel).checkpoint("aurelia"),
    };
    await aurelia.close();
    await borealis.close();
    const again = await circle.start("aurelia");
    expect(again.state(channel).all.map(({ id }) => id)).toEqual(before.ids);
    expect(again.receipts(channel)).toEqual(before.receipts);
    expect(await again.logs(channel).checkpoint("aurelia")).toEqual(before.head);
    const opening = must(await again.unseal(channel, sealed.commitment));
    expect(opens(channel, "aurelia", sealed, opening)).toBe(true);
    expect(must(await again.seal(channel)).number).toBe(sealed.number + 1);
    const borealisAgain = await circle.start("borealis");
    expect(borealisAgain.state(channel).all.map(({ id }) => id)).toEqual(before.ids);
    await circle.exchange(again, borealisAgain);
    expect(again.observations(channel)).toEqual([]);
  });

  it.each([
    ["logs", "without its keys"],
    ["", "with its keys"],
  ])(
    "R13 after its folder (%j) was restored from an older copy, %s, signs nothing until all others were heard, and gets its log back from them",
    async (part) => {
      const [aurelia, borealis] = await pair();
      const { channel } = circle;
      const { directory } = circle.seat("aurelia");
      const logs = join(directory, part);
      await aurelia.close();
      const backup = join(directory, `../backup-${part}`);
      await cp(logs, backup, { recursive: true });
      const later = await circle.start("aurelia");
      const annex = { name: "a.txt", type: "text/plain", data: toBase64(encodeUtf8("annex")) };
      const said = [
        must(await later.say(channel, letterTo("borealis", "one", [annex]))),
        must(await later.say(channel, letterTo("borealis", "two"))),
      ];
      await borealis.exchangeNow();
      const head = await later.logs(channel).checkpoint("aurelia");
      await later.close();
      await rm(logs, { recursive: true });
      await rename(backup, logs);
      if (part === "logs") {
        // The key's own note of what it has signed is enough to stop it; without it, the others' copies are.
        const door = circle.seat("borealis").answer;
        circle.seat("borealis").answer = () => new Response(null, { status: 503 });
        await expect(circle.start("aurelia")).rejects.toThrow("restore-not-all-answer");
        circle.seat("borealis").answer = door;
      }
      const restored = await circle.start("aurelia");
      expect(
        restored
          .state(channel)
          .of(letter)
          .map(({ id }) => id),
      ).toEqual(said.map(({ id }) => id));
      expect(await restored.logs(channel).checkpoint("aurelia")).toEqual(head);
      expect(restored.record(channel).files.size).toBe(1);
      must(await restored.say(channel, letterTo("borealis", "three")));
      await circle.exchange(borealis, restored);
      expect([...borealis.observations(channel), ...restored.observations(channel)]).toEqual([]);
    },
  );

  it("R12 answers its own people while another node hangs", { timeout: 10_000 }, async () => {
    const [aurelia] = await pair();
    circle.seat("borealis").answer = () => new Promise(() => undefined);
    const exchanging = aurelia.exchangeNow();
    for (let number = 0; number < 3; number += 1)
      expect(must(await aurelia.say(circle.channel, letterTo("borealis", `letter ${number}`))).proof.length).toBeGreaterThan(0);
    circle.seat("borealis").answer = closedDoor;
    await aurelia.close();
    await exchanging;
  });

  it("tells that a node does not answer, until it does", async () => {
    const [aurelia, borealis] = await pair();
    await borealis.close();
    await aurelia.exchangeNow();
    expect(aurelia.observations(circle.channel)).toMatchObject([{ code: "unreachable", log: "borealis" }]);
    await circle.start("borealis");
    await aurelia.exchangeNow();
    expect(aurelia.observations(circle.channel)).toEqual([]);
  });

  it("R9 does not cover an entry dated ahead of its clock until its time has come", async () => {
    const [aurelia, borealis] = await pair();
    const { channel, clock } = circle;
    clock.at = "2027-03-11T04:00:00Z";
    must(await aurelia.say(channel, letterTo("borealis", "from the future")));
    clock.at = "2027-03-11T02:07:00Z";
    await circle.exchange(borealis, aurelia);
    expect(borealis.state(channel).of(letter)).toEqual([]);
    expect(borealis.observations(channel)).toMatchObject([{ code: "future-dated", log: "aurelia" }]);
    expect(aurelia.receipts(channel)[0]?.storedBy[0]?.size).toBeLessThan(aurelia.receipts(channel)[0]?.size ?? 0);
    clock.at = "2027-03-11T03:56:00Z";
    await circle.exchange(borealis, aurelia);
    expect(borealis.state(channel).of(letter)).toHaveLength(1);
    expect(borealis.observations(channel)).toEqual([]);
  });

  it("R6 does not cosign a head before it holds the body files under it", async () => {
    const [aurelia, borealis] = await pair();
    const { channel } = circle;
    const seat = circle.seat("aurelia");
    const honest = seat.answer;
    seat.answer = (request) =>
      new URL(request.url).pathname.includes("/files/") ? new Response(null, { status: 404 }) : honest(request);
    must(
      await aurelia.say(
        channel,
        letterTo("borealis", "with a file", [
          { name: "a.txt", type: "text/plain", data: toBase64(encodeUtf8("file")) },
        ]),
      ),
    );
    await circle.exchange(borealis, aurelia);
    expect(borealis.observations(channel)).toMatchObject([{ code: "withheld", log: "aurelia", entry: 2 }]);
    expect(aurelia.receipts(channel)[0]?.storedBy[0]?.size).toBe(2);
    seat.answer = honest;
    await circle.exchange(borealis, aurelia);
    expect(borealis.observations(channel)).toEqual([]);
    expect(aurelia.receipts(channel)[0]?.storedBy[0]?.size).toBe(aurelia.receipts(channel)[0]?.size);
  });

  it("catches up over many bundles and serves the copy as the owner serves the log", async () => {
    const [aurelia, borealis] = await pair();
    const { channel } = circle;
    for (let number = 0; number < 260; number += 1)
      must(await aurelia.say(channel, letterTo("borealis", `letter ${number}`)));
    await circle.exchange(borealis, aurelia);
    expect(borealis.state(channel).of(letter)).toHaveLength(260);
    for (const address of [
      { level: 0, number: 0, width: 256 },
      { level: 0, number: 1, width: 5 },
      { level: "entries", number: 1, width: 3 },
    ] as const)
      expect(await borealis.logs(channel).tile("aurelia", address)).toEqual(
        await aurelia.logs(channel).tile("aurelia", address),
      );
  });
});

describe("a node's bundle", () => {
  it("R18 is whole for whoever reads it alone, with each cosigner's newest cosignature", async () => {
    const [aurelia, borealis] = await pair();
    const { channel } = circle;
    must(
      await aurelia.say(
        channel,
        letterTo("borealis", "one", [{ name: "a.txt", type: "text/plain", data: toBase64(encodeUtf8("annex")) }]),
      ),
    );
    await circle.exchange(borealis, aurelia);
    must(await aurelia.say(channel, letterTo("borealis", "two, not cosigned yet")));
    const bytes = must(await aurelia.bundle(channel));
    expect(must(await aurelia.bundle(channel))).toEqual(bytes);
    const verdict = await verifyBundle(bytes, { verify: nativeVerify, kinds, channel });
    expect(verdict).toMatchObject({
      ok: true,
      channel,
      problems: [],
      inert: [],
      statements: aurelia.state(channel).all.length,
    });
    const own = verdict.parties.find(({ id }) => id === "aurelia");
    expect(own?.size).toBe(aurelia.record(channel).logs.get("aurelia")?.entries.length);
    expect(own?.cosignedBy).toMatchObject([{ id: "borealis", size: (own?.size ?? 0) - 1 }]);
    const served = await fetch(`${circle.seat("aurelia").base}/api/channels/${channel}/bundle`);
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(bytes);
  });
});
