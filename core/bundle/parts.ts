/**
 * The parts of a bundle between its manifest and its hash, where they lie. Each is hashed once when the bundle is opened, and entry bundles
 * are looked through for changes of keys in the same reading; whenever a part is read again it must still have that hash, so that what is
 * used is what was checked, though the file be changed in between.
 */
import { toHex } from "../bytes/hex.ts";
import { sha256AsHex, sha256OfPieces } from "../bytes/sha256.ts";
import { rootSignedLeaves, type PlacedLeaf } from "../channel/record.ts";
import { decodeBundle, parseTilePath } from "../log/tiles.ts";
import { accept, refusal, type Refusal, type Result } from "../refusal.ts";
import { piecesOf, type ByteSource } from "./byte-source.ts";
import { PART_LIMIT, type FoundMember } from "./tar.ts";

interface KnownPart {
  readonly member: FoundMember;
  readonly sha256: string;
  readonly rootSigned?: Result<readonly PlacedLeaf[]>;
}

export class Parts {
  readonly #parts = new Map<string, KnownPart>();
  readonly #changed = new Set<string>();

  /** Reads and hashes every member, one after the other. */
  constructor(members: readonly FoundMember[]) {
    for (const member of members) this.#parts.set(member.path, readOnce(member));
  }

  get count(): number {
    return this.#parts.size;
  }

  paths(): Iterable<string> {
    return this.#parts.keys();
  }

  has(path: string): boolean {
    return this.#parts.has(path);
  }

  sizeOf(path: string): number | undefined {
    return this.#parts.get(path)?.member.size;
  }

  /** Of the content as it was when the bundle was opened, hex. */
  hashOf(path: string): string | undefined {
    return this.#parts.get(path)?.sha256;
  }

  /** The leaves of an entry bundle that say they change keys, by their positions in it, or why it does not read. */
  rootSignedIn(path: string): Result<readonly PlacedLeaf[]> | undefined {
    return this.#parts.get(path)?.rootSigned;
  }

  /** Read anew; `undefined` also for a part that has been changed since the bundle was opened. */
  get(path: string): Uint8Array | undefined {
    const known = this.#parts.get(path);
    if (known === undefined) return undefined;
    const { bytes } = known.member;
    if (sha256AsHex(bytes) === known.sha256) return bytes;
    this.#changed.add(path);
    return undefined;
  }

  /** Read anew and not compared with what it was: for who holds what is in it against other hashes. */
  asItLies(path: string): Uint8Array | undefined {
    return this.#parts.get(path)?.member.bytes;
  }

  /** A part to be read as a bundle of its own, which notices what is changed in it. */
  sourceOf(path: string): ByteSource | undefined {
    return this.#parts.get(path)?.member.source;
  }

  /** Parts that were another's bytes when they were read again. */
  get changed(): Refusal[] {
    return [...this.#changed].map((path) =>
      refusal("part-changed", "This part was changed while the bundle was read. Copy the file to where nobody writes to it, and begin again.", path),
    );
  }
}

function readOnce(member: FoundMember): KnownPart {
  if (member.size > PART_LIMIT) return { member, sha256: toHex(sha256OfPieces(piecesOf(member.source))) };
  const { path, bytes } = member;
  const sha256 = sha256AsHex(bytes);
  const address = parseTilePath(path.slice(path.indexOf("/tile/") + 1));
  if (!address.ok || address.value.level !== "entries") return { member, sha256 };
  const leaves = decodeBundle(bytes, address.value.width);
  if (!leaves.ok) return { member, sha256, rootSigned: leaves };
  // A leaf is a view of the whole bundle, which is not to stay in memory.
  return { member, sha256, rootSigned: accept(rootSignedLeaves(leaves.value).map(({ index, leaf }) => ({ index, leaf: leaf.slice() }))) };
}
