/**
 * The container of a bundle (SPEC R18): a ustar archive (POSIX.1-1988) in one spelling. Plain files only, mode 0644, owner and
 * time 0, no names of users, in the order given, two zero blocks at the end. Any tar program unpacks it; the reader here takes
 * no other spelling. It goes from header to header, and holds no content.
 */
import { concatBytes, equalBytes } from "../bytes/concat.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { refusal, type Refusal } from "../refusal.ts";
import { piecesOf, sourceOf, withinSource, type ByteSource } from "./byte-source.ts";

export interface TarMember {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A member where it lies. */
export interface FoundMember extends TarMember {
  readonly size: number;
  /** Its content, to be gone through: a bundle within a bundle is no part to be taken into memory. */
  readonly source: ByteSource;
  /** Read from the source whenever it is asked for. */
  readonly bytes: Uint8Array;
}

/** What could be read, and every place where the bytes are not the ones that `writeTar` would give. */
export interface TarReading {
  readonly members: readonly FoundMember[];
  readonly problems: readonly Refusal[];
}

const BLOCK = 512;
const NAME_BYTES = 100;
export const MEMBERS_LIMIT = 200_000;
/** 1 TiB. */
export const TAR_LIMIT = 1024 ** 4;
/** 64 MiB, the most that a charter allows a file: what a reader takes into memory at once. */
export const PART_LIMIT = 64 * 1024 * 1024;
/** The bundle of the channel that this one continues (SPEC R18.12), a part that is read as a bundle and never whole. */
export const PREVIOUS_PATH = "previous.tar";
/** The most that the eleven octal digits of a header can say. */
const PREVIOUS_LIMIT = 8 * 1024 ** 3 - 1;

/** Offsets of a ustar header. */
const SIZE_AT = 124;
const CHECKSUM_AT = 148;
const TYPE_AT = 156;
const MAGIC_AT = 257;
const MAGIC = encodeUtf8("ustar\0");

/** Segments of lower-case letters, digits, dot, hyphen and underscore, none of them `.` or `..`. */
const PATH = /^(?!\.{1,2}(?:\/|$))[a-z0-9._-]+(?:\/(?!\.{1,2}(?:\/|$))[a-z0-9._-]+)*$/;

/** Throws for a path used twice or one that `readTar` would refuse: paths are made by the program, never taken from outside. */
export function writeTar(members: readonly TarMember[]): Uint8Array {
  refuseBadPaths(members.map(({ path }) => path));
  return concatBytes(...members.flatMap(({ path, bytes }) => tarMember(path, bytes)), TAR_END);
}

/** In bytes, of the part with this path. */
export function partLimit(path: string): number {
  return path === PREVIOUS_PATH ? PREVIOUS_LIMIT : PART_LIMIT;
}

/** One member's blocks: header, content, fill. Whoever writes piece by piece ends with `TAR_END`. */
export function tarMember(path: string, bytes: Uint8Array): readonly Uint8Array[] {
  return [tarHeader(path, bytes.length), bytes, new Uint8Array(paddingOf(bytes.length))];
}

/** The same of a member that is not in memory. */
export function* tarMemberPieces(path: string, source: ByteSource): Generator<Uint8Array> {
  yield tarHeader(path, source.size);
  yield* piecesOf(source);
  yield new Uint8Array(paddingOf(source.size));
}

export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK);

/** How long an archive of members of these sizes is. */
export function tarLength(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + BLOCK + size + paddingOf(size), TAR_END.length);
}

/** Throws as `writeTar`. */
export function refuseBadPaths(paths: readonly string[]): void {
  const seen = new Set<string>();
  for (const path of paths) {
    if (!isTarPath(path) || seen.has(path)) throw new TypeError(`no path of a bundle: ${path}`);
    seen.add(path);
  }
}

/** Reads to the end or to where the next header cannot be found. */
export function readTar(from: ByteSource | Uint8Array): TarReading {
  const source = sourceOf(from);
  if (source.size > TAR_LIMIT)
    return broken("tar-too-large", `The file has ${source.size} bytes; at most ${TAR_LIMIT} are read.`);
  if (source.size === 0) return broken("tar-empty", "The file is empty. Ask for the bundle again.");
  const first = source.read(0, BLOCK);
  if (!hasMagic(first) && !looksLikeHeader(first))
    return broken(
      "tar-unknown",
      "This is no bundle: it does not begin like a tar archive. Name a file that `countersign export` or a desk wrote.",
    );
  return new Reader(source).read();
}

export function isTarPath(path: string): boolean {
  return path.length <= NAME_BYTES && PATH.test(path);
}

class Reader {
  readonly #source: ByteSource;
  readonly #members: FoundMember[] = [];
  readonly #problems: Refusal[] = [];
  readonly #paths = new Set<string>();
  #at = 0;
  #headers = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  read(): TarReading {
    while (this.#member());
    return { members: this.#members, problems: this.#problems };
  }

  /** One header with its content; `false` at the end. */
  #member(): boolean {
    const block = this.#source.read(this.#at, BLOCK);
    // Even an empty part is followed by two closing blocks.
    const closing = this.#source.size - this.#at <= 2 * BLOCK && !hasMagic(block);
    if (closing || isZero(block)) return this.#end();
    if (block.length < BLOCK)
      return this.#stop("tar-cut-short", "The file is cut short: it ends inside a header. Copy it again.");
    // Those that are refused count as well: what is wrong with each is kept.
    if (this.#headers++ >= MEMBERS_LIMIT)
      return this.#stop("tar-too-many", `The file has more than ${MEMBERS_LIMIT} parts.`);
    const path = nameOf(block);
    const size = sizeOf(block);
    if (size === undefined)
      return this.#stop("tar-header", "The size of a part does not read; nothing after it can be found.", path);
    if (size > partLimit(path))
      return this.#stop("tar-part-too-large", `This part has ${size} bytes; such a part has at most ${partLimit(path)}. Nothing after it was read.`, path);
    const start = this.#at + BLOCK;
    const end = start + size;
    const kind = kindRefused(block[TYPE_AT] ?? 0);
    if (kind !== undefined) this.#note("tar-kind", `${kind} stands where only plain files may stand.`, path);
    else if (!isTarPath(path))
      this.#note(
        "tar-path",
        "A part has a path that no bundle has: absolute, with .. in it, or with other characters.",
        path,
      );
    else this.#compareHeader(block, tarHeader(path, size), path);
    if (end + paddingOf(size) > this.#source.size)
      return this.#stop(
        "tar-cut-short",
        `The file is cut short: this part should have ${size} bytes. Copy it again.`,
        path,
      );
    if (!isZero(this.#source.read(end, paddingOf(size))))
      this.#note("tar-padding", "The fill after this part is not zero.", path);
    if (this.#paths.has(path)) this.#note("tar-duplicate", "Two parts have this path.", path);
    else if (kind === undefined && isTarPath(path))
      this.#members.push(new Found(this.#source, path, start, size));
    this.#paths.add(path);
    this.#at = end + paddingOf(size);
    return true;
  }

  /** Two zero blocks and nothing more. */
  #end(): false {
    const rest = this.#source.size - this.#at;
    if (rest < 2 * BLOCK)
      return this.#stop("tar-cut-short", "The file is cut short: its two closing blocks are not there. Copy it again.");
    if (!isZero(this.#source.read(this.#at, 2 * BLOCK))) return this.#stop("tar-end", "The closing blocks are not zero.");
    if (rest > 2 * BLOCK)
      return this.#stop("tar-trailing", `${rest - 2 * BLOCK} bytes follow after the end of the bundle.`);
    return false;
  }

  #compareHeader(found: Uint8Array, wanted: Uint8Array, path: string): void {
    if (equalBytes(found, wanted)) return;
    const at = found.findIndex((byte, index) => byte !== wanted[index]);
    this.#note("tar-header", `The header of this part differs from the one spelling at its byte ${at}.`, path);
  }

  #note(code: string, sentence: string, path: string): void {
    this.#problems.push(refusal(code, sentence, path));
  }

  #stop(code: string, sentence: string, path = ""): false {
    this.#problems.push(refusal(code, sentence, path === "" ? `byte ${this.#at}` : path));
    return false;
  }
}

class Found implements FoundMember {
  readonly path: string;
  readonly size: number;
  readonly source: ByteSource;

  constructor(source: ByteSource, path: string, start: number, size: number) {
    this.path = path;
    this.size = size;
    this.source = withinSource(source, start, size);
  }

  get bytes(): Uint8Array {
    return this.source.read(0, this.size);
  }
}

function broken(code: string, sentence: string): TarReading {
  return { members: [], problems: [refusal(code, sentence)] };
}

/** Of a member of this path, which `isTarPath` takes, and this size. */
export function tarHeader(path: string, size: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string) => block.set(encodeUtf8(text), at);
  put(0, path);
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(SIZE_AT, `${size.toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0");
  put(CHECKSUM_AT, "        ");
  put(TYPE_AT, "0");
  block.set(MAGIC, MAGIC_AT);
  put(263, "00");
  put(329, "0000000\0");
  put(337, "0000000\0");
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) sum += block[at] ?? 0;
  put(CHECKSUM_AT, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

/** The name field as far as it is printable, for the sentence; a wrong one never equals its re-encoding. */
function nameOf(block: Uint8Array): string {
  let name = "";
  for (const byte of block.subarray(0, NAME_BYTES)) {
    if (byte === 0) break;
    name += byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "?";
  }
  return name;
}

/** Eleven octal digits and a zero byte. */
function sizeOf(block: Uint8Array): number | undefined {
  let size = 0;
  for (let at = SIZE_AT; at < SIZE_AT + 11; at += 1) {
    const digit = (block[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return undefined;
    size = size * 8 + digit;
  }
  return size;
}

/** What other type flags mean (POSIX pax and GNU), so that the sentence can say it. */
function kindRefused(type: number): string | undefined {
  switch (String.fromCharCode(type)) {
    case "0":
      return undefined;
    case "1":
    case "2":
      return "A link";
    case "5":
      return "A directory";
    case "x":
    case "g":
      return "A pax extension";
    case "L":
    case "K":
      return "A GNU extension";
    default:
      return "An entry of another kind";
  }
}

function hasMagic(block: Uint8Array): boolean {
  return equalBytes(block.subarray(MAGIC_AT, MAGIC_AT + MAGIC.length), MAGIC);
}

/** With a damaged magic the rest still shows what it was: mode and size are where a header has them. */
function looksLikeHeader(bytes: Uint8Array): boolean {
  return (
    bytes.length >= BLOCK &&
    sizeOf(bytes) !== undefined &&
    equalBytes(bytes.subarray(100, 108), encodeUtf8("0000644\0"))
  );
}

function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] !== 0) return false;
  return true;
}
