/** For tests: what a party can do to the others, and to an outsider, with bundles that go from hand to hand. */
import { forge } from "@countersign/core/bundle/_forge.ts";
import { verifyBundle, type Verdict } from "@countersign/core/bundle/verify.ts";

import { writeBundle, type BundleBranch } from "@countersign/core/bundle/write.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { decodeUtf8, encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { kinds } from "@countersign/core/kinds.ts";
import { parseCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { decodeBundle } from "@countersign/core/log/tiles.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import { closedDoor, letterTo, must } from "./_circle.ts";
import { everyone, nobody, type Misdeed, type Stage } from "./_misdeed-stage.ts";
import { readSoundBundle } from "./import-bundle.ts";
import type { CountersignNode } from "./node.ts";
import { nativeVerify } from "./signing.ts";

const LATER = "2027-06-11T02:07:00Z";

/** What an outsider is told who has the file and the channel's id. */
function verdictOn(bundle: Uint8Array, channel: string): Promise<Verdict> {
  return verifyBundle(bundle, { verify: nativeVerify, kinds, channel });
}

function require(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** A log as the node holds it; `size`: no more of it than under this older head. */
async function held(node: CountersignNode, channel: string, party: string, note?: string): Promise<BundleBranch> {
  const head = note ?? decodeUtf8((await node.logs(channel).checkpoint(party)) ?? new Uint8Array(0)) ?? "";
  const { size } = must(parseCheckpointText(must(parseNote(head)).text));
  const tile = await node.logs(channel).tile(party, { level: "entries", number: 0, width: size });
  return { party, head, entries: must(decodeBundle(tile ?? new Uint8Array(0), size)) };
}

/** A whole bundle as Aurelia writes it, with these logs in place of those that it holds. */
async function bundleWith({ hostile, channel, circle }: Stage, instead: readonly BundleBranch[]): Promise<Uint8Array> {
  const branches: BundleBranch[] = [];
  for (const { id } of circle.charter.parties) branches.push(instead.find(({ party }) => party === id) ?? (await held(hostile.node, channel, id)));
  return must(writeBundle({ charter: circle.charter, asOf: circle.clock.now(), branches, files: { get: () => undefined } }));
}

async function bringsNothing(node: CountersignNode, channel: string, bundle: Uint8Array): Promise<void> {
  const { logs } = must(await node.importBundle(channel, must(await readSoundBundle(bundle)), "aurelia"));
  require(logs.every(({ from, to }) => from === to), "an old bundle brought something, or took something away");
  require(logs.some(({ to, offered }) => offered < to), "it is not said that the bundle is older");
}

/** Aurelia and Borealis release Aurelia's first letter; its place in the log. */
async function releaseFirst({ hostile, borealis, channel, exchange }: Stage): Promise<{ readonly id: string; readonly index: number }> {
  const { node } = hostile;
  const letter = node.state(channel).all.find(({ author, kind }) => author === "aurelia" && kind === "letter");
  if (letter === undefined) throw new Error("no letter");
  for (const one of [node, borealis]) must(await one.say(channel, { kind: "release", body: { statements: [letter.id] }, files: [] }));
  await node.exchangeNow();
  await exchange();
  await node.exchangeNow();
  return letter;
}

export const bundlesByHand: Misdeed[] = [
  {
    what: "Brings an old bundle by hand",
    act: async ({ hostile, borealis, carpathia, channel, exchange }) => {
      const old = must(await hostile.node.bundle(channel));
      must(await hostile.node.say(channel, letterTo("borealis", "Newer than the bundle.")));
      await exchange();
      for (const node of [borealis, carpathia]) await bringsNothing(node, channel, old);
    },
    noticed: nobody,
    because: "What is older than what is held brings nothing and is no fault. The import says which heads are newer here.",
  },
  {
    what: "Brings an old bundle under a new date, to a party and to an outsider",
    act: async ({ hostile, borealis, channel, exchange }) => {
      const old = forge(must(await hostile.node.bundle(channel)), () => undefined, { asOf: LATER });
      must(await hostile.node.say(channel, letterTo("borealis", "Newer than the bundle.")));
      await exchange();
      await bringsNothing(borealis, channel, old);
      const { ok, observations } = await verdictOn(old, channel);
      require(ok && observations.some(({ code }) => code === "nothing-signed-since"), "a new date on an old bundle is passed over in silence");
    },
    noticed: nobody,
    because: "Nobody signs a bundle's date. `verify` says when the last thing in it was signed, and that newer copies may exist.",
  },
  {
    what: "Puts an older head of its own log over the newer entries of a bundle",
    act: async ({ hostile, borealis, channel, exchange, refused }) => {
      const old = (await hostile.headFor({ id: "borealis", role: "party" })) ?? new Uint8Array(0);
      must(await hostile.node.say(channel, letterTo("borealis", "Under another head.")));
      await exchange();
      const forged = forge(must(await hostile.node.bundle(channel)), (parts) => parts.set("log/aurelia/checkpoint", old));
      const read = await readSoundBundle(forged);
      if (!read.ok) refused("borealis", read.refusal.code);
      require(!(await verdictOn(forged, channel)).ok, "the bundle is called whole");
      require(borealis.record(channel).logs.get("aurelia") !== undefined, "nothing is left of the log");
    },
    noticed: { borealis: ["refuses tile-missing"], carpathia: [], lookout: [] },
    because: "",
  },
  {
    what: "Leaves the end of another party's log out of a bundle, under that log's own older head",
    act: async (stage) => {
      const { hostile, borealis, carpathia, channel, exchange } = stage;
      const old = decodeUtf8((await hostile.node.logs(channel).checkpoint("borealis")) ?? new Uint8Array(0)) ?? "";
      must(await borealis.say(channel, letterTo("carpathia", "Left out.")));
      await hostile.node.exchangeNow();
      must(await hostile.node.say(channel, letterTo("borealis", "In the knowledge of it.")));
      await exchange();
      const bundle = await bundleWith(stage, [await held(hostile.node, channel, "borealis", old)]);
      for (const node of [borealis, carpathia]) await bringsNothing(node, channel, bundle);
      const { inert } = await verdictOn(bundle, channel);
      require(inert.some(({ author, why }) => author === "aurelia" && why.includes("borealis")), "what is missing is named nowhere");
    },
    noticed: nobody,
    because: "An outsider reads which entries saw more of the log than the bundle has; of a log that nobody's entry saw further, nothing shows that it went on.",
  },
  {
    what: "Brings two parties two versions of its log by hand, and answers nobody on the wire",
    act: async (stage) => {
      const { hostile, circle, borealis, carpathia, channel } = stage;
      circle.seat("aurelia").answer = closedDoor;
      const entries = await hostile.ownEntries();
      const salts = [toBase64(new Uint8Array(16)), toBase64(new Uint8Array(16).fill(1))];
      for (const [position, node] of [borealis, carpathia].entries()) {
        const log = await hostile.logOf([...entries, await hostile.letterAfter(entries, { salt: salts[position] ?? "" })]);
        const bundle = await bundleWith(stage, [{ party: "aurelia", head: log.note, entries: log.entries }]);
        const { logs } = must(await node.importBundle(channel, must(await readSoundBundle(bundle)), "aurelia"));
        require(logs.some(({ log: of, from, to }) => of === "aurelia" && to === from + 1), "the version was not taken");
      }
    },
    noticed: everyone("notes unreachable", "proves two heads"),
    because: "Each finds the other's version with the next exchange; what either built on its own keeps its effect at both (R16).",
  },
  {
    what: "Hands an outsider less than was released",
    act: async (stage) => {
      const { hostile, channel } = stage;
      const { index } = await releaseFirst(stage);
      const bundle = must(await hostile.node.bundle(channel, { extent: "released" }));
      const less = forge(bundle, (parts) => parts.delete(`released/aurelia/${index}`));
      const [whole, part] = [await verdictOn(bundle, channel), await verdictOn(less, channel)];
      require(whole.ok && part.ok && part.statements === whole.statements - 1, "another number of statements");
      require(part.observations.some(({ code, text }) => code === "partial" && text.includes("whether all is here")), "the bundle passes for all that was released");
    },
    noticed: nobody,
    because: "A file cannot show what else was released, and `verify` says so. The other side gives the rest, and each entry is proven by itself.",
  },
  {
    what: "Hands an outsider and the observer as released what nobody else released",
    act: async (stage) => {
      const { hostile, lookout, channel } = stage;
      const { id } = await releaseFirst(stage);
      const letter = hostile.node.state(channel).all.find(({ author, kind }) => author === "borealis" && kind === "letter");
      if (letter === undefined || letter.id === id) throw new Error("no letter of borealis");
      const entry = (await held(hostile.node, channel, "borealis")).entries[letter.index] ?? new Uint8Array(0);
      const more = forge(must(await hostile.node.bundle(channel, { extent: "released" })), (parts) => parts.set(`released/borealis/${letter.index}`, entry));
      const { ok, statements, observations } = await verdictOn(more, channel);
      require(ok && statements === 2, "the entry is not read");
      require(observations.some(({ code, text }) => code === "partial" && text.includes("Whether each side agreed")), "it passes for released by both");
      must(await lookout.importBundle(channel, must(await readSoundBundle(more)), "aurelia"));
      const forged = forge(more, (parts) => parts.set(`released/borealis/${letter.index}`, encodeUtf8("no entry of that log")));
      require(!(await readSoundBundle(forged)).ok, "an entry that the log does not have was taken");
    },
    noticed: nobody,
    because: "Whoever holds an entry can show it, with the proof that its author signed it. That the others agreed nobody can show but they, and `verify` says so.",
  },
  {
    what: "Releases and publishes another party's letter alone",
    act: async ({ hostile, borealis, carpathia, lookout, channel, exchange }) => {
      const letter = borealis.state(channel).all.find(({ author, kind }) => author === "borealis" && kind === "letter");
      const theirs = borealis.record(channel).logs.get("borealis")?.tree;
      if (letter === undefined || theirs === undefined) throw new Error("no letter of borealis");
      const entries = await hostile.ownEntries();
      const seen = async () => [
        { log: "aurelia", size: entries.length, root: (await hostile.logOf(entries)).tree.rootText(entries.length) },
        { log: "borealis", size: theirs.size, root: theirs.rootText(theirs.size) },
      ];
      const title = { en: "As if it were ours" };
      const published = { on: "2027-03-11", title, summary: title, of: [letter.id], by: { party: "aurelia" }, sources: [], confirmed: false };
      for (const said of [{ kind: "release", body: { statements: [letter.id] } }, { kind: "publication", body: published }])
        entries.push(await hostile.letterAfter(entries, { ...said, seen: await seen() }));
      hostile.show(await hostile.logOf(entries));
      await exchange();
      require(borealis.state(channel).all.some(({ author, kind }) => author === "aurelia" && kind === "publication"), "it was not even said");
      for (const node of [borealis, carpathia, lookout]) {
        const open = decodeUtf8((await node.logs(channel).released("borealis")) ?? new Uint8Array(0)) ?? "";
        require((JSON.parse(open) as { entries: unknown[] }).entries.length === 0, `${node.id} shows a letter that its author keeps`);
      }
    },
    noticed: nobody,
    because: "Nobody releases or publishes another's words: its author has to (R17).",
  },
];
