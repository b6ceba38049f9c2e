/** The entries of one branch of a bundle by their index, read from its parts when somebody looks: of a whole bundle 256 at a time. */
import type { PartyId } from "../bytes/fields.ts";
import { rootSignedLeaves, type PlacedLeaf } from "../channel/record.ts";
import { decodeBundle, TILE_WIDTH } from "../log/tiles.ts";
import type { Refusal } from "../refusal.ts";
import { branchTiles, entryPath, tilePathIn, type Extent } from "./manifest.ts";
import type { Parts } from "./parts.ts";

export class Leaves {
  /** What the head covers. */
  readonly size: number;
  readonly #few: (number: number) => readonly (Uint8Array | undefined)[];
  #last: { readonly number: number; readonly leaves: readonly (Uint8Array | undefined)[] } | undefined;

  /** `few` gives up to 256 from `256 × number` on. */
  private constructor(size: number, few: (number: number) => readonly (Uint8Array | undefined)[]) {
    this.size = size;
    this.#few = few;
  }

  /** From entry bundles; each that does not read is told once, with its path. */
  static inBundles(parts: Parts, folder: string, size: number, report: (why: Refusal, path: string) => void): Leaves {
    const addresses = branchTiles(size, "whole").entries;
    const decoded = (number: number) => {
      const address = addresses[number];
      const bytes = address === undefined ? undefined : parts.get(tilePathIn(folder, address));
      return address === undefined || bytes === undefined ? undefined : decodeBundle(bytes, address.width);
    };
    for (const [number, address] of addresses.entries()) {
      const read = decoded(number);
      if (read?.ok === false) report(read.refusal, tilePathIn(folder, address));
    }
    return new Leaves(size, (number) => {
      const read = decoded(number);
      return read?.ok === true ? read.value : [];
    });
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
    const number = Math.floor(index / TILE_WIDTH);
    if (this.#last?.number !== number) this.#last = { number, leaves: this.#few(number) };
    return this.#last.leaves[index % TILE_WIDTH];
  }

  /** As `Array.slice`; at most as many as there are. */
  slice(start: number, end: number): (Uint8Array | undefined)[] {
    return Array.from({ length: Math.max(0, Math.min(end, this.size) - start) }, (_, position) => this.get(start + position));
  }

  /** Those that are there, in order. */
  *present(): Iterable<PlacedLeaf> {
    for (let index = 0; index < this.size; index += 1) {
      const leaf = this.get(index);
      if (leaf !== undefined) yield { index, leaf };
    }
  }

  /** Those that say they change keys. */
  rootSigned(): PlacedLeaf[] {
    const found: PlacedLeaf[] = [];
    for (const { index, leaf } of this.present()) if (rootSignedLeaves([leaf]).length > 0) found.push({ index, leaf });
    return found;
  }
}
