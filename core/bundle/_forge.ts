/** For tests: a bundle with changed parts whose manifest and hashes fit again, as a forger would make it. */
import { canonicalJson } from "../bytes/canonical.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { MANIFEST_HASH_PATH, MANIFEST_PATH, manifestHash, readManifest } from "./manifest.ts";
import { readTar, writeTar } from "./tar.ts";

export function forge(
  bundle: Uint8Array,
  change: (parts: Map<string, Uint8Array>) => void,
  fields: Readonly<Record<string, unknown>> = {},
): Uint8Array {
  const { members } = readTar(bundle);
  const parts = new Map(members.map(({ path, bytes }) => [path, bytes.slice()]));
  const manifest = readManifest(parts.get(MANIFEST_PATH) ?? new Uint8Array(0));
  if (!manifest.ok) throw new Error(manifest.refusal.sentence);
  parts.delete(MANIFEST_PATH);
  parts.delete(MANIFEST_HASH_PATH);
  change(parts);
  const listed = [...parts].map(([path, bytes]) => ({ path, size: bytes.length, sha256: toHex(sha256(bytes)) }));
  const manifestBytes = canonicalJson({ ...manifest.value, ...fields, parts: listed });
  const body = [...parts].map(([path, bytes]) => ({ path, bytes }));
  return writeTar([
    { path: MANIFEST_PATH, bytes: manifestBytes },
    ...body,
    { path: MANIFEST_HASH_PATH, bytes: manifestHash(manifestBytes) },
  ]);
}

/** Flips one bit of a part. */
export function flip(parts: Map<string, Uint8Array>, path: string, at: number): void {
  const bytes = parts.get(path);
  if (bytes === undefined) throw new Error(`no part ${path}`);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
}
