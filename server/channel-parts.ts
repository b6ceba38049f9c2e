/**
 * Opens what one channel consists of at one node: the own log, the copies of the others', receipts, observations, private things, and the
 * view that is filled from them.
 */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 as hash } from "@countersign/core/bytes/sha256.ts";
import { isAttachment } from "@countersign/core/channel/attachment.ts";
import type { Charter, NamedPair } from "@countersign/core/channel/charter.ts";
import type { KeyRing } from "@countersign/core/channel/key-ring.ts";
import type { HeldEntry } from "@countersign/core/channel/record.ts";
import type { FileReference } from "@countersign/core/channel/statement.ts";
import { policyForLog } from "@countersign/core/log/channel-policy.ts";
import { accept, type Result } from "@countersign/core/refusal.ts";
import type { Clock } from "./clock.ts";
import { CommitLog } from "./journal/commit-log.ts";
import { HighestSigned, type SignedSize } from "./journal/highest-signed.ts";
import { Journal, type JournalOptions } from "./journal/journal.ts";
import { finishStep } from "./journal/step-record.ts";
import { Attachments } from "./mirror/attachments.ts";
import { HashLog } from "./mirror/hash-log.ts";
import { LogBranches } from "./mirror/log-branches.ts";
import { LogCopy } from "./mirror/log-copy.ts";
import { Observations } from "./mirror/observations.ts";
import { PeerClient } from "./mirror/peer-client.ts";
import { PromisedHeads } from "./mirror/promised-heads.ts";
import { ReceiptBook } from "./mirror/receipts.ts";
import { ReleasedEntries } from "./mirror/released-entries.ts";
import { largestShown, restoreOwnLog } from "./mirror/restore-own-log.ts";
import { WitnessedLog } from "./mirror/witnessed-log.ts";
import type { DiskStore } from "./objects/disk.ts";
import { putNewDecided, under } from "./objects/object-store.ts";
import type { KeptPrevious } from "./previous.ts";
import { Drafts } from "./private/drafts.ts";
import { EncryptedStore } from "./private/encrypted-store.ts";
import { partySigners, type ObserverSigners, type PartySigners } from "./private/keys.ts";
import { Seals } from "./private/seals.ts";
import { StatementWriter } from "./statement-writer.ts";
import { CheckedLogs } from "./view/checked-logs.ts";
import { fillView, type KeptLog } from "./view/fill.ts";
import { View } from "./view/view.ts";

export interface ChannelOptions {
  /** Whose node this is. */
  readonly self: PartyId;
  readonly channel: string;
  readonly charter: Charter;
  readonly charterBytes: Uint8Array;
  /** Of the channel that this one continues; an observer has none. */
  readonly previous?: KeptPrevious | undefined;
  /** The node's folder. */
  readonly directory: string;
  readonly signers: PartySigners | ObserverSigners;
  readonly storageKey: Uint8Array;
  /** Beside the keys. */
  readonly highestStore: DiskStore;
  readonly clock: Clock;
  readonly peers: readonly { readonly id: PartyId; readonly base: string }[];
  readonly acknowledges: boolean;
  /** Whether the others are told at once of what is new here. */
  readonly hints: boolean;
  readonly fetch: typeof fetch;
  /** How long a request to a peer may bring nothing, in milliseconds. */
  readonly patience?: number;
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}

/** What only a party's node has. */
export interface OwnLog {
  readonly journal: Journal;
  readonly writer: StatementWriter;
  readonly signers: PartySigners;
}

/** All that a channel is made of at this node. */
export interface Parts {
  readonly store: DiskStore;
  readonly privateStore: DiskStore;
  readonly view: View;
  readonly checked: CheckedLogs;
  readonly observations: Observations;
  readonly receiptBook: ReceiptBook;
  readonly seals: Seals;
  readonly drafts: Drafts;
  readonly released: ReleasedEntries;
  readonly attachments: Attachments;
  readonly copies: ReadonlyMap<PartyId, LogCopy>;
  /** Further versions of each log; none at an observer's node. */
  readonly branches: ReadonlyMap<PartyId, LogBranches>;
  /** None at an observer's node. */
  readonly promised: PromisedHeads | undefined;
  readonly own: OwnLog | undefined;
}

/** Opens what is there, or begins. Refuses a damaged folder, and an own log that cannot be brought up to what its key has signed. */
export async function openParts(
  options: ChannelOptions,
  store: DiskStore,
  privateStore: DiskStore,
  viewStore: DiskStore,
): Promise<Result<Parts>> {
  const { self, channel, charter, signers, clock, onChange } = options;
  const view = new View(channel, charter, (sha256) => store.getNow(`file/${sha256}`), options.previous?.record);
  const finished = await finishStep(store);
  if (!finished.ok) return finished;
  const noticed = await Observations.open(store, onChange);
  if (!noticed.ok) return noticed;
  const observations = noticed.value;
  const released = await ReleasedEntries.open(store, charter);
  const attachments = new Attachments(store, charter.caps.bodyFileBytes);
  const checked = new CheckedLogs(new EncryptedStore(viewStore, options.storageKey, `view ${channel}`));
  const secrets = new EncryptedStore(privateStore, options.storageKey, channel);
  const seals = await Seals.open(secrets, channel, self);
  if (!seals.ok) return seals;
  const drafts = await Drafts.open(secrets);
  if (!drafts.ok) return drafts;
  const copies = new Map<PartyId, LogCopy>();
  const branches = new Map<PartyId, LogBranches>();
  let own: Omit<OwnLog, "writer"> | undefined;
  // The own log first: it says which of the keys in the folder stand.
  for (const party of charter.parties.toSorted((a, b) => Number(b.id === self) - Number(a.id === self))) {
    const logStore = under(store, `log/${party.id}`);
    let entries: KeptLog["entries"] | undefined;
    if (party.id === self && signers.role === "party") {
      const highest = await HighestSigned.open(options.highestStore, channel);
      if (!highest.ok) return highest;
      const journal = await openOwnLog(options, store, { store: logStore, key: signers.log, clock, highest: highest.value });
      if (!journal.ok) return journal;
      entries = (from, to) => journal.value.entries(from, to);
      view.watch(self, journal.value.tree);
      own = { journal: journal.value, signers };
    } else {
      const kept =
        signers.role === "party"
          ? await CommitLog.open(logStore, party.keys.log.name, clock.now())
          : await HashLog.open(logStore, party.keys.log.name);
      if (!kept.ok) return kept;
      const cosigner = signers.role === "party" ? (own?.signers ?? signers).mirror : signers.witness;
      const keys = policyForLog(charter, party.id)?.logs.map(({ key }) => key) ?? [];
      const witnessed = signers.role === "party" ? undefined : await WitnessedLog.open({ keys, cosigner, store: logStore, clock });
      if (witnessed?.ok === false) return witnessed;
      const copy = await LogCopy.open(
        {
          party: party.id,
          logKey: party.keys.log,
          cosigner,
          ...(witnessed === undefined ? {} : { witnessed: witnessed.value }),
          store: logStore,
          kept: kept.value,
          clock,
        },
        observations.isForked(party.id),
      );
      if (!copy.ok) return copy;
      if (signers.role === "party") entries = (from, to) => copy.value.entries(from, to);
      copies.set(party.id, copy.value);
      view.watch(party.id, copy.value.tree);
    }
    const log = view.log(party.id);
    if (log !== undefined && entries !== undefined) {
      const kept = { party: party.id, size: log.tree.size, entries };
      await fillView(view, kept, await checked.of(party.id, log.tree), async (held) => {
        await readFiles(held, store, view);
        await attachments.note(held);
      });
      await checked.note(log);
    }
    const first = party.id === self ? own?.journal : copies.get(party.id);
    if (first !== undefined && signers.role === "party") {
      const further = await LogBranches.open({
        party: party.id,
        channel,
        logKey: party.keys.log,
        store,
        clock,
        first,
        others: charter.parties.flatMap(({ id }) => (id === party.id ? [] : [id])),
        entriesOf: (other) => view.log(other)?.entries ?? [],
        ring: () => view.ring(party.id),
        kept: async (all, entries) => {
          await readFiles(entries, store, view);
          await attachments.note(entries);
          view.setBranches(party.id, all);
          onChange();
        },
      });
      if (!further.ok) return further;
      branches.set(party.id, further.value);
    }
    if (party.id !== self || own === undefined) continue;
    const current = await partySigners(options.directory, party, view.ring(self));
    if (!current.ok) return current;
    own = { journal: own.journal, signers: current.value };
  }
  const ring = (party: PartyId): KeyRing => (own === undefined ? released.ring(party) : view.ring(party));
  const receiptBook = await ReceiptBook.open(store, charter, ring, clock, onChange);
  await readFiles(released.held, store, view);
  const writer =
    own === undefined
      ? undefined
      : new StatementWriter({
          author: self,
          clock,
          view,
          journal: own.journal,
          others: [...copies.values()],
          keepFile: async (file, bytes) =>
            isAttachment(file)
              ? attachments.keep(file, bytes)
              : void (await putNewDecided(store, `file/${file.sha256}`, bytes)),
        });
  return accept({
    store,
    privateStore,
    view,
    checked,
    observations,
    receiptBook,
    seals: seals.value,
    drafts: drafts.value,
    released,
    attachments,
    copies,
    branches,
    promised: own === undefined ? undefined : await PromisedHeads.open(store, copies),
    own: own === undefined || writer === undefined ? undefined : { ...own, writer },
  });
}

/** The other nodes of the channel, as this one asks them. */
export function peersOf(
  options: ChannelOptions,
  signers: PartySigners | ObserverSigners = options.signers,
  signal: AbortSignal = options.signal,
): PeerClient[] {
  return options.peers
    .filter(({ id }) => id !== options.self)
    .map(
      ({ id, base }) =>
        new PeerClient({
          id,
          base,
          channel: options.channel,
          signers: [
            ...(signers.node === undefined ? [] : [signers.node]),
            ...(signers.role === "party" ? signers.olderNodes : []),
          ],
          fetch: options.fetch,
          ...(options.patience === undefined ? {} : { patience: options.patience }),
          signal,
        }),
    );
}

/** Nodes that do not answer within this time at the start are asked later, like any others. */
const START_MILLISECONDS = 3000;

/** Opens the own log, and fetches what is missing if its key, or a head that another node holds, shows that the folder is older than the log. */
async function openOwnLog(
  options: ChannelOptions,
  store: DiskStore,
  log: JournalOptions & { readonly highest: HighestSigned },
): Promise<Result<Journal>> {
  const open = () => Journal.open(log);
  const opened = await open();
  if (!opened.ok && opened.refusal.code !== "log-behind-its-key") return opened;
  const peers = peersOf(
    options,
    options.signers,
    AbortSignal.any([options.signal, AbortSignal.timeout(START_MILLISECONDS)]),
  );
  const shown = opened.ok && opened.value.size > 0 ? await largestShown(options.self, log.key.named, peers) : undefined;
  const highest = opened.ok ? shown : log.highest.value;
  if (highest === undefined || (opened.ok && highest.size <= opened.value.size)) return opened;
  if (opened.ok) await opened.value.close();
  const restored = await restore(options, store, log.key.named, highest);
  if (!restored.ok) return restored;
  return open();
}

/** Fetches the own log's missing entries, and their files, from the other parties. */
function restore(
  options: ChannelOptions,
  store: DiskStore,
  logKey: NamedPair,
  highest: SignedSize,
): Promise<Result<void>> {
  const { self, charter, clock } = options;
  const others = charter.parties.filter(({ id }) => id !== self).map(({ id }) => id);
  const peers = peersOf(options).filter(({ id }) => others.includes(id));
  const keepFile = async (file: FileReference, peer: PeerClient): Promise<boolean> => {
    const { sha256, size } = file;
    // An attachment is asked for later, like any other party's.
    if (isAttachment(file) || size > charter.caps.bodyFileBytes || (await store.get(`file/${sha256}`)) !== undefined) return true;
    const found = await peer.file(sha256, charter.caps.bodyFileBytes);
    if (!found.ok || found.value === undefined) return false;
    await putNewDecided(store, `file/${sha256}`, found.value);
    return true;
  };
  return restoreOwnLog({
    self,
    logKey,
    store: under(store, `log/${self}`),
    clock,
    highest,
    peers,
    unknown: others.filter((id) => !peers.some((peer) => peer.id === id)),
    keepFile,
  });
}

/** Body files of these entries that are on this machine. One that is not, or is damaged, keeps its statement waiting. */
async function readFiles(held: readonly HeldEntry[], store: DiskStore, view: View): Promise<void> {
  for (const { statement } of held)
    for (const file of statement?.payload.files ?? []) {
      if (isAttachment(file)) continue;
      const { sha256 } = file;
      const bytes = view.files.has(sha256) ? undefined : await store.get(`file/${sha256}`);
      if (bytes !== undefined && toHex(hash(bytes)) === sha256) view.addFile(sha256, bytes.length);
    }
}
