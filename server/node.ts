/**
 * One party's or observer's node, put together: folder and lock, keys, channels, the loop that exchanges with the others, and the two faces
 * it shows (byte paths for the other nodes, the desk for its own people).
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Hono } from "hono";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import { replaceSha256 } from "@countersign/core/bytes/sha256.ts";
import type { Opening } from "@countersign/core/channel/attachment.ts";
import { channelId, partyOf, readCharter, type Charter } from "@countersign/core/channel/charter.ts";
import type { State } from "@countersign/core/channel/fold.ts";
import type { KeyRing, RootAct } from "@countersign/core/channel/key-ring.ts";
import { refuseSharedLogKey } from "@countersign/core/channel/log-keys.ts";
import type { NamedFile } from "@countersign/core/channel/named-file.ts";
import type { LogReceipts } from "@countersign/core/channel/receipts.ts";
import type { HeldRecord } from "@countersign/core/channel/record.ts";
import type { Opening as SealOpening, Seal } from "@countersign/core/declare/commitment.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { NodeFacts, Observation, StatementAnswer, StatementRequest } from "@countersign/wire/endpoints.ts";
import { submissionAdmissions } from "./access/admission.ts";
import { channelGate, type GatedChannel } from "./access/channel-gate.ts";
import { deskAccess } from "./access/desk-access.ts";
import { RequestCheck } from "./access/request-signature.ts";
import { bundleOf, bytesOf, type BundleWish } from "./bundle.ts";
import type { BundleStream } from "@countersign/core/bundle/seal.ts";
import { Channel } from "./channel.ts";
import type { Damage } from "./fsck/damage.ts";
import { ReadAgain } from "./fsck/read-again.ts";
import { cosignerRoutes } from "./http/cosigner-routes.ts";
import { deskRoutes } from "./http/desk-routes.ts";
import { heldLogs } from "./http/held-logs.ts";
import { logRoutes } from "./http/log-routes.ts";
import type { Gate, LogSource, Reader } from "./http/log-source.ts";
import { answerTheRest } from "./http/problem.ts";
import { importBundle, type ImportedBundle, type SoundBundle } from "./import-bundle.ts";
import { lockDirectory, type DirectoryLock } from "./journal/directory-lock.ts";
import { matchFile } from "./match-file.ts";
import { goRound, type Round } from "./mirror/rounds.ts";
import type { NodeConfig } from "./node-config.ts";
import { DiskStore } from "./objects/disk.ts";
import { storageKey } from "./private/encrypted-store.ts";
import { continuedFirst, openPrevious } from "./previous.ts";
import { observerSigners, partySigners, type NamedSigner } from "./private/keys.ts";
import { nativeSha256, nativeVerify } from "./signing.ts";
import { requestSalt } from "./request-salt.ts";
import { draftOf } from "./statement-request.ts";
import type { WrittenStatement } from "./statement-writer.ts";

export { createKeys, createObserverKeys, rootSigner, type ObserverPublicKeys, type PartyPublicKeys } from "./private/keys.ts";
export { revokeKey, ROTATED_ROLES, rotatedRole, rotateKey, type RotatedRole } from "./private/root-acts.ts";
export { machineClock, type Clock } from "./clock.ts";
export type { NodeConfig, Peer } from "./node-config.ts";

export interface CountersignNode {
  readonly id: PartyId;
  /** Everything this node answers: byte paths and desk, under `config.path`. */
  readonly app: Hono;
  facts(): NodeFacts;
  /** Checks, signs, appends and answers with the proof; refuses what would have no effect. Throws for a channel it is not in, as do all below. */
  say(channel: string, request: StatementRequest): Promise<Result<StatementAnswer>>;
  /** As `say`, for what only the root key signs; the caller has it from where it is kept. After it the node only serves: start it again. */
  sayAsRoot(channel: string, act: RootAct, root: NamedSigner): Promise<Result<StatementAnswer>>;
  /** A party's keys as its log gives them here. */
  ring(channel: string, party: PartyId): KeyRing;
  /** Seals a value (32 random bytes in base64 if none is given) and keeps nonce and value. */
  seal(channel: string, value?: string): Promise<Result<Seal>>;
  unseal(channel: string, commitment: string): Promise<Result<SealOpening>>;
  /** Pulls from every peer once, cosigns what is now held, learns receipts, writes `receive` if there is something new, and asks for attachments. */
  exchangeNow(channel?: string): Promise<void>;
  /** Reads all files again if that is due; with what it finds damaged nothing more is signed. A node that pulls by itself does so by itself. */
  readAgain(): Promise<void>;
  state(channel: string): State;
  record(channel: string): HeldRecord;
  receipts(channel: string): readonly LogReceipts[];
  observations(channel: string): readonly Observation[];
  /** Salt and content of an attachment that this party may read, checked against what its author has signed. */
  opening(channel: string, statement: string, sha256: string): Promise<Result<Opening>>;
  /** Which statements a file of this SHA-256 (hex) belongs to; attachments that this party may read are opened and compared, too. */
  match(channel: string, sha256: string): Promise<readonly NamedFile[]>;
  /** What this node holds of the channel in one file (SPEC R18); an observer's holds what was released. */
  bundle(channel: string, wish?: BundleWish): Promise<Result<Uint8Array>>;
  /** The same bytes, piece by piece: no more than one file is in memory at a time. */
  bundleStream(channel: string, wish?: BundleWish): Promise<Result<BundleStream>>;
  /** Takes a bundle that `from` brought into the copies, cosigns what is now held, and writes `receive` if there is something new. */
  importBundle(channel: string, bundle: SoundBundle, from: PartyId): Promise<Result<ImportedBundle>>;
  /** The logs as this node serves them honestly, for `logRoutes`. */
  logs(channel: string): LogSource;
  /** Who signed a request to this node, for `logRoutes`. */
  readonly gate: Gate;
  /** Another node says that it has something new: it is asked at once if this node pulls by itself. For `logRoutes`. */
  hinted(channel: string, by: Reader): void;
  /** Called with the channel after its record, receipts or observations changed. Gives the way to stop. */
  onChange(listener: (channel: string) => void): () => void;
  /** Ends pulling, lets writes finish, gives the directory free. */
  close(): Promise<void>;
}

/** Opens a node; with a fresh directory it signs each charter as entry 0 of its log. Refuses a directory in use and keys no charter names. */
export async function startNode(config: NodeConfig): Promise<Result<CountersignNode>> {
  replaceSha256(nativeSha256);
  await mkdir(config.directory, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(config.directory);
  if (!lock.ok) return lock;
  const node = new RunningNode(config, lock.value);
  const opened = await node.open().catch((error: unknown) => {
    void node.close();
    throw error;
  });
  if (opened.ok) return accept(node);
  await node.close();
  return opened;
}

class RunningNode implements CountersignNode {
  readonly id: PartyId;
  readonly app = new Hono();
  gate: Gate;
  readonly #config: NodeConfig;
  readonly #lock: DirectoryLock;
  readonly #ending = new AbortController();
  readonly #channels = new Map<string, Channel>();
  readonly #sources = new Map<string, LogSource>();
  readonly #listeners = new Set<(channel: string) => void>();
  readonly #heartbeat: number;
  readonly #requests: RequestCheck;
  #highest: DiskStore | undefined;
  #readAgain: ReadAgain | undefined;
  #loop: Promise<void> = Promise.resolve();
  /** The trouble with writing that the desk was last told of. */
  #told: string | undefined;

  constructor(config: NodeConfig, lock: DirectoryLock) {
    this.id = config.id;
    this.#config = config;
    this.#lock = lock;
    this.#heartbeat = config.heartbeatSeconds ?? 86_400;
    this.#requests = new RequestCheck(config.id, nativeVerify);
    this.gate = channelGate(new Map(), this.#requests);
  }

  async open(): Promise<Result<void>> {
    const { directory, channels, path = "" } = this.#config;
    this.#highest = await DiskStore.open(join(directory, "keys", ".signed"));
    const secret = await storageKey(directory);
    if (!secret.ok) return secret;
    const gated = new Map<string, GatedChannel>();
    const read = [];
    for (const { charter: bytes } of channels) {
      const charter = readCharter(bytes);
      if (!charter.ok) return charter;
      const shared = refuseSharedLogKey(charter.value, read.map((other) => other.charter));
      if (shared !== undefined) return { ok: false, refusal: shared };
      read.push({ channel: channelId(charter.value), charter: charter.value, bytes });
    }
    for (const { channel, charter, bytes } of continuedFirst(read)) {
      const opened = await this.#openChannel(channel, charter, bytes, secret.value, this.#highest);
      if (!opened.ok) return opened;
      const held = opened.value;
      gated.set(channel, { charter, ring: (party) => held.ring(party) });
      this.#channels.set(channel, held);
      this.#sources.set(channel, heldLogs(opened.value));
    }
    this.gate = channelGate(gated, this.#requests);
    const admission = submissionAdmissions();
    for (const [channel, held] of this.#channels) {
      this.app.route("/", logRoutes({ channel, gate: this.gate, path, sourceFor: () => this.logs(channel), hinted: (reader) => this.hinted(channel, reader) }));
      this.app.route("/", cosignerRoutes({ channel, gate: this.gate, admission, path, cosigner: held }));
    }
    const access = deskAccess(this.#config.demonstration, this.#config.deskToken, path);
    const now = () => this.#config.clock.now();
    const { signal } = this.#ending;
    this.app.route("/", deskRoutes({ node: this, channel: (channel) => this.#channels.get(channel), access, path, now, signal }));
    answerTheRest(this.app);
    const charters = [...gated].map(([channel, { charter }]) => ({ id: channel, charter }));
    this.#readAgain = await ReadAgain.open(this.#config, charters, signal, (damage) => this.#found(damage));
    const every = this.#config.pullEveryMilliseconds ?? 5000;
    if (every > 0) this.#loop = this.#pullEvery(every);
    return accept(undefined);
  }

  facts(): NodeFacts {
    const { id, name, role, clock, demonstration } = this.#config;
    const channels = [...this.#channels].map(([channel, { options }]) => ({
      channel,
      nature: options.charter.nature,
      title: options.charter.title,
    }));
    const trouble = this.#cannotWrite();
    const readAgain = this.#readAgain?.last;
    const facts = { id, name, role, clock: clock.now(), demonstration, channels, ...(trouble === undefined ? {} : { cannotWrite: trouble }) };
    return readAgain === undefined ? facts : { ...facts, readAgain };
  }

  async say(channel: string, request: StatementRequest): Promise<Result<StatementAnswer>> {
    const held = this.#channel(channel);
    const { self, charter, storageKey: secret } = held.options;
    const salt = requestSalt(secret, channel, request);
    const said = salt === undefined ? undefined : held.said(salt);
    if (said !== undefined) return answerOf(said);
    const draft = await draftOf(request, { self, charter, ring: (party) => held.ring(party) });
    if (!draft.ok) return draft;
    const written = await held.say(salt === undefined ? draft.value : { ...draft.value, salt });
    if (!written.ok) this.#tellOfTrouble();
    return answerOf(written);
  }

  async sayAsRoot(channel: string, act: RootAct, root: NamedSigner): Promise<Result<StatementAnswer>> {
    return answerOf(await this.#channel(channel).sayAsRoot(act, root));
  }

  ring(channel: string, party: PartyId): KeyRing {
    return this.#channel(channel).ring(party);
  }

  async seal(channel: string, value?: string): Promise<Result<Seal>> {
    return accept(await this.#channel(channel).seals.seal(value));
  }

  async unseal(channel: string, commitment: string): Promise<Result<SealOpening>> {
    const { seals, options } = this.#channel(channel);
    // A seal belongs to the channel in which it was made; its opening may be said in one that continues it.
    const opened = seals.open(commitment);
    const before = this.#channels.get(options.charter.previous?.channel ?? "");
    return opened.ok || before === undefined ? opened : before.seals.open(commitment);
  }

  async exchangeNow(channel?: string): Promise<void> {
    const channels = channel === undefined ? [...this.#channels.values()] : [this.#channel(channel)];
    await Promise.all(channels.map((held) => held.exchange()));
    for (const held of channels) await held.renew(this.#heartbeat);
    await Promise.all(channels.map((held) => held.fetchAttachments()));
  }

  async readAgain(): Promise<void> {
    await this.#readAgain?.pass();
  }

  state(channel: string): State {
    return this.#channel(channel).view.state();
  }

  record(channel: string): HeldRecord {
    return this.#channel(channel).view.record();
  }

  receipts(channel: string): readonly LogReceipts[] {
    return this.#channel(channel).receipts();
  }

  observations(channel: string): readonly Observation[] {
    return this.#channel(channel).observations.all;
  }

  opening(channel: string, statement: string, sha256: string): Promise<Result<Opening>> {
    return this.#channel(channel).openAttachment(statement, sha256);
  }

  match(channel: string, sha256: string): Promise<readonly NamedFile[]> {
    return matchFile(this.#channel(channel), sha256);
  }

  async bundle(channel: string, wish?: BundleWish): Promise<Result<Uint8Array>> {
    const stream = await this.bundleStream(channel, wish);
    return stream.ok ? accept(await bytesOf(stream.value)) : stream;
  }

  bundleStream(channel: string, wish?: BundleWish): Promise<Result<BundleStream>> {
    return bundleOf(this.#channel(channel), wish);
  }

  importBundle(channel: string, bundle: SoundBundle, from: PartyId): Promise<Result<ImportedBundle>> {
    return importBundle(this.#channel(channel), bundle, from);
  }

  logs(channel: string): LogSource {
    const source = this.#sources.get(channel);
    if (source === undefined) throw new Error(`the node of ${this.id} is not in the channel ${channel}`);
    return source;
  }

  hinted(channel: string, by: Reader): void {
    this.#channel(channel).bells.get(by.id)?.ring();
  }

  onChange(listener: (channel: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#loop;
    for (const channel of this.#channels.values()) await channel.close();
    await this.#readAgain?.close();
    await this.#highest?.close();
    await this.#lock.release();
  }

  async #openChannel(
    channel: string,
    charter: Charter,
    charterBytes: Uint8Array,
    secret: Uint8Array,
    highestStore: DiskStore,
  ): Promise<Result<Channel>> {
    const { id, role, directory, clock, peers, acknowledges = true } = this.#config;
    const party = partyOf(charter, id);
    const observer = charter.observers.find((candidate) => candidate.id === id);
    const named = role === "party" ? party : observer;
    if (named === undefined)
      return refuse(
        "charter-other-node",
        `The charter "${charter.title.en ?? charter.title.ru ?? ""}" does not name ${id} as ${role === "party" ? "a party" : "an observer"}.`,
      );
    const signers = "keys" in named ? await partySigners(directory, named) : await observerSigners(directory, named);
    if (!signers.ok) return signers;
    const inMembers = peers.filter(
      (peer) => partyOf(charter, peer.id) !== undefined || charter.observers.some((other) => other.id === peer.id),
    );
    const previous = await openPrevious(directory, { self: id, channel, charter, storageKey: secret, role }, (before) => this.#channels.get(before)?.view.record());
    if (!previous.ok) return previous;
    const opened = await Channel.open({
      self: id,
      channel,
      charter,
      charterBytes,
      previous: previous.value,
      directory,
      signers: signers.value,
      storageKey: secret,
      highestStore,
      clock,
      peers: inMembers,
      acknowledges,
      hints: this.#config.pullEveryMilliseconds !== 0,
      fetch: this.#config.fetch ?? fetch,
      ...(this.#config.patienceMilliseconds === undefined ? {} : { patience: this.#config.patienceMilliseconds }),
      signal: this.#ending.signal,
      onChange: () => {
        for (const listener of this.#listeners) listener(channel);
      },
    });
    if (!opened.ok) previous.value?.close();
    return opened;
  }

  #found(damage: readonly Damage[]): void {
    for (const { path, what } of damage) console.error(`${path}: ${what}`);
    for (const [channel, held] of this.#channels) {
      held.found(damage);
      for (const listener of this.#listeners) listener(channel);
    }
  }

  #channel(id: string): Channel {
    const channel = this.#channels.get(id);
    if (channel === undefined) throw new Error(`the node of ${this.id} is not in the channel ${id}`);
    return channel;
  }

  /** Each peer of each channel on its own, and beside them what this node says by itself. */
  #pullEvery(everyMilliseconds: number): Promise<void> {
    const rounds = [...this.#channels.values()].flatMap((channel): Round[] => [
      ...[...channel.bells].map(([peer, bell]) => ({ pass: () => channel.exchangeWith(peer), bell })),
      { pass: () => channel.acknowledge().then(() => true) },
      { pass: () => channel.renew(this.#heartbeat).then(() => true) },
      { pass: () => channel.fetchAttachments().then(() => true) },
    ]);
    rounds.push({ pass: async () => this.readAgain().then(() => true) });
    // Whoever gave up on this node hears that it is back.
    for (const channel of this.#channels.values()) channel.tell();
    const failed = (error: unknown): void => {
      console.error(error);
      this.#tellOfTrouble();
    };
    return goRound({ everyMilliseconds, signal: this.#ending.signal, rounds, failed });
  }

  #cannotWrite(): string | undefined {
    const [cannotWrite] = [...this.#channels.values()].flatMap((channel) => channel.cannotWrite ?? []);
    return cannotWrite ?? this.#highest?.unwritable;
  }

  /** Screens hear at once that the node only reads from now on. */
  #tellOfTrouble(): void {
    const trouble = this.#cannotWrite();
    if (trouble === this.#told) return;
    this.#told = trouble;
    for (const channel of this.#channels.keys()) for (const listener of this.#listeners) listener(channel);
  }
}

function answerOf(written: Result<WrittenStatement>): Result<StatementAnswer> {
  if (!written.ok) return written;
  const { id, index, head, proof } = written.value;
  return accept({ id, index, head, proof: proof.map(toBase64) });
}
