/**
 * Takes one party's log from one peer after the other: head, hashes, entries, files, in this order, each checked against what is
 * already known. What agrees is kept and cosigned; what contradicts is kept as evidence, and nothing is overwritten.
 */
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { parseInstant } from "@countersign/core/bytes/instant.ts";
import type { Charter, CharterParty } from "@countersign/core/channel/charter.ts";
import { readEntries, type HeldEntry } from "@countersign/core/channel/record.ts";
import { openHead, type Head, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { checkForkProof, findFork, findForkInStatement, type ForkProof } from "@countersign/core/log/fork.ts";
import { MerkleTree } from "@countersign/core/log/merkle.ts";
import { TILE_WIDTH } from "@countersign/core/log/tiles.ts";
import { statementKeyIds } from "@countersign/core/signing/key-id.ts";
import type { Observation } from "@countersign/wire/endpoints.ts";
import type { Clock } from "../clock.ts";
import { BATCH_BYTES } from "../journal/commit-record.ts";
import { headVerify, nativeVerify } from "../signing.ts";
import { extendedRoot } from "./extended-root.ts";
import type { LogCopy } from "./log-copy.ts";
import type { Observations } from "./observations.ts";
import type { PeerClient } from "./peer-client.ts";
import type { ReceiptBook } from "./receipts.ts";

/** More new entries than this are not taken at once. */
const PULL_LIMIT = 1_000_000;

export interface PullContext {
  readonly self: PartyId;
  readonly channel: string;
  readonly charter: Charter;
  readonly clock: Clock;
  readonly observations: Observations;
  readonly receipts: ReceiptBook;
  /** Every peer, to be asked for files. */
  readonly peers: readonly PeerClient[];
  /** `undefined` where an observer keeps no files. */
  readonly files: { has(sha256: string): boolean; keep(sha256: string, bytes: Uint8Array): Promise<void> } | undefined;
  /** Entries that were kept, in order. */
  readonly taken: (log: PartyId, entries: readonly HeldEntry[]) => void;
}

/** The log as this node holds it. Its own log is only compared. */
export interface PulledLog {
  readonly party: CharterParty;
  readonly tree: MerkleTree;
  /** The newest head of its owner that is held whole. */
  readonly head: OpenedHead | undefined;
  readonly copy: LogCopy | undefined;
}

/** `again`: what was missing may be there next time; the two others stay for the same head. */
type Outcome = "agrees" | "differs" | "again";

export class LogPull {
  readonly #context: PullContext;
  readonly #log: () => PulledLog;
  /** Per peer: the head it served last, if all of it was dealt with, and the largest size it ever served. */
  readonly #settled = new Map<PartyId, string>();
  readonly #largest = new Map<PartyId, number>();

  constructor(context: PullContext, log: () => PulledLog) {
    this.#context = context;
    this.#log = log;
  }

  /** Deals with the head that a peer served of this log. Never rejects for what a peer does; rejects only when this machine cannot write. */
  async from(peer: PeerClient, served: string): Promise<void> {
    const { party } = this.#log();
    if (this.#settled.get(peer.id) === served) return;
    const opened = await openHead(served, party.keys.log, headVerify);
    if (!opened.ok) return this.#note({ code: "damaged-copy", log: party.id, from: peer.id, sentence: `What ${peer.id} serves as the newest head of ${party.id} does not hold: ${opened.refusal.sentence}` });
    const { head } = opened.value;
    if (head.size < (this.#largest.get(peer.id) ?? 0))
      await this.#note({ code: "rolled-back", log: party.id, from: peer.id, sentence: `${peer.id} served a head of ${party.id} of size ${this.#largest.get(peer.id)} before, and now one of size ${head.size}.`, heads: [this.#shown(head, peer.id)] });
    this.#largest.set(peer.id, Math.max(head.size, this.#largest.get(peer.id) ?? 0));
    const outcome = head.size <= this.#log().tree.size ? await this.#compare(peer, opened.value) : await this.#extend(peer, opened.value);
    if (outcome === "agrees") await this.#context.receipts.learn(party.id, opened.value);
    if (outcome !== "again") this.#settled.set(peer.id, served);
  }

  /** A head no larger than what is held: it is of this log, or it contradicts it. */
  async #compare(peer: PeerClient, opened: OpenedHead): Promise<Outcome> {
    const { tree, copy } = this.#log();
    if (equalBytes(tree.root(opened.head.size), opened.head.root)) {
      await this.#cosign(copy, opened);
      return "agrees";
    }
    await this.#contradiction(peer, opened, tree);
    return "differs";
  }

  /** A larger head: its new entries are taken if it continues what is held. */
  async #extend(peer: PeerClient, opened: OpenedHead): Promise<Outcome> {
    const { party, tree, copy } = this.#log();
    const { head } = opened;
    if (head.size - tree.size > PULL_LIMIT) {
      await this.#note({ code: "other-answer", log: party.id, from: peer.id, sentence: `${peer.id} serves a head of ${party.id} of size ${head.size}, too far beyond the ${tree.size} entries held here to be taken at once.`, heads: [this.#shown(head, peer.id)] });
      return "again";
    }
    const leaves = await this.#leafHashes(peer, tree.size, head.size);
    if (leaves === undefined) return "again";
    if (!equalBytes(extendedRoot(tree, leaves), head.root)) {
      const whole = await this.#leafHashes(peer, 0, head.size);
      if (whole === undefined) return "again";
      const theirs = new MerkleTree();
      for (const leaf of whole) theirs.append(leaf);
      if (equalBytes(theirs.root(), head.root)) {
        await this.#contradiction(peer, opened, theirs);
        return "differs";
      }
      await this.#note({ code: "damaged-copy", log: party.id, from: peer.id, sentence: `The hashes of ${party.id}'s log that ${peer.id} serves do not give the head it serves.`, heads: [this.#shown(head, peer.id)] });
      return "again";
    }
    if (copy === undefined) {
      await this.#note({ code: "rolled-back", log: party.id, from: peer.id, sentence: `${peer.id} holds ${head.size} entries of this node's own log, and this node holds ${tree.size}: its folder is older than what it has signed.`, heads: [this.#shown(head, peer.id)] });
      return "again";
    }
    if (copy.frozen) return "differs";
    const taken = this.#context.files === undefined ? await this.#takeHashes(copy, leaves, opened) : await this.#takeEntries(peer, copy, leaves, opened);
    if (taken) await this.#cosign(copy, opened);
    return taken ? "agrees" : "again";
  }

  async #takeHashes(copy: LogCopy, leaves: readonly Uint8Array[], opened: OpenedHead): Promise<boolean> {
    for (let at = 0; at < leaves.length; at += 65_536) {
      const kept = await copy.keep(leaves.slice(at, at + 65_536), opened);
      if (!kept.ok) throw new Error(kept.refusal.sentence);
    }
    return true;
  }

  /**
   * Bundle after bundle: each entry is checked against the hashes, its files are fetched, and it is kept. While one bundle is written, the next
   * is fetched and its signatures are checked. False where it had to stop.
   */
  async #takeEntries(peer: PeerClient, copy: LogCopy, leaves: readonly Uint8Array[], opened: OpenedHead): Promise<boolean> {
    const { party } = this.#log();
    const { observations, taken } = this.#context;
    const start = copy.size;
    const { size } = opened.head;
    const bundleFrom = (from: number) => this.#openBundle(peer, from, size, leaves.slice(from - start));
    let next = bundleFrom(start);
    while (copy.size < size) {
      const first = copy.size;
      const bundle = await next;
      if (bundle === "withheld") {
        await this.#note({ code: "withheld", log: party.id, from: peer.id, sentence: `${peer.id} serves a head of ${party.id} of size ${size} without its entries from ${first} on.`, entry: first });
        return false;
      }
      if (bundle === "damaged") {
        await this.#note({ code: "damaged-copy", log: party.id, from: peer.id, sentence: `An entry of ${party.id} that ${peer.id} serves is not the one that its head covers.`, heads: [this.#shown(opened.head, peer.id)] });
        return false;
      }
      const { entries, held } = bundle;
      if (first + entries.length < size) next = bundleFrom(first + entries.length);
      const ready = await this.#readyCount(peer, held, first);
      for (const [from, to] of batches(entries.slice(0, ready))) {
        const kept = await copy.keep(entries.slice(from, to), opened);
        if (!kept.ok) throw new Error(kept.refusal.sentence);
        taken(party.id, held.slice(from, to));
      }
      await this.#compareClaims(entries.slice(0, ready), held, opened);
      if (ready < held.length) return false;
    }
    observations.clear("withheld", party.id, peer.id);
    observations.clear("future-dated", party.id, party.id);
    return true;
  }

  /** The rest of the bundle that `from` is in, up to `size`, with its signatures checked. `leaves` begins at `from`. */
  async #openBundle(peer: PeerClient, from: number, size: number, leaves: readonly Uint8Array[]): Promise<{ entries: Uint8Array[]; held: HeldEntry[] } | "withheld" | "damaged"> {
    const { party } = this.#log();
    const { channel, charter } = this.#context;
    const number = Math.floor(from / TILE_WIDTH);
    const bundle = await peer.entries(party.id, number, Math.min(TILE_WIDTH, size - number * TILE_WIDTH));
    const entries = bundle.ok ? bundle.value?.slice(from - number * TILE_WIDTH) : undefined;
    if (entries === undefined) return "withheld";
    const held = await readEntries(entries, charter, channel, party.id, nativeVerify);
    return held.every(({ leafHash }, position) => equalBytes(leafHash, leaves[position] ?? new Uint8Array(0))) ? { entries, held } : "damaged";
  }

  /** How many of these entries may be covered now: not dated ahead of the clock (SPEC R9), and with their files (SPEC R6). */
  async #readyCount(peer: PeerClient, held: readonly HeldEntry[], first: number): Promise<number> {
    const { party } = this.#log();
    const { charter, clock } = this.#context;
    const limit = (parseInstant(clock.now()) ?? 0) + charter.tolerances.clockSeconds;
    for (const [position, { statement }] of held.entries()) {
      if (statement === undefined) continue;
      const entry = first + position;
      if ((parseInstant(statement.payload.at) ?? 0) > limit) {
        await this.#note({ code: "future-dated", log: party.id, from: party.id, sentence: `Entry ${entry} of ${party.id} is dated ${statement.payload.at}, more than ${charter.tolerances.clockSeconds} seconds ahead of this node's clock. It is taken when its time has come.`, entry });
        return position;
      }
      for (const file of statement.payload.files) {
        if (file.size > charter.caps.bodyFileBytes || (await this.#fetchFile(peer, file.sha256, file.size))) continue;
        await this.#note({ code: "withheld", log: party.id, from: peer.id, sentence: `The file ${file.name} of entry ${entry} of ${party.id} is served by nobody.`.slice(0, 600), entry });
        return position;
      }
    }
    return held.length;
  }

  async #fetchFile(first: PeerClient, sha256: string, size: number): Promise<boolean> {
    const { files, peers } = this.#context;
    if (files === undefined || files.has(sha256)) return true;
    for (const peer of [first, ...peers.filter(({ id }) => id !== first.id)]) {
      const found = await peer.file(sha256, size);
      if (!found.ok || found.value === undefined) continue;
      await files.keep(sha256, found.value);
      return true;
    }
    return false;
  }

  /** What the new statements say of their author's own log must be what the author has signed as head (SPEC R15). */
  async #compareClaims(entries: readonly Uint8Array[], held: readonly HeldEntry[], opened: OpenedHead): Promise<void> {
    const { party, tree } = this.#log();
    for (const [position, entry] of entries.entries()) {
      const statement = held[position]?.statement;
      const claim = statement?.payload.seen.find(({ log }) => log === party.id);
      if (statement === undefined || claim === undefined || claim.size > tree.size || toBase64(tree.root(claim.size)) === claim.root) continue;
      const key = party.keys.statement.find((candidate) => statementKeyIds(candidate.key.name, candidate.key.pair).ed25519 === statement.envelope.signatures[0].keyid)?.key;
      const proof = key === undefined || this.#log().head === undefined ? undefined : findForkInStatement(this.#proofContext(tree), this.#log().head ?? opened, entry, key);
      await this.#noteFork(proof, [this.#shown(opened.head, party.id), { size: claim.size, root: claim.root, heardFrom: party.id }], party.id);
    }
  }

  /** `larger`: the tree of the larger of the two heads, as far as it is known. */
  async #contradiction(peer: PeerClient, opened: OpenedHead, larger: MerkleTree): Promise<void> {
    const { head } = this.#log();
    const proof = head === undefined ? undefined : findFork(this.#proofContext(larger), head, opened);
    const heads = [...(head === undefined ? [] : [this.#shown(head.head, this.#context.self)]), this.#shown(opened.head, peer.id)];
    await this.#noteFork(proof, heads, peer.id);
  }

  #proofContext(larger: MerkleTree) {
    const { channel, charter } = this.#context;
    return { channel, log: this.#log().party.keys.log, charter, larger };
  }

  /** Only what checks is called a fork; the rest is an answer that differs. */
  async #noteFork(proof: ForkProof | undefined, heads: Observation["heads"], from: PartyId): Promise<void> {
    const { party, copy } = this.#log();
    const checked = proof === undefined ? undefined : await checkForkProof(proof, party.keys.log, nativeVerify);
    if (proof === undefined || checked === undefined || !checked.ok)
      return this.#note({ code: "other-answer", log: party.id, from, sentence: `What ${from} serves of ${party.id}'s log does not fit what this node holds of it. It is no proof of anything yet.`, heads });
    if (copy !== undefined) copy.frozen = true;
    await this.#note({ code: "fork", log: party.id, from, sentence: checked.value.sentence.slice(0, 600), heads }, proof);
  }

  async #leafHashes(peer: PeerClient, from: number, to: number): Promise<Uint8Array[] | undefined> {
    const { party } = this.#log();
    const leaves: Uint8Array[] = [];
    for (let number = Math.floor(from / TILE_WIDTH); number * TILE_WIDTH < to; number += 1) {
      const hashes = await peer.leafHashes(party.id, number, Math.min(TILE_WIDTH, to - number * TILE_WIDTH));
      if (!hashes.ok || hashes.value === undefined) {
        await this.#note({ code: "withheld", log: party.id, from: peer.id, sentence: `${peer.id} serves a head of ${party.id} of size ${to} without the hashes below it.` });
        return undefined;
      }
      leaves.push(...hashes.value.slice(Math.max(0, from - number * TILE_WIDTH)));
    }
    return leaves;
  }

  async #cosign(copy: LogCopy | undefined, opened: OpenedHead): Promise<void> {
    if (copy !== undefined && (await copy.adopt(opened)) && copy.cosigned !== undefined) await this.#context.receipts.learn(copy.party, copy.cosigned);
  }

  #shown(head: Head, heardFrom: PartyId): Observation["heads"][number] {
    return { size: head.size, root: toBase64(head.root), heardFrom };
  }

  #note(made: Omit<Observation, "at" | "heads"> & { readonly heads?: Observation["heads"] }, proof?: ForkProof): Promise<void> {
    return this.#context.observations.note({ heads: [], ...made, at: this.#context.clock.now() }, proof);
  }
}

/** Runs of entries that each fit into one commit record. */
function batches(entries: readonly Uint8Array[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  let from = 0;
  let bytes = 0;
  for (const [position, entry] of entries.entries()) {
    if (position > from && bytes + entry.length > BATCH_BYTES) {
      runs.push([from, position]);
      from = position;
      bytes = 0;
    }
    bytes += entry.length;
  }
  if (from < entries.length) runs.push([from, entries.length]);
  return runs;
}
