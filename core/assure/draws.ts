/**
 * Joint draws (SPEC R17): cells drawn from a frozen list by a seed that neither side alone could choose, so that anyone can
 * draw them again by hand.
 *
 * The seed is the lower-case hexadecimal SHA-256 of these fields, each led by its length in bytes (four bytes, big endian):
 * `countersign/draw/v1`, the inspection's id, the number of cells to draw, the number of names on the list, every name in the
 * list's order, then for each side in the order of the party ids its id and its 32 bytes. Counts are written in decimal.
 *
 * From the seed on this is Rivest's sampler of 2011: for i = 1, 2, … the place `1 + SHA-256(seed "," i) mod N`; a place drawn
 * before is passed over. `printf '%s,%d' SEED 1 | sha256sum` gives the first number. The bias of the remainder is below
 * N / 2^256.
 */
import type { PartyId } from "../bytes/fields.ts";
import { fromBase64 } from "../bytes/base64.ts";
import { concatBytes } from "../bytes/concat.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";

/** One side's half of the seed, as its `draw-open` gives it: 32 bytes, base64. */
export interface DrawOpening {
  readonly party: PartyId;
  readonly value: string;
}

export interface DrawContext {
  /** The id of the inspection's notice. */
  readonly inspection: string;
}

/** One hash of the sampler. `kept` is false where the place had been drawn before. */
export interface DrawStep {
  readonly counter: number;
  /** 1 to N. */
  readonly place: number;
  readonly kept: boolean;
}

const DOMAIN = "countersign/draw/v1";

/**
 * The names drawn, in the order in which they were drawn. Empty where nothing can be drawn: a name stands twice on the list,
 * more names are asked for than there are, there are not two openings of two different parties, a value is not 32 bytes.
 */
export function jointDraw(list: readonly string[], count: number, openings: readonly DrawOpening[], context: DrawContext): string[] {
  const seed = jointSeed(list, count, openings, context);
  if (seed === undefined || count > list.length || new Set(list).size !== list.length) return [];
  return samplePlaces(seed, list.length, count, "once").flatMap(({ place, kept }) => (kept ? (list[place - 1] ?? []) : []));
}

/** The seed of a joint draw in lower-case hexadecimal; `undefined` unless there are two openings, of two parties, of 32 bytes. */
export function jointSeed(list: readonly string[], count: number, openings: readonly DrawOpening[], context: DrawContext): string | undefined {
  const sorted = openings.toSorted((a, b) => (a.party < b.party ? -1 : a.party > b.party ? 1 : 0));
  const [first, second] = sorted;
  if (openings.length !== 2 || first === undefined || second === undefined || first.party === second.party) return undefined;
  const values = [fromBase64(first.value), fromBase64(second.value)] as const;
  if (values[0]?.length !== 32 || values[1]?.length !== 32) return undefined;
  const fields = [
    ...[DOMAIN, context.inspection, String(count), String(list.length), ...list].map(encodeUtf8),
    encodeUtf8(first.party),
    values[0],
    encodeUtf8(second.party),
    values[1],
  ];
  return toHex(sha256(concatBytes(...fields.flatMap((field) => [lengthOf(field), field]))));
}

/**
 * Rivest's sampler over the places 1 to `total` until `count` are kept, with every step. `repeated` keeps a place each time it
 * comes up, `once` only the first time. Throws on a total below 1, and on more places than there are.
 */
export function samplePlaces(seed: string, total: number, count: number, places: "once" | "repeated"): DrawStep[] {
  if (!Number.isSafeInteger(total) || total < 1 || (places === "once" && count > total)) throw new RangeError(`cannot draw ${count} of ${total}`);
  const drawn = new Set<number>();
  const steps: DrawStep[] = [];
  for (let counter = 1, kept = 0; kept < count; counter += 1) {
    const place = 1 + Number(hashNumber(`${seed},${counter}`) % BigInt(total));
    const keep = places === "repeated" || !drawn.has(place);
    drawn.add(place);
    steps.push({ counter, place, kept: keep });
    if (keep) kept += 1;
  }
  return steps;
}

function hashNumber(text: string): bigint {
  return BigInt(`0x${toHex(sha256(encodeUtf8(text)))}`);
}

function lengthOf(field: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, field.length);
  return bytes;
}
