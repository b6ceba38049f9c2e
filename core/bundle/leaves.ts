/** The entries of one branch of a bundle by their index, read from its parts when somebody looks: of a whole bundle 256 at a time. */
import type { PartyId } from "../bytes/fields.ts";
import { rootSignedLeaves, type PlacedLeaf } from "../channel/record.ts";
import { decodeBundle, TILE_WIDTH } from "../log/tiles.ts";
import type { Refusal } from "../refusal.ts";
import { branchTiles, entryPath, tilePathIn, type Extent } from "./manifest.ts";
import type { Parts } from "./parts.ts";

/** Up to 256 entries from `256 × number` on. */
type Few = (number: number) => readonly (Uint8Array | undefined)[];

export class Leaves {
  /** What the head covers. */
  readonly size: number;
  readonly #few: Few;
  readonly #fewAsTheyLie: Few;
  /** Those that say they change keys; found when the branch is opened. */
  #rootSigned: readonly PlacedLeaf[] | undefined;
  /** `asTheyLie` is as `few`, perhaps changed since the bundle was opened. */
  private constructor(size: number, few: Few, asTheyLie: Few = few) {
    this.size = size;
    this.#few = rememberingLast(few);
    this.#fewAsTheyLie = rememberingLast(asTheyLie);
  }

  /** From entry bundles; each that does not read is told once, with its path. */
  static inBundles(parts: Parts, folder: string, size: number, report: (why: Refusal, path: string) => void): Leaves {
    const addresses = branchTiles(size, "whole").entries;
    const decoded = (number: number, read: (path: string) => Uint8Array | undefined) => {
      const address = addresses[number];
      const bytes = address === undefined ? undefined : read(tilePathIn(folder, address));
      const entries = address === undefined || bytes === undefined ? undefined : decodeBundle(bytes, address.width);
      return entries?.ok === true ? entries.value : undefined;
    };
    const rootSigned: PlacedLeaf[] = [];
    for (const [number, address] of addresses.entries()) {
      const path = tilePathIn(folder, address);
      const found = parts.rootSignedIn(path);
      if (found?.ok === false) report(found.refusal, path);
      else for (const { index, leaf } of found?.value ?? []) rootSigned.push({ index: number * TILE_WIDTH + index, leaf });
    }
    const asOpened = (number: number) => decoded(number, (path) => parts.get(path)) ?? [];
    // What does not even read is looked at again: it may have been changed.
    const leaves = new Leaves(size, asOpened, (number) => decoded(number, (path) => parts.asItLies(path)) ?? asOpened(number));
    leaves.#rootSigned = rootSigned;
    return leaves;
  }

  /** Each a part of its own. */
  static single(parts: Parts, extent: Exclude<Extent, "whole">, party: PartyId, size: number): Leaves {
    return new Leaves(size, (number) =>
      Array.from({ length: Math.min(TILE_WIDTH, size - number * TILE_WIDTH) }, (_, position) =>
        parts.get(entryPath(extent, party, number * TILE_WIDTH + position)),
      ),
    );
  }

  /** Of a head that nothing in the bundle gives. */
  static none(): Leaves {
    return new Leaves(0, () => []);
  }

  /** `undefined` where it is withheld or does not read. */
  get(index: number): Uint8Array | undefined {
    if (index < 0 || index >= this.size) return undefined;
    return this.#few(Math.floor(index / TILE_WIDTH))[index % TILE_WIDTH];
  }

  /** As `Array.slice`; at most as many as there are. */
  slice(start: number, end: number): (Uint8Array | undefined)[] {
    return Array.from({ length: Math.max(0, Math.min(end, this.size) - start) }, (_, position) => this.get(start + position));
  }

  /** As `slice`, for who holds each against a hash of its own: the parts are not hashed for it. */
  asTheyLie(start: number, end: number): (Uint8Array | undefined)[] {
    return Array.from(
      { length: Math.max(0, Math.min(end, this.size) - start) },
      (_, position) => this.#fewAsTheyLie(Math.floor((start + position) / TILE_WIDTH))[(start + position) % TILE_WIDTH],
    );
  }

  /** Those that are there, in order. */
  *present(): Iterable<PlacedLeaf> {
    for (let index = 0; index < this.size; index += 1) {
      const leaf = this.get(index);
      if (leaf !== undefined) yield { index, leaf };
    }
  }

  /** Those that say they change keys. */
  rootSigned(): readonly PlacedLeaf[] {
    if (this.#rootSigned !== undefined) return this.#rootSigned;
    const found: PlacedLeaf[] = [];
    for (const { index, leaf } of this.present()) if (rootSignedLeaves([leaf]).length > 0) found.push({ index, leaf });
    this.#rootSigned = found;
    return found;
  }
}

function rememberingLast(few: Few): Few {
  let last: { readonly number: number; readonly leaves: ReturnType<Few> } | undefined;
  return (number) => {
    if (last?.number !== number) last = { number, leaves: few(number) };
    return last.leaves;
  };
}
