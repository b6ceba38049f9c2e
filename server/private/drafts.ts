/** What this party has begun to write and not signed. It never leaves the node. */
import { z } from "zod";
import { decodeUtf8, encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { draftNote, type DraftNote } from "@countersign/wire/endpoints.ts";
import type { EncryptedStore } from "./encrypted-store.ts";

const KEY = "drafts";
const MOST = 200;
const list = z.array(draftNote).max(MOST);

export class Drafts {
  readonly #store: EncryptedStore;
  #notes: readonly DraftNote[];
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(store: EncryptedStore, notes: readonly DraftNote[]) {
    this.#store = store;
    this.#notes = notes;
  }

  static async open(store: EncryptedStore): Promise<Result<Drafts>> {
    const bytes = await store.get(KEY);
    if (!bytes.ok) return bytes;
    return accept(
      new Drafts(store, bytes.value === undefined ? [] : list.parse(JSON.parse(decodeUtf8(bytes.value) ?? ""))),
    );
  }

  get all(): readonly DraftNote[] {
    return this.#notes;
  }

  /** Keeps a draft under its id, in place of an earlier one. Refuses one draft more than 200. */
  save(note: DraftNote): Promise<Result<DraftNote>> {
    return this.#change(async () => {
      const others = this.#notes.filter(({ id }) => id !== note.id);
      if (others.length >= MOST) return refuse("drafts-full", `At most ${MOST} drafts are kept. Drop one first.`);
      await this.#keep([...others, note]);
      return accept(note);
    });
  }

  drop(id: string): Promise<boolean> {
    return this.#change(async () => {
      const others = this.#notes.filter((note) => note.id !== id);
      if (others.length === this.#notes.length) return false;
      await this.#keep(others);
      return true;
    });
  }

  async #keep(notes: readonly DraftNote[]): Promise<void> {
    await this.#store.put(KEY, encodeUtf8(JSON.stringify(notes)));
    this.#notes = notes;
  }

  #change<Outcome>(act: () => Promise<Outcome>): Promise<Outcome> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
