/**
 * For tests: the stage on which a party misbehaves. Three parties and an observer have exchanged honestly; then one of them does something, and
 * what each of the others notices of it is read from their nodes.
 */
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { decodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { parseCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { checkForkProof, readForkProof } from "@countersign/core/log/fork.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import { foundTestCircle, letterTo, must, type TestCircle } from "./_circle.ts";
import { HostileNode } from "./_hostile-node.ts";
import type { CountersignNode } from "./node.ts";
import { nativeVerify } from "./signing.ts";

/** What each honest node has of it after it has exchanged with all others, as short codes in order; empty: nothing. */
export interface Noticed {
  readonly borealis: readonly string[];
  readonly carpathia: readonly string[];
  /** The observer. */
  readonly lookout: readonly string[];
}

export const everyone = (...codes: string[]): Noticed => ({ borealis: codes, carpathia: codes, lookout: codes });
export const parties = (...codes: string[]): Noticed => ({ borealis: codes, carpathia: codes, lookout: [] });
export const nobody: Noticed = everyone();

export interface Misdeed {
  /** What Aurelia does. */
  readonly what: string;
  readonly act: (stage: Stage) => Promise<void>;
  readonly noticed: Noticed;
  /** Why that is enough or harmless, or what is missing. */
  readonly because: string;
}

export interface Stage {
  readonly circle: TestCircle;
  readonly channel: string;
  /** Aurelia's. */
  readonly hostile: HostileNode;
  readonly borealis: CountersignNode;
  readonly carpathia: CountersignNode;
  readonly lookout: CountersignNode;
  /** For what is answered at a door: who answered, and with which code. */
  readonly refused: (by: keyof Noticed, code: string) => void;
  /** The honest ones exchange once, each with all. */
  readonly exchange: () => Promise<void>;
}

/** Plays one misdeed in a circle of its own; what comes back was read from the nodes, and every proof among it was checked by itself. */
export async function play(act: (stage: Stage) => Promise<void>): Promise<Noticed> {
  const circle = await foundTestCircle(["aurelia", "borealis", "carpathia"], ["lookout"]);
  try {
    return await playIn(circle, act);
  } finally {
    await circle.close();
  }
}

async function playIn(circle: TestCircle, act: (stage: Stage) => Promise<void>): Promise<Noticed> {
  const { channel } = circle;
  const aurelia = await circle.start("aurelia");
  const borealis = await circle.start("borealis");
  const carpathia = await circle.start("carpathia");
  const lookout = await circle.start("lookout");
  const honest = [borealis, carpathia, lookout];
  await circle.exchange(aurelia, ...honest);
  must(await aurelia.say(channel, letterTo("borealis", "First.")));
  must(await borealis.say(channel, letterTo("aurelia", "Second.")));
  must(await aurelia.say(channel, letterTo("carpathia", "Third.")));
  await circle.exchange(aurelia, ...honest);
  await circle.exchange(aurelia, ...honest);
  for (const node of honest)
    if (node.observations(channel).length > 0) throw new Error(`${node.id} noted something of honest nodes`);

  const noticed = { borealis: new Set<string>(), carpathia: new Set<string>(), lookout: new Set<string>() };
  const watch = async () => {
    for (const node of honest) for (const code of await codesAt(node, circle)) noticed[nameOf(node)].add(code);
  };
  const watchHeads = async () => {
    for (const node of honest) {
      const shown = await hostile.headFor({ id: node.id, role: node.id === "lookout" ? "observer" : "party" });
      if (sizeOf(shown) > sizeOf(await node.logs(channel).checkpoint("aurelia"))) noticed[nameOf(node)].add("does not cover");
    }
  };
  const exchange = async () => {
    for (const node of honest) await node.exchangeNow();
    await watch();
  };
  const hostile = await HostileNode.behind(circle, aurelia);
  await act({ circle, channel, hostile, borealis, carpathia, lookout, exchange, refused: (by, code) => noticed[by].add(`refuses ${code}`) });
  await exchange();
  await exchange();
  await requireGoingOn(circle, borealis, carpathia, lookout);
  await watch();
  await watchHeads();
  return {
    borealis: [...noticed.borealis].sort(),
    carpathia: [...noticed.carpathia].sort(),
    lookout: [...noticed.lookout].sort(),
  };
}

function sizeOf(note: Uint8Array | undefined): number {
  const parsed = parseNote(decodeUtf8(note ?? new Uint8Array(0)) ?? "");
  const head = parsed.ok ? parseCheckpointText(parsed.value.text) : parsed;
  return head.ok ? head.value.size : 0;
}

function nameOf({ id }: CountersignNode): keyof Noticed {
  if (id === "borealis" || id === "carpathia" || id === "lookout") return id;
  throw new Error(`${id} is none of the honest nodes`);
}

/** Throws for an accusation of an honest party, and for a proof that does not hold by itself. */
async function codesAt(node: CountersignNode, { channel, charter }: TestCircle): Promise<string[]> {
  const codes: string[] = [];
  for (const observation of node.observations(channel)) {
    const { code, log, from = log, proof, sentence } = observation;
    if (log !== "aurelia" && from !== "aurelia") throw new Error(`${node.id} blames an honest party: ${sentence}`);
    if (code !== "fork") {
      codes.push(`notes ${code}`);
      continue;
    }
    const bytes = proof === undefined ? undefined : await node.logs(channel).proof(proof, "party");
    if (bytes === undefined || toHex(sha256(bytes)) !== proof) throw new Error(`${node.id} has no proof of what it calls a fork`);
    const read = must(readForkProof(bytes));
    const checked = must(await checkForkProof(read, undefined, nativeVerify));
    if (checked.party !== "aurelia") throw new Error(`the proof of ${node.id} is against ${checked.party}`);
    if (JSON.stringify(read.log) !== JSON.stringify(charter.parties[0]?.keys.log)) throw new Error("a proof of another key");
    codes.push("head" in read.against ? "proves two heads" : "proves head against statement");
  }
  if (node.id === "lookout") return codes;
  for (const { author, why } of node.state(channel).inert) {
    codes.push(author === "aurelia" ? `inert ${why.code}` : `inert ${why.code} of the honest`);
  }
  return codes;
}

/** The honest ones write to each other, and come to hold, cosign and fold the same of each other's logs. */
async function requireGoingOn(
  circle: TestCircle,
  borealis: CountersignNode,
  carpathia: CountersignNode,
  lookout: CountersignNode,
): Promise<void> {
  const { channel } = circle;
  const nodes = [borealis, carpathia, lookout];
  const there = must(await borealis.say(channel, letterTo("carpathia", "Between us.")));
  const back = must(await carpathia.say(channel, letterTo("borealis", "As before.")));
  for (let round = 0; round < 4; round += 1) for (const node of nodes) await node.exchangeNow();
  for (const node of [borealis, carpathia]) {
    const state = node.state(channel);
    for (const { id } of [there, back])
      if (state.get(id) === undefined) throw new Error(`a letter between the honest has no effect at ${node.id}`);
  }
  const [mine, theirs] = [borealis, carpathia].map((node) =>
    JSON.stringify(
      node.state(channel).all.flatMap(({ author, id, time, index }) => (author === "aurelia" ? [] : [[author, index, id, time]])),
    ),
  );
  const denied = nodes.some((node) => node !== lookout && node.state(channel).inert.some(({ author }) => author !== "aurelia"));
  if (mine !== theirs && !denied) throw new Error(`the honest fold each other's logs differently: ${mine} ${theirs}`);
  for (const log of ["borealis", "carpathia"]) {
    const owner = log === "borealis" ? borealis : carpathia;
    const receipt = owner.receipts(channel).find((one) => one.log === log);
    const other = log === "borealis" ? "carpathia" : "borealis";
    const stored = receipt?.storedBy.find(({ party }) => party === other)?.size;
    const witnessed = receipt?.witnessedBy.find(({ observer }) => observer === "lookout")?.size;
    if (stored !== receipt?.size || witnessed !== receipt?.size)
      throw new Error(`${log} has ${receipt?.size} entries; ${other} has cosigned ${stored} and lookout ${witnessed}`);
  }
}
