/** The heads of a bundle: which lines a checkpoint carries there, and who may have cosigned it (SPEC R13, R18). */
import type { PartyId } from "../bytes/fields.ts";
import type { Charter, NamedPair } from "../channel/charter.ts";
import { cosignerKeyIds, statementKeyIds } from "../signing/key-id.ts";
import { formatNote, type Note } from "../signing/note.ts";

export interface Cosigner {
  readonly id: PartyId;
  readonly key: NamedPair;
}

/** Who may cosign a party's head: every other party's mirror, then every observer's witness, in the order of the charter. */
export function cosignersOf(charter: Charter, party: PartyId): Cosigner[] {
  return [
    ...charter.parties.filter(({ id }) => id !== party).map(({ id, keys }) => ({ id, key: keys.mirror })),
    ...charter.observers.map(({ id, witness }) => ({ id, key: witness })),
  ];
}

/**
 * The note with the lines that a bundle carries, in their one order: the log's two, then those of each cosigner, Ed25519 first.
 * Lines of other keys, and of a cosigner that made only one of its two, are left out.
 */
export function bundledNote(note: Note, logKey: NamedPair, cosigners: readonly Cosigner[]): string {
  const own = statementKeyIds(logKey.name, logKey.pair);
  const keys = [
    { name: logKey.name, ...own },
    ...cosigners.map(({ key }) => ({ name: key.name, ...cosignerKeyIds(key.name, key.pair) })),
  ];
  const signatures = keys.flatMap(({ name, ed25519, mldsa44 }) => {
    const lines = [ed25519, mldsa44].flatMap(
      (id) => note.signatures.find((line) => line.name === name && line.id === id) ?? [],
    );
    return lines.length === 2 ? lines : [];
  });
  return formatNote({ text: note.text, signatures });
}

/** True if both lines of the cosigner are there. Nothing is checked. */
export function carries(note: Note, { key }: Cosigner): boolean {
  const { ed25519, mldsa44 } = cosignerKeyIds(key.name, key.pair);
  const has = (id: string) => note.signatures.some((line) => line.name === key.name && line.id === id);
  return has(ed25519) && has(mldsa44);
}
