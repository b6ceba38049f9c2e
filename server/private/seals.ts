/** The openings of this party's seals (SPEC R17): nonce and value are kept before the seal is given out, and no number is used twice. */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { toBase64 } from "@countersign/core/bytes/base64.ts";
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import { decodeUtf8, encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { commitment, type Opening, type Seal } from "@countersign/core/declare/commitment.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { EncryptedStore } from "./encrypted-store.ts";

const kept = z.strictObject({ number: z.int().min(0), commitment: z.string(), value: z.string(), nonce: z.string() });
type Kept = z.infer<typeof kept>;

export class Seals {
  readonly #store: EncryptedStore;
  readonly #channel: string;
  readonly #author: PartyId;
  readonly #known: Kept[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(store: EncryptedStore, channel: string, author: PartyId) {
    this.#store = store;
    this.#channel = channel;
    this.#author = author;
  }

  static async open(store: EncryptedStore, channel: string, author: PartyId): Promise<Result<Seals>> {
    const seals = new Seals(store, channel, author);
    for (;;) {
      const bytes = await store.get(keyOf(seals.#known.length));
      if (!bytes.ok) return bytes;
      if (bytes.value === undefined) return accept(seals);
      seals.#known.push(kept.parse(JSON.parse(decodeUtf8(bytes.value) ?? "")));
    }
  }

  /** Seals a value, or 32 random bytes in base64. The opening is durable when this returns. */
  seal(value: string = toBase64(randomBytes(32))): Promise<Seal> {
    const made = this.#turn.then(() => this.#seal(value));
    this.#turn = made.catch(() => undefined);
    return made;
  }

  open(sealed: string): Result<Opening> {
    const found = this.#known.find((one) => one.commitment === sealed);
    return found === undefined
      ? refuse("seal-unknown", "This node has made no such seal in this channel.")
      : accept({ value: found.value, nonce: found.nonce });
  }

  async #seal(value: string): Promise<Seal> {
    const number = this.#known.length;
    const opening: Opening = { value, nonce: toBase64(randomBytes(32)) };
    const sealed = commitment(this.#channel, this.#author, number, opening);
    if (sealed === undefined) throw new Error("a nonce of 32 bytes was not taken");
    const one: Kept = { number, commitment: sealed, ...opening };
    if ((await this.#store.putNew(keyOf(number), encodeUtf8(JSON.stringify(one)))) !== "created")
      throw new Error(`the seal ${number} could not be kept`);
    this.#known.push(one);
    return { number, commitment: sealed };
  }
}

function keyOf(number: number): string {
  return `seal/${String(number).padStart(7, "0")}`;
}
