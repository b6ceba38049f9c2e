/**
 * The charter founds a channel (SPEC R1): nature, parties, sides, keys, cosigning policy, caps, tolerances, nonce.
 * The channel id is SHA-256 of its canonical bytes.
 */
import { z } from "zod";
import { base64Of32, hours, partyId, sha256Hex, provenance, words } from "../bytes/fields.ts";
import { fromBase64 } from "../bytes/base64.ts";
import { canonicalJson, parseCanonical } from "../bytes/canonical.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { fitsName } from "../log/head-message.ts";
import { refuseWeakKey } from "../signing/enrolment.ts";
import { isKeyName } from "../signing/note.ts";
import { publicPair } from "../signing/public-pair.ts";
import { accept, refuse, type Result } from "../refusal.ts";

/** A key by role (SPEC R14); `name` is its C2SP key name, e.g. `aurelia.example/exercise/log`. */
export const namedPair = z.strictObject({ name: z.string().regex(/^[^\s+]{1,255}$/), pair: publicPair });
export type NamedPair = z.infer<typeof namedPair>;

/** Signs requests between nodes, in whose headers its name stands as a string (RFC 8941): printable ASCII. */
export const nodeKey = z.strictObject({
  name: z.string().regex(/^[!#-*,-[\]-~]{1,255}$/, "a node key's name is ASCII without spaces, quotes, plus signs and backslashes"),
  ed25519: base64Of32,
});

/** An age hybrid recipient (X25519 with ML-KEM-768: 1,216 bytes and a checksum), for attachments. A classical one is none. */
export const readingKey = z.string().regex(/^age1pq1[02-9ac-hj-np-z]{1952}$/, "no hybrid age recipient (age1pq1…)");

/** What a statement key may sign. */
export const statementKinds = z.union([z.literal("all-but-receive"), z.array(z.string()).min(1)]);

export const partyRole = z.enum(["party", "host", "author", "compiler"]);
export type PartyRole = z.infer<typeof partyRole>;

export const charterParty = z.strictObject({
  id: partyId,
  name: words,
  /** `author`: writes papers and owes nothing; `compiler`: keeps what outsiders published, in reconstructions. */
  role: partyRole,
  /** Only members of a side carry it; hosts, compilers and third States do not. */
  side: partyId.exactOptional(),
  keys: z.strictObject({
    /** Offline; its fingerprint is compared by voice. */
    root: namedPair,
    /** Several, each with the kinds it may sign; the node's own signs `receive` alone. */
    statement: z.array(z.strictObject({ key: namedPair, kinds: statementKinds })).min(1).max(16),
    /** Signs heads; its name is the log's origin. */
    log: namedPair,
    /** Cosigns other parties' heads. */
    mirror: namedPair,
    node: nodeKey,
    reading: readingKey.exactOptional(),
  }),
});
export type CharterParty = z.infer<typeof charterParty>;

/** Heads of all logs of another channel, in the order of its charter; of a log that its owner has signed in several versions, of each. */
export const previousChannel = z.strictObject({
  channel: sha256Hex,
  heads: z.array(z.strictObject({ log: partyId, size: z.int().min(1), root: base64Of32 })).min(2).max(500),
});
export type PreviousChannel = z.infer<typeof previousChannel>;

/** Whoever else than a log's owner cosigns its heads must fit in one note (`NOTE_LIMIT`). */
export const PARTIES_LIMIT = 100;
export const OBSERVERS_LIMIT = 20;
/** Bytes: it goes whole into every proof of a fork. */
export const CHARTER_LIMIT = 4 * 1024 * 1024;

export const charterSchema = z.strictObject({
  type: z.literal("charter"),
  version: z.literal(1),
  nature: z.enum(["real", "reconstruction", "exercise"]),
  title: words,
  /** Shown under the nature band, e.g. what the channel is about. */
  summary: words,
  parties: z.array(charterParty).min(2).max(PARTIES_LIMIT),
  /** In the order the charter gives; screens never use it for precedence. */
  sides: z.array(z.strictObject({ id: partyId, name: words, mark: z.enum(["left", "right"]) })).length(2),
  /** `node` signs the observer's requests; without it, what it witnesses is brought to it in bundles. */
  observers: z.array(z.strictObject({ id: partyId, name: words, witness: namedPair, node: nodeKey.exactOptional() })).max(OBSERVERS_LIMIT),
  statesConcerned: z
    .array(z.strictObject({ id: partyId, name: words, asked: words, ...provenance }))
    .max(40),
  /** How many other parties' cosignatures a head needs to count as stored: `all` others or a number. */
  cosigning: z.union([z.literal("all"), z.int().min(1).max(99)]),
  caps: z.strictObject({ bodyFileBytes: z.int().min(46_000).max(64 * 1024 * 1024) }),
  tolerances: z.strictObject({ clockSeconds: z.int().min(0).max(86_400), receiveHours: hours }),
  rules: z.literal(1),
  nonce: base64Of32,
  /** The channel that this one continues, and how far: see `previous.ts`. */
  previous: previousChannel.exactOptional(),
});
export type Charter = z.infer<typeof charterSchema>;

/** Reads canonical charter bytes; refuses weak keys, keys and key names used twice, sides without members and names used twice (SPEC R1, R14). */
export function readCharter(bytes: Uint8Array): Result<Charter> {
  if (bytes.length > CHARTER_LIMIT) return refuse("charter-too-large", `A charter has at most ${CHARTER_LIMIT} bytes, and this one ${bytes.length}.`);
  const json = parseCanonical(bytes);
  if (!json.ok) return json;
  const parsed = charterSchema.safeParse(json.value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refuse("charter-malformed", `The charter does not read: ${issue?.message ?? "unknown"}. Ask its author for the signed file.`, issue?.path.join("."));
  }
  const charter = parsed.data;
  const ids = [...charter.parties.map((party) => party.id), ...charter.observers.map((observer) => observer.id)];
  if (new Set(ids).size !== ids.length) return refuse("charter-duplicate-party", "The charter names one party twice. A party has one log and one entry.", "parties");
  for (const side of charter.sides)
    if (!charter.parties.some((party) => party.side === side.id)) return refuse("charter-empty-side", `The side "${side.id}" has no party. Name at least one.`, "sides");
  for (const party of charter.parties)
    if (party.side !== undefined && !charter.sides.some((side) => side.id === party.side)) return refuse("charter-unknown-side", `${party.id} belongs to the side "${party.side}", which the charter does not name.`, "parties");
  const keys = charterKeys(charter);
  const halves = keys.flatMap(({ ed25519, mldsa44 }) => (mldsa44 === undefined ? [ed25519] : [ed25519, mldsa44]));
  if (new Set(halves).size !== halves.length) return refuse("charter-key-reused", "One key stands in two roles. Every role has a key of its own.", "parties");
  const readers = charter.parties.flatMap((party) => party.keys.reading ?? []);
  if (new Set(readers).size !== readers.length) return refuse("charter-reading-key-shared", "Two parties have one reading key, so both could read what is for one of them alone. Let one of them make a key of its own.", "parties");
  const names = keys.flatMap(({ name }) => (name === undefined ? [] : [name]));
  for (const name of names) if (!isKeyName(name) || !fitsName(name)) return refuse("charter-key-name", `"${name}" is no name of a key: at most 255 bytes, no spaces, no plus sign.`, "parties");
  if (new Set(names).size !== names.length) return refuse("charter-key-name", "Two keys have the same name.", "parties");
  for (const { ed25519 } of keys) {
    const key = fromBase64(ed25519);
    const weak = key === undefined ? undefined : refuseWeakKey(key);
    if (weak !== undefined) return { ok: false, refusal: weak };
  }
  return accept(charter);
}

export function charterBytes(charter: Charter): Uint8Array {
  return canonicalJson(charter);
}

/** SHA-256 of the charter's canonical bytes, hex. */
export function channelId(charter: Charter): string {
  return toHex(sha256(charterBytes(charter)));
}

export function equalKeys(one: NamedPair, other: NamedPair): boolean {
  return one.name === other.name && one.pair.ed25519 === other.pair.ed25519 && one.pair.mldsa44 === other.pair.mldsa44;
}

export function partyOf(charter: Charter, id: string): CharterParty | undefined {
  return charter.parties.find((party) => party.id === id);
}

/** How many of the other parties have to cosign a head of one party's log (SPEC R13). */
export function cosignersNeeded({ cosigning, parties }: Charter): number {
  const others = parties.length - 1;
  return cosigning === "all" ? others : Math.min(cosigning, others);
}

/** The parties of the other side; for a party of no side, both sides. */
export function otherSide(charter: Charter, id: string): readonly CharterParty[] {
  const side = partyOf(charter, id)?.side;
  return charter.parties.filter((party) => party.side !== undefined && party.side !== side);
}

/** Every signing key that the charter names, whatever its role. */
export function charterKeys(charter: Charter): { ed25519: string; mldsa44?: string; name?: string }[] {
  const named = ({ name, pair }: NamedPair) => ({ ...pair, name });
  return [
    ...charter.parties.flatMap(({ keys }) => [named(keys.root), ...keys.statement.map(({ key }) => named(key)), named(keys.log), named(keys.mirror), { ed25519: keys.node.ed25519, name: keys.node.name }]),
    ...charter.observers.flatMap(({ witness, node }) => [named(witness), ...(node === undefined ? [] : [{ ed25519: node.ed25519, name: node.name }])]),
  ];
}
