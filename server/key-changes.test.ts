import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyBundle } from "@countersign/core/bundle/verify.ts";
import { nameOfKey } from "@countersign/core/channel/key-ring.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { signRequest } from "./access/request-signature.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "./_circle.ts";
import type { CountersignNode } from "./node.ts";
import { partySigners, rootSigner } from "./private/keys.ts";
import { revokeKey, rotateKey, type RotatedRole } from "./private/root-acts.ts";
import { nativeVerify } from "./signing.ts";

let circle: TestCircle;
beforeEach(async () => {
  circle = await foundTestCircle(["aurelia", "borealia"], ["watch"]);
});
afterEach(() => circle.close());

const start = (...ids: string[]) => Promise.all(ids.map((id) => circle.start(id)));

function placeOf(id: string) {
  const party = circle.charter.parties.find((candidate) => candidate.id === id);
  if (party === undefined) throw new Error(`no party ${id}`);
  return { directory: circle.seat(id).directory, party };
}

async function rotate(node: CountersignNode, role: RotatedRole) {
  const place = placeOf(node.id);
  const root = must(await rootSigner(place.directory, place.party));
  return must(await rotateKey(node, circle.channel, place, role, root));
}

/** As the command does it: the node is stopped, opened without the others, and started again. */
async function rotateResting(id: string, ...roles: RotatedRole[]): Promise<void> {
  const resting = await circle.start(id, { peers: [], acknowledges: false });
  for (const role of roles) await rotate(resting, role);
  await resting.close();
}

describe("a node whose keys change", () => {
  it("R14 goes on with the new keys; the others take its entries, its requests and its cosignatures", async () => {
    const [aurelia, borealia, watch] = await start("aurelia", "borealia", "watch");
    if (aurelia === undefined || borealia === undefined || watch === undefined) throw new Error("not started");
    await circle.exchange(aurelia, borealia, watch);
    await borealia.close();
    await rotateResting("borealia", "statement", "receive", "mirror", "node", "reading");
    const again = await circle.start("borealia");
    expect(again.ring(circle.channel, "borealia").keys.filter(({ until }) => until < Infinity)).toHaveLength(5);

    await circle.exchange(again, aurelia, watch);
    must(await aurelia.say(circle.channel, letterTo("borealia", "After the change")));
    must(await again.say(circle.channel, letterTo("aurelia", "With a new key")));
    await circle.exchange(again, aurelia, watch);
    await circle.exchange(again, aurelia, watch);
    for (const node of [aurelia, again, watch]) {
      expect(node.observations(circle.channel)).toEqual([]);
      expect(node.ring(circle.channel, "borealia").keys).toEqual(again.ring(circle.channel, "borealia").keys);
    }
    expect(aurelia.state(circle.channel).inert).toEqual([]);
    expect(aurelia.state(circle.channel).by("borealia").at(-1)?.keyId).toBeDefined();
    const stored = aurelia.receipts(circle.channel).find(({ log }) => log === "aurelia");
    expect(stored?.storedBy[0]).toMatchObject({ party: "borealia", size: stored?.size });
    for (const node of [aurelia, again, watch]) {
      const verdict = await verifyBundle(must(await node.bundle(circle.channel)), { verify: nativeVerify, kinds });
      expect(verdict.problems).toEqual([]);
      expect(verdict.parties[0]?.cosignedBy.map(({ id }) => id)).toEqual(["borealia", "watch"]);
    }
  });

  it("R14 finds the others again when two nodes change the keys of their requests at once", async () => {
    const before = await start("aurelia", "borealia");
    await circle.exchange(...before);
    for (const node of before) await node.close();
    await rotateResting("aurelia", "node");
    await rotateResting("borealia", "node");
    const after = await start("aurelia", "borealia");
    await circle.exchange(...after);
    for (const node of after)
      for (const id of ["aurelia", "borealia"])
        expect(node.ring(circle.channel, id).standing("node").map(nameOfKey)).toEqual([
          `${id}.example/test/root/node-2`,
        ]);
  });

  it("R14 is asked with a retired node key in vain by those who hold the change", async () => {
    const [aurelia, borealia] = await start("aurelia", "borealia");
    if (aurelia === undefined || borealia === undefined) throw new Error("not started");
    await circle.exchange(aurelia, borealia);
    const { directory, party } = placeOf("borealia");
    const old = must(await partySigners(directory, party)).node;
    const url = `${circle.seat("aurelia").base}/log/${circle.channel}/heads`;
    const asks = async () =>
      (await fetch(url, { headers: signRequest("GET", url, "aurelia", old, Math.floor(Date.now() / 1000)) })).status;
    expect(await asks()).toBe(200);
    await rotate(borealia, "node");
    expect(await borealia.say(circle.channel, letterTo("aurelia", "Too early"))).toMatchObject({
      refusal: { code: "keys-changed" },
    });
    expect(await asks()).toBe(200);
    await circle.exchange(aurelia);
    expect(await asks()).toBe(403);
  });

  it("R14 loses the receipts that a revoked mirror key gave", async () => {
    const [aurelia, borealia] = await start("aurelia", "borealia");
    if (aurelia === undefined || borealia === undefined) throw new Error("not started");
    await circle.exchange(aurelia, borealia);
    const stored = () =>
      aurelia
        .receipts(circle.channel)
        .find(({ log }) => log === "aurelia")
        ?.storedBy.map(({ party }) => party);
    expect(stored()).toEqual(["borealia"]);
    const { retired } = await rotate(borealia, "mirror");
    const { directory, party } = placeOf("borealia");
    const root = must(await rootSigner(directory, party));
    must(await revokeKey(borealia, circle.channel, { key: retired[0] ?? "", lastSound: 0, why: { en: "Lost" } }, root));
    // Without an answer of aurelia's, its head stays the one that the lost key has cosigned.
    await aurelia.close();
    const quiet = await circle.start("aurelia", { acknowledges: false });
    await quiet.exchangeNow();
    expect(quiet.receipts(circle.channel).find(({ log }) => log === "aurelia")?.storedBy).toEqual([]);
  });

  it("R14 says nothing by the root key through its desk, and takes no other root key", async () => {
    const [aurelia] = await start("aurelia", "borealia");
    if (aurelia === undefined) throw new Error("not started");
    const body = { add: [], retire: ["aurelia.example/test/mirror"] };
    expect(await aurelia.say(circle.channel, { kind: "key-change", body, files: [] })).toMatchObject({
      refusal: { code: "root-key-only" },
    });
    const other = placeOf("borealia");
    const root = must(await rootSigner(other.directory, other.party));
    expect(await aurelia.sayAsRoot(circle.channel, { kind: "key-change", body }, root)).toMatchObject({
      refusal: { code: "root-key-other" },
    });
  });

  it("R14 takes no key that another party has added since", async () => {
    const [aurelia, borealia] = await start("aurelia", "borealia");
    if (aurelia === undefined || borealia === undefined) throw new Error("not started");
    await circle.exchange(aurelia, borealia);
    const { added } = await rotate(borealia, "node");
    await circle.exchange(aurelia, borealia);
    if (added.role !== "node") throw new Error("no node key");
    const { directory, party } = placeOf("aurelia");
    const key = { name: `${party.keys.root.name}/node-2`, ed25519: added.key.ed25519 };
    const body = { add: [{ role: "node" as const, key }], retire: [] };
    const root = must(await rootSigner(directory, party));
    expect(await aurelia.sayAsRoot(circle.channel, { kind: "key-change", body }, root)).toMatchObject({
      refusal: { code: "key-reused" },
    });
  });
});
