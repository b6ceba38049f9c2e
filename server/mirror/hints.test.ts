/** Real nodes over HTTP that go round once a minute and tell each other of what is new. */
import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { signRequest } from "../access/request-signature.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import type { CountersignNode } from "../node.ts";
import { partySigners } from "../private/keys.ts";
import { Bell } from "./bell.ts";
import { Hints } from "./hints.ts";
import { goRound } from "./rounds.ts";

const SELDOM = { pullEveryMilliseconds: 3_600_000 };

let circle: TestCircle | undefined;
afterEach(async () => {
  await circle?.close();
  circle = undefined;
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setTimeout(5);
}

const sizeOf = (node: CountersignNode, log: string, channel: string) => node.record(channel).logs.get(log)?.entries.length ?? 0;

function cosigned(node: CountersignNode, log: string, by: string, channel: string): number {
  const receipts = node.receipts(channel).find((one) => one.log === log);
  return receipts?.storedBy.find(({ party }) => party === by)?.size ?? 0;
}

/** The path of each request that comes to a node, in order. */
function watched(id: string, at: TestCircle): string[] {
  const paths: string[] = [];
  const seat = at.seat(id);
  const { answer } = seat;
  seat.answer = (request) => {
    paths.push(`${request.method} ${new URL(request.url).pathname.split("/").slice(3).join("/")}`);
    return answer(request);
  };
  return paths;
}

describe("a hint", () => {
  it("R10 brings a statement to the others, and their cosignatures back, long before the next round", async () => {
    const here = await foundTestCircle(["aurelia", "borealis", "carpathia"], ["lookout"]);
    circle = here;
    const nodes = [];
    for (const id of ["aurelia", "borealis", "carpathia", "lookout"]) nodes.push(await here.start(id, SELDOM));
    const [aurelia, borealis, carpathia, lookout] = nodes as [CountersignNode, CountersignNode, CountersignNode, CountersignNode];
    const { channel } = here;
    // Each heard of each as it started; what is said builds on heads that were cosigned.
    for (const node of [aurelia, borealis, carpathia])
      await until(() => here.charter.parties.every(({ id }) => id === node.id || cosigned(node, id, node.id, channel) > 0));
    const { id, index } = must(await aurelia.say(channel, letterTo("borealis", "at once")));
    for (const node of [borealis, carpathia]) await until(() => node.state(channel).get(id) !== undefined);
    for (const by of ["borealis", "carpathia"]) await until(() => cosigned(aurelia, "aurelia", by, channel) > index);
    await until(() => (aurelia.receipts(channel).find(({ log }) => log === "aurelia")?.witnessedBy[0]?.size ?? 0) > index);
    expect(lookout.observations(channel)).toEqual([]);
  });

  it("R10 is sent by no node that does not go round by itself, and holds up nobody who speaks where it is refused or not answered", async () => {
    const here = await foundTestCircle(["aurelia", "borealis", "carpathia"]);
    circle = here;
    const { channel } = here;
    const quiet = await here.start("aurelia", { pullEveryMilliseconds: 0 });
    const others = [await here.start("borealis"), await here.start("carpathia")];
    await here.exchange(quiet, ...others);
    const heard = watched("borealis", here);
    must(await quiet.say(channel, letterTo("borealis", "in its own time")));
    await quiet.exchangeNow();
    expect([heard.includes("POST hint"), heard.includes("GET heads")]).toEqual([false, true]);
    await quiet.close();
    const aurelia = await here.start("aurelia", SELDOM);
    for (const other of others) await other.close();
    const hinted = new Set<string>();
    let over: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (over = resolve));
    here.seat("borealis").answer = ({ method }) => {
      if (method === "POST") hinted.add("borealis");
      return held.then(() => new Response(null, { status: 500 }));
    };
    here.seat("carpathia").answer = ({ method }) => {
      if (method === "POST") hinted.add("carpathia");
      return new Response(null, { status: 404 });
    };
    for (const text of ["one", "two", "three"]) {
      const { id } = must(await aurelia.say(channel, letterTo("borealis", text)));
      expect(aurelia.state(channel).get(id)).toBeDefined();
    }
    await until(() => hinted.size === 2);
    // Nobody has answered yet; closing waits for nobody.
    await aurelia.close();
    over();
  });

  it("R10 costs bounded work however often it is given", async () => {
    const here = await foundTestCircle(["aurelia", "borealis"]);
    circle = here;
    const { channel } = here;
    const aurelia = await here.start("aurelia", SELDOM);
    const borealis = await here.start("borealis", SELDOM);
    await until(() => sizeOf(aurelia, "borealis", channel) > 0 && sizeOf(borealis, "aurelia", channel) > 0);
    await borealis.close();
    const party = here.charter.parties.find(({ id }) => id === "borealis");
    if (party === undefined) throw new Error("no borealis");
    const { node } = must(await partySigners(here.seat("borealis").directory, party));
    const asked = watched("borealis", here);
    const url = `${here.seat("aurelia").base}/log/${channel}/hint`;
    const begun = performance.now();
    for (let sent = 0; sent < 500; sent += 1) {
      const headers = signRequest("POST", url, "aurelia", node, Math.floor(Date.now() / 1000));
      expect((await fetch(url, { method: "POST", headers })).status).toBe(204);
    }
    const passes = asked.filter((path) => path.endsWith("heads")).length;
    expect(passes).toBeLessThanOrEqual(2 + (performance.now() - begun) / 200);
    expect(passes).toBeGreaterThan(0);
  });

  it("R10 goes once for all that is new while the one before is under way, and not for what was told", async () => {
    let told = 0;
    let answer: () => void = () => undefined;
    const hints = new Hints(
      [{ id: "borealis", hint: () => new Promise<void>((resolve) => ((told += 1), (answer = resolve))) }],
      new AbortController().signal,
    );
    hints.tell("1,1");
    hints.tell("1,1");
    for (let size = 2; size < 100; size += 1) hints.tell(`${size},1`);
    expect(told).toBe(1);
    answer();
    await until(() => told === 2);
    answer();
    await hints.idle();
    hints.tell("99,1");
    expect(told).toBe(2);
  });

  it("R10 is followed by a pass over a node that was given up, which is then asked as often as any other", async () => {
    const ending = new AbortController();
    const bell = new Bell();
    let passes = 0;
    let answers = false;
    const going = goRound({
      everyMilliseconds: 1000,
      signal: ending.signal,
      rounds: [{ pass: () => Promise.resolve(((passes += 1), answers)), bell }],
      failed: (error) => {
        throw error;
      },
    });
    await until(() => passes === 1);
    answers = true;
    bell.ring();
    bell.ring();
    await until(() => passes === 2);
    ending.abort();
    await going;
    expect(passes).toBe(2);
  });
});
