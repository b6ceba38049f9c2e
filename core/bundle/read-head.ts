/** One signed head of a bundle: its note in the one spelling, the log's two lines, and the cosignatures on it. */
import type { Instant, PartyId } from "../bytes/fields.ts";
import { formatInstant } from "../bytes/instant.ts";
import { decodeUtf8 } from "../bytes/utf8.ts";
import type { Charter, NamedPair } from "../channel/charter.ts";
import { openHead, parseCheckpointText, type Head, type OpenedHead } from "../log/checkpoint.ts";
import { readCosignatures } from "../log/cosignature.ts";
import { cosignerKeyIds } from "../signing/key-id.ts";
import { parseNote, type Note } from "../signing/note.ts";
import type { VerifySignatures } from "../signing/algorithm.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { bundledNote, type Cosigner } from "./heads.ts";
import type { Extent } from "./manifest.ts";
import type { Parts } from "./parts.ts";

/** What every reader of a part needs. */
export interface BranchContext {
  readonly channel: string;
  readonly charter: Charter;
  readonly extent: Extent;
  /** From here on every entry of a party's log must be there. */
  readonly startOf: (party: PartyId) => number;
  readonly parts: Parts;
  /** How many tiles of any level lie under a branch's folder. */
  readonly tiles: ReadonlyMap<string, number>;
  readonly verify: VerifySignatures;
  /** Called with the number of entries just checked. */
  readonly checked: (entries: number) => void;
  readonly problems: Refusal[];
}

export interface Cosigned {
  readonly id: PartyId;
  /** How many entries it has cosigned. */
  readonly size: number;
  /** When the cosigner says that it had stored or seen them. */
  readonly at: Instant;
}

export interface OwnHead {
  readonly path: string;
  readonly head: Head;
  readonly note: Note;
  /** Absent when a signature of the log does not hold. */
  readonly opened?: OpenedHead;
}

export interface ReadHead extends OwnHead {
  readonly cosignedBy: readonly Cosigned[];
}

/** The head alone, without a word on who has cosigned it. `undefined` when it does not read. */
export async function readOwnHead(
  context: BranchContext,
  path: string,
  logKey: NamedPair,
): Promise<OwnHead | undefined> {
  const report = (code: string, sentence: string) => context.problems.push(refusal(code, sentence, path));
  const bytes = context.parts.get(path) ?? new Uint8Array(0);
  const note = parseNote(bytes);
  if (!note.ok) {
    report(note.refusal.code, note.refusal.sentence);
    return undefined;
  }
  const head = parseCheckpointText(note.value.text);
  if (!head.ok) {
    report(head.refusal.code, head.refusal.sentence);
    return undefined;
  }
  const opened = await openHead(note.value, logKey, context.verify);
  if (!opened.ok) report(opened.refusal.code, opened.refusal.sentence);
  return { path, head: head.value, note: note.value, ...(opened.ok ? { opened: opened.value } : {}) };
}

/** The head with its cosignatures, once it is known which keys the cosigners have. Everything that is wrong goes into the context. */
export async function withCosigners(
  context: BranchContext,
  own: OwnHead,
  logKey: NamedPair,
  cosigners: readonly Cosigner[],
): Promise<ReadHead> {
  const report = (code: string, sentence: string) => context.problems.push(refusal(code, sentence, own.path));
  if (bundledNote(own.note, logKey, cosigners) !== decodeUtf8(context.parts.get(own.path) ?? new Uint8Array(0)))
    report(
      "head-lines",
      "The head carries a line of a key that is none of this channel's, half of a signature, or its lines in another order.",
    );
  const cosignedBy = await checkCosigners(own.note, own.head, cosigners, context.verify, report);
  return { ...own, cosignedBy };
}

/** The cosigners whose lines hold; lines that are there and do not hold are problems in a bundle. */
async function checkCosigners(
  note: Note,
  head: Head,
  cosigners: readonly Cosigner[],
  verify: VerifySignatures,
  report: (code: string, sentence: string) => void,
): Promise<Cosigned[]> {
  const keys = cosigners.flatMap((cosigner) => cosigner.keys);
  const good = await readCosignatures(note, head, keys, verify);
  return cosigners.flatMap(({ id, keys: own }) => {
    const held = good.find(({ name }) => own.some((key) => key.name === name));
    if (held !== undefined)
      return [{ id, size: head.size, at: formatInstant(held.timeSeconds) }];
    const ids = new Map(own.map((key) => [key.name, cosignerKeyIds(key.name, key.pair).ed25519]));
    if (note.signatures.some((line) => line.id === ids.get(line.name)))
      report("cosignature-fails", `The cosignature of ${id} on this head does not hold.`);
    return [];
  });
}
