/**
 * Where a node keeps bytes under keys. Three operations and three outcomes, so that a disk and an S3-like store can both keep them:
 * everything that decides anything is written by `putNew`, which one writer alone can win.
 */

/** `unknown`: the bytes may or may not be there (a lost answer, a failed flush). Only writing the same bytes to the same key again can tell. */
export type PutOutcome = "created" | "exists" | "unknown";

export interface ObjectStore {
  /** The bytes, durable since the write that made them returned; `undefined` if the key is not taken. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Writes only if the key is free. `created` and `exists` come after the bytes under the key are durable. Rejects if nothing was
   * written for certain (no space, no right to write).
   */
  putNew(key: string, bytes: Uint8Array): Promise<PutOutcome>;
  /** Replaces `expected` (`undefined`: nothing) by `bytes` and gives true, durable; false if something else is there. */
  replaceIf(key: string, expected: Uint8Array | undefined, bytes: Uint8Array): Promise<boolean>;
}

/** A stored file was taken away or changed while the node ran: damage of this machine. Names the key, for this machine's own output. */
export class DamagedObject extends Error {
  override name = "DamagedObject";

  constructor(key: string) {
    super(`${key} was taken away or changed while the node ran`);
  }
}

/** A key: up to 16 segments of letters, digits, `_`, `-` and `.`, none beginning with a dot, so it never leaves its folder. */
const KEY = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,15}$/;

/** Throws for a key that is none: keys are made by the program, never taken from a request. */
export function requireKey(key: string): void {
  if (!KEY.test(key)) throw new TypeError(`no object key: ${JSON.stringify(key.slice(0, 120))}`);
}

/** The same store under a prefix, e.g. one log's part of it. */
export function under(store: ObjectStore, prefix: string): ObjectStore {
  requireKey(prefix);
  return {
    get: (key) => store.get(`${prefix}/${key}`),
    putNew: (key, bytes) => store.putNew(`${prefix}/${key}`, bytes),
    replaceIf: (key, expected, bytes) => store.replaceIf(`${prefix}/${key}`, expected, bytes),
  };
}

/** Tries the same bytes again while the outcome is unknown. Rejects after five attempts: then only a restart can tell. */
export async function putNewDecided(store: ObjectStore, key: string, bytes: Uint8Array): Promise<"created" | "exists"> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const outcome = await store.putNew(key, bytes);
    if (outcome !== "unknown") return outcome;
    await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** attempt));
  }
  throw new Error(`the store does not say whether ${key} was written`);
}
