/**
 * The last step of writing a bundle (SPEC R18): the manifest over all parts, then the archive, at once or piece by piece. Both give the same
 * bytes. Since the manifest comes first and has every part's hash, files are read twice: to name them, and to write them.
 */
import { canonicalJson } from "../bytes/canonical.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256, sha256OfPieces } from "../bytes/sha256.ts";
import { accept, refuse, type Result } from "../refusal.ts";
import { piecesOf, type ByteSource } from "./byte-source.ts";
import { filePath, MANIFEST_HASH_PATH, MANIFEST_PATH, manifestHash, type Manifest } from "./manifest.ts";
import {
  MEMBERS_LIMIT,
  partLimit,
  PREVIOUS_PATH,
  refuseBadPaths,
  TAR_END,
  TAR_LIMIT,
  tarLength,
  tarMember,
  tarMemberPieces,
  writeTar,
  type TarMember,
} from "./tar.ts";

/** A bundle as far as it is made before its files are looked at. */
export interface BundlePlan {
  readonly manifest: Omit<Manifest, "parts">;
  /** All but the files, in order. */
  readonly parts: readonly TarMember[];
  /** Hashes of the files that entries name, held or not. */
  readonly named: ReadonlySet<string>;
  /** The bundle of the channel that this one continues. */
  readonly previous?: ByteSource | undefined;
}

export interface BundleStream {
  /** In bytes, of all pieces together. */
  readonly size: number;
  /** To be gone through once. Throws if a file is not what it was when the stream was made. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Held files by their SHA-256, hex, wherever they are kept. */
export interface FetchedFiles {
  get(sha256: string): Promise<Uint8Array | undefined>;
}

export function sealBytes({ manifest, parts, named, previous }: BundlePlan, held: { get(sha256: string): Uint8Array | undefined }): Uint8Array {
  const files = [...named].sort().flatMap((hash) => {
    const bytes = held.get(hash);
    return bytes === undefined ? [] : [{ path: filePath(hash), bytes }];
  });
  const all = [...parts, ...files, ...(previous === undefined ? [] : [{ path: PREVIOUS_PATH, bytes: previous.read(0, previous.size) }])];
  const { first, last } = outerParts(manifest, all.map(({ path, bytes }) => listed(path, bytes)));
  return writeTar([first, ...all, last]);
}

/** No more than one file is in memory at a time. Refuses a file that is not what its name says, and a bundle that nobody could read. */
export async function sealStream({ manifest, parts, named, previous }: BundlePlan, held: FetchedFiles): Promise<Result<BundleStream>> {
  const files: Manifest["parts"] = [];
  for (const hash of [...named].sort()) {
    const bytes = await held.get(hash);
    if (bytes === undefined) continue;
    const file = listed(filePath(hash), bytes);
    if (file.sha256 !== hash) return refuse("bundle-file-damaged", `The file ${hash} held here has other bytes than its name says. Find out more with \`countersign fsck\`.`, hash);
    files.push(file);
  }
  if (previous !== undefined && previous.size > partLimit(PREVIOUS_PATH))
    return refuse("bundle-previous-too-large", `The bundle of the previous channel has ${previous.size} bytes; within another at most ${partLimit(PREVIOUS_PATH)} go. Leave it out with --without-previous and hand it over beside this one.`);
  const all = [...parts.map(({ path, bytes }) => listed(path, bytes)), ...files, ...(previous === undefined ? [] : [listedSource(previous)])];
  const { first, last } = outerParts(manifest, all);
  const size = tarLength([first.bytes.length, ...all.map((part) => part.size), last.bytes.length]);
  if (size > TAR_LIMIT || all.length + 2 > MEMBERS_LIMIT)
    return refuse(
      "bundle-too-large",
      `The bundle would have ${size} bytes in ${all.length + 2} parts; at most ${TAR_LIMIT} bytes and ${MEMBERS_LIMIT} parts can be read again. Write what its reader does not hold, with --since.`,
    );
  refuseBadPaths([first.path, ...all.map(({ path }) => path), last.path]);
  return accept({ size, pieces: pieces([first, ...parts], files, held, previous, last) });
}

async function* pieces(before: readonly TarMember[], files: Manifest["parts"], held: FetchedFiles, previous: ByteSource | undefined, last: TarMember): AsyncGenerator<Uint8Array> {
  for (const { path, bytes } of before) yield* tarMember(path, bytes);
  for (const file of files) {
    const bytes = await held.get(file.sha256);
    if (bytes === undefined || listed(file.path, bytes).sha256 !== file.sha256)
      throw new Error(`the file ${file.sha256} was taken away or changed while a bundle was written`);
    yield* tarMember(file.path, bytes);
  }
  if (previous !== undefined) yield* tarMemberPieces(PREVIOUS_PATH, previous);
  yield* tarMember(last.path, last.bytes);
  yield TAR_END;
}

function listed(path: string, bytes: Uint8Array): Manifest["parts"][number] {
  return { path, size: bytes.length, sha256: toHex(sha256(bytes)) };
}

function listedSource(previous: ByteSource): Manifest["parts"][number] {
  return { path: PREVIOUS_PATH, size: previous.size, sha256: toHex(sha256OfPieces(piecesOf(previous))) };
}

function outerParts(manifest: BundlePlan["manifest"], parts: Manifest["parts"]): { first: TarMember; last: TarMember } {
  const bytes = canonicalJson({ ...manifest, parts });
  return { first: { path: MANIFEST_PATH, bytes }, last: { path: MANIFEST_HASH_PATH, bytes: manifestHash(bytes) } };
}
