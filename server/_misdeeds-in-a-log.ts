/** For tests: what a party can do to the others with what it signs into its own log, and what each of them has of it. */
import { parseCheckpointText } from "@countersign/core/log/checkpoint.ts";
import { parseNote } from "@countersign/core/signing/note.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { AddedKey } from "@countersign/core/channel/key-change.ts";
import { leafHash } from "@countersign/core/log/merkle.ts";
import { closedDoor, letterTo, must } from "./_circle.ts";
import { partyOf } from "./_hostile-node.ts";
import { everyone, nobody, parties, type Misdeed } from "./_misdeed-stage.ts";

const seesOwn = (entries: readonly Uint8Array[], root: string) => ({ log: "aurelia", size: entries.length, root });
const noSalt = toBase64(new Uint8Array(16));
const noHash = toBase64(new Uint8Array(32).fill(7));

export const twoVersions: Misdeed[] = [
  {
    what: "Shows two parties two heads of one size",
    act: async ({ hostile }) => {
      hostile.show(await hostile.rewritten(2), ({ id }) => id === "carpathia");
    },
    noticed: { ...parties("inert entry-after-fork", "proves two heads"), lookout: ["proves two heads"] },
    because: "Both versions are kept, and nobody built on the other one. The observer was shown one version by everyone, and has the proof from the parties.",
  },
  {
    what: "Goes on in two ways from one past, one for each party",
    act: async ({ hostile, circle, borealis, carpathia }) => {
      const entries = await hostile.ownEntries();
      const one = await hostile.letterAfter(entries);
      const other = await hostile.letterAfter(entries, { salt: noSalt });
      hostile.show(await hostile.logOf([...entries, one]));
      hostile.show(await hostile.logOf([...entries, other]), ({ id }) => id === "carpathia");
      await borealis.exchangeNow();
      // Each has taken one way before they hear of each other.
      const seat = circle.seat("borealis");
      const { answer } = seat;
      seat.answer = closedDoor;
      await carpathia.exchangeNow();
      seat.answer = answer;
    },
    noticed: everyone("proves two heads"),
    because: "Each party fetches the way that the other was shown, and what either built on its own keeps its effect at both (R16).",
  },
  {
    what: "Rewrites its past and shows the new one to all",
    act: async ({ hostile }) => {
      hostile.show(await hostile.rewritten(2));
    },
    noticed: { ...parties("inert entry-after-fork", "proves two heads"), lookout: ["proves two heads"] },
    because: "",
  },
  {
    what: "Rewrites its past and goes on in the new one, so that no size is shown twice",
    act: async ({ hostile }) => {
      hostile.show(await hostile.rewritten(2, (await hostile.ownEntries()).length + 2));
    },
    noticed: { ...parties("does not cover", "inert entry-after-fork", "proves two heads"), lookout: ["does not cover", "proves two heads"] },
    because: "",
  },
  {
    what: "Shows a shorter rewritten past",
    act: async ({ hostile }) => {
      hostile.show(await hostile.rewritten(1, 3));
    },
    noticed: { ...parties("inert entry-after-fork", "notes rolled-back", "proves two heads"), lookout: ["notes rolled-back", "proves two heads"] },
    because: "",
  },
  {
    what: "Shows the observer alone another head",
    act: async ({ hostile }) => {
      hostile.show(await hostile.rewritten(2), ({ role }) => role === "observer");
    },
    noticed: everyone("proves two heads"),
    because: "",
  },
  {
    what: "Signs a statement that names another root of its own log than its head has",
    act: async ({ hostile }) => {
      const entries = await hostile.ownEntries();
      await hostile.append({ seen: [seesOwn(entries, noHash)] });
    },
    noticed: parties("inert entry-saw-another-log", "proves head against statement"),
    because: "The proof holds a statement, which an observer may not read: no node gives it one. A party may hand it out by hand.",
  },
];

export const entriesOfItsLog: Misdeed[] = [
  {
    what: "Puts bytes into its log that do not read",
    act: ({ hostile }) => hostile.appendBytes(encodeUtf8("no statement")),
    noticed: parties("inert envelope-malformed"),
    because: "",
  },
  {
    what: "Signs a letter with the key that may sign receipts alone",
    act: ({ hostile }) => hostile.append({}, hostile.keys.receive),
    noticed: parties("inert entry-key-not-for-kind"),
    because: "",
  },
  {
    what: "Puts a statement in another party's name into its log",
    act: ({ hostile }) => hostile.append({ author: "borealis" }),
    noticed: parties("inert entry-other-author"),
    because: "",
  },
  {
    what: "Makes a statement of a kind that nobody knows",
    act: ({ hostile }) => hostile.append({ kind: "annexation" }),
    noticed: parties("inert entry-unknown-kind"),
    because: "",
  },
  {
    what: "Says the same statement twice",
    act: async ({ hostile }) => {
      const entries = await hostile.ownEntries();
      const entry = await hostile.letterAfter(entries);
      hostile.show(await hostile.logOf([...entries, entry, entry]));
    },
    noticed: parties("inert entry-repeated"),
    because: "",
  },
  {
    what: "Dates a statement years back",
    act: ({ hostile }) => hostile.append({ at: "2020-01-01T00:00:00Z" }),
    noticed: nobody,
    because: "Its time is that of the log's entry before it at the earliest, and its date stays the author's word.",
  },
  {
    what: "Dates an answer before the letter that it answers",
    act: async ({ hostile, circle, channel, borealis, exchange }) => {
      circle.clock.at = "2027-03-11T09:00:00Z";
      must(await borealis.say(channel, letterTo("aurelia", "What happened at four?")));
      for (let round = 0; round < 2; round += 1) await exchange();
      await hostile.node.exchangeNow();
      const entries = await hostile.ownEntries();
      const note = must(parseNote((await borealis.logs(channel).checkpoint("borealis")) ?? ""));
      const { size, root } = must(parseCheckpointText(note.text));
      const own = { log: "aurelia", size: entries.length, root: (await hostile.logOf(entries)).tree.rootText(entries.length) };
      await hostile.append({ at: "2027-03-11T04:00:00Z", seen: [own, { log: "borealis", size, root: toBase64(root) }] });
      await exchange();
      const answered = borealis.state(channel).all.find(({ author, index }) => author === "aurelia" && index === entries.length);
      if (answered?.time !== "2027-03-11T09:00:00Z") throw new Error(`the record's time is ${answered?.time}`);
    },
    noticed: nobody,
    because: "The record's time is that of the letter, since it saw it (R9); screens say that the author's date is earlier. A date alone is no proof of anything.",
  },
  {
    what: "Dates a statement a year ahead",
    act: ({ hostile }) => hostile.append({ at: "2028-03-11T02:07:00Z" }),
    noticed: { ...parties("does not cover", "notes future-dated"), lookout: [] },
    because: "An observer has no entries and witnesses the head.",
  },
  {
    what: "Says that it saw a million entries of another log",
    act: async ({ hostile }) => {
      const entries = await hostile.ownEntries();
      const { tree } = await hostile.logOf(entries);
      await hostile.append({ seen: [seesOwn(entries, tree.rootText(entries.length)), { log: "borealis", size: 1_000_000, root: noHash }] });
    },
    noticed: { ...parties("does not cover"), lookout: [] },
    because: "It holds up its own log alone, and says nothing that could be false yet.",
  },
  {
    what: "Builds on an ally's entry that is hidden from the others",
    act: async ({ hostile }) => {
      const entries = await hostile.ownEntries();
      const { tree } = await hostile.logOf(entries);
      const hidden = { log: "carpathia", size: 400, root: toBase64(leafHash(encodeUtf8("hidden"))) };
      await hostile.append({ seen: [seesOwn(entries, tree.rootText(entries.length)), hidden] });
    },
    noticed: { ...parties("does not cover"), lookout: [] },
    because: "The entry is neither taken nor cosigned until what it saw is shown, and holds up its author's log alone.",
  },
  {
    what: "Says that it saw another root of another log",
    act: async ({ hostile }) => {
      const entries = await hostile.ownEntries();
      const { tree } = await hostile.logOf(entries);
      await hostile.append({ seen: [seesOwn(entries, tree.rootText(entries.length)), { log: "borealis", size: 2, root: noHash }] });
    },
    noticed: parties("inert entry-saw-another-log"),
    because: "",
  },
  {
    what: "Says that it saw entries of its own log that come later",
    act: ({ hostile }) => hostile.append({ seen: [{ log: "aurelia", size: 4000, root: noHash }] }),
    noticed: parties("inert entry-saw-itself"),
    because: "",
  },
  {
    what: "Names a body file of another size than it has",
    act: async ({ hostile }) => {
      const bytes = encodeUtf8("a page");
      const hash = toHex(sha256(bytes));
      hostile.answer((path) => (path === `files/${hash}` ? new Response(new Uint8Array(bytes)) : undefined));
      await hostile.append({ files: [{ name: "page.txt", type: "text/plain", size: 5, sha256: hash }] });
    },
    noticed: parties("inert entry-file-size-differs"),
    because: "",
  },
  {
    what: "Names a body file that it gives to nobody",
    act: ({ hostile }) => hostile.append({ files: [{ name: "page.txt", type: "text/plain", size: 5, sha256: "0".repeat(64) }] }),
    noticed: { ...parties("does not cover", "notes withheld"), lookout: [] },
    because: "An observer keeps no files.",
  },
  {
    what: "Adds another party's key to its own",
    act: async ({ hostile, circle }) => {
      const [taken] = partyOf(circle, "borealis").keys.statement;
      if (taken === undefined) throw new Error("no key to take");
      const key = { ...taken.key, name: `${hostile.root.named.name}/taken` };
      const add: AddedKey[] = [{ role: "statement", key, kinds: taken.kinds }];
      await hostile.append({ kind: "key-change", body: { add, retire: [] } }, hostile.root);
    },
    noticed: parties("inert key-reused"),
    because: "",
  },
  {
    what: "Whoever stole a statement key changes its owner's keys with it",
    act: ({ hostile, circle }) => {
      const retire = [partyOf(circle, "aurelia").keys.mirror.name];
      return hostile.append({ kind: "key-change", body: { add: [], retire } });
    },
    noticed: parties("inert entry-not-by-root"),
    because: "",
  },
  {
    what: "Goes on signing with a key that it has retired",
    act: async ({ hostile, circle }) => {
      const entries = await hostile.ownEntries();
      const fresh = await hostile.newKey("statement-2");
      const [old] = partyOf(circle, "aurelia").keys.statement;
      const add: AddedKey[] = [{ role: "statement", key: fresh.named, kinds: old?.kinds ?? [] }];
      const change = { kind: "key-change", body: { add, retire: [hostile.keys.statement.named.name] } };
      entries.push(await hostile.letterAfter(entries, change, hostile.root));
      entries.push(await hostile.letterAfter(entries, {}, fresh));
      entries.push(await hostile.letterAfter(entries));
      hostile.show(await hostile.logOf(entries));
    },
    noticed: parties("inert entry-key-retired"),
    because: "",
  },
];

