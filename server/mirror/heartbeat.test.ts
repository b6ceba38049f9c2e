/** What a node has cosigned it cosigns again while it keeps it, so that the age of a receipt says something. */
import { afterEach, describe, expect, it } from "vitest";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import type { CountersignNode } from "../node.ts";

let circle: TestCircle;
afterEach(() => circle.close());

function receipt(node: CountersignNode, log: string, by: string) {
  const receipts = node.receipts(circle.channel).find((one) => one.log === log);
  const stored = receipts?.storedBy.find(({ party }) => party === by) ?? receipts?.witnessedBy.find(({ observer }) => observer === by);
  return stored === undefined ? undefined : { size: stored.size, time: stored.time };
}

async function founded() {
  circle = await foundTestCircle(["aurelia", "borealis"], ["lookout"]);
  const [aurelia, borealis, lookout] = [await circle.start("aurelia"), await circle.start("borealis"), await circle.start("lookout")];
  await circle.exchange(aurelia, borealis, lookout);
  must(await aurelia.say(circle.channel, letterTo("borealis", "words")));
  await circle.exchange(aurelia, borealis, lookout);
  await circle.exchange(aurelia, borealis, lookout);
  return { aurelia, borealis, lookout };
}

describe("a cosignature that grows old", () => {
  it("R13 is made again at the same size, by mirrors and witnesses, and its new time reaches the log's owner and the next start", async () => {
    const { aurelia, borealis, lookout } = await founded();
    const before = receipt(aurelia, "aurelia", "borealis");
    expect(before).toEqual({ size: aurelia.record(circle.channel).logs.get("aurelia")?.entries.length, time: "2027-03-11T02:07:00Z" });
    circle.clock.at = "2027-03-12T02:06:59Z";
    await circle.exchange(borealis, lookout, aurelia);
    expect(receipt(aurelia, "aurelia", "borealis")).toEqual(before);
    circle.clock.at = "2027-03-12T02:07:00Z";
    await circle.exchange(borealis, lookout, aurelia);
    for (const by of ["borealis", "lookout"])
      expect(receipt(aurelia, "aurelia", by)).toEqual({ size: before?.size, time: "2027-03-12T02:07:00Z" });
    // Once a day, not with each exchange.
    circle.clock.at = "2027-03-12T09:00:00Z";
    await circle.exchange(borealis, lookout, aurelia);
    expect(receipt(aurelia, "aurelia", "borealis")?.time).toBe("2027-03-12T02:07:00Z");
    await borealis.close();
    await aurelia.close();
    const again = await circle.start("borealis");
    expect(receipt(again, "aurelia", "borealis")?.time).toBe("2027-03-12T02:07:00Z");
    expect(receipt(await circle.start("aurelia"), "aurelia", "borealis")?.time).toBe("2027-03-12T02:07:00Z");
    circle.clock.at = "2027-03-13T02:07:00Z";
    await again.exchangeNow();
    expect(receipt(again, "aurelia", "borealis")?.time).toBe("2027-03-13T02:07:00Z");
  });

  it("R13 is left as it is while a larger head is known whose entries are withheld", async () => {
    const { aurelia, borealis } = await founded();
    const before = receipt(borealis, "aurelia", "borealis");
    must(await aurelia.say(circle.channel, letterTo("borealis", "more")));
    const seat = circle.seat("aurelia");
    const honest = seat.answer;
    seat.answer = (request) => (request.url.includes("/tile/") ? new Response(null, { status: 404 }) : honest(request));
    circle.clock.at = "2027-03-14T00:00:00Z";
    await borealis.exchangeNow();
    expect(receipt(borealis, "aurelia", "borealis")).toEqual(before);
    seat.answer = honest;
    await borealis.exchangeNow();
    expect(receipt(borealis, "aurelia", "borealis")).toEqual({ size: (before?.size ?? 0) + 1, time: "2027-03-14T00:00:00Z" });
  });

  it("R13 an older cosignature of the same head does not take the place of a later one", async () => {
    const { aurelia, borealis, lookout } = await founded();
    const path = `/log/${circle.channel}/heads`;
    const seat = circle.seat("borealis");
    const honest = seat.answer;
    let old: string | undefined;
    seat.answer = async (request) => {
      const answer = await honest(request);
      if (new URL(request.url).pathname !== path) return answer;
      const text = await answer.text();
      old ??= text;
      return new Response(old, { headers: answer.headers });
    };
    await aurelia.exchangeNow();
    const again = seat.answer;
    seat.answer = honest;
    circle.clock.at = "2027-03-20T00:00:00Z";
    await circle.exchange(borealis, lookout, aurelia);
    const newest = receipt(aurelia, "aurelia", "borealis");
    expect(newest?.time).toBe("2027-03-20T00:00:00Z");
    seat.answer = again;
    await aurelia.exchangeNow();
    expect(receipt(aurelia, "aurelia", "borealis")).toEqual(newest);
  });
});
