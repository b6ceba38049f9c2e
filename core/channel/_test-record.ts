/**
 * For tests: a whole record in memory, written the way a node writes it except for signatures, which nobody checks here. Each
 * statement sees everything held unless it is told otherwise.
 */
import { toBase64 } from "../bytes/base64.ts";
import type { Instant, PartyId, Words } from "../bytes/fields.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { kinds } from "../kinds.ts";
import { leafHash, MerkleTree } from "../log/merkle.ts";
import type { Refusal } from "../refusal.ts";
import { channelId, type Charter, type NamedPair, type PartyRole } from "./charter.ts";
import { foldRecord, type State } from "./fold.ts";
import { FileMap } from "./held-files.ts";
import type { Kind } from "./kind.ts";
import { headsOf } from "./previous.ts";
import type { HeldEntry, HeldRecord } from "./record.ts";
import { sign } from "./sign.ts";
import { prepareStatement, readStatement, sealStatement, type Payload } from "./statement.ts";

export interface TestParty {
  readonly id: PartyId;
  readonly role: PartyRole;
  readonly side?: PartyId;
}

export interface TestCharterOptions {
  readonly nature?: Charter["nature"];
  /** Aurelia and Borealia, the hosts Carpathia and Pomeria, and Meridia, if left out. */
  readonly parties?: readonly TestParty[];
  readonly tolerances?: Charter["tolerances"];
  readonly statesConcerned?: Charter["statesConcerned"];
  /** Whether everybody's first entry is written, at `begins`. True if left out. */
  readonly signed?: boolean;
  readonly begins?: Instant;
  /** The record that the channel continues, at the heads that it has now; its keys then have other names. */
  readonly continues?: HeldRecord;
}

export interface SayOptions {
  /** Bytes of body files. */
  readonly files?: readonly Uint8Array[];
  /** Further files, named as they stand; their bytes are not held. */
  readonly named?: Payload["files"];
  /** How much of each log it saw; a log left out is seen as far as it goes. */
  readonly sees?: Readonly<Record<PartyId, number>>;
}

export interface TestRecord {
  readonly charter: Charter;
  readonly channel: string;
  /** Writes a statement and gives its id. Whether it applies is for the fold to say. */
  say<Body>(author: PartyId, kind: Kind<Body>, body: NoInfer<Body>, at: Instant, options?: SayOptions): string;
  /** What is held, as far as each log goes or as the given sizes say. */
  record(sizes?: Readonly<Record<PartyId, number>>): HeldRecord;
  fold(asOf?: Instant): State;
  /** Why a statement does not apply; `undefined` if it does. */
  refusal(id: string): Refusal | undefined;
  size(party: PartyId): number;
}

const EXERCISE_PARTIES: readonly TestParty[] = [
  { id: "aurelia", role: "party", side: "aurelia" },
  { id: "borealia", role: "party", side: "borealia" },
  { id: "carpathia", role: "host" },
  { id: "pomeria", role: "host" },
  { id: "meridia", role: "party" },
];

export function testRecord(options: TestCharterOptions = {}): TestRecord {
  const charter = testCharter(options);
  const record = new WrittenRecord(charter, options.continues);
  if (options.signed !== false) {
    const at = options.begins ?? "2027-02-01T09:00:00Z";
    for (const { id } of charter.parties)
      record.say(id, sign, { document: record.channel, what: "charter", form: "sign" }, at);
  }
  return record;
}

/** A charter of the right shape whose keys belong to nobody. */
export function testCharter({
  nature = "exercise",
  parties = EXERCISE_PARTIES,
  tolerances = { clockSeconds: 300, receiveHours: 1 },
  statesConcerned = [],
  continues,
}: TestCharterOptions = {}): Charter {
  const circle = continues === undefined ? "" : `${continues.channel.slice(0, 8)}/`;
  const pairNamed = (name: string) => namedPair(`${circle}${name}`);
  const sides = [...new Set(parties.flatMap(({ side }) => side ?? []))];
  return {
    type: "charter",
    version: 1,
    nature,
    title: inBoth("Test"),
    summary: inBoth("A record for tests"),
    parties: parties.map(({ id, role, side }) => ({
      id,
      name: inBoth(id),
      role,
      ...(side === undefined ? {} : { side }),
      keys: {
        root: pairNamed(`${id}/root`),
        statement: [{ key: pairNamed(`${id}/statement`), kinds: "all-but-receive" }],
        log: pairNamed(`${id}/log`),
        mirror: pairNamed(`${id}/mirror`),
        node: { name: `${circle}${id}/node`, ed25519: bytesNamed(`${circle}${id}/node`, 32) },
      },
    })),
    sides: sides.map((id, position) => ({ id, name: inBoth(id), mark: position === 0 ? "left" : "right" })),
    observers: [],
    statesConcerned,
    cosigning: "all",
    caps: { bodyFileBytes: 1_048_576 },
    tolerances,
    rules: 1,
    nonce: bytesNamed("nonce", 32),
    ...(continues === undefined ? {} : { previous: { channel: continues.channel, heads: headsOf(continues) } }),
  };
}

/** 32 bytes in base64 that follow from a name: nonces and seeds of tests. */
export function bytesNamed(name: string, length: number): string {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 32) bytes.set(sha256(encodeUtf8(`${name} ${at}`)).subarray(0, length - at), at);
  return toBase64(bytes);
}

/** A record whose logs and files grow where they are. */
export function growing(whole: HeldRecord) {
  const logs = new Map([...whole.logs.keys()].map((party) => [party, { party, entries: [] as HeldEntry[], tree: new MerkleTree() }]));
  const files = new FileMap();
  const record: HeldRecord = { ...whole, logs, files };
  return {
    record,
    files,
    nextOf: (party: string) => whole.logs.get(party)?.entries[logs.get(party)?.entries.length ?? 0],
    take: (party: string): boolean => {
      const log = logs.get(party);
      const entry = whole.logs.get(party)?.entries[log?.entries.length ?? 0];
      if (log === undefined || entry === undefined) return false;
      log.tree.append(entry.leafHash);
      log.entries.push(entry);
      return true;
    },
  };
}

class WrittenRecord implements TestRecord {
  readonly charter: Charter;
  readonly channel: string;
  readonly #logs: ReadonlyMap<PartyId, { readonly entries: HeldEntry[]; readonly tree: MerkleTree }>;
  readonly #files = new FileMap();
  #said = 0;

  readonly #continues: HeldRecord | undefined;

  constructor(charter: Charter, continues?: HeldRecord) {
    this.charter = charter;
    this.#continues = continues;
    this.channel = channelId(charter);
    this.#logs = new Map(charter.parties.map(({ id }) => [id, { entries: [], tree: new MerkleTree() }]));
  }

  say<Body>(
    author: PartyId,
    kind: Kind<Body>,
    body: NoInfer<Body>,
    at: Instant,
    { files = [], named = [], sees = {} }: SayOptions = {},
  ): string {
    const log = this.#logOf(author);
    const seen = [...this.#logs].flatMap(([party, { tree }]) => {
      const size = sees[party] ?? tree.size;
      return size > 0 || party === author ? [{ log: party, size, root: toBase64(tree.root(size)) }] : [];
    });
    const references = files.map((bytes, position) => {
      const hash = toHex(sha256(bytes));
      this.#files.set(hash, bytes);
      return { sha256: hash, size: bytes.length, type: "application/json", name: `file-${position}.json` };
    });
    this.#said += 1;
    const payload: Payload = {
      channel: this.channel,
      author,
      at,
      seen: seen.toSorted((a, b) => (a.log < b.log ? -1 : 1)),
      kind: kind.name,
      body: body as Record<string, unknown>,
      files: [...references, ...named],
      salt: bytesNamed(`salt ${this.#said}`, 16),
    };
    const prepared = prepareStatement(payload);
    if (!prepared.ok) throw new Error(prepared.refusal.sentence);
    const leaf = sealStatement(payload, prepared.value.payloadBytes, UNSIGNED);
    const read = readStatement(leaf);
    if (!read.ok) throw new Error(read.refusal.sentence);
    const hash = leafHash(leaf);
    log.entries.push({ leafHash: hash, statement: read.value });
    log.tree.append(hash);
    return prepared.value.id;
  }

  record(sizes: Readonly<Record<PartyId, number>> = {}): HeldRecord {
    const logs = [...this.#logs].map(([party, { entries }]) => {
      const held = entries.slice(0, sizes[party] ?? entries.length);
      const tree = new MerkleTree();
      for (const { leafHash: hash } of held) tree.append(hash);
      return [party, { party, entries: held, tree }] as const;
    });
    return { channel: this.channel, charter: this.charter, logs: new Map(logs), files: this.#files, ...(this.#continues === undefined ? {} : { previous: this.#continues }) };
  }

  fold(asOf?: Instant): State {
    return foldRecord(this.record(), kinds, asOf);
  }

  refusal(id: string): Refusal | undefined {
    const state = this.fold();
    const inert = state.inert.find(({ author, index }) => this.#logOf(author).entries[index]?.statement?.id === id);
    if (inert === undefined && state.get(id) === undefined) throw new Error(`no statement ${id}`);
    return inert?.why;
  }

  size(party: PartyId): number {
    return this.#logOf(party).tree.size;
  }

  #logOf(party: PartyId): { readonly entries: HeldEntry[]; readonly tree: MerkleTree } {
    const log = this.#logs.get(party);
    if (log === undefined) throw new Error(`no party ${party}`);
    return log;
  }
}

const UNSIGNED = [
  { keyid: "00000000", sig: new Uint8Array(64) },
  { keyid: "00000000", sig: new Uint8Array(2420) },
] as const;

function inBoth(text: string): Words {
  return { en: text, ru: text };
}

function namedPair(name: string): NamedPair {
  return { name, pair: { ed25519: bytesNamed(`${name} ed25519`, 32), mldsa44: bytesNamed(`${name} mldsa44`, 1312) } };
}
