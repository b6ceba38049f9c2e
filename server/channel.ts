/**
 * One channel at one node: the own log (a party's), the copies of the others', receipts, observations, private things and the view, all
 * over one folder. What the desk and the other nodes are shown of it is in `http/`.
 */
import { join } from "node:path";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { isAttachment, type Opening } from "@countersign/core/channel/attachment.ts";
import { equalKeys, partyOf, type CharterParty } from "@countersign/core/channel/charter.ts";
import { isRootKind, type KeyRing, type RootAct } from "@countersign/core/channel/key-ring.ts";
import type { HeldEntry } from "@countersign/core/channel/record.ts";
import type { LogReceipts } from "@countersign/core/channel/receipts.ts";
import type { OpenedHead } from "@countersign/core/log/checkpoint.ts";
import type { TileAddress } from "@countersign/core/log/tiles.ts";
import { witnessedPath } from "@countersign/core/log/witness.ts";
import { accept, refusal, refuse, type Refusal, type Result } from "@countersign/core/refusal.ts";
import { openParts, peersOf, type ChannelOptions, type OwnLog, type Parts } from "./channel-parts.ts";
import type { Damage } from "./fsck/damage.ts";
import { stopOverDamage } from "./fsck/stop-over-damage.ts";
import type { Attachments } from "./mirror/attachments.ts";
import { Bell } from "./mirror/bell.ts";
import { ChannelWitness } from "./mirror/channel-witness.ts";
import { Exchange, type BroughtHead } from "./mirror/exchange.ts";
import { Hints } from "./mirror/hints.ts";
import type { KeptBranch, LogBranches } from "./mirror/log-branches.ts";
import type { LogCopy } from "./mirror/log-copy.ts";
import type { Observations } from "./mirror/observations.ts";
import type { Incomplete } from "./mirror/obstacle.ts";
import type { LogPeer } from "./mirror/peer-client.ts";
import type { ReceiptBook } from "./mirror/receipts.ts";
import type { ReleasedEntries } from "./mirror/released-entries.ts";
import { takeReleased } from "./mirror/take-released.ts";
import { DiskStore } from "./objects/disk.ts";
import { putNewDecided } from "./objects/object-store.ts";
import { openAttachment, readingIdentities } from "./private/attachments.ts";
import type { Drafts } from "./private/drafts.ts";
import type { NamedSigner, PartySigners } from "./private/keys.ts";
import type { Seals } from "./private/seals.ts";
import type { RequestSalt } from "./request-salt.ts";
import type { StatementDraft, WrittenStatement } from "./statement-writer.ts";
import type { CheckedLogs } from "./view/checked-logs.ts";
import type { View } from "./view/view.ts";

/** Entries that a log has grown by until it is written down that their signatures were checked. */
const NOTE_EVERY = 4096;

export class Channel {
  readonly options: ChannelOptions;
  readonly view: View;
  readonly observations: Observations;
  readonly receiptBook: ReceiptBook;
  readonly seals: Seals;
  readonly drafts: Drafts;
  readonly released: ReleasedEntries;
  readonly attachments: Attachments;
  /** Absent at an observer's node. */
  readonly own: OwnLog | undefined;
  /** Only at an observer's node. */
  readonly witness: ChannelWitness | undefined;
  readonly #copies: ReadonlyMap<PartyId, LogCopy>;
  readonly #branches: ReadonlyMap<PartyId, LogBranches>;
  readonly #stores: readonly DiskStore[];
  readonly #checked: CheckedLogs;
  readonly #viewStore: DiskStore;
  readonly #store: DiskStore;
  /** The other parties' nodes; an observer has no attachment to give. */
  readonly #peers: readonly LogPeer[];
  /** New entries whose attachments are not asked for yet. */
  #unnoted: HeldEntry[] = [];
  #fetching: Promise<void> | undefined;
  readonly #exchange: Exchange;
  readonly #hints: Hints;
  /** Who is asked, one loop each, and what calls for it before its time. */
  readonly bells: ReadonlyMap<PartyId, Bell>;
  #acknowledging: Promise<void> = Promise.resolve();
  /** The signers in use are those of the start. After a root act they may be retired, so nothing more is signed until the node starts again. */
  #rests = false;

  private constructor(options: ChannelOptions, parts: Parts, viewStore: DiskStore) {
    this.options = options;
    this.view = parts.view;
    this.observations = parts.observations;
    this.receiptBook = parts.receiptBook;
    this.seals = parts.seals;
    this.drafts = parts.drafts;
    this.released = parts.released;
    this.attachments = parts.attachments;
    this.own = parts.own;
    this.#copies = parts.copies;
    this.#checked = parts.checked;
    this.#viewStore = viewStore;
    this.#branches = parts.branches;
    this.#stores = [parts.store, parts.privateStore];
    this.#store = parts.store;
    const peers = peersOf(options, parts.own?.signers ?? options.signers);
    this.#peers = peers.filter(({ id }) => partyOf(options.charter, id) !== undefined);
    this.bells = new Map(peers.map(({ id }) => [id, new Bell()]));
    this.#hints = new Hints(options.hints ? peers : [], options.signal);
    const keepsFiles = parts.own !== undefined;
    const { self, channel, charter, clock } = options;
    const evidence = { self, channel, charter, clock, ring: (party: PartyId) => this.ring(party), observations: this.observations };
    this.witness = keepsFiles ? undefined : new ChannelWitness(evidence, this.#copies);
    this.#exchange = new Exchange(
      {
        ...evidence,
        store: this.#store,
        sizeOf: (log) => this.#heldSize(log),
        receipts: this.receiptBook, promised: parts.promised,
        peers,
        files: keepsFiles
          ? { has: (sha256) => this.view.files.has(sha256), keep: (sha256, bytes) => this.keepFile(sha256, bytes) }
          : undefined,
        taken: (log, entries) => {
          if (!keepsFiles) return;
          this.#unnoted.push(...entries);
          const before = this.view.ring(log);
          this.view.add(log, entries);
          if (this.view.ring(log) !== before) this.receiptBook.keysChanged();
          options.onChange();
        },
      },
      options.charter.parties.map((party) => () => this.#pulled(party)),
      keepsFiles
        ? undefined
        : async (log, peer) => {
            await this.witness?.compare(log);
            await takeReleased(this, log, peer);
          },
    );
  }

  /** Opens what is there, or begins; a party's fresh log begins with its signature of the charter. */
  static async open(options: ChannelOptions): Promise<Result<Channel>> {
    const store = await DiskStore.open(join(options.directory, "logs", options.channel));
    const privateStore = await DiskStore.open(join(options.directory, "private", options.channel));
    const viewStore = await DiskStore.open(join(options.directory, "view", options.channel));
    const parts = await openParts(options, store, privateStore, viewStore);
    if (!parts.ok) {
      for (const one of [store, privateStore, viewStore]) await one.close();
      return parts;
    }
    const channel = new Channel(options, parts.value, viewStore);
    const begun = await channel.#signCharter();
    if (begun.ok) return accept(channel);
    await channel.close();
    return begun;
  }

  /** Signs with the general statement key; `receive` is the node's own to write. */
  async say(draft: StatementDraft): Promise<Result<WrittenStatement>> {
    if (this.own === undefined) return refuse("observer-cannot-say", "An observer makes no statements: it witnesses heads.");
    if (this.#rests) return refuse("keys-changed", "The keys have changed. Start the node again before it says more.");
    if (isRootKind(draft.kind))
      return refuse("root-key-only", "Keys are changed with the root key alone: use `countersign keys` while the node rests.");
    if (draft.kind === "receive") return refuse("receive-by-node", "A node writes `receive` by itself.");
    return this.#write(draft, this.own, this.own.signers.statement);
  }

  /** What a request that came before is answered again; `undefined` if it is new. */
  said(salt: RequestSalt): Result<WrittenStatement> | undefined {
    return this.own?.writer.said(salt);
  }

  /**
   * Says what only a root pair may. Refuses what would change nothing, and a pair that is not this party's root. Then the node only serves
   * until it is started again.
   */
  async sayAsRoot(act: RootAct, root: NamedSigner): Promise<Result<WrittenStatement>> {
    if (this.own === undefined)
      return refuse("observer-cannot-say", "An observer makes no statements: its keys stand.");
    const ring = this.ring(this.options.self);
    if (ring.root === undefined || !equalKeys(ring.root, root.named))
      return refuse("root-key-other", `The charter names another root key for ${this.options.self}.`);
    const why = ring.obstacle(this.own.journal.size, act) ?? this.#heldElsewhere(act);
    if (why !== undefined) return { ok: false, refusal: why };
    const written = await this.#write({ ...act, files: [] }, this.own, root);
    if (!written.ok) return written;
    this.#rests = true;
    this.receiptBook.keysChanged();
    return written;
  }

  /** A party's keys as its log gives them here. */
  ring(party: PartyId): KeyRing {
    return this.own === undefined ? this.released.ring(party) : this.view.ring(party);
  }

  /** Pulls from every peer once, then says `receive` if there is something new. */
  async exchange(): Promise<void> {
    if (this.#rests) return;
    await this.#exchange.pass();
    await this.#saveNotes(false);
    await this.#noteChecked(NOTE_EVERY);
    await this.acknowledge();
    this.tell();
  }

  /** Cosigns again what this node still keeps and has cosigned this many seconds ago or longer. */
  async renew(afterSeconds: number): Promise<void> {
    if (this.#rests) return;
    for (const [log, copy] of this.#copies)
      if ((await copy.renew(afterSeconds)) && copy.cosigned !== undefined) await this.receiptBook.learn(log, copy.cosigned);
  }

  /** Pulls from one peer once, whatever the others do; true if it answered. */
  async exchangeWith(id: PartyId): Promise<boolean> {
    if (this.#rests) return true;
    const answered = await this.#exchange.passOver(id);
    await this.#saveNotes(false);
    await this.#noteChecked(NOTE_EVERY);
    this.tell();
    return answered;
  }

  /** Tells the others if there is something new here: own entries, or others' that this node has cosigned. */
  tell(): void {
    this.#hints.tell(this.options.charter.parties.map(({ id }) => this.newestHead(id)?.head.size ?? 0).join());
  }

  /** As `exchange`, from heads that came in a bundle. */
  async take(brought: readonly BroughtHead[]): Promise<void> {
    const sizes = () => this.options.charter.parties.map(({ id }) => this.tree(id)?.size).join();
    // Logs that saw each other in turns go in step by step; a bundle ends, so this does.
    for (let before = ""; before !== sizes(); ) {
      before = sizes();
      await this.#exchange.take(brought);
    }
    await this.#saveNotes(true);
    await this.acknowledge();
    this.tell();
    await this.#fetchAttachments(brought.map(({ peer }) => peer), "all");
  }

  /** Asks the other parties for attachments that are not held here. A slow peer holds nothing else up: whoever waits for it does so by choice. */
  fetchAttachments(): Promise<void> {
    this.#fetching ??= this.#fetchAttachments(this.#peers, "due").finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #fetchAttachments(peers: readonly LogPeer[], which: "due" | "all"): Promise<void> {
    if (this.own === undefined || this.#rests) return;
    const entries = this.#unnoted;
    this.#unnoted = [];
    await this.attachments.note(entries);
    if (await this.attachments.fetch(peers, which)) this.options.onChange();
  }

  /** Salt and content of an attachment that this node's party may read, checked against what its author has signed. */
  async openAttachment(statement: string, sha256: string): Promise<Result<Opening>> {
    const named = this.view.state().get(statement)?.files.filter(isAttachment) ?? [];
    const file = named.find((one) => one.sha256 === sha256);
    if (file === undefined)
      return refuse("attachment-unknown", "No statement of that id with that attachment has effect here.");
    const { self, charter, directory } = this.options;
    const party = partyOf(charter, self);
    if (party === undefined || !file.readers.includes(self))
      return refuse("attachment-for-others", `${file.name} was made for ${file.readers.join(", ")}, not for ${self}.`);
    const ciphertext = (await this.attachments.get(file.sha256)) ?? this.options.previous?.file(file.sha256);
    if (ciphertext === undefined)
      return refuse("attachment-not-held", `${file.name} is not held here yet. It is asked for with each exchange.`);
    const identities = await readingIdentities(directory, party);
    return identities.ok ? openAttachment(ciphertext, file, identities.value) : identities;
  }

  #heldSize(log: PartyId): number | undefined {
    const first = this.own !== undefined && this.options.self === log ? this.own.journal.size : this.#copies.get(log)?.size;
    return first === undefined ? undefined : Math.max(first, this.#branches.get(log)?.size ?? 0);
  }

  /** This node has found its own files damaged. */
  found(damage: readonly Damage[]): void {
    stopOverDamage(this.options, this.own?.journal, this.#copies, damage);
  }

  /** Why nothing is written any more; `undefined` while it is. */
  get cannotWrite(): string | undefined {
    return this.#stores.flatMap(({ unwritable }) => unwritable ?? [])[0] ?? this.own?.journal.stopped?.sentence ?? this.#exchange.stopped?.sentence;
  }

  /** Says `receive` if there is something new (SPEC R10). */
  acknowledge(): Promise<void> {
    const said = this.#acknowledging.then(() => this.#acknowledge());
    this.#acknowledging = said.catch(() => undefined);
    return said;
  }

  async #acknowledge(): Promise<void> {
    const { own, options } = this;
    if (this.#rests) return;
    // Before all have signed the charter it would have no effect, and is refused.
    if (own !== undefined && options.acknowledges && own.writer.hasNews())
      await this.#write({ kind: "receive", body: {}, files: [] }, own, own.signers.receive);
  }

  receipts(): readonly LogReceipts[] {
    return this.options.charter.parties.map(({ id }) => this.receiptBook.of(id, this.newestHead(id)?.head.size ?? 0));
  }

  /** That more of a log was signed than is held here; never of the own one. */
  incomplete(log: PartyId): Incomplete | undefined {
    return this.#copies.get(log)?.incomplete;
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

  /** The last head that this node itself cosigned of a log, by the hash of its origin; a witness may hold no more of it than this head. */
  cosigned(originHash: string): OpenedHead | undefined {
    const copy = [...this.#copies.values()].find(({ logKey }) => witnessedPath(logKey.name) === `${originHash}/checkpoint`);
    return copy?.witnessed?.latest ?? copy?.cosigned;
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

  /** Further versions of a log that its owner has signed (SPEC R16), as far as each is held whole. */
  branches(log: PartyId): readonly KeptBranch[] {
    return this.#branches.get(log)?.all ?? [];
  }

  tree(log: PartyId) {
    return log === this.options.self ? this.own?.journal.tree : this.#copies.get(log)?.tree;
  }

  async keepFile(sha256: string, bytes: Uint8Array): Promise<void> {
    await putNewDecided(this.#store, `file/${sha256}`, bytes);
    this.view.addFile(sha256, bytes.length);
  }

  /** What cannot be written now comes again with the next exchange; the folder is given free all the same. */
  async close(): Promise<void> {
    await this.#exchange.idle();
    await this.#hints.idle();
    await this.#fetching?.catch(() => undefined);
    await this.#acknowledging;
    if (this.cannotWrite === undefined) await this.#saveNotes(true).catch(() => undefined);
    await this.own?.journal.close();
    await this.#noteChecked(1);
    for (const store of [...this.#stores, this.#viewStore]) await store.close();
    this.options.previous?.close();
  }

  async #saveNotes(now: boolean): Promise<void> {
    await this.receiptBook.save(now);
    await this.observations.save(now);
  }

  /** What it says can be found out again, so a failure to write it stops nothing. */
  async #noteChecked(grown: number): Promise<void> {
    if (this.own === undefined) return;
    for (const log of this.view.record().logs.values()) await this.#checked.note(log, grown).catch(() => undefined);
  }

  async #write(draft: StatementDraft, own: OwnLog, key: PartySigners["statement"]): Promise<Result<WrittenStatement>> {
    const { stopped } = this.#exchange;
    const written: Result<WrittenStatement> = stopped === undefined ? await own.writer.write(draft, key) : { ok: false, refusal: stopped };
    if (written.ok) {
      this.options.onChange();
      this.tell();
    }
    return written;
  }

  async #signCharter(): Promise<Result<unknown>> {
    if (this.own === undefined || this.own.journal.size > 0) return accept(undefined);
    const body = { document: this.options.channel, what: "charter", form: "sign" };
    return this.#write({ kind: "sign", body, files: [] }, this.own, this.own.signers.statement);
  }

  /** A ring knows its own log and the charter; what other parties have added since is looked up before anything is signed. */
  #heldElsewhere(act: RootAct): Refusal | undefined {
    if (act.kind !== "key-change") return undefined;
    const others = this.options.charter.parties.filter(({ id }) => id !== this.options.self);
    const reused = act.body.add.find((added) => others.some(({ id }) => this.ring(id).has(added)));
    return reused === undefined ? undefined : refusal("key-reused", "Another party has this key. Make a new one.");
  }

  #pulled(party: CharterParty) {
    const copy = this.#copies.get(party.id);
    const branches = this.#branches.get(party.id);
    if (copy !== undefined) return { party, tree: copy.tree, head: copy.head, copy, branches };
    if (this.own === undefined) throw new Error(`no copy of ${party.id}`);
    return { party, tree: this.own.journal.tree, head: this.own.journal.head, copy: undefined, branches };
  }
}
