/** The heads of a bundle: which lines a checkpoint carries there, and who may have cosigned it (SPEC R13, R18). */
import type { PartyId } from "../bytes/fields.ts";
import type { Charter, NamedPair } from "../channel/charter.ts";
import type { KeyRing } from "../channel/key-ring.ts";
import { cosignerKeyIds, statementKeyIds } from "../signing/key-id.ts";
import { formatNote, type Note, type NoteSignature } from "../signing/note.ts";

export interface Cosigner {
  readonly id: PartyId;
  /** Those under which its cosignature counts, newest first. */
  readonly keys: readonly NamedPair[];
}

/**
 * Who may cosign a party's head: every other party's mirror, then every observer's witness, in the order of the charter. A mirror that
 * changed its key counts under each that was never revoked (SPEC R14); without its ring, under the charter's.
 */
export function cosignersOf(charter: Charter, party: PartyId, rings: ReadonlyMap<PartyId, KeyRing>): Cosigner[] {
  return [
    ...charter.parties
      .filter(({ id }) => id !== party)
      .map(({ id, keys }) => ({ id, keys: rings.get(id)?.cosigning ?? [keys.mirror] })),
    ...charter.observers.map(({ id, witness }) => ({ id, keys: [witness] })),
  ];
}

/**
 * The note with the lines that a bundle carries, in their one order: the log's two, then those of each cosigner, Ed25519 first.
 * Lines of other keys, and of a cosigner that made only one of its two, are left out; of a cosigner with several keys those of the newest
 * that is there stay.
 */
export function bundledNote(note: Note, logKey: NamedPair, cosigners: readonly Cosigner[]): string {
  const own = bothLines(note, logKey.name, statementKeyIds(logKey.name, logKey.pair));
  return formatNote({
    text: note.text,
    signatures: [...own, ...cosigners.flatMap((cosigner) => linesOf(note, cosigner))],
  });
}

/** True if both lines of the cosigner are there. Nothing is checked. */
export function carries(note: Note, cosigner: Cosigner): boolean {
  return linesOf(note, cosigner).length > 0;
}

/** Of its newest key with both lines. */
function linesOf(note: Note, { keys }: Cosigner): readonly NoteSignature[] {
  for (const { name, pair } of keys) {
    const lines = bothLines(note, name, cosignerKeyIds(name, pair));
    if (lines.length > 0) return lines;
  }
  return [];
}

function bothLines(note: Note, name: string, ids: ReturnType<typeof cosignerKeyIds>): readonly NoteSignature[] {
  const lines = [ids.ed25519, ids.mldsa44].flatMap(
    (id) => note.signatures.find((line) => line.name === name && line.id === id) ?? [],
  );
  return lines.length === 2 ? lines : [];
}
