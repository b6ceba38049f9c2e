/**
 * Proof that an entry is in a log, as one text file (C2SP tlog-proof): the entry's index, its inclusion proof, and the signed head that
 * this leads to, which carries origin and size. It can be checked offline with the entry and the keys alone.
 */
import type { NamedPair } from "../channel/charter.ts";
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import { accept, refuse, type Result } from "../refusal.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { formatNote, NOTE_LIMIT, parseNote, type Note } from "../signing/note.ts";
import { openHead, parseCheckpointText, type Head } from "./checkpoint.ts";
import { HASH_BYTES, inclusionProofLength, isSize, leafHash, verifyInclusion } from "./merkle.ts";
import { openHeadByPolicy, type Policy, type WitnessCosignature } from "./tlog-policy.ts";

export interface TlogProof {
  readonly index: number;
  /** From the leaf's sibling up to the children of the root. */
  readonly hashes: readonly Uint8Array[];
  /** The signed head, with its cosignatures. */
  readonly note: Note;
  /** Nothing covers these bytes: whoever passed the proof on may have put them there. */
  readonly extra?: Uint8Array;
}

export interface CheckedTlogProof {
  readonly index: number;
  readonly head: Head;
  /** Of the policy's witnesses; none under a log key alone. */
  readonly cosignatures: readonly WitnessCosignature[];
  readonly extra?: Uint8Array;
}

/** What the proof is to be about: an entry as it stands in the log, or its leaf hash. */
export type ProvenEntry = { readonly entry: Uint8Array } | { readonly leafHash: Uint8Array };

const HEADER = "c2sp.org/tlog-proof@v1";
const EXTRA_LIMIT = 64 * 1024;
const HASHES_LIMIT = 63;
/** Bytes of a file. */
export const TLOG_PROOF_LIMIT = NOTE_LIMIT + 128 * 1024;

/** The file. Throws for what `parseTlogProof` would refuse. */
export function formatTlogProof({ index, hashes, note, extra }: TlogProof): string {
  const lines = [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...hashes.map(toBase64),
    "",
  ];
  const text = `${lines.join("\n")}\n${formatNote(note)}`;
  const read = parseTlogProof(text);
  if (!read.ok) throw new TypeError(`no proof: ${read.refusal.sentence}`);
  return text;
}

/**
 * Reads the file's parts and whether they fit each other: an index of one tree beside the head of another is refused here. Nothing is
 * checked; `checkTlogProof` does that, from the file.
 */
export function parseTlogProof(file: string | Uint8Array): Result<TlogProof> {
  if (file.length > TLOG_PROOF_LIMIT)
    return refuse("proof-too-large", `A proof has at most ${TLOG_PROOF_LIMIT} bytes.`);
  const text = typeof file === "string" ? file : decodeUtf8(file);
  if (text === undefined) return refuse("proof-not-utf8", "The proof is no UTF-8 text.");
  const blank = text.indexOf("\n\n");
  const [header, ...lines] = (blank < 0 ? text : text.slice(0, blank)).split("\n");
  if (header !== HEADER) return refuse("proof-header", `The first line of a proof is ${HEADER}.`, "line 1");
  const extra = lines[0]?.startsWith("extra ") === true ? readExtra(lines.shift() ?? "") : accept(undefined);
  if (!extra.ok) return extra;
  const index = readIndex(lines.shift() ?? "");
  if (index === undefined)
    return refuse("proof-index", "A proof has a line `index`, a space and a number below 2^53 without leading zeros.");
  if (blank < 0) return refuse("proof-cut", "The proof has no blank line before its head. Is the file whole?");
  if (lines.length > HASHES_LIMIT)
    return refuse("proof-hashes", `A proof has at most ${HASHES_LIMIT} hashes, this one ${lines.length}.`);
  const hashes = lines.flatMap((line) => fromBase64(line) ?? []);
  if (hashes.length !== lines.length || hashes.some((hash) => hash.length !== HASH_BYTES))
    return refuse("proof-hashes", "Each hash of a proof is 32 bytes in canonical base64.");
  const note = parseNote(text.slice(blank + 2));
  if (!note.ok) return note;
  const head = parseCheckpointText(note.value.text);
  if (!head.ok) return head;
  const unfit = refuseUnfit(index, hashes.length, head.value);
  if (unfit !== undefined) return unfit;
  return accept({ index, hashes, note: note.value, ...(extra.value === undefined ? {} : { extra: extra.value }) });
}

/**
 * Checks a proof's file whole: the head's signatures under the log's pair of keys or under a policy with its quorum, and that the entry
 * is in that head's tree. A refusal's code says which part does not hold; `proof-inclusion` is the entry's.
 */
export async function checkTlogProof(
  file: string | Uint8Array,
  proven: ProvenEntry,
  trusted: NamedPair | Policy,
  verify: VerifySignatures,
): Promise<Result<CheckedTlogProof>> {
  const read = parseTlogProof(file);
  if (!read.ok) return read;
  const { index, hashes, note, extra } = read.value;
  const opened: Result<{ readonly head: Head; readonly cosignatures?: readonly WitnessCosignature[] }> =
    "pair" in trusted ? await openHead(note, trusted, verify) : await openHeadByPolicy(note, trusted, verify);
  if (!opened.ok) return opened;
  const { head, cosignatures = [] } = opened.value;
  const leaf = "entry" in proven ? leafHash(proven.entry) : proven.leafHash;
  if (!verifyInclusion(index, head.size, leaf, hashes, head.root))
    return refuse(
      "proof-inclusion",
      `The proof does not lead from this entry at index ${index} to the head of ${head.origin} at size ${head.size}.`,
    );
  return accept({ index, head, cosignatures, ...(extra === undefined ? {} : { extra }) });
}

function refuseUnfit(index: number, count: number, { origin, size }: Head): Result<never> | undefined {
  if (index >= size)
    return refuse("proof-index", `The index ${index} is beyond the head of ${origin}, which has ${size} entries.`);
  const wanted = inclusionProofLength(index, size);
  if (count === wanted) return undefined;
  return refuse(
    "proof-hashes",
    `The proof has ${count} hashes; the entry ${index} in a tree of ${size} needs ${wanted}. Are index and head of one tree?`,
  );
}

function readExtra(line: string): Result<Uint8Array> {
  const bytes = fromBase64(line.slice("extra ".length));
  return bytes === undefined || bytes.length > EXTRA_LIMIT
    ? refuse("proof-extra", `The extra data are canonical base64 of at most ${EXTRA_LIMIT} bytes.`, "line 2")
    : accept(bytes);
}

function readIndex(line: string): number | undefined {
  const [, digits] = /^index (0|[1-9]\d{0,15})$/.exec(line) ?? [];
  const index = Number(digits);
  return digits !== undefined && isSize(index) ? index : undefined;
}
