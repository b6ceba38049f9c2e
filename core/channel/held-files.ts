/** Body files as a reader holds them: by hash, wherever the bytes are kept. The holder has checked the hash. */

/** Going through it reads one file after the other. */
export interface HeldFiles extends Iterable<readonly [sha256: string, bytes: Uint8Array]> {
  /** How many files. */
  readonly size: number;
  keys(): Iterable<string>;
  has(sha256: string): boolean;
  /** In bytes, without reading them; `undefined` if the file is not held. */
  sizeOf(sha256: string): number | undefined;
  get(sha256: string): Uint8Array | undefined;
}

/** What the fold asks of them. */
export type ReadFiles = Pick<HeldFiles, "sizeOf" | "get">;

/** All in memory. */
export class FileMap extends Map<string, Uint8Array> implements HeldFiles {
  sizeOf(sha256: string): number | undefined {
    return this.get(sha256)?.length;
  }
}

/** What is found in `first`, or else in `second`. */
export function filesOfBoth(first: HeldFiles, second: HeldFiles): ReadFiles {
  return {
    sizeOf: (sha256) => first.sizeOf(sha256) ?? second.sizeOf(sha256),
    get: (sha256) => first.get(sha256) ?? second.get(sha256),
  };
}
