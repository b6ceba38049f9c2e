/** Entries that a party has called doubtful by revoking the key that signed them (SPEC R14). They apply; readers are told. */
import type { PartyId } from "../bytes/fields.ts";
import { statementKeyIds } from "../signing/key-id.ts";
import type { State } from "./fold.ts";
import type { Statement } from "./kind.ts";
import { keyChange } from "./key-change.ts";
import { KeyRing, type RingKeyOf } from "./key-ring.ts";
import { revocation, type Revocation } from "./revocation.ts";

export interface Doubtful {
  readonly author: PartyId;
  readonly index: number;
  /** Of the statement. */
  readonly id: string;
  /** Name of the key that signed the entry. */
  readonly key: string;
  /** The first revocation of the key that reaches the entry: its body has the owner's words. */
  readonly revocation: Statement<Revocation>;
}

/** By author, then by position. */
export function doubtful(state: State): Doubtful[] {
  return state.charter.parties.flatMap(({ id }) => {
    const revocations = state.of(revocation).filter(({ author }) => author === id);
    return revocations.length === 0 ? [] : doubtfulOf(state, id, revocations);
  });
}

/** Of one party's log, in record order of its revocations. */
function doubtfulOf(state: State, author: PartyId, revocations: readonly Statement<Revocation>[]): Doubtful[] {
  const idOf = new Map(
    statementKeysOf(state, author).map(({ key }) => [key.name, statementKeyIds(key.name, key.pair).ed25519]),
  );
  return state.by(author).flatMap(({ id, index, keyId }) => {
    const reaching = revocations.find(({ body }) => idOf.get(body.key) === keyId && index > body.lastSound);
    return reaching === undefined ? [] : [{ author, index, id, key: reaching.body.key, revocation: reaching }];
  });
}

function statementKeysOf(state: State, author: PartyId): readonly RingKeyOf<"statement">[] {
  const changes = state.of(keyChange).filter((change) => change.author === author);
  const ring = KeyRing.of(state.charter, author).after(
    changes.map(({ index, body }) => ({ index, act: { kind: "key-change", body } })),
  );
  return ring.keys.filter((key): key is RingKeyOf<"statement"> => key.role === "statement");
}
