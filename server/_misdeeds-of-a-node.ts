/** For tests: what a party can do to the others with what its node answers, and with what it says of other logs. */
import { canonicalJson } from "@countersign/core/bytes/canonical.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { decodeUtf8, encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { AddedKey } from "@countersign/core/channel/key-change.ts";
import { parseCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { cosign } from "@countersign/core/log/cosignature.ts";
import { addSignatures, formatNote, parseNote } from "@countersign/core/signing/note.ts";
import { letterTo, must } from "./_circle.ts";
import { partyOf, type HostileNode } from "./_hostile-node.ts";
import { everyone, nobody, parties, type Misdeed } from "./_misdeed-stage.ts";
import type { CountersignNode } from "./node.ts";
import type { NamedSigner } from "./private/keys.ts";

const noSalt = toBase64(new Uint8Array(16));

/** Serves the newest head of Borealis's log with two cosigner's lines for it that come from no copy; its size. */
async function cosignUnheld(hostile: HostileNode, borealis: CountersignNode, channel: string, { named, signer }: NamedSigner): Promise<number> {
  const note = must(parseNote((await borealis.logs(channel).checkpoint("borealis")) ?? ""));
  const head = must(parseCheckpointText(note.text));
  const lines = await cosign(head, signer, named.name, 1_800_000_000);
  const served = encodeUtf8(formatNote(addSignatures(note, lines)));
  hostile.alter({ checkpoint: async (log) => (log === "borealis" ? served : hostile.headOf(log)) }, ({ id }) => id === "borealis");
  return head.size;
}

function storedByAurelia(borealis: CountersignNode, channel: string): number | undefined {
  return borealis
    .receipts(channel)
    .find(({ log }) => log === "borealis")
    ?.storedBy.find(({ party }) => party === "aurelia")?.size;
}

export const answersOfItsNode: Misdeed[] = [
  {
    what: "Goes back to an older head",
    act: async ({ hostile, channel, exchange }) => {
      const old = await hostile.headFor({ id: "borealis", role: "party" });
      must(await hostile.node.say(channel, letterTo("borealis", "Taken back.")));
      await exchange();
      hostile.alter({ checkpoint: async (log) => (log === "aurelia" ? old : hostile.node.logs(channel).checkpoint(log)) });
    },
    noticed: everyone("notes rolled-back"),
    because: "",
  },
  {
    what: "Shows one party its log as it was, and the others what is new",
    act: async ({ hostile, channel }) => {
      const old = await hostile.headFor({ id: "borealis", role: "party" });
      must(await hostile.node.say(channel, letterTo("borealis", "For others.")));
      hostile.alter(
        { checkpoint: async (log) => (log === "aurelia" ? old : hostile.node.logs(channel).checkpoint(log)) },
        ({ id }) => id === "borealis",
      );
    },
    noticed: nobody,
    because: "The party has the new entries from the others by its next exchange, and late is no contradiction.",
  },
  {
    what: "Gives one party the head without the entries",
    act: async ({ hostile, channel }) => {
      must(await hostile.node.say(channel, letterTo("borealis", "Held back.")));
      hostile.alter({ tile: async () => undefined }, ({ id }) => id === "borealis");
    },
    noticed: { borealis: ["notes withheld"], carpathia: [], lookout: [] },
    because: "The others give them.",
  },
  {
    what: "Gives nobody the entries under its head",
    act: async ({ hostile, channel }) => {
      must(await hostile.node.say(channel, letterTo("borealis", "Held back.")));
      hostile.alter({ tile: async () => undefined });
    },
    noticed: everyone("does not cover", "notes withheld"),
    because: "",
  },
  {
    what: "Gives one party nothing of its own log",
    act: async ({ hostile, channel }) => {
      must(await hostile.node.say(channel, letterTo("borealis", "Not for one.")));
      hostile.alter(
        { checkpoint: async (log) => (log === "aurelia" ? undefined : hostile.node.logs(channel).checkpoint(log)) },
        ({ id }) => id === "borealis",
      );
    },
    noticed: nobody,
    because: "The party has the log from the others.",
  },
  {
    what: "Serves hash tiles of something else",
    act: async ({ hostile, channel }) => {
      must(await hostile.node.say(channel, letterTo("borealis", "Spoilt.")));
      hostile.alter({ tile: async (_, { width }) => new Uint8Array(32 * width) });
    },
    noticed: everyone("does not cover", "notes damaged-copy"),
    because: "",
  },
  {
    what: "Serves an entry that is not the one its head covers",
    act: async ({ hostile }) => {
      const entries = await hostile.ownEntries();
      const shown = await hostile.logOf([...entries, await hostile.letterAfter(entries)]);
      const other = await hostile.logOf([...entries, await hostile.letterAfter(entries, { salt: noSalt })]);
      hostile.show({ ...shown, tile: (address) => (address.level === "entries" ? other : shown).tile(address) });
    },
    noticed: { ...parties("does not cover", "notes damaged-copy"), lookout: [] },
    because: "An observer has no entries and witnesses the head.",
  },
  {
    what: "Serves a head with a changed byte",
    act: async ({ hostile, channel }) => {
      const spoilt = await hostile.headFor({ id: "borealis", role: "party" });
      spoilt?.set([spoilt[40] === 0x31 ? 0x32 : 0x31], 40);
      hostile.alter({ checkpoint: async (log) => (log === "aurelia" ? spoilt : hostile.node.logs(channel).checkpoint(log)) });
    },
    noticed: everyone("notes damaged-copy"),
    because: "",
  },
  {
    what: "Answers with something that does not read",
    act: async ({ hostile }) => hostile.answer(() => new Response("<html>", { headers: { "content-type": "text/html" } })),
    noticed: everyone("notes unreadable-answer"),
    because: "",
  },
  {
    what: "Answers without end",
    act: async ({ hostile }) =>
      hostile.answer(() => new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(1 << 20)) }))),
    noticed: everyone("notes unreadable-answer"),
    because: "",
  },
  {
    what: "Sends on a request that another party has signed",
    act: async ({ hostile, circle, exchange, refused }) => {
      const heard: Request[] = [];
      hostile.answer((path, request) => {
        if (path === "heads") heard.push(request.clone());
        return undefined;
      });
      await exchange();
      for (const { url, headers } of heard) {
        const { pathname } = new URL(url);
        const answer = await fetch(`${circle.seat("borealis").base}${pathname}`, {
          headers: { "signature-input": headers.get("signature-input") ?? "", signature: headers.get("signature") ?? "" },
        });
        if (answer.status !== 401) throw new Error(`let in with ${answer.status}`);
      }
      if (heard.length > 0) refused("borealis", "request-for-another");
    },
    noticed: { borealis: ["refuses request-for-another"], carpathia: [], lookout: [] },
    because: "",
  },
];

export const wordsOfOthers: Misdeed[] = [
  {
    what: "Accuses another party with a proof that proves nothing",
    act: async ({ hostile, channel, circle }) => {
      const head = decodeUtf8((await hostile.node.logs(channel).checkpoint("borealis")) ?? new Uint8Array(0)) ?? "";
      const log = partyOf(circle, "borealis").keys.log;
      const forged = canonicalJson({ type: "fork-proof", version: 1, channel, log, head, against: { head } });
      const proof = toHex(sha256(forged));
      hostile.alter({ forks: () => [{ log: "borealis", proof }], proof: async () => forged });
    },
    noticed: nobody,
    because: "What does not hold by itself is not taken.",
  },
  {
    what: "Serves a head of another party's log that is under its own key",
    act: async ({ hostile, channel }) => {
      const { note } = await hostile.logOf(await hostile.ownEntries());
      hostile.alter({ checkpoint: async (log) => (log === "borealis" ? encodeUtf8(note) : hostile.node.logs(channel).checkpoint(log)) });
    },
    noticed: everyone("notes damaged-copy"),
    because: "",
  },
  {
    what: "Shows one party an older head of another's log",
    act: async ({ hostile, channel, borealis, exchange }) => {
      const old = await hostile.node.logs(channel).checkpoint("borealis");
      must(await borealis.say(channel, letterTo("carpathia", "New.")));
      await hostile.node.exchangeNow();
      await exchange();
      hostile.alter(
        { checkpoint: async (log) => (log === "borealis" ? old : hostile.node.logs(channel).checkpoint(log)) },
        ({ id }) => id === "carpathia",
      );
    },
    noticed: { borealis: [], carpathia: ["notes rolled-back"], lookout: [] },
    because: "The note names who served it; it is a copy that went back, and not the log.",
  },
  {
    what: "Cosigns a head whose entries it does not keep",
    act: async ({ hostile, borealis, channel, exchange }) => {
      must(await borealis.say(channel, letterTo("carpathia", "Not kept by one.")));
      const size = await cosignUnheld(hostile, borealis, channel, hostile.keys.mirror);
      await borealis.exchangeNow();
      if (storedByAurelia(borealis, channel) !== size) throw new Error("the cosignature was not taken");
      await exchange();
    },
    noticed: nobody,
    because: "Nobody can notice. A cosignature is the cosigner's word that it keeps the log; it is shown, and never folded.",
  },
  {
    what: "Cosigns in another party's name",
    act: async ({ hostile, borealis, channel, circle }) => {
      must(await borealis.say(channel, letterTo("carpathia", "Not stored yet.")));
      const named = partyOf(circle, "carpathia").keys.mirror;
      await cosignUnheld(hostile, borealis, channel, { named, signer: hostile.keys.mirror.signer });
      const before = borealis.receipts(channel);
      await borealis.exchangeNow();
      const size = (receipts: typeof before) => receipts.find(({ log }) => log === "borealis")?.storedBy.find(({ party }) => party === "carpathia")?.size;
      if (size(before) !== size(borealis.receipts(channel))) throw new Error("a false cosignature was taken");
    },
    noticed: nobody,
    because: "A line that does not hold counts as none.",
  },
  {
    what: "Cosigns with a mirror key that it has retired",
    act: async ({ hostile, borealis, channel, exchange }) => {
      const entries = await hostile.ownEntries();
      const fresh = await hostile.newKey("mirror-2");
      const add: AddedKey[] = [{ role: "mirror", key: fresh.named }];
      const change = { kind: "key-change", body: { add, retire: [hostile.keys.mirror.named.name] } };
      hostile.show(await hostile.logOf([...entries, await hostile.letterAfter(entries, change, hostile.root)]));
      await exchange();
      must(await borealis.say(channel, letterTo("carpathia", "After the change.")));
      const size = await cosignUnheld(hostile, borealis, channel, hostile.keys.mirror);
      await borealis.exchangeNow();
      if (storedByAurelia(borealis, channel) === size) throw new Error("a retired key's cosignature was taken");
    },
    noticed: nobody,
    because: "A cosignature is taken from a key that stands in the newest log held of its party; any other counts as none.",
  },
  {
    what: "Names a thousand forks of others' logs and has no proof",
    act: async ({ hostile }) =>
      hostile.alter({
        forks: () =>
          Array.from({ length: 1000 }, (_, number) => ({
            log: number % 2 === 0 ? "borealis" : "carpathia",
            proof: toHex(sha256(encodeUtf8(`${number}`))),
          })),
      }),
    noticed: everyone("notes unreadable-answer"),
    because: "There are not so many logs; the answer is not read any further.",
  },
];

