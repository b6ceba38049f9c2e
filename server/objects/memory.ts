/** An object store in memory, for tests and for trying something out without a folder. */
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { requireKey, type ObjectStore, type PutOutcome } from "./object-store.ts";

export class MemoryStore implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();

  async get(key: string): Promise<Uint8Array | undefined> {
    requireKey(key);
    return this.#objects.get(key)?.slice();
  }

  async putNew(key: string, bytes: Uint8Array): Promise<PutOutcome> {
    requireKey(key);
    if (this.#objects.has(key)) return "exists";
    this.#objects.set(key, bytes.slice());
    return "created";
  }

  async replaceIf(key: string, expected: Uint8Array | undefined, bytes: Uint8Array): Promise<boolean> {
    requireKey(key);
    const held = this.#objects.get(key);
    if (!same(held, expected)) return false;
    this.#objects.set(key, bytes.slice());
    return true;
  }
}

function same(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  return left === undefined || right === undefined ? left === right : equalBytes(left, right);
}
