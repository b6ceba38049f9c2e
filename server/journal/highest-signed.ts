/**
 * The highest head that a log key has signed, kept beside the keys (SPEC R13): after a log's folder was restored from an older copy it
 * keeps the key from signing a second branch.
 */
import { z } from "zod";
import { base64Of32 } from "@countersign/core/bytes/fields.ts";
import { fromBase64, toBase64 } from "@countersign/core/bytes/base64.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import { parseJson } from "../objects/parse-json.ts";
import type { ObjectStore } from "../objects/object-store.ts";

export interface SignedSize {
  readonly size: number;
  readonly root: Uint8Array;
}

const schema = z.strictObject({ size: z.int().min(0), root: base64Of32 });

export class HighestSigned {
  readonly #store: ObjectStore;
  readonly #key: string;
  #bytes: Uint8Array | undefined;
  #value: SignedSize | undefined;

  private constructor(store: ObjectStore, key: string, bytes: Uint8Array | undefined, value: SignedSize | undefined) {
    this.#store = store;
    this.#key = key;
    this.#bytes = bytes;
    this.#value = value;
  }

  /** Refuses a file that is there and does not read: without it nothing may be signed. */
  static async open(store: ObjectStore, key: string): Promise<Result<HighestSigned>> {
    const bytes = await store.get(key);
    const value = bytes === undefined ? undefined : parse(bytes);
    return bytes !== undefined && value === undefined
      ? refuse(
          "highest-signed-damaged",
          "The note beside the keys of how far this log was signed is damaged, and without it nothing is signed: a second version of the log could begin. Restore its newest copy; without one, all found a channel that continues this one (`countersign init --charter … --previous`).",
          key,
        )
      : accept(new HighestSigned(store, key, bytes, value));
  }

  get value(): SignedSize | undefined {
    return this.#value;
  }

  /** Durable when it returns; a size not above the one kept changes nothing. */
  async raise(signed: SignedSize): Promise<void> {
    if (this.#value !== undefined && signed.size <= this.#value.size) return;
    const bytes = encodeUtf8(JSON.stringify({ size: signed.size, root: toBase64(signed.root) }));
    if (!(await this.#store.replaceIf(this.#key, this.#bytes, bytes)))
      throw new Error("another process wrote down what this log key has signed");
    this.#bytes = bytes;
    this.#value = signed;
  }
}

function parse(bytes: Uint8Array): SignedSize | undefined {
  const read = schema.safeParse(parseJson(bytes));
  return read.success ? { size: read.data.size, root: fromBase64(read.data.root) ?? new Uint8Array(0) } : undefined;
}
