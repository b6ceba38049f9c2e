/**
 * The map's view: a projection that shows all places at first, and pan and zoom over it. A conic conformal projection about the
 * middle of the places keeps shapes; nothing here knows a border.
 */
import { geoConicConformal, geoDistance, type GeoPermissibleObjects, type GeoProjection } from "d3-geo";

/** Land, in degrees; exterior rings clockwise as d3-geo wants them. */
export type Coast = Extract<GeoPermissibleObjects, { type: "MultiPolygon" }>;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Zoom 1 shows everything; the offset is in pixels of the drawing. */
export interface View {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

export const WHOLE_VIEW: View = { zoom: 1, x: 0, y: 0 };
export const LARGEST_ZOOM = 64;
const EARTH_RADIUS_KM = 6371.0088;
/** Part of the drawing that stays free on each side at first. */
const MARGIN = 0.14;
/** A single site still gets its surroundings, degrees. */
const SMALLEST_SPAN = 1.5;

/** `places` are [longitude, latitude] in degrees, at least one. */
export function projectionFor(places: readonly (readonly [number, number])[], size: Size, view: View): GeoProjection {
  const box = boxAround(places);
  const [west, south, east, north] = box;
  const middle = (west + east) / 2;
  const frame = {
    type: "MultiPoint" as const,
    coordinates: [
      [west, south],
      [west, north],
      [east, south],
      [east, north],
      [middle, north],
      [middle, south],
    ],
  };
  const projection = geoConicConformal()
    .parallels(conePair(south, north))
    .rotate([-middle, 0])
    .center([0, (south + north) / 2])
    .fitExtent(
      [
        [size.width * MARGIN, size.height * MARGIN],
        [size.width * (1 - MARGIN), size.height * (1 - MARGIN)],
      ],
      frame,
    );
  const [x, y] = projection.translate();
  const centreX = size.width / 2;
  const centreY = size.height / 2;
  return (
    projection
      // Nothing far outside is drawn, however near the view is.
      .clipExtent([
        [-size.width, -size.height],
        [2 * size.width, 2 * size.height],
      ])
      .scale(projection.scale() * view.zoom)
      .translate([(x - centreX) * view.zoom + centreX + view.x, (y - centreY) * view.zoom + centreY + view.y])
  );
}

/** Zooms by a factor so that the point stays where it is. */
export function zoomAround(
  view: View,
  factor: number,
  point: { readonly x: number; readonly y: number },
  size: Size,
): View {
  const zoom = Math.min(LARGEST_ZOOM, Math.max(1, view.zoom * factor));
  const scale = zoom / view.zoom;
  const fromCentreX = point.x - size.width / 2;
  const fromCentreY = point.y - size.height / 2;
  return limited(
    {
      zoom,
      x: fromCentreX - (fromCentreX - view.x) * scale,
      y: fromCentreY - (fromCentreY - view.y) * scale,
    },
    size,
  );
}

export function panBy(view: View, x: number, y: number, size: Size): View {
  return limited({ ...view, x: view.x + x, y: view.y + y }, size);
}

/** A round length of at most `widest` pixels at the middle of the drawing, for the scale bar. */
export function scaleBar(
  projection: GeoProjection,
  size: Size,
  widest: number,
): { readonly kilometres: number; readonly pixels: number } | undefined {
  const left = projection.invert?.([size.width / 2 - 50, size.height / 2]);
  const right = projection.invert?.([size.width / 2 + 50, size.height / 2]);
  if (left === null || left === undefined || right === null || right === undefined) return undefined;
  const kilometresPerPixel = (geoDistance(left, right) * EARTH_RADIUS_KM) / 100;
  const longest = kilometresPerPixel * widest;
  const power = 10 ** Math.floor(Math.log10(longest));
  const kilometres = [5, 2, 1].map((step) => step * power).find((length) => length <= longest) ?? power;
  return { kilometres, pixels: kilometres / kilometresPerPixel };
}

/** Degrees between the lines of the graticule, so that four to nine of them are seen. */
export function graticuleStep(projection: GeoProjection, size: Size): number {
  const top = projection.invert?.([size.width / 2, 0]);
  const bottom = projection.invert?.([size.width / 2, size.height]);
  const span = top && bottom ? Math.abs(top[1] - bottom[1]) : 10;
  return [30, 15, 10, 5, 2, 1, 0.5, 0.25, 1 / 6, 1 / 12].find((step) => span / step >= 3) ?? 1 / 60;
}

/** The step between meridians: the same, or twice as much where their numbers would touch. */
export function meridianStep(projection: GeoProjection, size: Size, step: number): number {
  const left = projection.invert?.([size.width / 2 - 50, size.height / 2]);
  const right = projection.invert?.([size.width / 2 + 50, size.height / 2]);
  const degrees = left && right ? Math.abs(right[0] - left[0]) : 0;
  return degrees > 0 && (step / degrees) * 100 < 84 ? step * 2 : step;
}

export interface GraticuleLine {
  readonly name: string;
  /** Longitude and latitude, degrees. */
  readonly points: readonly [number, number][];
}

/** The lines of degrees that cross the drawing, and no longer than that: a line around the world would be bent into thousands of pieces. */
export function graticuleLines(
  projection: GeoProjection,
  size: Size,
  step: number,
  wide: number,
): readonly GraticuleLine[] {
  const seen = seenBox(projection, size);
  if (seen === undefined) return [];
  const { west, south, east, north } = seen;
  const along = (from: number, to: number, point: (at: number) => [number, number]) =>
    Array.from({ length: 17 }, (_, index) => point(from + ((to - from) * index) / 16));
  const lines: GraticuleLine[] = [];
  for (let latitude = Math.ceil(south / step) * step; latitude <= north; latitude += step)
    lines.push({
      name: `latitude ${latitude.toFixed(4)}`,
      points: along(west, east, (longitude) => [longitude, latitude]),
    });
  for (let longitude = Math.ceil(west / wide) * wide; longitude <= east; longitude += wide)
    lines.push({
      name: `longitude ${longitude.toFixed(4)}`,
      points: along(south, north, (latitude) => [longitude, latitude]),
    });
  return lines;
}

/** A box of degrees that holds what the drawing shows, found along its edges. */
function seenBox(
  projection: GeoProjection,
  { width, height }: Size,
): { readonly west: number; readonly south: number; readonly east: number; readonly north: number } | undefined {
  const shares = [0, 0.25, 0.5, 0.75, 1];
  const edge = shares.flatMap((share): [number, number][] => [
    [share * width, 0],
    [share * width, height],
    [0, share * height],
    [width, share * height],
  ]);
  const points = edge.flatMap((point) => {
    const place = projection.invert?.(point);
    return place === null || place === undefined || !place.every(Number.isFinite) ? [] : [place];
  });
  if (points.length === 0) return undefined;
  const longitudes = unwrapped(points.map(([longitude]) => longitude));
  const latitudes = points.map(([, latitude]) => latitude);
  return {
    west: Math.min(...longitudes),
    south: Math.max(-89, Math.min(...latitudes)),
    east: Math.max(...longitudes),
    north: Math.min(89, Math.max(...latitudes)),
  };
}

function boxAround(places: readonly (readonly [number, number])[]): readonly [number, number, number, number] {
  const longitudes = unwrapped(places.map(([longitude]) => longitude));
  const latitudes = places.map(([, latitude]) => latitude);
  const [west, east] = widened(Math.min(...longitudes), Math.max(...longitudes));
  const [south, north] = widened(Math.min(...latitudes), Math.max(...latitudes));
  return [west, Math.max(-89, south), east, Math.min(89, north)];
}

/** Longitudes near the first one, so that places on both sides of the antimeridian stay together. */
function unwrapped(longitudes: readonly number[]): number[] {
  const first = longitudes[0] ?? 0;
  return longitudes.map((longitude) =>
    longitude - first > 180 ? longitude - 360 : longitude - first < -180 ? longitude + 360 : longitude,
  );
}

function widened(from: number, to: number): [number, number] {
  const missing = Math.max(0, SMALLEST_SPAN - (to - from)) / 2;
  return [from - missing, to + missing];
}

/** Two parallels inside the span; a cone needs them not to be opposite. */
function conePair(south: number, north: number): [number, number] {
  const span = north - south;
  const pair: [number, number] = [south + span / 6, north - span / 6];
  return Math.abs(pair[0] + pair[1]) < 1 ? [pair[0], pair[1] + 1] : pair;
}

function limited(view: View, size: Size): View {
  const reachX = (size.width * (view.zoom - 1)) / 2 + size.width / 3;
  const reachY = (size.height * (view.zoom - 1)) / 2 + size.height / 3;
  return {
    zoom: view.zoom,
    x: Math.min(reachX, Math.max(-reachX, view.x)),
    y: Math.min(reachY, Math.max(-reachY, view.y)),
  };
}
