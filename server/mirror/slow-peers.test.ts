/** Real nodes over HTTP, of which some stall, trickle, flood or are gone: the others' statements arrive and are cosigned meanwhile. */
import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { foundTestCircle, letterTo, must, type Seat, type TestCircle } from "../_circle.ts";
import type { CountersignNode, NodeConfig } from "../node.ts";

const ILL = ["dead", "endless", "mute", "stalling", "trickling"] as const;

let circle: TestCircle;
/** Which of them were asked, and whose answers were broken off by the asker. */
let asked: Set<string>;
let cut: Set<string>;
let release: () => void;

afterEach(async () => {
  release();
  await circle.close();
});

/** Aurelia and Borealis are well; the others signed the charter and then fell ill. */
async function fallIll(aureliaMore: Partial<NodeConfig>): Promise<{ aurelia: CountersignNode; borealis: CountersignNode }> {
  circle = await foundTestCircle(["aurelia", "borealis", ...ILL]);
  asked = new Set();
  cut = new Set();
  const over = new Promise<void>((resolve) => {
    release = resolve;
  });
  const nodes = [];
  for (const { id } of circle.charter.parties) nodes.push(await circle.start(id));
  for (const node of nodes) await node.exchangeNow();
  for (const node of nodes) if (node.id !== "stalling") await node.close();
  const stream = (id: string, pull: (controller: ReadableStreamDefaultController<Uint8Array>) => Promise<void> | void) =>
    new Response(new ReadableStream({ pull, cancel: () => void cut.add(id) }), { headers: { "content-type": "application/json" } });
  ill(circle.seat("mute"), () => over.then(() => new Response(null, { status: 503 })));
  ill(circle.seat("endless"), (id) => stream(id, (controller) => controller.enqueue(new Uint8Array(65_536).fill(32))));
  ill(circle.seat("trickling"), (id) =>
    stream(id, async (controller) => {
      await Promise.race([setTimeout(1000), over]);
      controller.enqueue(new Uint8Array([32]));
    }),
  );
  // It tells the newest head of every log, and then serves nothing below it.
  const stalling = circle.seat("stalling");
  const honest = stalling.answer;
  stalling.answer = (request) => {
    if (!new URL(request.url).pathname.includes("/tile/")) return honest(request);
    asked.add("stalling");
    return over.then(() => new Response(null, { status: 503 }));
  };
  const peers = circle.charter.parties
    .filter(({ id }) => id !== "aurelia")
    .map(({ id }) => ({ id, base: id === "dead" ? "http://127.0.0.1:9" : circle.seat(id).base }));
  const borealis = await circle.start("borealis", { peers: [{ id: "aurelia", base: circle.seat("aurelia").base }] });
  const aurelia = await circle.start("aurelia", { peers, ...aureliaMore });
  // What it asks at its start is bounded in another way.
  asked.clear();
  cut.clear();
  return { aurelia, borealis };
}

function ill(seat: Seat, answer: (id: string) => Response | Promise<Response>): void {
  seat.answer = ({ method }) => {
    // Whoever is told something cuts the rest of the answer; here it is about what is asked.
    if (method === "POST") return new Response(null, { status: 404 });
    asked.add(seat.id);
    return answer(seat.id);
  };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setTimeout(10);
}

function cosignedSize(node: CountersignNode, log: string, by: string): number {
  const receipts = node.receipts(circle.channel).find((one) => one.log === log);
  return receipts?.storedBy.find(({ party }) => party === by)?.size ?? 0;
}

describe("a node among others that are not well", () => {
  it("R5 R10 R13 takes, cosigns and receives what one says while the others hold their answers back", async () => {
    // Whoever stalls is never given up here: what arrives arrives in spite of it.
    const { aurelia, borealis } = await fallIll({ pullEveryMilliseconds: 50, patienceMilliseconds: 3_600_000 });
    const { channel } = circle;
    await until(() => asked.has("mute") && asked.has("trickling"));
    // The one that stalls below its heads tells of the statement first.
    const { id, index } = must(await borealis.say(channel, letterTo("aurelia", "in spite of all")));
    await until(() => aurelia.state(channel).get(id) !== undefined);
    await until(() => (aurelia.record(channel).logs.get("aurelia")?.entries.at(-1)?.statement?.payload.kind ?? "") === "receive");
    // Its cosignature comes back to whom it concerns.
    while (cosignedSize(borealis, "borealis", "aurelia") <= index) await borealis.exchangeNow();
    expect(cut.has("trickling")).toBe(false);
  });

  it("R15 cuts what stalls, trickles or floods, says so of each, and comes back from one exchange", async () => {
    const { aurelia, borealis } = await fallIll({ patienceMilliseconds: 500 });
    const { channel } = circle;
    const { id, index } = must(await borealis.say(channel, letterTo("aurelia", "heard")));
    await aurelia.exchangeNow();
    expect(aurelia.state(channel).get(id)).toBeDefined();
    await borealis.exchangeNow();
    expect(cosignedSize(borealis, "borealis", "aurelia")).toBeGreaterThan(index);
    const noted = aurelia.observations(channel).flatMap(({ code, log, sentence }) => (code === "withheld" ? [] : [[log, code, sentence]]));
    expect(noted.toSorted(([a = ""], [b = ""]) => a.localeCompare(b))).toEqual([
      ["dead", "unreachable", expect.stringContaining("does not answer")],
      ["endless", "unreadable-answer", expect.stringContaining("larger than")],
      ["mute", "unreachable", expect.stringContaining("brought no more")],
      ["trickling", "unreachable", expect.stringContaining("brought no more")],
    ]);
    expect([...cut].sort()).toEqual(["endless", "trickling"]);
  });
});
