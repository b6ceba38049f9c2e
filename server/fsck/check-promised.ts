/** A signed head of which a part was taken, as a party keeps it: its lines hold, and its hashes go on from the entries kept and give it. */
import type { PartyId } from "@countersign/core/bytes/fields.ts";
import type { NamedPair } from "@countersign/core/channel/charter.ts";
import type { MerkleTree } from "@countersign/core/log/merkle.ts";
import { promisedTree, readPromise } from "../mirror/promised-heads.ts";
import type { Damage } from "./damage.ts";
import type { StoredFiles } from "./stored-files.ts";

export interface CheckedPromiseOptions {
  readonly files: StoredFiles;
  readonly path: string;
  readonly logKey: NamedPair;
  /** Over the entries kept; absent where these are damaged. */
  readonly tree: MerkleTree | undefined;
  readonly keepers: readonly PartyId[];
}

export async function checkPromised({ files, path, logKey, tree, keepers }: CheckedPromiseOptions): Promise<Damage[]> {
  const bytes = await files.read(path);
  // Empty: the log has reached it.
  if (bytes === undefined || bytes.length === 0) return [];
  const kept = await readPromise(bytes, logKey);
  // A log that was moved away to be fetched again has not come to it yet.
  if (kept !== undefined && (tree === undefined || tree.size < kept.first || promisedTree(kept, tree) !== undefined)) return [];
  return [{ path, what: "The signed head of which a part was taken does not hold.", from: keepers, remedy: "fetched" }];
}
