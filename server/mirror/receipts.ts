/**
 * Who has cosigned which size of which log, learnt from the heads that nodes serve, each cosigner's newest kept with the log's own lines,
 * so that it can be shown and bundled. Receipts prove storage; they are never folded.
 */
import { bundledNote } from "@countersign/core/bundle/heads.ts";
import { formatInstant } from "@countersign/core/bytes/instant.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import type { Charter, CharterParty, NamedPair } from "@countersign/core/channel/charter.ts";
import type { LogReceipts } from "@countersign/core/channel/receipts.ts";
import { openHead, type OpenedHead } from "@countersign/core/log/checkpoint.ts";
import { readCosignatures } from "@countersign/core/log/cosignature.ts";
import { cosignerKeyIds, statementKeyIds } from "@countersign/core/signing/key-id.ts";
import { addSignatures, formatNote, type Note } from "@countersign/core/signing/note.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { nativeVerify } from "../signing.ts";

interface Cosigner {
  readonly id: PartyId;
  readonly key: NamedPair;
  readonly observer: boolean;
}

interface Receipt {
  readonly cosigner: Cosigner;
  readonly opened: OpenedHead;
  readonly timeSeconds: number;
  readonly bytes: Uint8Array;
}

export class ReceiptBook {
  readonly #store: ObjectStore;
  readonly #onChange: () => void;
  readonly #charter: Charter;
  readonly #cosigners: readonly Cosigner[];
  /** Log → cosigner → its newest. */
  readonly #newest = new Map<PartyId, Map<PartyId, Receipt>>();

  private constructor(store: ObjectStore, charter: Charter, onChange: () => void) {
    this.#store = store;
    this.#onChange = onChange;
    this.#charter = charter;
    this.#cosigners = [
      ...charter.parties.map(({ id, keys }) => ({ id, key: keys.mirror, observer: false })),
      ...charter.observers.map(({ id, witness }) => ({ id, key: witness, observer: true })),
    ];
  }

  static async open(store: ObjectStore, charter: Charter, onChange: () => void): Promise<ReceiptBook> {
    const book = new ReceiptBook(store, charter, onChange);
    for (const { id, keys } of charter.parties)
      for (const cosigner of book.#cosigners) {
        const bytes = await store.get(`receipt/${id}/${cosigner.id}`);
        const opened = bytes === undefined ? undefined : await openHead(bytes, keys.log, nativeVerify);
        if (opened?.ok === true) await book.#learnFrom(id, opened.value, [cosigner], false);
      }
    return book;
  }

  /** Takes what is new in a head that was found to be of the log as this node holds it. */
  async learn(log: PartyId, opened: OpenedHead): Promise<void> {
    if (opened.note.signatures.length > 2) await this.#learnFrom(log, opened, this.#cosigners, true);
  }

  of(log: PartyId, ownerSize: number): LogReceipts {
    const receipts = [...(this.#newest.get(log)?.values() ?? [])];
    const line = ({ opened, timeSeconds }: Receipt) => ({ size: opened.head.size, time: formatInstant(timeSeconds) });
    return {
      log,
      size: ownerSize,
      storedBy: receipts.filter(({ cosigner }) => !cosigner.observer).map((receipt) => ({ party: receipt.cosigner.id, ...line(receipt) })),
      witnessedBy: receipts.filter(({ cosigner }) => cosigner.observer).map((receipt) => ({ observer: receipt.cosigner.id, ...line(receipt) })),
    };
  }

  /** A head as a note with every line known here for the same head, in one order whatever was learnt first. */
  noteWithKnownLines(log: CharterParty, opened: OpenedHead): string {
    let { note } = opened;
    for (const receipt of this.#newest.get(log.id)?.values() ?? []) if (receipt.opened.note.text === note.text) note = addSignatures(note, linesOf(receipt.opened.note, receipt.cosigner.key));
    return bundledNote(note, log.keys.log, this.#cosigners);
  }

  async #learnFrom(log: PartyId, opened: OpenedHead, cosigners: readonly Cosigner[], write: boolean): Promise<void> {
    const known = this.#newest.get(log) ?? new Map<PartyId, Receipt>();
    this.#newest.set(log, known);
    const wanted = cosigners.filter(({ id, key }) => {
      const held = known.get(id);
      return id !== log && (held === undefined || held.opened.head.size < opened.head.size) && opened.note.signatures.some(({ name }) => name === key.name);
    });
    if (wanted.length === 0) return;
    const found = await readCosignatures(opened.note, opened.head, wanted.map(({ key }) => key), nativeVerify);
    for (const { name, timeSeconds } of found) {
      const cosigner = wanted.find(({ key }) => key.name === name);
      const held = cosigner === undefined ? undefined : known.get(cosigner.id);
      if (cosigner === undefined || (held !== undefined && held.opened.head.size >= opened.head.size)) continue;
      const note = { text: opened.note.text, signatures: [...this.#logLines(log, opened.note), ...linesOf(opened.note, cosigner.key)] };
      const bytes = encodeUtf8(formatNote(note));
      const receipt: Receipt = { cosigner, opened: { head: opened.head, note }, timeSeconds, bytes };
      if (write && !(await this.#store.replaceIf(`receipt/${log}/${cosigner.id}`, held?.bytes, bytes))) continue;
      known.set(cosigner.id, receipt);
      if (write) this.#onChange();
    }
  }

  #logLines(log: PartyId, note: Note): Note["signatures"] {
    const key = this.#charter.parties.find(({ id }) => id === log)?.keys.log;
    if (key === undefined) return [];
    const ids = statementKeyIds(key.name, key.pair);
    return note.signatures.filter(({ name, id }) => name === key.name && (id === ids.ed25519 || id === ids.mldsa44));
  }
}

function linesOf(note: Note, cosigner: NamedPair): Note["signatures"] {
  const ids = cosignerKeyIds(cosigner.name, cosigner.pair);
  return note.signatures.filter(({ name, id }) => name === cosigner.name && (id === ids.ed25519 || id === ids.mldsa44));
}
