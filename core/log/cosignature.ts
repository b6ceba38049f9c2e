/**
 * Cosignatures (C2SP tlog-cosignature, SPEC R13): another party says that at this time it kept the whole tree of a head, and
 * knew none larger. Two lines of one time: Ed25519 (0x04) over the head's text, ML-DSA-44 (0x06) over origin, size and root.
 */
import type { NamedPair } from "../channel/charter.ts";
import { ED25519_SIGNATURE_BYTES, MLDSA44_SIGNATURE_BYTES, pairChecks, signEach, type PairSigner, type VerifySignatures } from "../signing/algorithm.ts";
import { cosignerKeyIds } from "../signing/key-id.ts";
import { signatureOf, type Note, type NoteSignature } from "../signing/note.ts";
import { rawPair } from "../signing/pair.ts";
import { formatCheckpointText, type Head } from "./checkpoint.ts";
import { encodeTimedSignature, fitsName, readTimedSignature, subtreeMessage, timedTextMessage, type TimedSignature } from "./head-message.ts";

export interface Cosignature {
  /** The cosigner's key name. */
  readonly name: string;
  /** Seconds since 1970. */
  readonly timeSeconds: number;
}

/**
 * The two lines to add to the head's note. The caller has made the entries durable and servable first. `text` is the note's text
 * where it has lines after the root, as other logs' may: the Ed25519 line covers them, the other one does not.
 */
export async function cosign(
  head: Head,
  cosigner: PairSigner,
  name: string,
  timeSeconds: number,
  text: string = formatCheckpointText(head),
): Promise<readonly [NoteSignature, NoteSignature]> {
  if (timeSeconds === 0) throw new RangeError("time 0 says that no time is claimed");
  const ids = cosignerKeyIds(name, cosigner.pair);
  const made = await signEach(cosigner, cosignedMessages(head, text, name, timeSeconds));
  return [
    { name, id: ids.ed25519, signature: encodeTimedSignature(timeSeconds, made.ed25519) },
    { name, id: ids.mldsa44, signature: encodeTimedSignature(timeSeconds, made.mldsa44) },
  ];
}

/**
 * The cosigners whose two lines are both there, of one time, and hold, in the order of `cosigners`. A line that fails counts as
 * none: what a third party appended must not spoil a head for everyone. `head` is what the note's text says (`openHead`).
 */
export async function readCosignatures(
  note: Note,
  head: Head,
  cosigners: readonly NamedPair[],
  verify: VerifySignatures,
): Promise<Cosignature[]> {
  const claimed = cosigners.flatMap((cosigner) => {
    if (!fitsName(cosigner.name)) return [];
    const ids = cosignerKeyIds(cosigner.name, cosigner.pair);
    const edwards = readLine(note, cosigner.name, ids.ed25519, ED25519_SIGNATURE_BYTES);
    const lattice = readLine(note, cosigner.name, ids.mldsa44, MLDSA44_SIGNATURE_BYTES);
    if (edwards === undefined || lattice === undefined || edwards.timeSeconds !== lattice.timeSeconds) return [];
    const { timeSeconds } = edwards;
    const messages = cosignedMessages(head, note.text, cosigner.name, timeSeconds);
    const signatures = { ed25519: edwards.signature, mldsa44: lattice.signature };
    return [{ name: cosigner.name, timeSeconds, checks: pairChecks(rawPair(cosigner.pair), messages, signatures) }];
  });
  const answers = await verify(claimed.flatMap(({ checks }) => checks));
  return claimed
    .filter((_, index) => answers[index * 2] === true && answers[index * 2 + 1] === true)
    .map(({ name, timeSeconds }) => ({ name, timeSeconds }));
}

function readLine(note: Note, name: string, id: string, signatureBytes: number): TimedSignature | undefined {
  const bytes = signatureOf(note, name, id);
  return bytes === undefined ? undefined : readTimedSignature(bytes, signatureBytes);
}

function cosignedMessages(head: Head, text: string, name: string, timeSeconds: number): { ed25519: Uint8Array; mldsa44: Uint8Array } {
  return { ed25519: timedTextMessage(text, timeSeconds), mldsa44: subtreeMessage(name, timeSeconds, head.origin, 0, head.size, head.root) };
}
