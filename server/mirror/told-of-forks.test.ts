/** Who hears of a proven fork from whom: parties of every one, observers of those whose proof holds no statement. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { checkForkProof, readForkProof } from "@countersign/core/log/fork.ts";
import { newestHeads } from "@countersign/wire/endpoints.ts";
import { closedDoor, foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { HostileNode } from "../_hostile-node.ts";
import { signRequest } from "../access/request-signature.ts";
import type { CountersignNode } from "../node.ts";
import { observerSigners, partySigners } from "../private/keys.ts";
import { nativeVerify, type EdwardsSigner } from "../signing.ts";

let circle: TestCircle;
let aurelia: CountersignNode;
let borealis: CountersignNode;
let lookout: CountersignNode;
let overseer: CountersignNode;
let hostile: HostileNode;
let asParty: EdwardsSigner;
let asObserver: EdwardsSigner;

beforeAll(async () => {
  circle = await foundTestCircle(["aurelia", "borealis"], ["lookout", "overseer"]);
  aurelia = await circle.start("aurelia");
  borealis = await circle.start("borealis");
  lookout = await circle.start("lookout");
  overseer = await circle.start("overseer");
  await circle.exchange(aurelia, borealis, lookout, overseer);
  must(await aurelia.say(circle.channel, letterTo("borealis", "First.")));
  await circle.exchange(aurelia, borealis, lookout, overseer);
  asParty = must(await partySigners(circle.seat("borealis").directory, circle.charter.parties[1]!)).node;
  const own = must(await observerSigners(circle.seat("lookout").directory, circle.charter.observers[0]!)).node;
  if (own === undefined) throw new Error("no node key of lookout");
  asObserver = own;
  hostile = await HostileNode.behind(circle, aurelia);
});
afterAll(() => circle.close());

/** What the node of `to` answers to whoever holds this key. */
async function ask(to: string, signer: EdwardsSigner, path: string): Promise<Response> {
  const url = `${circle.seat(to).base}/log/${circle.channel}/${path}`;
  return fetch(url, { headers: signRequest("GET", url, to, signer, Math.floor(Date.now() / 1000)) });
}
const named = async (to: string, signer: EdwardsSigner) => newestHeads.parse(await (await ask(to, signer, "heads")).json()).forks ?? [];
const forks = (node: CountersignNode) => node.observations(circle.channel).filter(({ code }) => code === "fork");

/** Only these nodes are there. */
async function among(nodes: readonly CountersignNode[], work: () => Promise<void>): Promise<void> {
  const shut = ["aurelia", "borealis", "lookout", "overseer"].filter((id) => nodes.every((node) => node.id !== id)).map((id) => circle.seat(id));
  const before = shut.map(({ answer }) => answer);
  for (const seat of shut) seat.answer = closedDoor;
  await work();
  for (const [position, seat] of shut.entries()) seat.answer = before[position] ?? closedDoor;
}

describe("a fork that is shown by a statement", () => {
  it("R15 R17 is known to the party that read it, and no node names or gives the proof to an observer", async () => {
    const entries = await hostile.ownEntries();
    await hostile.append({ seen: [{ log: "aurelia", size: entries.length, root: toBase64(new Uint8Array(32).fill(7)) }] });
    await borealis.exchangeNow();
    await among([borealis, lookout], () => lookout.exchangeNow());
    const [fork, ...more] = forks(borealis);
    if (fork?.proof === undefined) return expect.fail("no proof");
    expect([more, forks(lookout)]).toEqual([[], []]);
    expect([await named("borealis", asParty), await named("borealis", asObserver)]).toEqual([[{ log: "aurelia", proof: fork.proof }], []]);
    expect([(await ask("borealis", asParty, `proofs/${fork.proof}`)).status, (await ask("borealis", asObserver, `proofs/${fork.proof}`)).status]).toEqual([200, 404]);
  });
});

describe("a fork that is shown by two heads", () => {
  it("R15 R17 reaches observers from parties and from each other, also after a start, and they cosign no more of the log", async () => {
    hostile.show(await hostile.rewritten(1));
    await borealis.exchangeNow();
    expect(forks(borealis)).toHaveLength(2);
    await borealis.close();
    borealis = await circle.start("borealis");
    await among([borealis, lookout], () => lookout.exchangeNow());
    await among([lookout, overseer], () => overseer.exchangeNow());
    for (const node of [lookout, overseer]) {
      const [fork, ...more] = forks(node);
      expect([fork?.log, more]).toEqual(["aurelia", []]);
      const proof = must(readForkProof((await node.logs(circle.channel).proof(fork?.proof ?? "", "observer")) ?? new Uint8Array(0)));
      expect(await checkForkProof(proof, undefined, nativeVerify)).toMatchObject({ ok: true, value: { party: "aurelia" } });
      expect("head" in proof.against).toBe(true);
    }
    const before = await overseer.logs(circle.channel).checkpoint("aurelia");
    hostile.show(await hostile.logOf([...(await hostile.ownEntries()), await hostile.letterAfter(await hostile.ownEntries())]));
    await overseer.exchangeNow();
    expect(await overseer.logs(circle.channel).checkpoint("aurelia")).toEqual(before);
  });
});
