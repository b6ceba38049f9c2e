/**
 * The keys of one party as its log gives them (SPEC R14): those of the charter, changed by the entries that its root pair has signed.
 *
 * A ring is a function of the charter and one log, never of what else is held: whether a signature counts must not depend on what has
 * arrived. Each key has the positions between which it may sign, so one ring answers for every entry it reaches.
 */
import { fromBase64 } from "../bytes/base64.ts";
import type { PartyId } from "../bytes/fields.ts";
import { fitsName } from "../log/head-message.ts";
import { refuseWeakKey } from "../signing/enrolment.ts";
import { statementKeyIds } from "../signing/key-id.ts";
import { isKeyName } from "../signing/note.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { charterKeys, partyOf, type Charter, type NamedPair } from "./charter.ts";
import { keyChange, type AddedKey, type ChangingRole, type KeyChange } from "./key-change.ts";
import { revocation, type Revocation } from "./revocation.ts";
import { readBody } from "./held-body.ts";
import type { Kind } from "./kind.ts";
import type { HeldEntry } from "./record.ts";
import type { HeldStatement } from "./statement.ts";

/** What a root pair may sign. */
export type RootAct =
  | { readonly kind: "key-change"; readonly body: KeyChange }
  | { readonly kind: "revocation"; readonly body: Revocation };

export type RingKey = AddedKey & {
  /** The first position of the log that the key may sign. */
  readonly from: number;
  /** The first position that it may not sign any more; infinite while it stands. */
  readonly until: number;
  /** Of its first revocation, if there is one. */
  readonly revoked?: { readonly at: number };
};
export type RingKeyOf<Role extends ChangingRole> = Extract<RingKey, { readonly role: Role }>;

/** A root-signed entry in its place: what it does, or why it does nothing. */
export interface RootEntry {
  readonly index: number;
  readonly act: RootAct | Refusal;
}

export const CHANGING_ROLES: readonly ChangingRole[] = ["statement", "mirror", "node", "reading"];
const ROOT_KINDS = new Map([keyChange, revocation].map((kind) => [kind.name, kind as unknown as Kind<never>]));
/** A party may have had this many keys in all. */
const KEYS_LIMIT = 256;

export function isRootKind(kind: string): kind is RootAct["kind"] {
  return ROOT_KINDS.has(kind);
}

/** What a root-signed statement does; a refusal if its body does not follow its schema. */
export function readRootAct({ payload, bodyRead = readBody(payload, ROOT_KINDS) }: HeldStatement): RootAct | Refusal {
  return bodyRead === true ? ({ kind: payload.kind, body: payload.body } as unknown as RootAct) : bodyRead;
}

/** The ring after entries whose signatures were checked, the first of them at `from`. */
export function ringAfter(ring: KeyRing, entries: readonly HeldEntry[], from = 0): KeyRing {
  const acts = entries.flatMap(({ statement }, position): RootEntry[] =>
    statement === undefined || !isRootKind(statement.payload.kind) ? [] : [{ index: from + position, act: readRootAct(statement) }],
  );
  return acts.length === 0 ? ring : ring.after(acts);
}

export class KeyRing {
  readonly charter: Charter;
  readonly party: PartyId;
  /** Signs what changes the ring; `undefined` for a party that the charter does not name. */
  readonly root: NamedPair | undefined;
  #keys: readonly RingKey[];
  readonly #entries = new Map<number, RootEntry>();

  private constructor(charter: Charter, party: PartyId) {
    this.charter = charter;
    this.party = party;
    const keys = partyOf(charter, party)?.keys;
    this.root = keys?.root;
    const standing = { from: 0, until: Number.POSITIVE_INFINITY };
    this.#keys =
      keys === undefined
        ? []
        : [
            ...keys.statement.map(({ key, kinds }): RingKey => ({ role: "statement", key, kinds, ...standing })),
            { role: "mirror", key: keys.mirror, ...standing },
            { role: "node", key: keys.node, ...standing },
            ...(keys.reading === undefined ? [] : [{ role: "reading", key: keys.reading, ...standing } as const]),
          ];
  }

  /** As the charter has it. */
  static of(charter: Charter, party: PartyId): KeyRing {
    return new KeyRing(charter, party);
  }

  /** Every key that the party ever had, in the order in which they came. */
  get keys(): readonly RingKey[] {
    return this.#keys;
  }

  /** The keys of one role that stand, newest last. Of each role that the charter names at least one stands (but a reading key, perhaps). */
  standing<Role extends ChangingRole>(role: Role): readonly RingKeyOf<Role>[] {
    return this.#keys.filter((key): key is RingKeyOf<Role> => key.role === role && isStanding(key));
  }

  /** Mirror keys under which a cosignature counts as proof of storage, newest first: all that were never revoked. */
  get cosigning(): readonly NamedPair[] {
    return this.#keys
      .flatMap((key) => (key.role === "mirror" && key.revoked === undefined ? [key.key] : []))
      .toReversed();
  }

  /** Every statement key that the party ever had. */
  get statementKeys(): readonly NamedPair[] {
    return this.#keys.flatMap((key) => (key.role === "statement" ? [key.key] : []));
  }

  /** The statement keys, of all that the party ever had, whose Ed25519 halves have this id: an owner can make several such. */
  statementKeysOf(id: string): readonly NamedPair[] {
    return this.statementKeys.filter(({ name, pair }) => statementKeyIds(name, pair).ed25519 === id);
  }

  /**
   * Positions of the root-signed entries that give the party the key of this name, and of those before them that changed the ring: with
   * them and the charter alone, anyone comes to the same key. None for a key of the charter, and for one that the party never had.
   */
  leadingTo(name: string): readonly number[] {
    const before = this.#keys.find((key) => nameOfKey(key) === name)?.from ?? 0;
    const revoked = new Set<string>();
    return [...this.#entries.values()].flatMap(({ index, act }) => {
      if (index >= before || "code" in act) return [];
      if (act.kind !== "revocation") return [index];
      // Of several revocations of one key only the first changes anything.
      if (revoked.has(act.body.key)) return [];
      revoked.add(act.body.key);
      return [index];
    });
  }

  /** What became of the root-signed entry at a position; `undefined` where the ring knows of none. */
  entry(index: number): RootEntry | undefined {
    return this.#entries.get(index);
  }

  /** Whether the party ever had this key, under whatever name and in whatever role. */
  has(key: AddedKey): boolean {
    return this.#keys.some((known) => sharesKey(known, key));
  }

  /** Positions of the root-signed entries that the ring knows of. */
  get entryIndexes(): readonly number[] {
    return [...this.#entries.keys()];
  }

  /** Why an entry with this act at this position would have no effect. */
  obstacle(index: number, act: RootAct): Refusal | undefined {
    const after = this.#changed(index, act);
    return "code" in after ? after : undefined;
  }

  /** The ring after further root-signed entries, in the order of the log. Those that are refused change nothing and are kept with the reason. */
  after(entries: Iterable<RootEntry>): KeyRing {
    const ring = new KeyRing(this.charter, this.party);
    ring.#keys = this.#keys;
    for (const [index, entry] of this.#entries) ring.#entries.set(index, entry);
    for (const { index, act } of entries) {
      const changed = "code" in act ? act : ring.#changed(index, act);
      if (!("code" in changed)) ring.#keys = changed;
      ring.#entries.set(index, { index, act: "code" in changed ? changed : act });
    }
    return ring;
  }

  /** The ring as the first `size` entries of the log give it. */
  within(size: number): KeyRing {
    const entries = [...this.#entries.values()];
    return entries.every(({ index }) => index < size)
      ? this
      : KeyRing.of(this.charter, this.party).after(entries.filter(({ index }) => index < size));
  }

  #changed(index: number, act: RootAct): readonly RingKey[] | Refusal {
    return act.kind === "key-change" ? this.#afterChange(index, act.body) : this.#afterRevocation(index, act.body);
  }

  #afterChange(index: number, { add, retire }: KeyChange): readonly RingKey[] | Refusal {
    if (add.length + retire.length === 0) return refusal("key-change-empty", "It adds no key and retires none.");
    const keys = [...this.#keys];
    for (const added of add) {
      const why = this.#refuseKey(added, keys);
      if (why !== undefined) return why;
      keys.push({ ...added, from: index + 1, until: Number.POSITIVE_INFINITY });
    }
    return this.#retired(index, keys, retire);
  }

  #afterRevocation(index: number, { key: name, lastSound }: Revocation): readonly RingKey[] | Refusal {
    const key = this.#keys.find((candidate) => nameOfKey(candidate) === name);
    if (key === undefined)
      return refusal(
        "key-unknown",
        `${this.party} never had a key of the name ${shortName(name)} in a role that can change.`,
      );
    if (lastSound >= index)
      return refusal(
        "revocation-position",
        `It calls entry ${lastSound} the last sound one and stands at ${index} itself.`,
      );
    const keys = isStanding(key) ? this.#retired(index, this.#keys, [name]) : this.#keys;
    if ("code" in keys) return keys;
    return keys.map((candidate) =>
      nameOfKey(candidate) === name && candidate.revoked === undefined
        ? { ...candidate, revoked: { at: index } }
        : candidate,
    );
  }

  /** No role is left without a key: a successor comes first, or in the same entry. */
  #retired(index: number, keys: readonly RingKey[], names: readonly string[]): readonly RingKey[] | Refusal {
    for (const name of names)
      if (!this.#keys.some((key) => nameOfKey(key) === name && isStanding(key)))
        return refusal(
          "key-not-standing",
          `${shortName(name)} is no key of ${this.party} that stands; it cannot be retired.`,
        );
    const after = keys.map((key) =>
      names.includes(nameOfKey(key)) && isStanding(key) ? { ...key, until: index } : key,
    );
    const empty = CHANGING_ROLES.find(
      (role) => keys.some((key) => key.role === role) && !after.some((key) => key.role === role && isStanding(key)),
    );
    return empty === undefined
      ? after
      : refusal("key-role-empty", `It would leave ${this.party} without a ${empty} key. Add another one first.`);
  }

  #refuseKey(added: AddedKey, keys: readonly RingKey[]): Refusal | undefined {
    const name = nameOfKey(added);
    if (keys.length >= KEYS_LIMIT)
      return refusal("key-too-many", `A party has at most ${KEYS_LIMIT} keys in the life of a channel.`);
    if (keys.some((key) => nameOfKey(key) === name))
      return refusal("key-name-used", `The name ${shortName(name)} was used before. Every key has a name of its own.`);
    if (added.role === "reading")
      return this.charter.parties.some((party) => party.keys.reading === added.key)
        ? refusal("key-reused", "This reading key is another party's.")
        : undefined;
    const { name: written } = added.key;
    if (!isKeyName(written) || !fitsName(written))
      return refusal("key-name", `"${written}" is no name of a key: at most 255 bytes, no spaces, no plus sign.`);
    if (!isUnderRootOf(this.charter, this.party, written))
      return refusal(
        "key-name",
        `A new key of ${this.party} is named under its root key: ${this.root?.name ?? ""}/… That keeps the names of all parties apart.`,
      );
    const inCharter = charterKeys(this.charter);
    if (inCharter.some((key) => key.name === written))
      return refusal("key-name-used", `The name ${written} was used before. Every key has a name of its own.`);
    const mine = bytesOf(added);
    if (
      inCharter.some(
        (key) => mine.includes(key.ed25519) || (key.mldsa44 !== undefined && mine.includes(key.mldsa44)),
      ) ||
      keys.some((key) => sharesKey(key, added))
    )
      return refusal(
        "key-reused",
        `The key ${written} stands, or stood, in another role. Every role has a key of its own; make a new one.`,
      );
    return refuseWeakKey(fromBase64(mine[0] ?? "") ?? new Uint8Array(0));
  }
}

/** Keys that two parties' logs have added: allowed by each log alone, and never a good sign. In the order of the rings. */
export function sharedKeys(
  rings: Iterable<KeyRing>,
): { readonly name: string; readonly of: PartyId; readonly with: PartyId }[] {
  const owners = new Map<string, PartyId>();
  const shared: { name: string; of: PartyId; with: PartyId }[] = [];
  for (const { party, keys } of rings)
    for (const key of keys) {
      const other = bytesOf(key).flatMap((half) => owners.get(half) ?? [])[0];
      if (other !== undefined && other !== party) shared.push({ name: nameOfKey(key), of: party, with: other });
      for (const half of bytesOf(key)) if (!owners.has(half)) owners.set(half, party);
    }
  return shared;
}

export function nameOfKey(key: AddedKey): string {
  return key.role === "reading" ? key.key : key.key.name;
}

export function isStanding({ until }: RingKey): boolean {
  return until === Number.POSITIVE_INFINITY;
}

/** A reading key has two thousand letters. */
export function shortName(name: string): string {
  return name.length > 300 ? `${name.slice(0, 24)}…` : name;
}

/** Its public halves as they are written, Ed25519 first. */
function bytesOf(key: AddedKey): readonly string[] {
  if (key.role === "reading") return [key.key];
  return key.role === "node" ? [key.key.ed25519] : [key.key.pair.ed25519, key.key.pair.mldsa44];
}

/** One half in common is enough. */
function sharesKey(one: AddedKey, other: AddedKey): boolean {
  return bytesOf(one).some((half) => bytesOf(other).includes(half));
}

/** Of the root keys that a name stands under, the longest is the party's: so no two parties can ever give the same name. */
function isUnderRootOf(charter: Charter, party: PartyId, name: string): boolean {
  const roots = charter.parties.filter(({ keys }) => name.startsWith(`${keys.root.name}/`));
  const [owner] = roots.toSorted((a, b) => b.keys.root.name.length - a.keys.root.name.length);
  return owner?.id === party;
}
