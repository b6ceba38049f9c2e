/**
 * One channel at one node: the own log (a party's), the copies of the others', receipts, observations, private things and the view, all
 * over one folder. What the desk and the other nodes are shown of it is in `http/`.
 */
import { join } from "node:path";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { Charter, CharterParty, NamedPair } from "@countersign/core/channel/charter.ts";
import { readEntries, type HeldEntry } from "@countersign/core/channel/record.ts";
import type { LogReceipts } from "@countersign/core/channel/receipts.ts";
import type { FileReference } from "@countersign/core/channel/statement.ts";
import type { OpenedHead } from "@countersign/core/log/checkpoint.ts";
import type { TileAddress } from "@countersign/core/log/tiles.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { Clock } from "./clock.ts";
import { CommitLog } from "./journal/commit-log.ts";
import { HighestSigned, type SignedSize } from "./journal/highest-signed.ts";
import { Journal, type JournalOptions } from "./journal/journal.ts";
import { Exchange } from "./mirror/exchange.ts";
import { HashLog } from "./mirror/hash-log.ts";
import { LogCopy } from "./mirror/log-copy.ts";
import { Observations } from "./mirror/observations.ts";
import { PeerClient } from "./mirror/peer-client.ts";
import { ReceiptBook } from "./mirror/receipts.ts";
import { ReleasedEntries } from "./mirror/released-entries.ts";
import { largestShown, restoreOwnLog } from "./mirror/restore-own-log.ts";
import { DiskStore } from "./objects/disk.ts";
import { putNewDecided, under } from "./objects/object-store.ts";
import { Drafts } from "./private/drafts.ts";
import { EncryptedStore } from "./private/encrypted-store.ts";
import type { ObserverSigners, PartySigners } from "./private/keys.ts";
import { Seals } from "./private/seals.ts";
import { nativeVerify } from "./signing.ts";
import { StatementWriter, type StatementDraft, type WrittenStatement } from "./statement-writer.ts";
import { View } from "./view/view.ts";

export interface ChannelOptions {
  /** Whose node this is. */
  readonly self: PartyId;
  readonly channel: string;
  readonly charter: Charter;
  readonly charterBytes: Uint8Array;
  /** The node's folder. */
  readonly directory: string;
  readonly signers: PartySigners | ObserverSigners;
  readonly storageKey: Uint8Array;
  /** Beside the keys. */
  readonly highestStore: DiskStore;
  readonly clock: Clock;
  readonly peers: readonly { readonly id: PartyId; readonly base: string }[];
  readonly acknowledges: boolean;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}

/** What only a party's node has. */
export interface OwnLog {
  readonly journal: Journal;
  readonly writer: StatementWriter;
  readonly signers: PartySigners;
}

export class Channel {
  readonly options: ChannelOptions;
  readonly view: View;
  readonly observations: Observations;
  readonly receiptBook: ReceiptBook;
  readonly seals: Seals;
  readonly drafts: Drafts;
  readonly released: ReleasedEntries;
  /** Absent at an observer's node. */
  readonly own: OwnLog | undefined;
  readonly #copies: ReadonlyMap<PartyId, LogCopy>;
  readonly #stores: readonly DiskStore[];
  readonly #store: DiskStore;
  readonly #exchange: Exchange;

  private constructor(options: ChannelOptions, parts: Parts) {
    this.options = options;
    this.view = parts.view;
    this.observations = parts.observations;
    this.receiptBook = parts.receiptBook;
    this.seals = parts.seals;
    this.drafts = parts.drafts;
    this.released = parts.released;
    this.own = parts.own;
    this.#copies = parts.copies;
    this.#stores = [parts.store, parts.privateStore];
    this.#store = parts.store;
    const peers = peersOf(options);
    const keepsFiles = parts.own !== undefined;
    this.#exchange = new Exchange(
      {
        self: options.self,
        channel: options.channel,
        charter: options.charter,
        clock: options.clock,
        observations: this.observations,
        receipts: this.receiptBook,
        peers,
        files: keepsFiles ? { has: (sha256) => this.view.files.has(sha256), keep: (sha256, bytes) => this.keepFile(sha256, bytes) } : undefined,
        taken: (log, entries) => {
          if (!keepsFiles) return;
          this.view.add(log, entries);
          options.onChange();
        },
      },
      options.charter.parties.map((party) => () => this.#pulled(party)),
      keepsFiles ? undefined : (log, peer) => this.#takeReleased(log, peer),
    );
  }

  /** Opens what is there, or begins; a party's fresh log begins with its signature of the charter. */
  static async open(options: ChannelOptions): Promise<Result<Channel>> {
    const store = await DiskStore.open(join(options.directory, "logs", options.channel));
    const privateStore = await DiskStore.open(join(options.directory, "private", options.channel));
    const parts = await openParts(options, store, privateStore);
    if (!parts.ok) {
      await store.close();
      await privateStore.close();
      return parts;
    }
    const channel = new Channel(options, parts.value);
    const begun = await channel.#signCharter();
    if (begun.ok) return accept(channel);
    await channel.close();
    return begun;
  }

  /** Signs with the general statement key; `receive` is the node's own to write. */
  say(draft: StatementDraft): Promise<Result<WrittenStatement>> {
    if (this.own === undefined) return Promise.resolve(refuse("observer-cannot-say", "An observer makes no statements: it witnesses heads."));
    if (draft.kind === "receive") return Promise.resolve(refuse("receive-by-node", "A node writes `receive` by itself."));
    return this.#write(draft, this.own, this.own.signers.statement);
  }

  /** Pulls from every peer once, then says `receive` if there is something new. */
  async exchange(): Promise<void> {
    await this.#exchange.pass();
    await this.receiptBook.save(false);
    const { own, options } = this;
    // Before all have signed the charter it would have no effect, and is refused.
    if (own !== undefined && options.acknowledges && own.writer.hasNews()) await this.#write({ kind: "receive", body: {}, files: [] }, own, own.signers.receive);
  }

  receipts(): readonly LogReceipts[] {
    return this.options.charter.parties.map(({ id }) => this.receiptBook.of(id, this.newestHead(id)?.head.size ?? 0));
  }

  /** The newest head held whole: the own one, or another's with this node's cosignature. */
  newestHead(log: PartyId): OpenedHead | undefined {
    return log === this.options.self ? this.own?.journal.head : this.#copies.get(log)?.cosigned;
  }

  /** That head as a note with every line known here. */
  newestNote(log: PartyId): string | undefined {
    const head = this.newestHead(log);
    return head === undefined ? undefined : this.receiptBook.noteWithKnownLines(log, head);
  }

  async tile(log: PartyId, address: TileAddress): Promise<Uint8Array | undefined> {
    if (log === this.options.self) return this.own?.journal.tile(address);
    return this.#copies.get(log)?.tile(address);
  }

  /** Entries `from` … `to` − 1 of a log that is held with its entries. */
  async entries(log: PartyId, from: number, to: number): Promise<Uint8Array[]> {
    if (log === this.options.self && this.own !== undefined) return this.own.journal.entries(from, to);
    return (await this.#copies.get(log)?.entries(from, to)) ?? [];
  }

  tree(log: PartyId) {
    return log === this.options.self ? this.own?.journal.tree : this.#copies.get(log)?.tree;
  }

  async keepFile(sha256: string, bytes: Uint8Array): Promise<void> {
    await putNewDecided(this.#store, `file/${sha256}`, bytes);
    this.view.addFile(sha256, bytes);
  }

  async close(): Promise<void> {
    await this.#exchange.idle();
    await this.receiptBook.save(true);
    await this.own?.journal.close();
    for (const store of this.#stores) await store.close();
  }

  async #write(draft: StatementDraft, own: OwnLog, key: PartySigners["statement"]): Promise<Result<WrittenStatement>> {
    const written = await own.writer.write(draft, key);
    if (written.ok) this.options.onChange();
    return written;
  }

  async #signCharter(): Promise<Result<unknown>> {
    if (this.own === undefined || this.own.journal.size > 0) return accept(undefined);
    return this.#write({ kind: "sign", body: { document: this.options.channel, what: "charter", form: "sign" }, files: [] }, this.own, this.own.signers.statement);
  }

  #pulled(party: CharterParty) {
    const copy = this.#copies.get(party.id);
    if (copy !== undefined) return { party, tree: copy.tree, head: copy.head, copy };
    if (this.own === undefined) throw new Error(`no copy of ${party.id}`);
    return { party, tree: this.own.journal.tree, head: this.own.journal.head, copy: undefined };
  }

  /** An observer takes released entries that stand in a head it has cosigned, and their files. */
  async #takeReleased(log: PartyId, peer: PeerClient): Promise<void> {
    const head = this.newestHead(log)?.head;
    const tree = this.tree(log);
    if (head === undefined || tree === undefined) return;
    const served = await peer.released(log);
    if (!served.ok || served.value === undefined) return;
    const { charter, channel } = this.options;
    const files = await this.released.take(log, served.value.entries, tree, head.size, (entry) => readEntries([entry], charter, channel, log, nativeVerify));
    for (const { sha256, size } of files) {
      if (size > charter.caps.bodyFileBytes || this.view.files.has(sha256)) continue;
      const file = await peer.file(sha256, size);
      if (file.ok && file.value !== undefined) await this.keepFile(sha256, file.value);
    }
    if (files.length > 0) this.options.onChange();
  }
}

interface Parts {
  readonly store: DiskStore;
  readonly privateStore: DiskStore;
  readonly view: View;
  readonly observations: Observations;
  readonly receiptBook: ReceiptBook;
  readonly seals: Seals;
  readonly drafts: Drafts;
  readonly released: ReleasedEntries;
  readonly copies: ReadonlyMap<PartyId, LogCopy>;
  readonly own: OwnLog | undefined;
}

async function openParts(options: ChannelOptions, store: DiskStore, privateStore: DiskStore): Promise<Result<Parts>> {
  const { self, channel, charter, signers, clock, onChange } = options;
  const view = new View(channel, charter);
  const observations = await Observations.open(store, onChange);
  const receiptBook = await ReceiptBook.open(store, charter, onChange);
  const released = await ReleasedEntries.open(store, charter);
  const secrets = new EncryptedStore(privateStore, options.storageKey, channel);
  const seals = await Seals.open(secrets, channel, self);
  if (!seals.ok) return seals;
  const drafts = await Drafts.open(secrets);
  if (!drafts.ok) return drafts;
  const copies = new Map<PartyId, LogCopy>();
  let own: Omit<OwnLog, "writer"> | undefined;
  for (const party of charter.parties) {
    const logStore = under(store, `log/${party.id}`);
    const leaves: Uint8Array[] = [];
    if (party.id === self && signers.role === "party") {
      const highest = await HighestSigned.open(options.highestStore, channel);
      const journal = await openOwnLog(options, store, { store: logStore, key: signers.log, clock, highest }, leaves);
      if (!journal.ok) return journal;
      view.watch(self, journal.value.tree);
      own = { journal: journal.value, signers };
    } else {
      const kept = signers.role === "party" ? await CommitLog.open(logStore, party.keys.log.name, clock.now(), (entry) => leaves.push(entry)) : await HashLog.open(logStore, party.keys.log.name);
      if (!kept.ok) return kept;
      const cosigner = signers.role === "party" ? signers.mirror : signers.witness;
      const copy = await LogCopy.open({ party: party.id, logKey: party.keys.log, cosigner, store: logStore, kept: kept.value, clock }, observations.isForked(party.id));
      if (!copy.ok) return copy;
      copies.set(party.id, copy.value);
      view.watch(party.id, copy.value.tree);
    }
    const held = await readEntries(leaves, charter, channel, party.id, nativeVerify);
    await readFiles(held, store, view);
    view.add(party.id, held);
  }
  await readFiles(released.held, store, view);
  const writer = own === undefined ? undefined : new StatementWriter({ author: self, clock, view, journal: own.journal, others: [...copies.values()], keepFile: async (sha256, bytes) => void (await putNewDecided(store, `file/${sha256}`, bytes)) });
  return accept({ store, privateStore, view, observations, receiptBook, seals: seals.value, drafts: drafts.value, released, copies, own: own === undefined || writer === undefined ? undefined : { ...own, writer } });
}

function peersOf(options: ChannelOptions, signal: AbortSignal = options.signal): PeerClient[] {
  return options.peers
    .filter(({ id }) => id !== options.self)
    .map(({ id, base }) => new PeerClient({ id, base, channel: options.channel, signer: options.signers.node, fetch: options.fetch, signal }));
}

/** Nodes that do not answer within this time at the start are asked later, like any others. */
const START_MILLISECONDS = 3000;

/** Opens the own log, and fetches what is missing if its key, or a head that another node holds, shows that the folder is older than the log. */
async function openOwnLog(options: ChannelOptions, store: DiskStore, log: JournalOptions & { readonly highest: HighestSigned }, leaves: Uint8Array[]): Promise<Result<Journal>> {
  const open = () => Journal.open({ ...log, visit: (entry) => leaves.push(entry) });
  const opened = await open();
  if (!opened.ok && opened.refusal.code !== "log-behind-its-key") return opened;
  const peers = peersOf(options, AbortSignal.any([options.signal, AbortSignal.timeout(START_MILLISECONDS)]));
  const shown = opened.ok && opened.value.size > 0 ? await largestShown(options.self, log.key.named, peers) : undefined;
  const highest = opened.ok ? shown : log.highest.value;
  if (highest === undefined || (opened.ok && highest.size <= opened.value.size)) return opened;
  if (opened.ok) await opened.value.close();
  const restored = await restore(options, store, log.key.named, highest);
  if (!restored.ok) return restored;
  leaves.length = 0;
  return open();
}

/** Fetches the own log's missing entries, and their files, from the other parties. */
function restore(options: ChannelOptions, store: DiskStore, logKey: NamedPair, highest: SignedSize): Promise<Result<void>> {
  const { self, charter, clock } = options;
  const others = charter.parties.filter(({ id }) => id !== self).map(({ id }) => id);
  const peers = peersOf(options).filter(({ id }) => others.includes(id));
  const keepFile = async ({ sha256, size }: FileReference, peer: PeerClient): Promise<boolean> => {
    if (size > charter.caps.bodyFileBytes || (await store.get(`file/${sha256}`)) !== undefined) return true;
    const file = await peer.file(sha256, size);
    if (!file.ok || file.value === undefined) return false;
    await putNewDecided(store, `file/${sha256}`, file.value);
    return true;
  };
  return restoreOwnLog({ self, logKey, store: under(store, `log/${self}`), clock, highest, peers, unknown: others.filter((id) => !peers.some((peer) => peer.id === id)), keepFile });
}

/** Body files of these entries that are on this machine. One that is not keeps its statement waiting. */
async function readFiles(held: readonly HeldEntry[], store: DiskStore, view: View): Promise<void> {
  for (const { statement } of held)
    for (const { sha256 } of statement?.payload.files ?? []) {
      const bytes = view.files.has(sha256) ? undefined : await store.get(`file/${sha256}`);
      if (bytes !== undefined) view.addFile(sha256, bytes);
    }
}
