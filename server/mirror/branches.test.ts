/** A party signs two versions of its log and tells each to another; then all lies on one table. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { readTar } from "@countersign/core/bundle/tar.ts";
import { verifyBundle } from "@countersign/core/bundle/verify.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { closedDoor, foundTestCircle, letterTo, must, type TestCircle } from "../_circle.ts";
import { checkFolder } from "../fsck/check-folder.ts";
import { readSoundBundle } from "../import-bundle.ts";
import type { CountersignNode } from "../node.ts";
import { nativeVerify } from "../signing.ts";
import { cheat, otherLog } from "./_other-log.ts";

let circle: TestCircle;

afterEach(async () => circle.close());

const LIAR = "aurelia";
/** Borealis hears one version, corvia the other, dacia neither. */
const HONEST = ["borealis", "corvia", "dacia"] as const;

/** What a reader can tell of a state, whichever version came first. */
const told = ({ all, inert, parted }: State) => ({
  all: all.map(({ id, time }) => [id, time]),
  inert: inert.map(({ author, index, why }) => `${author} ${index} ${why.code}`).toSorted(),
  parted,
});

const versionsAt = (node: CountersignNode) => {
  const log = node.record(circle.channel).logs.get(LIAR);
  return [log?.tree, ...(log?.branches ?? []).map(({ tree }) => tree)].flatMap((tree) => (tree === undefined ? [] : [toBase64(tree.root())])).toSorted();
};

/** Origin, size and root of what a node has cosigned. */
const headOf = async (node: CountersignNode) => new TextDecoder().decode(await node.logs(circle.channel).checkpoint(LIAR)).split("\n\n")[0];

/** Only those whose doors are open can be asked. */
async function among(open: readonly string[], nodes: readonly CountersignNode[]): Promise<void> {
  const shut = [LIAR, ...HONEST].filter((id) => !open.includes(id)).map((id) => ({ seat: circle.seat(id), answer: circle.seat(id).answer }));
  for (const { seat } of shut) seat.answer = closedDoor;
  await circle.exchange(...nodes);
  for (const { seat, answer } of shut) seat.answer = answer;
}

/** The liar's two versions are heard, and answered, by one each. */
async function twoStories(): Promise<{ nodes: CountersignNode[]; answers: string[] }> {
  circle = await foundTestCircle([LIAR, ...HONEST]);
  const { channel } = circle;
  const liar = await circle.start(LIAR);
  const [borealis, corvia, dacia] = [await circle.start("borealis"), await circle.start("corvia"), await circle.start("dacia")];
  await circle.exchange(liar, borealis, corvia, dacia);
  await circle.exchange(liar, borealis, corvia, dacia);
  const annex = { name: "annex.txt", type: "text/plain", data: toBase64(encodeUtf8("told to borealis alone")) };
  const { index } = must(await liar.say(channel, letterTo("borealis", "one", [annex])));
  must(await liar.say(channel, letterTo("borealis", "two")));
  await among([LIAR, "borealis"], [borealis]);
  const first = must(await borealis.say(channel, letterTo(LIAR, "heard")));
  cheat(circle, liar, await otherLog(circle, liar, index, index + 4), ({ id }) => id !== "borealis");
  await among([LIAR, "corvia"], [corvia]);
  const second = must(await corvia.say(channel, letterTo(LIAR, "heard too")));
  circle.seat(LIAR).answer = closedDoor;
  return { nodes: [borealis, corvia, dacia], answers: [first.id, second.id] };
}

describe("a log in two versions, each held first by another node", () => {
  it("R16 is kept in both by all honest nodes, who end with the same state, the same bundles' verdicts and no new cosignature", async () => {
    const { nodes, answers } = await twoStories();
    const { channel, charter } = circle;
    const heads = await Promise.all(nodes.map(headOf));
    await among(HONEST, nodes);
    await among(HONEST, nodes);
    const [borealis] = nodes;
    if (borealis === undefined) throw new Error("no node");
    for (const [position, node] of nodes.entries()) {
      expect(node.observations(channel).filter(({ code, log }) => code === "fork" && log === LIAR)).toHaveLength(1);
      expect(versionsAt(node)).toHaveLength(2);
      expect(versionsAt(node)).toEqual(versionsAt(borealis));
      expect(told(node.state(channel))).toEqual(told(borealis.state(channel)));
      // Dacia held nothing of what is new: what it takes first it may cosign, until it hears of the other.
      if (node.id !== "dacia") expect(await headOf(node)).toEqual(heads[position]);
    }
    const state = borealis.state(channel);
    expect(answers.map((id) => state.get(id)?.id)).toEqual(answers);
    expect(state.parted.map(({ party }) => party)).toEqual([LIAR]);
    expect(state.by(LIAR).filter(({ branch }) => branch !== undefined).length).toBeGreaterThan(0);

    const verdicts = [];
    for (const node of nodes) {
      const bytes = must(await node.bundle(channel, { asOf: "record" }));
      const verdict = await verifyBundle(bytes, { verify: nativeVerify, kinds });
      expect(verdict.problems.map(({ code }) => code)).toEqual(["fork"]);
      const { statements, inert, observations, asOf } = verdict;
      verdicts.push({ statements, asOf, inert: inert.map(({ author, index, why }) => `${author} ${index} ${why}`).toSorted(), parted: observations.filter(({ code }) => code === "log-parted") });
    }
    expect(verdicts[0]).toMatchObject({ statements: state.all.length, parted: [{}] });
    expect(verdicts.slice(1)).toEqual([verdicts[0], verdicts[0]]);

    for (const [position, id] of HONEST.entries()) {
      await nodes[position]?.close();
      const check = () => checkFolder({ self: id, directory: circle.seat(id).directory, channels: [{ id: channel, charter }], peers: [LIAR, ...HONEST] });
      expect(await check()).toMatchObject({ damage: [], remarks: [] });
      const again = await circle.start(id);
      expect(versionsAt(again)).toHaveLength(2);
      expect(told(again.state(channel))).toEqual(told(state));
      await again.close();
    }
  });

  it("R16 goes over an air gap whole, and into a node that held neither", async () => {
    const { nodes } = await twoStories();
    const { channel } = circle;
    await among(HONEST, nodes);
    await among(HONEST, nodes);
    const [borealis, corvia, dacia] = nodes;
    if (borealis === undefined || corvia === undefined || dacia === undefined) throw new Error("no node");
    const bundle = must(await corvia.bundle(channel));
    // What continues a reader's holdings, or is for everyone, carries the first version alone, and says nothing of others.
    const versionsIn = (bytes: Uint8Array) => readTar(bytes).members.filter(({ path }) => path.includes("/branch-")).length;
    expect(versionsIn(bundle)).toBeGreaterThan(0);
    const since = new Map(circle.charter.parties.map(({ id }) => [id, 1]));
    for (const wish of [{ since }, { extent: "released" as const }]) {
      const part = must(await corvia.bundle(channel, wish));
      expect(versionsIn(part)).toBe(0);
      expect((await verifyBundle(part, { verify: nativeVerify, kinds })).problems.filter(({ code }) => code !== "fork")).toEqual([]);
    }
    await dacia.close();
    // As after a new beginning from the bundle alone: nothing of the others' logs is here.
    const folder = join(circle.seat("dacia").directory, "logs", channel);
    await rm(join(folder, "branch"), { recursive: true, force: true });
    await rm(join(folder, "log", LIAR), { recursive: true });
    for (const name of await readdir(folder)) if (["observation", "proof"].includes(name)) await rm(join(folder, name), { recursive: true });
    const fresh = await circle.start("dacia", { peers: [] });
    must(await fresh.importBundle(channel, must(await readSoundBundle(bundle)), "corvia"));
    expect(versionsAt(fresh)).toEqual(versionsAt(borealis));
  });
});
