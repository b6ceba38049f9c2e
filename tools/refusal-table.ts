/** `docs/refusals.md`, made from the source: `npm run refusals` writes it, and a test compares. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { scanSource, type FoundRefusal, type Scan } from "./refusal-scan.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What to do, by where a refusal is made; the first that fits. */
export const REMEDIES: readonly (readonly [place: string, what: string, remedy: string])[] = [
  ["core/bytes/", "Encodings", "The bytes are not in the one spelling of SPEC R3. Ask who wrote them to send them again."],
  ["core/signing/", "Signatures, notes and keys", "Fetch the note, key or envelope again; if it stays so, its writer has to write it anew."],
  ["core/log/tlog-policy", "Policies", "Correct the line that is named in the policy file."],
  ["core/log/witness", "Witness requests", "The request is built wrongly: the log's node makes it again from the size that the witness answers."],
  ["core/log/fork", "Proofs of a fork", "The document proves nothing. Ask who showed it for the two heads themselves."],
  ["core/log/", "Heads, tiles and proofs", "Fetch it again, from the owner's node or another that keeps the log; if it stays so, ask the owner."],
  ["core/bundle/trust", "Trust files", "Correct the line that is named: two keys for each log, as `countersign keys` prints them."],
  ["core/bundle/", "Bundles", "The bundle is not whole. Ask for it again from who gave it, or export it again; what is named in `where` is the place."],
  ["core/channel/charter", "Charters", "Correct the field that is named and found the channel with the corrected charter; a signed charter cannot be changed."],
  ["core/channel/", "Entries of a log", "The entry stays in its log without effect (R11); its author can say it again as a new statement that the rule allows. What waits applies by itself when it is held."],
  ["core/", "Statements of each kind", "Correct the field that is named, or wait until what it rests on is in the record, and say it again."],
  ["wire/", "Between a desk and its node", "See whether the node runs and is of this version, then try again."],
  ["server/access/", "Who may ask", "Ask with a key of the channel, a clock within a minute, and each request once; a desk opens by its link."],
  ["server/http/", "Requests to a node", "Correct the request; what is asked for may also be held by another node of the channel."],
  ["server/journal/", "The own log", "Do what the sentence says, then start the node again; what was answered before still stands."],
  ["server/objects/", "Storage", "See to the disk, then start the node again."],
  ["server/mirror/", "Other nodes", "Nothing is lost: the node asks again with each exchange. If it stays so, ask the other party."],
  ["server/private/", "Keys and the private store", "Restore the folder `keys` or `private` from its copy; nobody else has what is in them."],
  ["server/fsck/", "Mending a folder", "Bring the other nodes into reach and run `countersign fsck --repair` again."],
  ["server/demo/", "The demonstration", "Correct what is named, or begin with an empty folder."],
  ["server/", "A node", "Correct what is named and try again; nothing was written."],
  ["cli/", "Commands", "Type the command again as the sentence says; nothing was changed."],
];

/** Codes that several files make, each with the one meaning that they have in common. */
export const SHARED: Readonly<Record<string, string>> = {
  "address-closed": "an address that exists and gives no bundle",
  "address-unanswered": "an address at which nothing answers",
  "another-channel": "a bundle of another channel than the one that was asked for",
  "answer-malformed": "what a node answered does not follow the table of endpoints",
  "answer-too-large": "what a node answered is larger than is read",
  "attachment-mixed": "an age file that names a classical recipient beside hybrid ones",
  "bundle-other-channel": "a bundle of a channel that the node is not in",
  "channel-unknown": "the node is not in the channel that was named",
  "charter-other-node": "a charter that does not name this node",
  "entry-unreadable": "an entry that is no statement",
  "file-not-named": "a command without the file that it is about",
  "folder-missing": "a command without its folder",
  "folder-without-charter": "a folder that no charter was taken into",
  "head-line-fails": "a log's signature on a head that does not hold",
  "head-line-missing": "a head without one of its log's two signatures",
  "json-malformed": "bytes that are no JSON",
  "key-reused": "a key that another role or party has",
  "key-unreadable": "a key file that does not read",
  "keys-missing": "a folder without the keys that a charter names",
  "log-damaged": "files of a log on this machine that contradict each other",
  "log-other-writer": "a second process writes to the same log",
  "not-held": "something that this node does not hold",
  "part-missing": "a part that the bundle needs and does not have",
  "part-order": "parts in another order than theirs",
  "path-unknown": "a path under which nothing is served",
  "port-malformed": "a port that is no number of one",
  "port-unusable": "a port that cannot be listened on",
  "proof-too-large": "a proof file larger than is read",
  "request-malformed": "a request that does not follow its schema",
  "request-not-of-channel": "the channel and who asks for it do not belong together",
  "root-key-other": "a root key that is not the charter's",
  "tile-size": "a tile of another size than its place asks for",
  "witness-malformed": "a request to a witness that does not read",
};

const ROOMS = ["core", "wire", "server", "cli"];

export function scanProgram(): Scan {
  const files = ROOMS.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .map((path) => `${room}/${path.replaceAll("\\", "/")}`)
      .filter((path) => path.endsWith(".ts") && !/\.(?:test|contract)\.ts$|\/_|node_modules/.test(path)),
  ).toSorted();
  const scans = files.map((file) => scanSource(file, readFileSync(join(root, file), "utf8")));
  return { found: scans.flatMap(({ found }) => found), unread: scans.flatMap(({ unread }) => unread) };
}

export function refusalTable(found: readonly FoundRefusal[]): string {
  const lines = [
    "# Refusals",
    "",
    "What a user, a file or another party can cause is answered with a code, a sentence and, where there is one, a place. This table is made",
    "from the source by `npm run refusals`; do not edit it. `…` is filled in. Codes are stable and each has one meaning.",
  ];
  const placed = new Set<FoundRefusal>();
  for (const [place, what, remedy] of REMEDIES) {
    const here = found.filter((one) => one.file.startsWith(place) && !placed.has(one));
    for (const one of here) placed.add(one);
    if (here.length === 0) continue;
    lines.push("", `## ${what}`, "", `What to do: ${remedy}`, "", "| code | sentence | made in |", "|---|---|---|");
    const codes = [...new Set(here.map(({ code }) => code))].toSorted();
    for (const code of codes) {
      const some = here.filter((one) => one.code === code);
      const sentences = [...new Set(some.flatMap((one) => one.sentences))].map((sentence) => sentence.replaceAll("|", "\\|"));
      const files = [...new Set(some.map(({ file }) => `\`${file}\``))];
      lines.push(`| \`${code}\` | ${sentences.join(" <br> ")} | ${files.join(", ")} |`);
    }
  }
  lines.push("", "## Codes of several places", "", "| code | its one meaning |", "|---|---|");
  for (const [code, meaning] of Object.entries(SHARED)) lines.push(`| \`${code}\` | ${meaning} |`);
  return `${lines.join("\n")}\n`;
}
