import fc from "fast-check";
import { describe, expect, test } from "vitest";
import exerciseCoast from "./exercise-coast.json" with { type: "json" };
import { degreesOf, formatLine, formatPosition } from "./position.ts";
import {
  graticuleLines,
  graticuleStep,
  LARGEST_ZOOM,
  meridianStep,
  panBy,
  projectionFor,
  scaleBar,
  WHOLE_VIEW,
  zoomAround,
} from "./view.ts";

const size = { width: 880, height: 630 };
const places: readonly [number, number][] = [
  [-31.11, 44.31],
  [-28.53, 44.69],
  [-29.03, 43.55],
];

describe("positions", () => {
  test("have two digits of latitude, three of longitude, and seconds", () => {
    expect(
      formatPosition({ latitudeSeconds: 44 * 3600 + 18 * 60 + 20, longitudeSeconds: -(31 * 3600 + 6 * 60 + 40) }),
    ).toBe("44°18′20″N 031°06′40″W");
    expect(formatPosition({ latitudeSeconds: -3600, longitudeSeconds: 179 * 3600 + 59 * 60 + 59 })).toBe(
      "01°00′00″S 179°59′59″E",
    );
  });

  test("never show 60 minutes or seconds", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -324_000, max: 324_000 }),
        fc.integer({ min: -648_000, max: 648_000 }),
        (latitudeSeconds, longitudeSeconds) => {
          expect(formatPosition({ latitudeSeconds, longitudeSeconds })).toMatch(
            /^\d{2}°[0-5]\d′[0-5]\d″[NS] \d{3}°[0-5]\d′[0-5]\d″[EW]$/,
          );
        },
      ),
    );
  });

  test("lines of degrees name minutes only where there are some", () => {
    expect([formatLine(44.5, "latitude"), formatLine(-31, "longitude"), formatLine(-0.25, "latitude")]).toEqual([
      "44°30′N",
      "031°W",
      "00°15′S",
    ]);
  });
});

describe("the view", () => {
  test("shows every place at first, with room around", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.double({ min: -60, max: 60, noNaN: true }), fc.double({ min: -60, max: 70, noNaN: true })),
          { minLength: 1, maxLength: 12 },
        ),
        (some) => {
          const projection = projectionFor(some, size, WHOLE_VIEW);
          for (const place of some) {
            const point = projection(place);
            expect(point?.[0]).toBeGreaterThan(0);
            expect(point?.[0]).toBeLessThan(size.width);
            expect(point?.[1]).toBeGreaterThan(-40);
            expect(point?.[1]).toBeLessThan(size.height + 40);
          }
        },
      ),
    );
  });

  test("keeps places on both sides of the antimeridian together", () => {
    const projection = projectionFor(
      [
        [179, 65],
        [-179, 66],
      ],
      size,
      WHOLE_VIEW,
    );
    const [left, right] = [projection([179, 65])?.[0] ?? 0, projection([-179, 66])?.[0] ?? 0];
    expect(right).toBeGreaterThan(left);
    expect(right - left).toBeGreaterThan(100);
  });

  test("zooms about the pointer and never beyond its limits", () => {
    const point = { x: 300, y: 200 };
    const before = projectionFor(places, size, WHOLE_VIEW).invert?.([point.x, point.y]);
    const view = zoomAround(WHOLE_VIEW, 2, point, size);
    const after = projectionFor(places, size, view).invert?.([point.x, point.y]);
    expect(after?.[0]).toBeCloseTo(before?.[0] ?? 0, 6);
    expect(after?.[1]).toBeCloseTo(before?.[1] ?? 0, 6);
    expect(zoomAround(view, 1000, point, size).zoom).toBe(LARGEST_ZOOM);
    expect(zoomAround(view, 0.001, point, size).zoom).toBe(1);
    expect(Math.abs(panBy(WHOLE_VIEW, 100_000, 0, size).x)).toBeLessThanOrEqual(size.width / 3);
  });

  test("draws only the lines of degrees that are seen, at every zoom", () => {
    for (const zoom of [1, 4, 16, 64]) {
      const projection = projectionFor(places, size, { ...WHOLE_VIEW, zoom });
      const step = graticuleStep(projection, size);
      const count = graticuleLines(projection, size, step, meridianStep(projection, size, step)).length;
      expect(count).toBeGreaterThan(3);
      expect(count).toBeLessThan(40);
    }
  });

  test("gives a scale of a round length", () => {
    const bar = scaleBar(projectionFor(places, size, WHOLE_VIEW), size, 120);
    expect(bar?.pixels).toBeLessThanOrEqual(120);
    expect([1, 2, 5, 10, 20, 50, 100, 200]).toContain(bar?.kilometres);
  });

  test("degrees put longitude first", () => {
    expect(degreesOf({ latitudeSeconds: 3600, longitudeSeconds: -7200 })).toEqual([-2, 1]);
  });
});

describe("the invented coast", () => {
  test("has closed rings that do not cross themselves", () => {
    const crossings = (exerciseCoast.coordinates as [number, number][][][]).flatMap(([ring = []]) => {
      expect(ring[0]).toEqual(ring.at(-1));
      return ring.slice(0, -1).flatMap((point, i) =>
        ring.slice(i + 2, -1).flatMap((other, offset) => {
          const j = i + 2 + offset;
          const neighbours = i === 0 && j === ring.length - 2;
          return !neighbours && cross(point, ring[i + 1], other, ring[j + 1]) ? [[i, j]] : [];
        }),
      );
    });
    expect(crossings).toEqual([]);
  });
});

type Point = readonly [number, number];

function cross(a: Point = [0, 0], b: Point = [0, 0], c: Point = [0, 0], d: Point = [0, 0]): boolean {
  const side = (p: Point, q: Point, r: Point) => (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}
