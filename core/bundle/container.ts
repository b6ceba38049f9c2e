/**
 * The outer check of a bundle (SPEC R18): every byte of the archive is the one that the writer would give, the manifest names
 * every part with its size and hash, and the last part is the manifest's own hash. One changed byte anywhere is found here.
 */
import { equalBytes } from "../bytes/concat.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { MANIFEST_HASH_PATH, MANIFEST_PATH, manifestHash, readManifest, type Manifest } from "./manifest.ts";
import type { ByteSource } from "./byte-source.ts";
import { Parts } from "./parts.ts";
import { readTar } from "./tar.ts";

export interface Container {
  /** Absent when it does not read. */
  readonly manifest?: Manifest;
  /** The parts between the manifest and its hash, as they are; damaged ones too. */
  readonly parts: Parts;
  readonly problems: readonly Refusal[];
}

export function openContainer(source: ByteSource | Uint8Array): Container {
  const { members, problems: found } = readTar(source);
  const problems = [...found];
  if (members.length === 0) return { parts: new Parts([]), problems };
  const note = (code: string, sentence: string, where: string) => problems.push(refusal(code, sentence, where));
  const outer = [MANIFEST_PATH, MANIFEST_HASH_PATH];
  const parts = new Parts(members.filter(({ path }) => !outer.includes(path)));
  const manifestBytes = members.find(({ path }) => path === MANIFEST_PATH)?.bytes;
  const hashBytes = members.find(({ path }) => path === MANIFEST_HASH_PATH)?.bytes;
  if (manifestBytes === undefined) {
    note(
      "manifest-missing",
      "The bundle has no manifest: this is another tar archive, or its first part is damaged.",
      MANIFEST_PATH,
    );
    return { parts, problems };
  }
  if (hashBytes === undefined)
    note("manifest-hash-missing", "The manifest's hash is not there: the bundle is cut short.", MANIFEST_HASH_PATH);
  else if (!equalBytes(hashBytes, manifestHash(manifestBytes)))
    // Nothing tells which of the two was changed, so both places are named.
    for (const place of [MANIFEST_PATH, MANIFEST_HASH_PATH])
      note("manifest-hash-differs", "The manifest does not have the hash that stands at the end of the bundle.", place);
  const manifest = readManifest(manifestBytes);
  if (!manifest.ok) return { parts, problems: [...problems, manifest.refusal] };
  problems.push(
    ...comparePaths(
      manifest.value,
      members.map(({ path }) => path),
    ),
  );
  for (const part of manifest.value.parts) {
    const size = parts.sizeOf(part.path);
    if (size === undefined) continue;
    if (size !== part.size)
      note("part-size", `The part has ${size} bytes; the manifest says ${part.size}.`, part.path);
    else if (parts.hashOf(part.path) !== part.sha256)
      note("part-hash", "The part does not have the hash that the manifest gives.", part.path);
  }
  return { manifest: manifest.value, parts, problems };
}

/** The parts and nothing else, in the order of the manifest. */
function comparePaths(manifest: Manifest, held: readonly string[]): Refusal[] {
  const listed = [MANIFEST_PATH, ...manifest.parts.map(({ path }) => path), MANIFEST_HASH_PATH];
  const heldSet = new Set(held);
  const listedSet = new Set(listed);
  const problems = [
    ...listed
      .filter((path) => !heldSet.has(path))
      .map((path) => refusal("part-missing", "The manifest names this part; the bundle does not have it.", path)),
    ...held
      .filter((path) => !listedSet.has(path))
      .map((path) => refusal("part-unknown", "The manifest does not name this part.", path)),
  ];
  if (listedSet.size !== listed.length)
    problems.push(refusal("manifest-duplicate", "The manifest names a part twice.", MANIFEST_PATH));
  const misplaced = problems.length === 0 ? held.find((path, position) => path !== listed[position]) : undefined;
  if (misplaced !== undefined)
    problems.push(refusal("part-order", "The parts do not stand in the order of the manifest.", misplaced));
  return problems;
}
