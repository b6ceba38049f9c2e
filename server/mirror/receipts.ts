/**
 * Who has cosigned which size of which log, learnt from the heads that nodes serve, each cosigner's newest with the log's own lines. Receipts
 * prove storage; they are shown and never folded. They are written now and then: what a crash takes is learnt again from the peers.
 */
import { z } from "zod";
import { bundledNote, carries, cosignersOf, type Cosigner as BundledCosigner } from "@countersign/core/bundle/heads.ts";
import { formatInstant } from "@countersign/core/bytes/instant.ts";
import { partyId, type PartyId } from "@countersign/core/bytes/fields.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { Charter, CharterParty, NamedPair } from "@countersign/core/channel/charter.ts";
import type { KeyRing } from "@countersign/core/channel/key-ring.ts";
import type { LogReceipts } from "@countersign/core/channel/receipts.ts";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { openHead, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import type { MerkleTree } from "@countersign/core/log/merkle.ts";
import { readTimedSignature } from "@countersign/core/log/head-message.ts";
import { readCosignatures } from "@countersign/core/log/cosignature.ts";
import { cosignerKeyIds, statementKeyIds } from "@countersign/core/signing/key-id.ts";
import { ED25519_SIGNATURE_BYTES } from "@countersign/core/signing/algorithm.ts";
import { addSignatures, formatNote, NOTE_LIMIT, type Note, type NoteSignature } from "@countersign/core/signing/note.ts";
import { clockSeconds, type Clock } from "../clock.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { parseJson } from "../objects/parse-json.ts";
import { headVerify } from "../signing.ts";

interface Cosigner extends BundledCosigner {
  readonly observer: boolean;
  /** Of its keys those that stand: a cosignature that comes now must be of one of them. */
  readonly standing: readonly NamedPair[];
  readonly mine: (line: NoteSignature) => boolean;
}

type Rings = (party: PartyId) => KeyRing;

interface Receipt {
  readonly cosigner: Cosigner;
  readonly opened: OpenedHead;
  readonly timeSeconds: number;
}

/** What is known of one log. */
interface Book {
  readonly log: CharterParty;
  cosigners: readonly Cosigner[];
  readonly newest: Map<PartyId, Receipt>;
  /** The head shown last, with its lines: made anew when the head or a receipt is. */
  shown: { readonly text: string; readonly note: string } | undefined;
  stored: Uint8Array | undefined;
  changed: boolean;
}

/** Receipts are written at most this often, and when the node closes. */
const SAVE_MILLISECONDS = 2000;

/** Cosigner id → its newest cosigned note. */
const storedSchema = z.record(partyId, z.string().max(NOTE_LIMIT));

export class ReceiptBook {
  /** How often the keys of a party were seen to change. */
  keysSeen = 0;
  readonly #store: ObjectStore;
  readonly #charter: Charter;
  readonly #rings: Rings;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #books = new Map<PartyId, Book>();
  /** Of further versions of a log (SPEC R16). Not written: the exchange brings them again. */
  readonly #further = new Map<PartyId, Book>();
  #saved = Number.NEGATIVE_INFINITY;
  #turn: Promise<void> = Promise.resolve();

  private constructor(store: ObjectStore, charter: Charter, rings: Rings, clock: Clock, onChange: () => void) {
    this.#store = store;
    this.#charter = charter;
    this.#rings = rings;
    this.#clock = clock;
    this.#onChange = onChange;
    for (const log of charter.parties)
      for (const books of [this.#books, this.#further])
        books.set(log.id, {
          log,
          cosigners: this.#cosignersOf(log.id),
          newest: new Map(),
          shown: undefined,
          stored: undefined,
          changed: false,
        });
  }

  /** `rings` gives every party's keys as its log gives them at the time of asking. */
  static async open(store: ObjectStore, charter: Charter, rings: Rings, clock: Clock, onChange: () => void): Promise<ReceiptBook> {
    const book = new ReceiptBook(store, charter, rings, clock, onChange);
    for (const one of book.#books.values()) {
      one.stored = await store.get(keyOf(one));
      // Damaged: each exchange brings the newest again.
      const read = storedSchema.safeParse(one.stored === undefined ? {} : parseJson(one.stored));
      for (const note of Object.values(read.data ?? {})) {
        const opened = await openHead(note, one.log.keys.log, headVerify);
        if (opened.ok) await book.#learn(one, opened.value, ({ keys }) => keys);
      }
      one.changed = false;
    }
    return book;
  }

  /** Takes what is new in a head that was found to be of the log as this node holds it. */
  async learn(log: PartyId, opened: OpenedHead): Promise<void> {
    if (await this.#learn(this.#book(log), opened, ({ standing }) => standing)) this.#onChange();
  }

  /** Takes who has cosigned a head of another version of the log than this node holds first: never a receipt of that one. */
  async learnFurther(log: PartyId, opened: OpenedHead): Promise<void> {
    const book = this.#further.get(log);
    if (book !== undefined && (await this.#learn(book, opened, ({ standing }) => standing))) this.#onChange();
  }

  /** Heads of a further version with their cosignatures, as notes; `tree` is the version's. */
  furtherNotes(log: PartyId, tree: MerkleTree): string[] {
    const receipts = [...(this.#further.get(log)?.newest.values() ?? [])];
    return receipts.flatMap(({ opened: { head, note } }) => (head.size <= tree.size && equalBytes(tree.root(head.size), head.root) ? [formatNote(note)] : []));
  }

  /** To be called when a log has changed its owner's keys: a receipt under a key that was revoked is none any more (SPEC R14). */
  keysChanged(): void {
    this.keysSeen += 1;
    for (const book of [...this.#books.values(), ...this.#further.values()]) {
      book.cosigners = this.#cosignersOf(book.log.id);
      book.shown = undefined;
      for (const cosigner of book.cosigners) {
        const receipt = book.newest.get(cosigner.id);
        if (receipt === undefined || carries(receipt.opened.note, cosigner)) continue;
        book.newest.delete(cosigner.id);
        book.changed = true;
      }
    }
  }

  of(log: PartyId, ownerSize: number): LogReceipts {
    const receipts = [...this.#book(log).newest.values()].sort((a, b) => (a.cosigner.id < b.cosigner.id ? -1 : 1));
    const line = ({ opened, timeSeconds }: Receipt) => ({ size: opened.head.size, time: formatInstant(timeSeconds) });
    return {
      log,
      size: ownerSize,
      storedBy: receipts
        .filter(({ cosigner }) => !cosigner.observer)
        .map((receipt) => ({ party: receipt.cosigner.id, ...line(receipt) })),
      witnessedBy: receipts
        .filter(({ cosigner }) => cosigner.observer)
        .map((receipt) => ({ observer: receipt.cosigner.id, ...line(receipt) })),
    };
  }

  /** A head as a note with every line known here for the same head, in one order whatever was learnt first. */
  noteWithKnownLines(log: PartyId, opened: OpenedHead): string {
    const book = this.#book(log);
    const { text } = opened.note;
    if (book.shown?.text === text) return book.shown.note;
    let { note } = opened;
    for (const { cosigner, opened: other } of book.newest.values())
      if (other.note.text === text) note = addSignatures(note, other.note.signatures.filter(cosigner.mine));
    book.shown = { text, note: bundledNote(note, book.log.keys.log, book.cosigners) };
    return book.shown.note;
  }

  /** Each cosigner's newest cosigned head of a log, as a note, for a bundle. */
  notes(log: PartyId): string[] {
    return [...this.#book(log).newest.values()].map(({ opened }) => formatNote(opened.note));
  }

  /** Writes what is new, unless that was done a moment ago. */
  save(now: boolean): Promise<void> {
    const saved = this.#turn.then(() => this.#save(now));
    this.#turn = saved.catch(() => undefined);
    return saved;
  }

  async #save(now: boolean): Promise<void> {
    if (!now && performance.now() - this.#saved < SAVE_MILLISECONDS) return;
    this.#saved = performance.now();
    for (const book of this.#books.values()) {
      if (!book.changed) continue;
      book.changed = false;
      const notes = [...book.newest.values()].map(({ cosigner, opened }): [PartyId, string] => [
        cosigner.id,
        formatNote(opened.note),
      ]);
      const bytes = encodeUtf8(JSON.stringify(Object.fromEntries(notes)));
      if (!(await this.#store.replaceIf(keyOf(book), book.stored, bytes)))
        throw new Error(`another process writes the receipts of ${book.log.id}`);
      book.stored = bytes;
    }
  }

  #cosignersOf(log: PartyId): Cosigner[] {
    const rings = new Map(this.#charter.parties.map(({ id }) => [id, this.#rings(id)]));
    return cosignersOf(this.#charter, log, rings).map(({ id, keys }): Cosigner => {
      const ring = rings.get(id);
      const lines = keys.map(({ name, pair }) => linesOf(name, cosignerKeyIds(name, pair)));
      return {
        id,
        keys,
        observer: ring === undefined,
        standing: ring?.standing("mirror").map(({ key }) => key) ?? keys,
        mine: (line) => lines.some((mine) => mine(line)),
      };
    });
  }

  async #learn(book: Book, opened: OpenedHead, keysOf: (cosigner: Cosigner) => readonly NamedPair[]): Promise<boolean> {
    const { log, cosigners, newest } = book;
    const { head, note } = opened;
    // Of the same size the later one counts: it says that the log is still kept.
    const isNewer = ({ id }: Cosigner, timeSeconds: number) => {
      const known = newest.get(id);
      return known === undefined || known.opened.head.size < head.size || (known.opened.head.size === head.size && known.timeSeconds < timeSeconds);
    };
    const claimed = (cosigner: Cosigner) =>
      Math.max(0, ...note.signatures.filter(cosigner.mine).map(({ signature }) => readTimedSignature(signature, ED25519_SIGNATURE_BYTES)?.timeSeconds ?? 0));
    const wanted = cosigners.filter((cosigner) => isNewer(cosigner, claimed(cosigner)) && note.signatures.some(cosigner.mine));
    if (wanted.length === 0) return false;
    const found = await readCosignatures(note, head, wanted.flatMap(keysOf), headVerify);
    const ownLines = note.signatures.filter(
      linesOf(log.keys.log.name, statementKeyIds(log.keys.log.name, log.keys.log.pair)),
    );
    // One of the future would never look old, and no other of this size would take its place.
    const latest = clockSeconds(this.#clock) + this.#charter.tolerances.clockSeconds;
    let learnt = false;
    for (const { name, timeSeconds } of found) {
      if (timeSeconds > latest) continue;
      const cosigner = wanted.find(({ keys }) => keys.some((key) => key.name === name));
      if (cosigner === undefined || !isNewer(cosigner, timeSeconds)) continue;
      const receipted: Note = { text: note.text, signatures: [...ownLines, ...note.signatures.filter(cosigner.mine)] };
      newest.set(cosigner.id, { cosigner, opened: { head, note: receipted }, timeSeconds });
      learnt = true;
    }
    if (learnt) {
      book.changed = true;
      book.shown = undefined;
    }
    return learnt;
  }

  #book(log: PartyId): Book {
    const book = this.#books.get(log);
    if (book === undefined) throw new Error(`${log} is no party of this channel`);
    return book;
  }
}

function linesOf(
  name: string,
  ids: { readonly ed25519: string; readonly mldsa44: string },
): (line: NoteSignature) => boolean {
  return (line) => line.name === name && (line.id === ids.ed25519 || line.id === ids.mldsa44);
}

function keyOf({ log }: Book): string {
  return `receipt/${log.id}`;
}
