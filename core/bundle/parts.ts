/**
 * The parts of a bundle between its manifest and its hash, where they lie. Each is hashed once when the bundle is opened; whenever it is read
 * again it must still have that hash, so that what is used is what was checked, though the file be changed in between.
 */
import { toHex } from "../bytes/hex.ts";
import { sha256, sha256OfPieces } from "../bytes/sha256.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { piecesOf, type ByteSource } from "./byte-source.ts";
import { PART_LIMIT, type FoundMember } from "./tar.ts";

interface KnownPart {
  readonly member: FoundMember;
  readonly sha256: string;
}

export class Parts {
  readonly #parts = new Map<string, KnownPart>();
  readonly #changed = new Set<string>();

  /** Reads and hashes every member, one after the other. */
  constructor(members: readonly FoundMember[]) {
    for (const member of members)
      this.#parts.set(member.path, { member, sha256: toHex(hashOf(member)) });
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

  /** Read anew; `undefined` also for a part that has been changed since the bundle was opened. */
  get(path: string): Uint8Array | undefined {
    const known = this.#parts.get(path);
    if (known === undefined) return undefined;
    const { bytes } = known.member;
    if (toHex(sha256(bytes)) === known.sha256) return bytes;
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

function hashOf(member: FoundMember): Uint8Array {
  return member.size <= PART_LIMIT ? sha256(member.bytes) : sha256OfPieces(piecesOf(member.source));
}
