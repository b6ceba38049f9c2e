/** What C2SP asks of tiled logs, witnesses, proofs and policies, in our words, and which test shows it here. */
import type { Specification } from "./conformance-table.ts";

const tiles = "core/log/tiles.test.ts";
const http = "server/second-reader.test.ts";
const journal = "server/journal/journal.test.ts";
const witness = "core/log/witness.test.ts";
const subtree = "core/log/sign-subtree.test.ts";
const submissions = "server/mirror/submissions.test.ts";
const observer = "server/mirror/channel-witness.test.ts";
const proof = "core/log/tlog-proof.test.ts";
const policy = "core/log/tlog-policy.test.ts";
const doors = "server/access/who-gets-what.test.ts";

export const tlogTiles: Specification = {
  name: "tlog-tiles",
  demands: [
    ["SHOULD", "The origin is the log's address without its scheme", [], "A party's address may change while its log goes on, so the origin is the log key's name (R13.1)."],
    ["MUST", "The hash is SHA-256, the tree that of RFC 6962", [["core/log/merkle.test.ts", "R2 hashes leaves, nodes and roots as RFC 6962 does"], [http, "R2 R13 reads for another implementation"]]],
    ["MUST", "The head is served as `checkpoint`, as plain text in UTF-8", [[http, "R2 has the types and the caching of C2SP, no empty tile and no second spelling"]]],
    ["SHOULD", "The head is not cached", [[http, "R2 has the types and the caching of C2SP, no empty tile and no second spelling"]]],
    ["MUST", "A log that meets the public witness network carries an Ed25519 line", [["core/log/checkpoint.test.ts", "R13 requires both lines"]]],
    ["MUST", "Paths of tiles: level 0 to 63 and number in groups of three digits, without leading zeros", [[tiles, "R2 writes the number of a tile as C2SP does"], [tiles, "R2 reads no path in a second spelling"], [http, "R2 has the types and the caching of C2SP, no empty tile and no second spelling"]]],
    ["MUST", "Tiles are served as `application/octet-stream`; SHOULD: cached for long", [[http, "R2 has the types and the caching of C2SP, no empty tile and no second spelling"]]],
    ["MUST", "A full tile has 256 hashes, a partial one 1 to 255, and only full ones are hashed into the next level", [[tiles, "R2 gives a tree the tiles that C2SP describes"], [tiles, "R2 writes the same tiles and bundles"]]],
    ["MUST", "There is no empty tile", [[journal, "R2 serves every full and partial tile of every size it has signed, and nothing beyond"], [http, "R2 has the types and the caching of C2SP, no empty tile and no second spelling"]]],
    ["MUST", "Partial tiles of every size with a head are served; they may go once the full one is there", [[journal, "R2 serves every full and partial tile of every size it has signed, and nothing beyond"]]],
    ["MUST", "Readers ask for partial tiles of sizes that a head asks for, and may take the full one instead", [[tiles, "R2 reads what a partial tile held from the full one that took its place"]]],
    ["MUST", "An entry bundle is entries after their length in two bytes; entries hash to the level 0 tile", [[tiles, "R2 reads back what it wrote"], [tiles, "R2 refuses another count, a cut bundle and bytes left over"], [http, "R2 R13 reads for another implementation"]]],
    ["SHOULD", "Bundles are compressed in transit", [[http, "R2 is also taken where its owner compresses what it serves"]], "What others compress is taken. Ours are not: entries are signatures and payload in base64, of which a third can be saved, and a node that catches up would wait for it. A proxy before the node may compress."],
    ["SHOULD", "Readers name gzip in what they accept", [[http, "R2 is also taken where its owner compresses what it serves"]]],
    ["SHOULD", "A reader that follows a fast log leaves partial bundles for later", [], "Entries are asked for at once: they are receipts that somebody waits for, and the next head asks only for what is new."],
    ["MUST", "A later head is shown to follow from the one held", [["server/mirror/exchange.test.ts", "R15 is noticed when its past was rewritten"]]],
    ["MUST", "Other encodings of entries stand under other paths", [], "There are none: entries have one encoding (R3.3) and one path."],
    ["MUST", "Without a policy nothing is pruned", [[journal, "R2 serves every full and partial tile of every size it has signed, and nothing beyond"]], "Nothing ever is."],
  ],
};

export const tlogWitness: Specification = {
  name: "tlog-witness",
  demands: [
    ["SHOULD", "Connections are kept alive", [[http, "R13 a witness answers several submissions on one connection"]]],
    ["MUST", "`add-checkpoint`: POST; old size, proof lines, an empty line, the head; each line with its feed", [[submissions, "R13 gives the nine answers that C2SP asks for today, also when it is started again before each"], [witness, "R13 answers 400 to %s"]]],
    ["MUST", "The old size is decimal without leading zeros; at most 63 proof lines", [[witness, "R13 answers 400 to %s"], [witness, "R13 takes the largest proof and head that are allowed"]]],
    ["MUST", "Signatures of unknown keys are ignored, those of the log's keys checked", [[witness, "R13 answers with lines that hold on the head, and keeps it with its log's lines alone"]]],
    ["MUST", "404 for an unknown origin", [[witness, "R13 says what is wrong in the order of C2SP's answers"]]],
    ["MUST", "403 without a line of the log, or with one that does not hold", [[witness, "R13 says what is wrong in the order of C2SP's answers"]], "Of each algorithm that is listed for the log one line is asked for, not any one (R4.1)."],
    ["MUST", "400 for an old size above the head's", [[witness, "R13 says what is wrong in the order of C2SP's answers"]]],
    ["MUST", "409 with the size it has, as `text/x.tlog.size`, if the old size is another", [[submissions, "R13 cosigns what follows, and names the size it has to whoever is behind or ahead, who then gets through"]]],
    ["MUST", "422 for a head of size 0 with another root than the empty tree's", [[witness, "R13 cosigns the empty log, with the empty root alone"]]],
    ["MUST", "422 for a proof from size 0, or one that does not hold, or two roots of one size", [[witness, "R13 wants an empty proof from size 0 on, and to the same size"], [witness, "R13 says what is wrong in the order of C2SP's answers"], [observer, "R13 R15 does not cosign a submitted version that is not the one it holds, and keeps the proof"]], "Also where the witness holds other hashes of the log than the head has, or knows two versions of it."],
    ["MAY", "What fails the consistency checks is kept; MUST NOT: cosigned", [[witness, "R15 is never cosigned, and two roots of one size are evidence whatever old size it names"], [observer, "R13 R15 does not cosign what it pulls if another version was submitted before, and keeps the proof"]]],
    ["MUST", "200 with the witness's lines over the whole tree, with a time", [[submissions, "R13 cosigns what follows, and names the size it has to whoever is behind or ahead, who then gets through"], [witness, "R13 answers with lines that hold on the head, and keeps it with its log's lines alone"]]],
    ["SHOULD", "The lines are ML-DSA-44", [[observer, "R13 cosigns what is submitted, serves it, keeps it over a restart, and goes on with what it pulls"]], "One is, one is Ed25519."],
    ["MUST", "The client ignores lines of unknown keys", [["core/log/cosignature.test.ts", "R13 reads what a mirror signed, with its time, in the order asked"]]],
    ["MUST", "The head is kept before the answer; compared and kept in one step", [[submissions, "R13 forgets nothing that it may have answered when it ends between keeping and answering"], [submissions, "R13 of many submissions at once cosigns one version alone, each head after the one before"]]],
    ["MAY", "`sign-subtree` is offered", [[submissions, "R13 signs a subtree of a head that it has cosigned, also of an older one and after it is started again, and none after a fork"]]],
    ["MUST", "Its request: `subtree`, start and end; the root; proof lines; an empty line; a head", [[subtree, "R13 answers 400 to %s"], [subtree, "R13 writes and reads a request as it is"]]],
    ["MUST", "400 unless the range has a subtree and ends within the head", [[subtree, "R13 answers 400 to %s"]]],
    ["MUST", "422 for a proof that does not hold", [[subtree, "R13 answers 422 to a proof that does not hold, and signs nothing then"], [subtree, "R13 signs what holds, and answers the others with 400 or 422"]], "Also after the log has signed two versions of itself: no subtree is consistent with both."],
    ["MUST", "404 for an unknown origin, 403 without a cosignature of its own that holds", [[subtree, "R13 takes the witness's line alone for its own: not its log's, not another witness's, not one under another head"]], "Its ML-DSA-44 line is the one asked for: the answer is under that key (R13.7)."],
    ["MUST", "200 with a line over the subtree that claims no time", [[subtree, "R13 signs every subtree of a head that the witness has cosigned, with one line of type 0x06 that claims no time"]]],
    ["SHOULD", "A recent head of each log is served under the SHA-256 of its origin, with the log's and the witness's lines; 404 if none was cosigned", [[observer, "R13 cosigns what is submitted, serves it, keeps it over a restart, and goes on with what it pulls"], [witness, "R13 serves what it cosigned under the hash of the origin"], [doors, "R17 $name: $what"]], "To the nodes of the channel alone, which sign their requests: the heads of a closed channel are not for the public (R17)."],
    ["MAY", "Limits on what is taken: not said", [["server/http/flood.test.ts", "R17 from one address is refused with the time to wait, while the parties exchange and another log gets in"]], "429 with `Retry-After` (R17.9)."],
  ],
};

export const tlogProof: Specification = {
  name: "tlog-proof",
  demands: [
    ["MUST", "The first line names format and version", [[proof, "R2 refuses %s"], [proof, "R2 refuses: $desc"]]],
    ["MAY", "A line `extra` with base64; MUST NOT be relied on", [[proof, "R2 carries extra data, which nothing covers, and the head as it stood"]]],
    ["MUST", "`index`, decimal without leading zeros, from 0", [[proof, "R2 refuses %s"]], "Below 2^53."],
    ["MUST", "Hashes from the leaf's sibling up, one a line in base64", [[proof, "R2 checks the proof of entry $index, and of no other entry"], [proof, "R2 refuses another entry, index, hash or order of hashes"]]],
    ["MUST", "An empty line, then the head as it stands", [[proof, "R2 carries extra data, which nothing covers, and the head as it stood"]]],
    ["MUST", "Checked are the leaf, the origin with a key of its own, the cosignatures of known witnesses, and the path", [[proof, "R13 never accepts an entry without a head that its log signed"], [proof, "R13 accepts under a policy only what its quorum has cosigned"], [proof, "R2 says so when index and head are of two trees"]]],
    ["MAY", "Times are ignored once a cosignature holds", [[policy, "R13 opens a head that its log signed and the quorum cosigned, with the times"]], "They are shown."],
    ["SHOULD", "The file's name ends in `.tlog-proof`", [], "`countersign` names them so; any name is read."],
  ],
};

export const tlogPolicy: Specification = {
  name: "tlog-policy",
  demands: [
    ["MUST", "Lines end with a line feed; items are parted by spaces and tabs; empty lines and comments say nothing", [[policy, "R13 reads logs, witnesses, groups of groups and the quorum, past comments, tabs and empty lines"]]],
    ["MUST", "Only tabs and line feeds of the control characters; names are octets", [[policy, "R13 refuses %s"], [policy, "R13 tells names apart by their octets, in a file that is no UTF-8 too"]]],
    ["MUST", "Keys are verifier keys of a type that fits; two are the same if the key is, whatever name or id they have", [[policy, "R13 refuses %s"], ["core/signing/key-reuse.test.ts", "R13 R14 is in no policy as a log's and as a witness's, nor twice"]], "Logs have 0x01 or 0x06, witnesses 0x04 or 0x06. One key is not listed as a log's and a witness's, and none that R4 refuses."],
    ["MUST", "A log key's name is the origin", [[policy, "R13 refuses a head of an origin that is not listed, or on which a listed key's line fails"]]],
    ["MUST", "A group or quorum names what stands before it; each name is a member once", [[policy, "R13 refuses %s"]]],
    ["MUST", "A threshold is `all`, `any` or 1 to the number of members", [[policy, "R13 refuses %s"], [policy, "R13 counts %j as the quorum: %s"]]],
    ["MUST", "There is one quorum; `none` asks for nothing and is no member", [[policy, "R13 knows a quorum of one witness, and of none"], [policy, "R13 refuses %s"]]],
    ["MUST", "A head holds if a listed log signed it and the quorum cosigned it", [[policy, "R13 opens a head that its log signed and the quorum cosigned, with the times"], [policy, "R13 refuses a head without its quorum, and names who has cosigned"]], "Of each algorithm listed for a log one line is asked for (R4.1)."],
    ["SHOULD", "At least 32 logs, witnesses and groups", [[policy, "R13 takes at least 32 logs, witnesses and groups, and no more than it says"]]],
  ],
};
