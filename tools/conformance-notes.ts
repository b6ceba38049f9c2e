/** What C2SP asks of signed notes, checkpoints and cosignatures, in our words, and which test shows it here. */
import type { Specification } from "./conformance-table.ts";

const note = "core/signing/note.test.ts";
const head = "core/log/checkpoint.test.ts";
const cosignature = "core/log/cosignature.test.ts";
const subtree = "core/log/sign-subtree.test.ts";
const policy = "core/log/tlog-policy.test.ts";
const witness = "core/log/witness.test.ts";
const reuse = "core/signing/key-reuse.test.ts";

export const signedNote: Specification = {
  name: "signed-note",
  demands: [
    ["MUST", "A note is well-formed UTF-8", [[note, "refuses bytes that are no UTF-8 and notes beyond the size limit before reading them"]]],
    ["MUST", "No control character but the line feed", [[note, "refuses %s"]]],
    ["MUST", "The last empty line parts text and signatures; the text may have empty lines", [[note, "takes the last blank line for the end of the text, even where lines before it look like signatures"]]],
    ["MUST", "The text ends with its line feed; each signature line with its own", [[note, "reads back what it wrote, whatever blank lines the text has"]]],
    ["MUST", "A key's name is not empty and has no Unicode space and no plus sign", [[note, "refuses %s"]]],
    ["MUST", "A signature line: em dash, space, name, space, base64 of key id and signature", [[note, "refuses or writes the same again whatever is changed"]]],
    ["MUST", "Base64 is the padded standard alphabet; leftover bits are refused, though Go's reader drops them", [[note, "refuses %s"], [witness, "R13 gives the nine answers that C2SP asks for today"]]],
    ["MUST", "At least 16 signatures are accepted; SHOULD: an upper limit", [[note, "accepts a hundred pairs of lines, and one name with two ids"], [note, "refuses bytes that are no UTF-8 and notes beyond the size limit before reading them"]]],
    ["MUST", "Lines of unknown keys are ignored, also those that share a name or an id with a known one", [[note, "keeps lines of unknown keys, and finds a key by name and id together"], [head, "R13 finds its lines among unknown ones, in any place"]]],
    ["MUST", "A line whose name and id are known is checked", [[head, "R13 refuses a head on which either line fails"]]],
    ["SHOULD", "A note on which a known key's line fails is refused whole", [[head, "R13 refuses a head on which either line fails"], [policy, "R13 refuses a head of an origin that is not listed, or on which a listed key's line fails"]], "So it is for the log's own lines. A cosigner's line that fails counts as none: whoever passes a head on could else spoil it for everyone (R13.3)."],
    ["MUST", "A note without any known line that holds is refused", [[head, "R13 requires both lines"], [policy, "R4 wants one line of each algorithm listed for the log, among lines of unknown keys"]]],
    ["MAY", "Two lines of one name and id: not said", [[note, "refuses two lines of one name and id, whatever stands in them"]], "Refused: which of them counts would be left to each reader."],
    ["SHOULD", "Key ids are the first four bytes of SHA-256 over name, line feed, type and key", [[note, "follows the formula of C2SP, per type"]]],
    ["SHOULD", "Key names are URLs without a scheme", [], "Names that this program makes are. Others' names are taken as they are, as C2SP asks of readers."],
    ["SHOULD", "No more signature types than the design needs", [], "Read are 0x01, 0x04 and 0x06: two algorithms stand on every head because a treaty record must outlive one (R4)."],
    ["MUST", "ECDSA keys (0x02) are of three curves", [[note, "refuses: $name"]], "Not read; the type is named in the refusal."],
    ["MUST", "Ed25519 (0x01) signs the text as RFC 8032 has it", [[head, "R13 opens what its log signed, from text, bytes or a note"], ["core/signing/noble.test.ts", "R4 are those of the rule"]], "Which signatures hold where implementations differ is R4.2."],
    ["MUST", "A verifier key is name, id in eight lower-case digits, and base64 of type and key", [[note, "reads back what it wrote"], [note, "refuses the verifier key %j"]]],
    ["MUST", "Name and id of a verifier key are those of its lines; a wrong id is refused with the right one", [[note, "prints the right id when a verifier key carries a wrong one"], [cosignature, "prints the right id for a verifier key that another project publishes with a wrong one"]]],
    ["SHOULD", "One key is not used for several types; if it is, each type has another id", [[reuse, "R1 R14 stands in no other place of it, either half of it, whoever has the two places"], [note, "follows the formula of C2SP, per type"]]],
  ],
};

export const tlogCheckpoint: Specification = {
  name: "tlog-checkpoint",
  demands: [
    ["MUST", "At least three lines that are not empty: origin, size, root", [[head, "R13 refuses %s"], [head, "R13 refuses $desc"]]],
    ["MUST", "The origin is not empty; readers assume nothing about its form", [[head, "R13 have an origin of 1 to 255 bytes"]], "At most 255 bytes, because an ML-DSA-44 line cannot carry more."],
    ["MUST", "The size is decimal without leading zeros", [[head, "R13 refuses %s"]], "Below 2^53."],
    ["MUST", "The root is base64 of the RFC 6962 tree hash at that size", [["server/second-reader.test.ts", "R2 R13 reads for another implementation"]]],
    ["MUST", "Extension lines are not empty", [[head, "R13 refuses %s"]]],
    ["SHOULD", "There are no extension lines", [[head, "R13 reads past extension lines, which C2SP allows"], [head, "R13 refuses extension lines even if the Ed25519 line covers them"]], "On heads of a channel's own logs they are refused; on others' they say nothing."],
    ["MUST", "A log signs nothing that is inconsistent with what it signed", [["server/journal/journal.test.ts", "R12 loses and doubles nothing, and never signs two roots for one size, wherever the process is killed"], ["server/journal/journal.test.ts", "R13 signs nothing after its folder was restored from an older copy"]]],
    ["SHOULD", "The log key's name is the origin", [[head, "R13 refuses another size, root or origin under the same lines"]], "Asked for, not only hoped for."],
    ["SHOULD", "Logs sign with ML-DSA-44", [[head, "R13 requires both lines"], [witness, "R13 takes a head whose log signs it with ML-DSA-44 and claims no time, as C2SP lets a log"]], "With Ed25519 too, and both have to hold."],
    ["MUST", "Unknown signatures are ignored", [[head, "R13 finds its lines among unknown ones, in any place"]]],
  ],
};

export const tlogCosignature: Specification = {
  name: "tlog-cosignature",
  demands: [
    ["MUST", "Key ids use the types 0x04 and 0x06", [[cosignature, "R13 carries the ids of the types 0x04 and 0x06"]]],
    ["MUST", "The signature is a time in eight bytes, big endian, and then 64 or 2,420 bytes", [[cosignature, "R13 $name"], [cosignature, "R13 carries the ids of the types 0x04 and 0x06"]]],
    ["MUST", "The time is in seconds since 1970 and at most 2^63 − 1; future ones may be refused", [[cosignature, "R13 counts a time that no instant has as none: nobody could write it down"]], "Times after the year 9999 count as none."],
    ["MUST", "The Ed25519 message: header, time without leading zeros, then the whole text", [[cosignature, "R13 writes the message and reads the time as C2SP shows them"], [cosignature, "R13 $name"]]],
    ["MUST", "Extension lines are in the Ed25519 message and say nothing", [[witness, "R13 covers a line behind the root with its Ed25519 line"]]],
    ["MUST", "Several cosigners of one operator have keys of their own", [[reuse, "R1 R14 stands in no other place of it, either half of it, whoever has the two places"]]],
    ["MUST", "The ML-DSA-44 message: label, name, time, origin, start, end, hash", [[cosignature, "R13 $name"], [cosignature, "R13 binds a cosignature to its head, its log and its cosigner's name"]]],
    ["MUST", "Name and origin have 1 to 255 bytes", [[cosignature, "R13 refuses quietly a cosigner whose name no line can carry"], [head, "R13 have an origin of 1 to 255 bytes"]]],
    ["MUST", "Where start is not 0 the time is 0", [[subtree, "R13 takes no line over entries after the first that claims a time: C2SP has none there"]]],
    ["MAY", "Time 0 from entry 0 on: no claim to be the largest tree", [[witness, "R13 takes a head whose log signs it with ML-DSA-44 and claims no time, as C2SP lets a log"], [cosignature, "R13 refuses a subtree's time 0 as the time of a head"]], "Holds among keys that a reader lists; a receipt in a channel has a time."],
    ["MUST", "For a checkpoint start is 0 and end its size", [[cosignature, "R13 binds a cosignature to its head, its log and its cosigner's name"]]],
    ["MUST", "A time says that the cosigner knew no larger consistent tree then", [["server/mirror/channel-witness.test.ts", "R13 cosigns no smaller head than was submitted, until what it holds reaches it"], ["server/mirror/heartbeat.test.ts", "R13 is left as it is while a larger head is known"]]],
    ["MUST", "One key and type means one set of statements; more are made known", [[reuse, "R1 R14 stands in no other place of it, either half of it, whoever has the two places"]], "A mirror's line says that it stores the entries and their body files, a witness's only that heads follow (R13.3). They are other keys."],
    ["SHOULD", "ML-DSA-44 is used in new deployments", [[cosignature, "R13 counts only both lines of one time"]], "Both are, and of one time."],
  ],
};
