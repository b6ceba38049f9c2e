/**
 * For tests: a party whose node does what no honest one does. Behind it runs a real node with real keys; in front of it stands whatever the
 * party likes to show instead, to everyone or to some.
 */
import { join } from "node:path";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { CharterParty } from "@countersign/core/channel/charter.ts";
import { prepareStatement, readStatement, sealStatement, type Payload } from "@countersign/core/channel/statement.ts";
import { signHead } from "@countersign/core/log/checkpoint.ts";
import { leafHash, MerkleTree } from "@countersign/core/log/merkle.ts";
import { decodeBundle, encodeBundle, hashTile, TILE_WIDTH, type TileAddress } from "@countersign/core/log/tiles.ts";
import { statementKeyIds } from "@countersign/core/signing/key-id.ts";
import { letterTo, must, type Seat, type TestCircle } from "./_circle.ts";
import { clockSeconds } from "./clock.ts";
import { logRoutes } from "./http/log-routes.ts";
import type { LogSource, Reader } from "./http/log-source.ts";
import type { CountersignNode } from "./node.ts";
import { makePair, partySigners, rootSigner, type NamedSigner, type PartySigners } from "./private/keys.ts";

/** A log as its owner shows it; at most one bundle long. Its owner can sign any number of these. */
export interface ShownLog {
  readonly entries: readonly Uint8Array[];
  readonly tree: MerkleTree;
  readonly note: string;
  tile(address: TileAddress): Uint8Array | undefined;
}

/** What is answered to a path below the channel, e.g. `heads`, instead of the real answer. `undefined`: the real one. */
type Instead = (path: string, request: Request) => Response | Promise<Response> | undefined;

interface Face {
  readonly to: (reader: Reader) => boolean;
  readonly source: Partial<LogSource>;
}

export class HostileNode {
  readonly node: CountersignNode;
  readonly keys: PartySigners;
  readonly root: NamedSigner;
  readonly #circle: TestCircle;
  readonly #seat: Seat;
  readonly #faces: Face[] = [];
  readonly #instead: Instead[] = [];

  private constructor(circle: TestCircle, node: CountersignNode, keys: PartySigners, root: NamedSigner) {
    this.#circle = circle;
    this.node = node;
    this.keys = keys;
    this.root = root;
    this.#seat = circle.seat(node.id);
  }

  /** Takes the seat of a node that has run honestly so far. */
  static async behind(circle: TestCircle, node: CountersignNode): Promise<HostileNode> {
    const { directory } = circle.seat(node.id);
    const party = partyOf(circle, node.id);
    const hostile = new HostileNode(
      circle,
      node,
      must(await partySigners(directory, party)),
      must(await rootSigner(directory, party)),
    );
    hostile.#takeSeat();
    return hostile;
  }

  /** The entries of its own log as its real node holds them. */
  async ownEntries(): Promise<Uint8Array[]> {
    const { channel } = this.#circle;
    const width = this.node.record(channel).logs.get(this.node.id)?.entries.length ?? 0;
    if (width === 0 || width > TILE_WIDTH) throw new Error(`a hostile log has 1 to ${TILE_WIDTH} entries, not ${width}`);
    const bundle = await this.node.logs(channel).tile(this.node.id, { level: "entries", number: 0, width });
    return must(decodeBundle(bundle ?? new Uint8Array(0), width));
  }

  /** A log of these entries under a head that is soundly signed. */
  async logOf(entries: readonly Uint8Array[]): Promise<ShownLog> {
    const tree = treeOf(entries);
    const { named, signer } = this.keys.log;
    const head = { origin: named.name, size: tree.size, root: tree.root() };
    return {
      entries,
      tree,
      note: await signHead(head, signer, named.name, clockSeconds(this.#circle.clock)),
      tile: ({ level, number, width }) => {
        if (number !== 0 || level !== 0 && level !== "entries" || width > entries.length) return undefined;
        return level === "entries" ? encodeBundle(entries.slice(0, width)) : hashTile(tree, 0, 0, width);
      },
    };
  }

  /** A letter to follow these entries, with whatever was changed in it, soundly signed unless `key` is the wrong one. */
  letterAfter(entries: readonly Uint8Array[], changed: Partial<Payload> = {}, key: NamedSigner = this.keys.statement): Promise<Uint8Array> {
    const { kind, body } = letterTo("borealis", `Letter ${entries.length}.`);
    const payload: Payload = {
      channel: this.#circle.channel,
      author: this.node.id,
      at: this.#circle.clock.now(),
      seen: [{ log: this.node.id, size: entries.length, root: toBase64(treeOf(entries).root()) }],
      kind,
      body,
      files: [],
      salt: toBase64(new Uint8Array(16).fill(entries.length)),
      ...changed,
    };
    return signed(payload, key);
  }

  /** Shows all its log with one more letter at the end, with whatever was changed in it. */
  async append(changed: Partial<Payload>, key?: NamedSigner): Promise<void> {
    await this.appendBytes(await this.letterAfter(await this.ownEntries(), changed, key));
  }

  /** As `append`, with any bytes. */
  async appendBytes(entry: Uint8Array): Promise<void> {
    this.show(await this.logOf([...(await this.ownEntries()), entry]));
  }

  /** Its log with every entry from `from` on made anew, so that each fits its own past. */
  async rewritten(from: number, size?: number): Promise<ShownLog> {
    const honest = await this.ownEntries();
    const entries = honest.slice(0, from);
    for (const [index, entry] of honest.entries()) {
      if (index < from || index >= (size ?? honest.length)) continue;
      const { payload } = must(readStatement(entry));
      const root = toBase64(treeOf(entries).root());
      const seen = payload.seen.map((head) => (head.log === this.node.id ? { ...head, size: entries.length, root } : head));
      const key = payload.kind === "receive" ? this.keys.receive : this.keys.statement;
      entries.push(await signed({ ...payload, seen, salt: toBase64(new Uint8Array(16).fill(200 + index)) }, key));
    }
    while (entries.length < (size ?? 0)) entries.push(await this.letterAfter(entries));
    return this.logOf(entries);
  }

  /** A pair that this party has made since, under a name of its own. */
  newKey(name: string): Promise<NamedSigner> {
    return makePair(join(this.#seat.directory, `${name}.json`), `${this.root.named.name}/${name}`).then(must);
  }

  /** The head of a log that its real node serves, or of its own log what it shows last. */
  async headOf(log: string): Promise<Uint8Array | undefined> {
    const shown = this.#faces.find(({ source }) => source.tile !== undefined)?.source;
    return { ...this.node.logs(this.#circle.channel), ...shown }.checkpoint(log);
  }

  /** Shows this log in place of the real one. */
  show(log: ShownLog, to: (reader: Reader) => boolean = () => true): void {
    const real = this.node.logs(this.#circle.channel);
    const own = this.node.id;
    this.alter(
      {
        checkpoint: async (asked) => (asked === own ? encodeUtf8(log.note) : real.checkpoint(asked)),
        tile: async (asked, address) => (asked === own ? log.tile(address) : real.tile(asked, address)),
      },
      to,
    );
  }

  /** Serves something else in places; what was shown last comes first. */
  alter(source: Partial<LogSource>, to: (reader: Reader) => boolean = () => true): void {
    this.#faces.unshift({ to, source });
  }

  /** The newest head of its log that it shows to this reader. */
  async headFor(reader: Reader): Promise<Uint8Array | undefined> {
    return this.#sourceFor(reader).checkpoint(this.node.id);
  }

  /** Answers otherwise, before anyone asks who is there. */
  answer(instead: Instead): void {
    this.#instead.unshift(instead);
  }

  #sourceFor(reader: Reader): LogSource {
    return { ...this.node.logs(this.#circle.channel), ...this.#faces.find(({ to }) => to(reader))?.source };
  }

  #takeSeat(): void {
    const { channel } = this.#circle;
    const honest = this.#seat.answer;
    const routes = logRoutes({
      channel,
      gate: this.node.gate,
      sourceFor: (reader) => this.#sourceFor(reader),
      hinted: (reader) => this.node.hinted(channel, reader),
    });
    const under = `/log/${channel}/`;
    this.#seat.answer = (request) => {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith(under)) return honest(request);
      for (const instead of this.#instead) {
        const answered = instead(pathname.slice(under.length), request);
        if (answered !== undefined) return answered;
      }
      return routes.fetch(request);
    };
  }
}

export function partyOf({ charter }: TestCircle, id: string): CharterParty {
  const party = charter.parties.find((candidate) => candidate.id === id);
  if (party === undefined) throw new Error(`no party ${id}`);
  return party;
}

/** A statement as it stands in a log, signed with this key whoever its author is. */
export async function signed(payload: Payload, key: NamedSigner): Promise<Uint8Array> {
  const { payloadBytes, signedBytes } = must(prepareStatement(payload));
  const made = await key.signer.sign(signedBytes);
  const ids = statementKeyIds(key.named.name, key.named.pair);
  return sealStatement(payload, payloadBytes, [
    { keyid: ids.ed25519, sig: made.ed25519 },
    { keyid: ids.mldsa44, sig: made.mldsa44 },
  ]);
}

function treeOf(entries: readonly Uint8Array[]): MerkleTree {
  const tree = new MerkleTree();
  for (const entry of entries) tree.append(leafHash(entry));
  return tree;
}
