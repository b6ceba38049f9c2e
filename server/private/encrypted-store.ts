/**
 * What must not be read from a stolen disk: AES-256-GCM under a key that stands beside the other keys, in a file of its own. The object's
 * key is bound in, so that one object cannot be put in another's place.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { concatBytes } from "@countersign/core/bytes/concat.ts";
import { fromHex, toHex } from "@countersign/core/bytes/hex.ts";
import { sha256 } from "@countersign/core/bytes/sha256.ts";
import { encodeUtf8 } from "@countersign/core/bytes/utf8.ts";
import { accept, refuse, type Result } from "@countersign/core/refusal.ts";
import type { ObjectStore, PutOutcome } from "../objects/object-store.ts";
import { readPrivate, writePrivate } from "./keys.ts";

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key in `<directory>/keys/storage.key`, made if it is not there. */
export async function storageKey(directory: string): Promise<Result<Uint8Array>> {
  const file = join(directory, "keys", "storage.key");
  try {
    await stat(file);
  } catch {
    await mkdir(join(directory, "keys"), { recursive: true, mode: 0o700 });
    await writePrivate(file, storageKeyText(randomBytes(32)));
  }
  const text = await readPrivate(file);
  if (!text.ok) return text;
  const key = readStorageKey(`${text.value}\n`);
  return key !== undefined
    ? accept(key)
    : refuse(
        "key-unreadable",
        "The key of the private store does not read. Restore it from its copy: without it seals and drafts cannot be opened.",
        file,
      );
}

/** With its own hash: nothing else says whether a key that has sealed nothing yet is the one that was made. */
function storageKeyText(key: Uint8Array): string {
  return `${toHex(key)} ${toHex(sha256(key))}`;
}

/** `undefined` for what is no key or has another hash than it names; one that was written without a hash is read as it stands. */
export function readStorageKey(text: string): Uint8Array | undefined {
  const hex = /^([0-9a-f]{64})(?: [0-9a-f]{64})?\n$/.exec(text)?.[1];
  const key = hex === undefined ? undefined : fromHex(hex);
  return key !== undefined && (text === `${storageKeyText(key)}\n` || text.length === 65) ? key : undefined;
}

/** `prefix` is bound into each object beside its key. */
export class EncryptedStore {
  readonly #store: ObjectStore;
  readonly #key: Uint8Array;
  readonly #prefix: string;

  constructor(store: ObjectStore, key: Uint8Array, prefix: string) {
    this.#store = store;
    this.#key = key;
    this.#prefix = prefix;
  }

  /** Refuses what does not decrypt: another key, or changed bytes. */
  async get(name: string): Promise<Result<Uint8Array | undefined>> {
    const bytes = await this.#store.get(name);
    if (bytes === undefined) return accept(undefined);
    const unread = refuse(
      "private-unreadable",
      "An object of the private store does not decrypt with the key beside it. Restore both from the same copy.",
      name,
    );
    if (bytes[0] !== VERSION || bytes.length < 1 + NONCE_BYTES + TAG_BYTES) return unread;
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(1, 1 + NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(this.#bound(name));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    try {
      return accept(
        concatBytes(decipher.update(bytes.subarray(1 + NONCE_BYTES, bytes.length - TAG_BYTES)), decipher.final()),
      );
    } catch {
      return unread;
    }
  }

  putNew(name: string, plain: Uint8Array): Promise<PutOutcome> {
    return this.#store.putNew(name, this.#encrypt(name, plain));
  }

  /** Replaces whatever is there. One caller at a time. */
  async put(name: string, plain: Uint8Array): Promise<void> {
    if (!(await this.#store.replaceIf(name, await this.#store.get(name), this.#encrypt(name, plain))))
      throw new Error(`another process writes ${name}`);
  }

  #encrypt(name: string, plain: Uint8Array): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(this.#bound(name));
    const body = concatBytes(cipher.update(plain), cipher.final());
    return concatBytes(Uint8Array.of(VERSION), nonce, body, cipher.getAuthTag());
  }

  #bound(name: string): Uint8Array {
    return encodeUtf8(`countersign/private/v1 ${this.#prefix} ${name}`);
  }
}
