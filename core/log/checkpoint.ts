/**
 * Heads: a log's size and root, signed (C2SP tlog-checkpoint, SPEC R13). A head carries an Ed25519 line (0x01) over its text and
 * an ML-DSA-44 line (0x06) over origin, size and root. Heads are compared by those three alone, never by their bytes.
 */
import type { NamedPair } from "../channel/charter.ts";
import { fromBase64, toBase64 } from "../bytes/base64.ts";
import { equalBytes } from "../bytes/concat.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { accept, refuse, type Result } from "../refusal.ts";
import { ED25519_SIGNATURE_BYTES, MLDSA44_SIGNATURE_BYTES, pairChecks, signEach, type PairSigner, type VerifySignatures } from "../signing/algorithm.ts";
import { statementKeyIds } from "../signing/key-id.ts";
import { formatNote, parseNote, signatureOf, type Note } from "../signing/note.ts";
import { rawPair } from "../signing/pair.ts";
import { encodeTimedSignature, fitsName, NAME_BYTES, readTimedSignature, subtreeMessage } from "./head-message.ts";
import { EMPTY_ROOT, HASH_BYTES } from "./merkle.ts";

export interface Head {
  /** The log's name, at most 255 bytes. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** A head whose log has signed it. */
export interface OpenedHead {
  readonly head: Head;
  /** With every line it came with, those of cosigners and unknown ones too. */
  readonly note: Note;
}

export function equalHeads(left: Head, right: Head): boolean {
  return left.origin === right.origin && left.size === right.size && equalBytes(left.root, right.root);
}

/** Three lines. Throws for a head that `parseCheckpointText` would refuse. */
export function formatCheckpointText(head: Head): string {
  const text = `${head.origin}\n${head.size}\n${toBase64(head.root)}\n`;
  const read = parseCheckpointText(text);
  if (!read.ok || read.value.origin !== head.origin) throw new TypeError(`no head: ${JSON.stringify(text)}`);
  return text;
}

/** Reads origin, size and root. Further lines are allowed by C2SP and say nothing here; `openHead` refuses them. */
export function parseCheckpointText(text: string): Result<Head> {
  const read = parseCheckpointLines(text);
  if (read.ok && !hasPossibleRoot(read.value)) return refuse("head-root", "A head of size 0 has the root of the empty tree.", "root");
  return read;
}

/** The same, but for the rule that a head of size 0 has the empty tree's root: a witness answers that one differently. */
export function parseCheckpointLines(text: string): Result<Head> {
  const lines = text.split("\n");
  const [origin = "", sizeText = "", rootText = "", ...extensions] = lines;
  if (extensions.at(-1) !== "" || extensions.slice(0, -1).includes(""))
    return refuse("head-malformed", "A head has three lines (origin, size, root), each with a line feed, and no empty line. Fetch it again.");
  if (!fitsName(origin)) return refuse("head-origin", `A head's origin has 1 to ${NAME_BYTES} bytes.`, "origin");
  const size = Number(sizeText);
  if (!/^(?:0|[1-9]\d{0,15})$/.test(sizeText) || !Number.isSafeInteger(size))
    return refuse("head-size", "A head's size is a decimal number below 2^53 without leading zeros.", "size");
  const root = fromBase64(rootText);
  if (root?.length !== HASH_BYTES) return refuse("head-root", "A head's root is 32 bytes in canonical base64.", "root");
  return accept({ origin, size, root });
}

export function hasPossibleRoot({ size, root }: Head): boolean {
  return size > 0 || equalBytes(root, EMPTY_ROOT);
}

/**
 * The signed note. `timeSeconds` (since 1970, not 0) goes into the ML-DSA-44 line. A log never signs a head that is inconsistent
 * with an earlier one; that is the caller's duty.
 */
export async function signHead(head: Head, signer: PairSigner, keyName: string, timeSeconds: number): Promise<string> {
  if (timeSeconds === 0) throw new RangeError("time 0 says that no time is claimed");
  const text = formatCheckpointText(head);
  const ids = statementKeyIds(keyName, signer.pair);
  const made = await signEach(signer, headMessages(head, text, keyName, timeSeconds));
  return formatNote({
    text,
    signatures: [
      { name: keyName, id: ids.ed25519, signature: made.ed25519 },
      { name: keyName, id: ids.mldsa44, signature: encodeTimedSignature(timeSeconds, made.mldsa44) },
    ],
  });
}

/**
 * Reads a note, requires both lines of the log and checks them. The key's name is the log's origin, and the head must be of that
 * origin. Lines of other keys are kept unread. Refuses lines beyond the three, which the ML-DSA-44 line would not cover.
 */
export async function openHead(note: string | Uint8Array | Note, logKey: NamedPair, verify: VerifySignatures): Promise<Result<OpenedHead>> {
  const parsed: Result<Note> = typeof note === "string" || note instanceof Uint8Array ? parseNote(note) : accept(note);
  if (!parsed.ok) return parsed;
  const { text } = parsed.value;
  const read = parseCheckpointText(text);
  if (!read.ok) return read;
  const head = read.value;
  if (head.origin !== logKey.name)
    return refuse("head-origin-differs", `This head is of the log ${head.origin}, not of ${logKey.name}.`, "origin");
  if (formatCheckpointText(head) !== text)
    return refuse("head-extension", "This head has lines after its root, which one of its two signatures does not cover.");
  const ids = statementKeyIds(logKey.name, logKey.pair);
  const ed25519 = signatureOf(parsed.value, logKey.name, ids.ed25519);
  const timed = signatureOf(parsed.value, logKey.name, ids.mldsa44);
  if (ed25519 === undefined || timed === undefined)
    return refuse("head-line-missing", `This head lacks a line of its log's key (${ids.ed25519} and ${ids.mldsa44} are needed).`, logKey.name);
  const fails = refuse("head-line-fails", "A signature of its log on this head does not hold. Fetch it again; if it stays so, ask the log's owner.", logKey.name);
  const lattice = readTimedSignature(timed, MLDSA44_SIGNATURE_BYTES);
  if (ed25519.length !== ED25519_SIGNATURE_BYTES || lattice === undefined) return fails;
  const messages = headMessages(head, text, logKey.name, lattice.timeSeconds);
  const answers = await verify(pairChecks(rawPair(logKey.pair), messages, { ed25519, mldsa44: lattice.signature }));
  return answers[0] === true && answers[1] === true ? accept({ head, note: parsed.value }) : fails;
}

function headMessages(head: Head, text: string, keyName: string, timeSeconds: number): { ed25519: Uint8Array; mldsa44: Uint8Array } {
  return { ed25519: encodeUtf8(text), mldsa44: subtreeMessage(keyName, timeSeconds, head.origin, 0, head.size, head.root) };
}
