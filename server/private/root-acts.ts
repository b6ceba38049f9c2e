/**
 * What a party does with its root key (SPEC R14): gives a key a successor, or revokes one. The root key is read from its file for the one
 * act; a running node never holds it.
 */
import { generateHybridIdentity, identityToRecipient } from "age-encryption";
import { join } from "node:path";
import type { PartyId, Words } from "@countersign/core/bytes/fields.ts";
import type { CharterParty } from "@countersign/core/channel/charter.ts";
import type { AddedKey } from "@countersign/core/channel/key-change.ts";
import { CHANGING_ROLES, nameOfKey, type KeyRing, type RootAct } from "@countersign/core/channel/key-ring.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { StatementAnswer } from "@countersign/wire/endpoints.ts";
import {
  exists,
  folderOfParty,
  isReceiveAlone,
  makeNodeKey,
  makePair,
  writePrivate,
  type NamedSigner,
} from "./keys.ts";

/** The roles in which keys can be changed; `receive` is the statement key of the node itself. */
export const ROTATED_ROLES = ["statement", "receive", "mirror", "node", "reading"] as const;
export type RotatedRole = (typeof ROTATED_ROLES)[number];

/** The node whose log takes the entry. */
export interface RootSpeaker {
  readonly id: PartyId;
  sayAsRoot(channel: string, act: RootAct, root: NamedSigner): Promise<Result<StatementAnswer>>;
  ring(channel: string, party: PartyId): KeyRing;
}

export interface Rotation {
  /** Where the secret half of the new key is. */
  readonly file: string;
  readonly added: AddedKey;
  /** Names of the keys that stood before. */
  readonly retired: readonly string[];
  /** Of the entry in the own log. */
  readonly index: number;
}

/**
 * Makes a new key of the role in `directory` and says so in the log, signed by the root key; the keys of that role that stood are retired
 * by the same entry. A node that is started after that uses the new one. If the entry is refused, the new key's file stays and is unused.
 */
export async function rotateKey(
  node: RootSpeaker,
  channel: string,
  { directory, party }: { readonly directory: string; readonly party: CharterParty },
  role: RotatedRole,
  root: NamedSigner,
): Promise<Result<Rotation>> {
  const ring = node.ring(channel, node.id);
  const folder = await folderOfParty(directory, party);
  if (folder === undefined) return refuse("keys-missing", `The keys of ${party.id} are not in ${directory}.`);
  const made = await makeSuccessor(folder, party, ring, role);
  if (!made.ok) return made;
  const { file, added } = made.value;
  const retired = standingIn(ring, role).map(nameOfKey);
  const said = await node.sayAsRoot(channel, { kind: "key-change", body: { add: [added], retire: retired } }, root);
  return said.ok ? accept({ file, added, retired, index: said.value.index }) : said;
}

/** Calls everything doubtful that the key has signed after entry `lastSound` of the own log; a key that still stands is retired by it. */
export function revokeKey(
  node: RootSpeaker,
  channel: string,
  body: { readonly key: string; readonly lastSound: number; readonly why: Words },
  root: NamedSigner,
): Promise<Result<StatementAnswer>> {
  return node.sayAsRoot(channel, { kind: "revocation", body }, root);
}

/** What a key is called here by what it does. */
export function rotatedRole(key: AddedKey): RotatedRole {
  return key.role === "statement" && isReceiveAlone(key.kinds) ? "receive" : key.role;
}

function standingIn(ring: KeyRing, role: RotatedRole): readonly AddedKey[] {
  return CHANGING_ROLES.flatMap((known): readonly AddedKey[] => ring.standing(known)).filter(
    (key) => rotatedRole(key) === role,
  );
}

/** A new key of a role, in a file beside the others, named under the root key with the next free number. */
async function makeSuccessor(
  folder: string,
  party: CharterParty,
  ring: KeyRing,
  role: RotatedRole,
): Promise<Result<{ readonly file: string; readonly added: AddedKey }>> {
  const used = new Set(ring.keys.map(nameOfKey));
  const place = (number: number) => ({
    file: join(folder, `${role}-${number}.${role === "reading" ? "txt" : "json"}`),
    name: `${party.keys.root.name}/${role}-${number}`,
  });
  let number = 2;
  while (used.has(place(number).name) || (await exists(place(number).file))) number += 1;
  const { file, name } = place(number);
  if (role === "reading") {
    const identity = await generateHybridIdentity();
    await writePrivate(file, identity);
    return accept({ file, added: { role, key: await identityToRecipient(identity) } });
  }
  if (role === "node") {
    const node = await makeNodeKey(file, name);
    return node.ok ? accept({ file, added: { role, key: node.value.named } }) : node;
  }
  const pair = await makePair(file, name);
  if (!pair.ok) return pair;
  const { named: key } = pair.value;
  if (role === "mirror") return accept({ file, added: { role, key } });
  // Another key may sign what the one before it might.
  const before = standingIn(ring, role).at(-1);
  const kinds = before?.role === "statement" ? before.kinds : role === "receive" ? ["receive"] : "all-but-receive";
  return accept({ file, added: { role: "statement", key, kinds } });
}
