/**
 * Whether a form of the item fits into a space of given sides, or through an opening. Every decision is made in whole
 * millimetres; square roots are bounded by whole numbers from below, so that "does not fit" is said only when it is certain.
 * What is not decided counts as fits.
 *
 * Each "does not fit" carries a certificate, a rule and whole numbers, that `certificateHolds` checks again by whole-number
 * arithmetic alone, without searching for anything.
 */
import type { Sides } from "../declare/site.ts";
import type { Form } from "../declare/type.ts";

export type Shape = Form["shape"];
export type Cylinder = Extract<Shape, { kind: "cylinder" }>;
export type Box = Extract<Shape, { kind: "box" }>;

export type Rule =
  /** The ball inside the item is wider than the narrowest side of the space, or of its opening. */
  | "wider-than-space"
  | "wider-than-opening"
  /** The item's two farthest points are farther apart than the farthest two of the space. */
  | "longer-than-diagonal"
  | "larger-than-volume"
  /** No tilt lets the disc inside the item into the space. */
  | "disc-in-no-tilt"
  /** No tilt lets the cylinder inside the item into the space. */
  | "cylinder-in-no-tilt";

/** `numbers` are whole numbers in decimal: millimetres, their squares and cubes, or the bounds of roots named by the rule. */
export interface Certificate {
  readonly rule: Rule;
  readonly numbers: Readonly<Record<string, string>>;
}

export type Witness =
  | { readonly how: "straight" }
  /** The axis of the cylinder, in millionths along the three sides of the space. */
  | { readonly how: "tilted"; readonly axis: readonly [number, number, number] }
  /** No rule excludes it and no position was looked for. */
  | { readonly how: "undecided" };

export type Fit = { readonly fits: true; readonly witness: Witness } | { readonly fits: false; readonly certificate: Certificate };

/** Roots are bounded to 2^-32 of a unit of what they stand for. */
const ROOT_BITS = 32n;

/** A cylinder is decided exactly where it is at least as long as it is wide; a box, or a flat disc, soundly but not always. */
export function fitsInside(shape: Shape, space: Sides): Fit {
  const { length, width } = inscribedCylinder(shape);
  const [small, middle, large] = sorted(space);
  const [itemSmall, itemMiddle, itemLarge] = dimensions(shape);
  if (itemSmall <= small && itemMiddle <= middle && itemLarge <= large) return { fits: true, witness: { how: "straight" } };
  for (const candidate of [widthCertificate(shape, space), diagonalCertificate(shape, space), volumeCertificate(shape, space), discCertificate(shape, space)])
    if (certificateHolds(candidate, shape, space)) return { fits: false, certificate: candidate };
  if (length <= large) return { fits: true, witness: { how: "undecided" } };
  const tilt = tiltCertificate(shape, space);
  if (certificateHolds(tilt, shape, space)) return { fits: false, certificate: tilt };
  return { fits: true, witness: shape.kind === "cylinder" && shape.lengthMm >= shape.diameterMm ? { how: "tilted", axis: tiltedAxis(length, width, space) } : { how: "undecided" } };
}

/** A thin plane opening with free depth on both sides: passes exactly if the ball inside the item does (an item at least as long as wide). */
export function passesOpening(shape: Shape, opening: { readonly widthMm: number; readonly heightMm: number }): Fit {
  const [item] = dimensions(shape);
  const narrow = Math.min(opening.widthMm, opening.heightMm);
  if (item <= BigInt(narrow)) return { fits: true, witness: { how: "straight" } };
  return { fits: false, certificate: { rule: "wider-than-opening", numbers: { item: String(item), opening: String(narrow) } } };
}

/**
 * Checks a certificate against the shape and the sides it is about; for `wider-than-opening` `space` is the opening's width and
 * height, its length unused. Every number is computed or bounded anew from the shape and the sides.
 */
export function certificateHolds({ rule, numbers }: Certificate, shape: Shape, space: Sides): boolean {
  const number = (name: string) => (/^-?\d{1,400}$/.test(numbers[name] ?? "") ? BigInt(numbers[name] ?? "0") : undefined);
  const is = (name: string, value: bigint) => number(name) === value;
  const [small, middle, large] = sorted(space);
  const [itemSmall] = dimensions(shape);
  switch (rule) {
    case "wider-than-space":
      return is("item", itemSmall) && is("space", small) && itemSmall > small;
    case "wider-than-opening": {
      const narrow = BigInt(Math.min(space.widthMm, space.heightMm));
      return is("item", itemSmall) && is("opening", narrow) && itemSmall > narrow;
    }
    case "longer-than-diagonal": {
      const [item, inside] = [diagonalSquared(shape), small ** 2n + middle ** 2n + large ** 2n];
      return is("itemSquared", item) && is("spaceSquared", inside) && item > inside;
    }
    case "larger-than-volume": {
      const volume = shape.kind === "box" ? dimensions(shape).reduce((all, side) => all * side, 1n) : 0n;
      return is("item", volume) && is("space", small * middle * large) && volume > small * middle * large;
    }
    case "disc-in-no-tilt": {
      const squared = discDiameter(shape) ** 2n;
      const room = [small, middle, large].reduce((all, side) => all + (side ** 2n < squared ? side ** 2n : squared), 0n);
      return is("discSquared", squared) && is("roomSquared", room) && room < 2n * squared;
    }
    case "cylinder-in-no-tilt": {
      const { length, width } = inscribedCylinder(shape);
      if (length < width || length <= large || small < width) return false;
      const { left, squares } = tiltTerms(length, width, [small, middle, large]);
      let roots = 0n;
      for (const [index, square] of squares.entries()) {
        const root = number(`root${index + 1}`);
        if (root === undefined || root < 0n || root ** 2n > square << (2n * ROOT_BITS)) return false;
        roots += root;
      }
      return is("length", length) && is("width", width) && is("left", left) && roots > left << ROOT_BITS;
    }
  }
}

function widthCertificate(shape: Shape, space: Sides): Certificate {
  return { rule: "wider-than-space", numbers: { item: String(dimensions(shape)[0]), space: String(sorted(space)[0]) } };
}

function diagonalCertificate(shape: Shape, space: Sides): Certificate {
  const inside = sorted(space).reduce((all, side) => all + side ** 2n, 0n);
  return { rule: "longer-than-diagonal", numbers: { itemSquared: String(diagonalSquared(shape)), spaceSquared: String(inside) } };
}

function volumeCertificate(shape: Shape, space: Sides): Certificate {
  const volume = shape.kind === "box" ? dimensions(shape).reduce((all, side) => all * side, 1n) : 0n;
  return { rule: "larger-than-volume", numbers: { item: String(volume), space: String(sorted(space).reduce((all, side) => all * side, 1n)) } };
}

/** A disc of diameter d with normal u reaches d sqrt(1 − u_i²) along side i; the three 1 − u_i² add up to 2. */
function discCertificate(shape: Shape, space: Sides): Certificate {
  const squared = discDiameter(shape) ** 2n;
  const room = sorted(space).reduce((all, side) => all + (side ** 2n < squared ? side ** 2n : squared), 0n);
  return { rule: "disc-in-no-tilt", numbers: { discSquared: String(squared), roomSquared: String(room) } };
}

function tiltCertificate(shape: Shape, space: Sides): Certificate {
  const { length, width } = inscribedCylinder(shape);
  const { left, squares } = tiltTerms(length, width, sorted(space));
  const roots = squares.map((square, index) => [`root${index + 1}`, String(squareRoot(square < 0n ? 0n : square << (2n * ROOT_BITS)))]);
  return { rule: "cylinder-in-no-tilt", numbers: { length: String(length), width: String(width), left: String(left), ...Object.fromEntries(roots) } };
}

/**
 * A cylinder of length L and width D ≤ L with axis u reaches L |u_i| + D sqrt(1 − u_i²) along side i. With h = L² + D² and every
 * side s between D and L, side i allows |u_i| up to M_i = (s L − D sqrt(h − s²)) / h, and a direction exists exactly if the
 * squares of the three M_i reach 1. Multiplied by h² that is: `left` ≥ the sum of the roots of `squares`, with
 * left = Σ s² (L² − D²) + 3 D² h − h² and squares (2 s L D)² (h − s²).
 */
function tiltTerms(length: bigint, width: bigint, sides: readonly [bigint, bigint, bigint]): { readonly left: bigint; readonly squares: readonly bigint[] } {
  const h = length ** 2n + width ** 2n;
  const left = sides.reduce((all, side) => all + side ** 2n * (length ** 2n - width ** 2n), 3n * width ** 2n * h - h ** 2n);
  return { left, squares: sides.map((side) => (2n * side * length * width) ** 2n * (h - side ** 2n)) };
}

/** A direction that the sides allow, by the M_i above, in the order in which the space names its sides. */
function tiltedAxis(length: bigint, width: bigint, space: Sides): [number, number, number] {
  const million = 1_000_000n;
  const h = length ** 2n + width ** 2n;
  const reach = [space.lengthMm, space.widthMm, space.heightMm].map((side) => {
    const s = BigInt(side);
    const rest = h - s ** 2n;
    const root = rest <= 0n ? 0n : squareRoot(width ** 2n * rest * million ** 2n);
    return rest <= 0n ? million : (s * length * million - root) / h;
  });
  const norm = squareRoot(reach.reduce((all, each) => all + each ** 2n, 0n));
  const [first = 0, second = 0, third = 0] = reach.map((each) => Number(norm === 0n ? 0n : (each * million) / norm));
  return [first, second, third];
}

/** The longest cylinder along the longest side that lies inside the shape. */
function inscribedCylinder(shape: Shape): { readonly length: bigint; readonly width: bigint } {
  if (shape.kind === "cylinder") return { length: BigInt(shape.lengthMm), width: BigInt(shape.diameterMm) };
  const [small, , large] = dimensions(shape);
  return { length: large, width: small };
}

/** The widest disc inside the shape. */
function discDiameter(shape: Shape): bigint {
  return shape.kind === "cylinder" ? BigInt(shape.diameterMm) : dimensions(shape)[1];
}

function diagonalSquared(shape: Shape): bigint {
  if (shape.kind === "cylinder") return BigInt(shape.lengthMm) ** 2n + BigInt(shape.diameterMm) ** 2n;
  return dimensions(shape).reduce((all, side) => all + side ** 2n, 0n);
}

/** The sides of the box around the shape, smallest first; the first is also the ball inside it. */
function dimensions(shape: Shape): [bigint, bigint, bigint] {
  return shape.kind === "cylinder"
    ? ascending(shape.lengthMm, shape.diameterMm, shape.diameterMm)
    : ascending(shape.lengthMm, shape.widthMm, shape.heightMm);
}

function sorted({ lengthMm, widthMm, heightMm }: Sides): [bigint, bigint, bigint] {
  return ascending(lengthMm, widthMm, heightMm);
}

function ascending(...sides: readonly [number, number, number]): [bigint, bigint, bigint] {
  const [small = 0, middle = 0, large = 0] = sides.toSorted((a, b) => a - b);
  return [BigInt(small), BigInt(middle), BigInt(large)];
}

/** The whole part of the square root, by Newton's method. */
export function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << (BigInt(value.toString(2).length + 1) / 2n);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
