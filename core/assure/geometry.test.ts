import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { certificateHolds, fitsInside, passesOpening, squareRoot, type Box, type Cylinder } from "./geometry.ts";

const vectorsPath = new URL("../../../shared/vectors/assurance.json", import.meta.url);
const haveVectors = existsSync(vectorsPath);
if (!haveVectors) console.log("The folder shared/vectors is not here: the published fits are not compared.");

interface Vector {
  readonly id: string;
  readonly function: string;
  readonly inputs: { readonly L: number; readonly D: number | string; readonly box: readonly (number | string)[]; readonly item: readonly number[]; readonly container: readonly number[]; readonly w: number; readonly h: number };
  readonly expected: number | boolean;
}
const all = haveVectors ? (JSON.parse(readFileSync(vectorsPath, "utf8")) as { vectors: Vector[] }).vectors : [];
const of = (name: string) => all.filter((vector) => vector.function === name);

const mm = (metres: number | string | undefined) => Math.round(Number(metres) * 1000);
const cylinder = (lengthMm: number, diameterMm: number): Cylinder => ({ kind: "cylinder", lengthMm, diameterMm });
const box = (lengthMm: number, widthMm: number, heightMm: number): Box => ({ kind: "box", lengthMm, widthMm, heightMm });
const space = (lengthMm: number, widthMm: number, heightMm: number) => ({ lengthMm, widthMm, heightMm });
const metres = (sides: readonly (number | string)[]) => space(mm(sides[0]), mm(sides[1]), mm(sides[2]));
const container = space(5898, 2352, 2393);

describe.skipIf(!haveVectors)("published fits", () => {
  test.each(of("geometry.cylinderFitsBox"))("$id", ({ inputs, expected }) => {
    expect(fitsInside(cylinder(mm(inputs.L), mm(inputs.D)), metres(inputs.box)).fits).toBe(expected);
  });

  test.each(of("geometry.maxCylinderLength"))("$id", ({ inputs, expected }) => {
    // A cube of one metre is taken as ten, so that a millimetre is a ten-thousandth of it.
    const scale = inputs.box[0] === "1" ? 10 : 1;
    const sides = metres(inputs.box.map((side) => Number(side) * scale));
    const longest = Math.floor(Number(expected) * scale * 1000);
    const width = mm(Number(inputs.D) * scale);
    expect([fitsInside(cylinder(longest, width), sides).fits, fitsInside(cylinder(longest + 1, width), sides).fits]).toEqual([true, false]);
  });

  test.each(of("geometry.boxFitsBox"))("$id is never said to be too large where it fits", ({ inputs, expected }) => {
    const [a = 0, b = 0, c = 0] = inputs.item;
    const fit = fitsInside(box(mm(a), mm(b), mm(c)), metres(inputs.container));
    if (expected === true) expect(fit.fits).toBe(true);
  });

  test.each(of("geometry.cylinderPassesOpening"))("$id", ({ inputs, expected }) => {
    expect(passesOpening(cylinder(5560, mm(inputs.D)), { widthMm: mm(inputs.w), heightMm: mm(inputs.h) }).fits).toBe(expected);
  });
});

describe("geometry", () => {
  test("a cylinder longer than every side may lie across the container", () => {
    expect(fitsInside(cylinder(6250, 520), container)).toMatchObject({ fits: true, witness: { how: "tilted" } });
    expect(fitsInside(cylinder(6267, 520), container).fits).toBe(true);
    expect(fitsInside(cylinder(6268, 520), container)).toMatchObject({ fits: false, certificate: { rule: "cylinder-in-no-tilt" } });
    expect(fitsInside(cylinder(5560, 520), container)).toEqual({ fits: true, witness: { how: "straight" } });
  });

  test("the direction given for a tilted cylinder stays inside to a millimetre", () => {
    const fit = fitsInside(cylinder(6250, 520), container);
    const axis = fit.fits && fit.witness.how === "tilted" ? fit.witness.axis : [];
    const sides = [5898, 2352, 2393];
    expect(axis.reduce((sum, part) => sum + (part / 1e6) ** 2, 0)).toBeCloseTo(1, 4);
    for (const [index, part] of axis.entries()) expect((6250 * part) / 1e6 + 520 * Math.sqrt(1 - (part / 1e6) ** 2)).toBeLessThan((sides[index] ?? 0) + 1);
  });

  test("boxes are excluded by what lies inside them, and what stays undecided counts as fits", () => {
    expect(fitsInside(box(5900, 2200, 2200), container)).toMatchObject({ fits: false, certificate: { rule: "cylinder-in-no-tilt" } });
    expect(fitsInside(box(1020, 1000, 1000), space(1010, 1010, 1010))).toMatchObject({ fits: false, certificate: { rule: "cylinder-in-no-tilt" } });
    expect(fitsInside(box(1600, 100, 100), space(1000, 1000, 1000))).toMatchObject({ fits: false });
    expect(fitsInside(box(3000, 3000, 3000), container)).toMatchObject({ fits: false, certificate: { rule: "wider-than-space" } });
    expect(fitsInside(box(10_000, 10, 10), container)).toMatchObject({ fits: false, certificate: { rule: "longer-than-diagonal" } });
    expect(fitsInside(box(5000, 3000, 2350), container)).toMatchObject({ fits: false, certificate: { rule: "larger-than-volume" } });
    expect(fitsInside(box(3000, 3000, 10), space(4000, 1200, 1200))).toMatchObject({ fits: false, certificate: { rule: "disc-in-no-tilt" } });
    expect(fitsInside(box(6200, 520, 520), container)).toEqual({ fits: true, witness: { how: "undecided" } });
  });

  test("a longer canister does not fit where the shorter one stands", () => {
    const measured = space(7305, 625, 625);
    expect(fitsInside(box(7300, 620, 620), measured).fits).toBe(true);
    expect(fitsInside(box(7830, 620, 620), measured)).toMatchObject({ fits: false, certificate: { rule: "longer-than-diagonal" } });
    expect(fitsInside(cylinder(7380, 514), space(7350, 680, 680))).toMatchObject({ fits: false, certificate: { rule: "cylinder-in-no-tilt" } });
    expect(fitsInside(cylinder(7430, 514), measured)).toMatchObject({ fits: false, certificate: { rule: "longer-than-diagonal" } });
  });

  test("an opening is passed by what is no wider than its narrow side", () => {
    expect(passesOpening(box(6730, 635, 635), { widthMm: 640, heightMm: 634 })).toEqual({ fits: false, certificate: { rule: "wider-than-opening", numbers: { item: "635", opening: "634" } } });
    expect(passesOpening(cylinder(6250, 518), { widthMm: 640, heightMm: 634 }).fits).toBe(true);
  });

  const side = fc.integer({ min: 0, max: 9000 });
  const shape = fc.oneof(fc.tuple(side, side).map(([length, width]) => cylinder(length, width)), fc.tuple(side, side, side).map(([a, b, c]) => box(a, b, c)));
  const sides = fc.tuple(side, side, side).map(([a, b, c]) => space(a, b, c));

  test("a larger space holds whatever a smaller one holds", () => {
    fc.assert(
      fc.property(shape, sides, fc.nat(500), fc.constantFrom("lengthMm", "widthMm", "heightMm"), (item, inside, more, grown) => {
        if (fitsInside(item, inside).fits) expect(fitsInside(item, { ...inside, [grown]: inside[grown as "lengthMm"] + more }).fits).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("the order in which sides are named changes nothing", () => {
    fc.assert(fc.property(shape, sides, (item, { lengthMm, widthMm, heightMm }) => { expect(fitsInside(item, space(heightMm, lengthMm, widthMm)).fits).toBe(fitsInside(item, space(lengthMm, widthMm, heightMm)).fits); }));
  });

  test("every certificate holds when checked again, and none for other sides or after a change", () => {
    fc.assert(
      fc.property(shape, sides, (item, inside) => {
        const fit = fitsInside(item, inside);
        if (fit.fits) return;
        expect(certificateHolds(fit.certificate, item, inside)).toBe(true);
        expect(certificateHolds(fit.certificate, item, space(20_000, 20_000, 20_000))).toBe(false);
        for (const name of Object.keys(fit.certificate.numbers)) {
          const numbers = { ...fit.certificate.numbers, [name]: `${fit.certificate.numbers[name] ?? ""}0000000000000000000000000` };
          if (fit.certificate.numbers[name] !== "0") expect(certificateHolds({ ...fit.certificate, numbers }, item, inside)).toBe(false);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("no position found by trying is ever called impossible", () => {
    const angle = fc.double({ min: 0, max: Math.PI, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(side, side, side), angle, angle, angle, fc.boolean(), ([a, b, c], first, second, third, round) => {
        const item = round ? cylinder(a, b) : box(a, b, c);
        // The sides that this very position needs, rounded up.
        const axes = rotation(first, second, third);
        const needed = axes.map((row) => round ? a * Math.abs(row[0]) + b * Math.sqrt(Math.max(0, 1 - row[0] ** 2)) : a * Math.abs(row[0]) + b * Math.abs(row[1]) + c * Math.abs(row[2]));
        const [x = 0, y = 0, z = 0] = needed.map((need) => Math.ceil(need + 1e-6));
        expect(fitsInside(item, space(x, y, z)).fits).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("square roots are the whole part", () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 60n }), (value) => { const root = squareRoot(value); expect(root * root <= value && (root + 1n) ** 2n > value).toBe(true); }));
  });
});

function rotation(x: number, y: number, z: number): readonly (readonly [number, number, number])[] {
  const [cx, sx, cy, sy, cz, sz] = [Math.cos(x), Math.sin(x), Math.cos(y), Math.sin(y), Math.cos(z), Math.sin(z)];
  return [
    [cy * cz, sx * sy * cz - cx * sz, cx * sy * cz + sx * sz],
    [cy * sz, sx * sy * sz + cx * cz, cx * sy * sz - sx * cz],
    [-sy, sx * cy, cx * cy],
  ];
}
