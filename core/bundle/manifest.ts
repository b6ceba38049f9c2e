/**
 * What a bundle holds and in which order (SPEC R18). The manifest is the first part, its hash the last; every part between them
 * stands in it with size and hash. Paths follow from what is held, so that a reader knows each of them beforehand.
 */
import { z } from "zod";
import { instant, partyId, sha256Hex, type PartyId } from "../bytes/fields.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { parseCanonical } from "../bytes/canonical.ts";
import { PARTIES_LIMIT } from "../channel/charter.ts";
import { accept, refuse, type Result } from "../refusal.ts";
import { tilePath, tilesForSize, type TileAddress } from "../log/tiles.ts";

export const manifestSchema = z.strictObject({
  type: z.literal("bundle"),
  version: z.literal(1),
  channel: sha256Hex,
  nature: z.enum(["real", "reconstruction", "exercise"]),
  /** The moment at which findings are read unless the reader asks for another. */
  asOf: instant,
  /**
   * `whole`: every entry that a head covers. `released`: what an observer has, hash tiles and the released entries. `since`: hash tiles,
   * and the entries from a size of each log on.
   */
  extent: z.enum(["whole", "released", "since"]),
  /** Of the extent `since` alone, in the order of the charter: what a reader must hold of each log in the bundle to go on with it. */
  from: z.array(z.strictObject({ party: partyId, size: z.int().min(0) })).exactOptional(),
  parts: z.array(z.strictObject({ path: z.string().max(100), size: z.int().min(0), sha256: sha256Hex })),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type Extent = Manifest["extent"];

export const MANIFEST_PATH = "manifest.json";
export const CHARTER_PATH = "charter.json";
export const MANIFEST_HASH_PATH = "manifest.sha256";

export function readManifest(bytes: Uint8Array): Result<Manifest> {
  const json = parseCanonical(bytes);
  if (!json.ok) return refuse(json.refusal.code, json.refusal.sentence, MANIFEST_PATH);
  const parsed = manifestSchema.safeParse(json.value);
  if (parsed.success && (parsed.data.extent === "since") === (parsed.data.from !== undefined)) return accept(parsed.data);
  if (parsed.success)
    return refuse("manifest-malformed", "A bundle names where it begins exactly if its extent is `since`.", MANIFEST_PATH);
  const issue = parsed.error.issues[0];
  return refuse(
    "manifest-malformed",
    `The manifest does not read: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}.`,
    MANIFEST_PATH,
  );
}

/** Hexadecimal and a line feed, as `sha256sum` begins its lines. */
export function manifestHash(manifestBytes: Uint8Array): Uint8Array {
  return encodeUtf8(`${toHex(sha256(manifestBytes))}\n`);
}

export function filePath(sha256: string): string {
  return `files/${sha256}`;
}

/** Of one log in a bundle at most: as many as a node keeps under the largest charter (SPEC R16). */
export const FURTHER_BRANCHES = 4 + PARTIES_LIMIT - 1;

/** Branch 0 is the one that is folded; others are kept beside it after a fork (SPEC R16). */
export function branchFolder(party: PartyId, branch: number): string {
  return branch === 0 ? `log/${party}` : `log/${party}/branch-${branch}`;
}

export function checkpointPath(folder: string): string {
  return `${folder}/checkpoint`;
}

/** A cosigner's newest cosigned head where it is older than the newest head held. */
export function cosignedPath(folder: string, cosigner: PartyId): string {
  return `${folder}/cosigned/${cosigner}`;
}

/** An entry that stands by itself, in a bundle that does not hold all of them. */
export function entryPath(extent: Exclude<Extent, "whole">, party: PartyId, index: number): string {
  return `${extent === "released" ? "released" : "entries"}/${party}/${index}`;
}

/** Where a bundle of the extent `since` begins in a party's log; 0 in any other. */
export function startOf({ from = [] }: Manifest, party: PartyId): number {
  return from.find((one) => one.party === party)?.size ?? 0;
}

export interface BranchTiles {
  readonly hashes: readonly TileAddress[];
  /** Empty in a bundle that is not `whole`. */
  readonly entries: readonly TileAddress[];
}

/** The tiles that a head of this size needs, in the order of the bundle: level by level, then the entries. */
export function branchTiles(size: number, extent: Extent): BranchTiles {
  const all = tilesForSize(size);
  return {
    hashes: all.filter(({ level }) => level !== "entries"),
    entries: extent === "whole" ? all.filter(({ level }) => level === "entries") : [],
  };
}

export function tilePathIn(folder: string, address: TileAddress): string {
  return `${folder}/${tilePath(address)}`;
}
