/** For tests: hand-made records with keys from fixed seeds, so that every run makes the same bytes. */
import { encodeUtf8 } from "../bytes/utf8.ts";
import { concatBytes } from "../bytes/concat.ts";
import { formatInstant } from "../bytes/instant.ts";
import { sha256 } from "../bytes/sha256.ts";
import { toBase64 } from "../bytes/base64.ts";
import { toHex } from "../bytes/hex.ts";
import { channelId, type Charter, type NamedPair } from "../channel/charter.ts";
import { headsOf } from "../channel/previous.ts";
import type { HeldRecord } from "../channel/record.ts";
import { prepareStatement, sealStatement, type FileReference } from "../channel/statement.ts";
import { signHead } from "../log/checkpoint.ts";
import { cosign } from "../log/cosignature.ts";
import { leafHash, MerkleTree } from "../log/merkle.ts";
import type { PairSigner, SignatureCheck, VerifySignatures } from "../signing/algorithm.ts";
import { statementKeyIds } from "../signing/key-id.ts";
import { nobleSigner, nobleVerify } from "../signing/noble.ts";
import { addSignatures, formatNote, parseNote } from "../signing/note.ts";
import type { BundleBranch, WholeBundle } from "./write.ts";

export interface Holder {
  readonly named: NamedPair;
  readonly signer: PairSigner;
}

/** An attachment; what stands in it is nobody's business here. */
export interface AttachedBytes {
  readonly ciphertext: Uint8Array;
  readonly readers: readonly string[];
}

interface SmallLog {
  readonly id: string;
  readonly keys: Readonly<Record<"root" | "statement" | "log" | "mirror", Holder>>;
  entries: Uint8Array[];
  tree: MerkleTree;
}

/** 2027-03-01T00:00:00Z; each statement is dated a minute later. */
const START = 1_803_859_200;

export class SmallRecord {
  readonly charter: Charter;
  readonly channel: string;
  readonly files = new Map<string, Uint8Array>();
  /** What a party cosigns with in place of its charter's key. */
  readonly mirrors = new Map<string, Holder>();
  readonly #logs: ReadonlyMap<string, SmallLog>;
  readonly #witness: Holder;
  #minute = 0;
  #salt = 0;

  /** Two parties, aurelia and borealia, and with `observer` one observer. One that continues another record has keys with other names. */
  constructor(options: { observer?: boolean; nature?: Charter["nature"]; continues?: HeldRecord } = {}) {
    const { continues } = options;
    const holder = (party: string, role: string) => namedHolder(party, role, continues === undefined ? "small" : `after-${continues.channel.slice(0, 8)}`);
    const logs = ["aurelia", "borealia"].map((id): SmallLog => {
      const keys = {
        root: holder(id, "root"),
        statement: holder(id, "statement"),
        log: holder(id, "log"),
        mirror: holder(id, "mirror"),
      };
      return { id, keys, entries: [], tree: new MerkleTree() };
    });
    this.#logs = new Map(logs.map((log) => [log.id, log]));
    this.#witness = holder("observer", "witness");
    this.charter = {
      type: "charter",
      version: 1,
      nature: options.nature ?? "exercise",
      title: { en: "A small channel" },
      summary: { en: "Two invented parties" },
      parties: logs.map(({ id, keys }) => ({
        id,
        name: { en: id },
        role: "party",
        side: id,
        keys: {
          root: keys.root.named,
          statement: [{ key: keys.statement.named, kinds: "all-but-receive" }],
          log: keys.log.named,
          mirror: keys.mirror.named,
          node: { name: holder(id, "node").named.name, ed25519: holder(id, "node").named.pair.ed25519 },
        },
      })),
      sides: [
        { id: "aurelia", name: { en: "Aurelia" }, mark: "left" },
        { id: "borealia", name: { en: "Borealia" }, mark: "right" },
      ],
      observers:
        options.observer === true ? [{ id: "observer", name: { en: "Observer" }, witness: this.#witness.named }] : [],
      statesConcerned: [],
      cosigning: "all",
      caps: { bodyFileBytes: 1_000_000 },
      tolerances: { clockSeconds: 300, receiveHours: 24 },
      rules: 1,
      nonce: toBase64(seed("nonce")),
      ...(continues === undefined ? {} : { previous: { channel: continues.channel, heads: headsOf(continues) } }),
    };
    this.channel = channelId(this.charter);
  }

  /** Entry 0 of each log. */
  async begin(): Promise<this> {
    for (const { id } of this.charter.parties)
      await this.say(id, "sign", { document: this.channel, what: "charter", form: "sign" });
    return this;
  }

  /** Appends a statement that saw everything so far, signed by the author's statement key or the one given, and gives its id. `replace` puts other bytes into the envelope after signing. */
  async say(
    author: string,
    kind: string,
    body: Record<string, unknown>,
    files: readonly (Uint8Array | AttachedBytes)[] = [],
    { named, signer }: Holder = this.log(author).keys.statement,
  ): Promise<string> {
    const log = this.log(author);
    const grown = [...this.#logs.values()]
      .filter((other) => other === log || other.tree.size > 0)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#minute += 1;
    this.#salt += 1;
    const payload = {
      channel: this.channel,
      author,
      at: formatInstant(START + this.#minute * 60),
      seen: grown.map((other) => ({ log: other.id, size: other.tree.size, root: toBase64(other.tree.root()) })),
      kind,
      body,
      files: files.map((bytes) => this.#keep(bytes)),
      salt: toBase64(seed(`salt ${this.#salt}`).subarray(0, 16)),
    };
    const prepared = prepareStatement(payload);
    if (!prepared.ok) throw new Error(prepared.refusal.sentence);
    const made = await signer.sign(prepared.value.signedBytes);
    const ids = statementKeyIds(named.name, named.pair);
    this.append(
      author,
      sealStatement(payload, prepared.value.payloadBytes, [
        { keyid: ids.ed25519, sig: made.ed25519 },
        { keyid: ids.mldsa44, sig: made.mldsa44 },
      ]),
    );
    return prepared.value.id;
  }

  append(author: string, entry: Uint8Array): void {
    const log = this.log(author);
    log.entries.push(entry);
    log.tree.append(leafHash(entry));
  }

  /** What a node would hand to `writeBundle`: newest heads, cosigned by the other party and the observer. */
  async holdings(): Promise<WholeBundle> {
    const branches: BundleBranch[] = [];
    for (const { id } of this.charter.parties) branches.push(await this.branch(id));
    return { charter: this.charter, asOf: this.now(), branches, files: this.files };
  }

  async branch(party: string): Promise<BundleBranch> {
    const log = this.log(party);
    const head = { origin: log.keys.log.named.name, size: log.tree.size, root: log.tree.root() };
    const time = START + this.#minute * 60;
    const note = parseNote(await signHead(head, log.keys.log.signer, head.origin, time));
    if (!note.ok) throw new Error(note.refusal.sentence);
    const cosigners = [...this.#logs.values()].filter((other) => other !== log).map((other) => this.mirrors.get(other.id) ?? other.keys.mirror);
    if (this.charter.observers.length > 0) cosigners.push(this.#witness);
    const lines = await Promise.all(cosigners.map(({ named, signer }) => cosign(head, signer, named.name, time + 1)));
    return { party, head: formatNote(addSignatures(note.value, lines.flat())), entries: [...log.entries] };
  }

  /** Forgets what was appended after this size, as a party does that tells two stories. */
  rewind(party: string, size: number): void {
    const log = this.log(party);
    log.entries = log.entries.slice(0, size);
    log.tree = new MerkleTree();
    for (const entry of log.entries) log.tree.append(leafHash(entry));
  }

  now(): string {
    return formatInstant(START + this.#minute * 60);
  }

  log(id: string): SmallLog {
    const log = this.#logs.get(id);
    if (log === undefined) throw new Error(`no party ${id}`);
    return log;
  }

  #keep(file: Uint8Array | AttachedBytes): FileReference {
    if (!(file instanceof Uint8Array))
      return { ...this.#keep(file.ciphertext), readers: [...file.readers], plain: "0".repeat(64) };
    const bytes = file;
    const hash = toHex(sha256(bytes));
    this.files.set(hash, bytes);
    return { sha256: hash, size: bytes.length, type: "text/plain", name: `file-${hash.slice(0, 6)}` };
  }
}

/** Noble, with every answer kept: the same checks come again and again when one byte after another is changed. */
export function rememberingVerify(): VerifySignatures {
  const known = new Map<string, boolean>();
  return async (checks) =>
    Promise.all(
      checks.map(async (check) => {
        const key = nameOf(check);
        const answer = known.get(key) ?? (await nobleVerify([check]))[0] === true;
        known.set(key, answer);
        return answer;
      }),
    );
}

function nameOf({ algorithm, publicKey, message, signature }: SignatureCheck): string {
  return `${algorithm} ${toHex(sha256(concatBytes(publicKey, message, signature)))}`;
}

const holders = new Map<string, Holder>();

/** The same key for the same names. */
export function holder(party: string, role: string): Holder {
  return namedHolder(party, role, "small");
}

function namedHolder(party: string, role: string, circle: string): Holder {
  const name = `${party}.example/${circle}/${role}`;
  const known = holders.get(name);
  if (known !== undefined) return known;
  const signer = nobleSigner({ ed25519: seed(`${name} ed25519`), mldsa44: seed(`${name} mldsa44`) });
  const made = { named: { name, pair: signer.pair }, signer };
  holders.set(name, made);
  return made;
}

function seed(text: string): Uint8Array {
  return sha256(encodeUtf8(`countersign test ${text}`));
}
