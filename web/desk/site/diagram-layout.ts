/**
 * Where the diagram's parts lie, in pixels: the true arrangement of the declared plan at one scale where there is width for it, else
 * one structure below the other at a scale that fingers can use. Pure, so that it can be tested without a page.
 */
import type { Site, Space, Structure } from "@countersign/core/declare/site.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedSpace {
  readonly space: Space;
  readonly box: Box;
}

export interface PlacedStructure {
  readonly structure: Structure;
  readonly frame: Box;
  readonly spaces: readonly PlacedSpace[];
  /** Whether there is room for words between it and what lies below. */
  readonly roomBelow: boolean;
}

export interface PlanLayout {
  readonly width: number;
  readonly height: number;
  /** Pixels per millimetre. */
  readonly scale: number;
  readonly structures: readonly PlacedStructure[];
}

/** Room above a structure for its name, and below for two lines of words. */
const ABOVE = 24;
const BELOW = 36;
const FRAME = 5;
const TOUCH_CELL = 64;

/** The whole plan to one scale. */
export function wholePlan(site: Site, width: number): PlanLayout {
  const right = Math.max(...allSpaces(site).map(({ plan }) => plan.x + plan.width));
  const bottom = Math.max(...allSpaces(site).map(({ plan }) => plan.y + plan.depth));
  const left = Math.min(...allSpaces(site).map(({ plan }) => plan.x));
  const top = Math.min(...allSpaces(site).map(({ plan }) => plan.y));
  const scale = (width - 2 * FRAME - 4) / Math.max(1, right - left);
  const shift = { x: FRAME + 2 - left * scale, y: ABOVE + FRAME - top * scale };
  const placed = site.structures.map((structure) => placeStructure(structure, scale, shift));
  const structures = placed.map((one) => ({
    ...one,
    roomBelow: !placed.some((other) => other !== one && isUnder(one.frame, other.frame)),
  }));
  return { width, height: (bottom - top) * scale + ABOVE + 2 * FRAME + BELOW, scale, structures };
}

/** One structure alone, its smallest space at least as large as a finger. */
export function structurePlan(structure: Structure, width: number): PlanLayout {
  const site = { structures: [structure] };
  const left = Math.min(...structure.spaces.map(({ plan }) => plan.x));
  const top = Math.min(...structure.spaces.map(({ plan }) => plan.y));
  const right = Math.max(...structure.spaces.map(({ plan }) => plan.x + plan.width));
  const bottom = Math.max(...structure.spaces.map(({ plan }) => plan.y + plan.depth));
  const smallest = Math.min(...structure.spaces.map(({ plan }) => Math.min(plan.width, plan.depth)));
  const scale = Math.min(TOUCH_CELL / Math.max(1, smallest), (width - 2 * FRAME - 2) / Math.max(1, right - left));
  const shift = { x: FRAME + 1 - left * scale, y: FRAME + 1 - top * scale };
  const [placed] = site.structures.map((one) => placeStructure(one, scale, shift));
  return {
    width: (right - left) * scale + 2 * FRAME + 2,
    height: (bottom - top) * scale + 2 * FRAME + 2,
    scale,
    structures: placed === undefined ? [] : [{ ...placed, roomBelow: false }],
  };
}

/** The space nearest in a direction: the smallest distance along it, what lies aside counting double. */
export function neighbour(
  layout: readonly PlacedSpace[],
  from: string,
  direction: "left" | "right" | "up" | "down",
): string | undefined {
  const start = layout.find(({ space }) => space.id === from);
  if (start === undefined) return layout[0]?.space.id;
  const centre = centreOf(start.box);
  let best: { id: string; distance: number } | undefined;
  for (const { space, box } of layout) {
    const other = centreOf(box);
    const dx = other.x - centre.x;
    const dy = other.y - centre.y;
    const [along, aside] = { left: [-dx, dy], right: [dx, dy], up: [-dy, dx], down: [dy, dx] }[direction] as [
      number,
      number,
    ];
    if (along <= 1 || Math.abs(aside) > along * 3 + 4) continue;
    const distance = along + Math.abs(aside) * 2;
    if (best === undefined || distance < best.distance) best = { id: space.id, distance };
  }
  return best?.id;
}

/** A round length in metres for the scale, at most `widest` pixels. */
export function scaleLength(scale: number, widest: number): { readonly metres: number; readonly pixels: number } {
  const metres = [100, 50, 20, 10, 5, 2, 1].find((length) => length * 1000 * scale <= widest) ?? 1;
  return { metres, pixels: metres * 1000 * scale };
}

function allSpaces(site: Pick<Site, "structures">): readonly Space[] {
  return site.structures.flatMap(({ spaces }) => spaces);
}

function placeStructure(
  structure: Structure,
  scale: number,
  shift: { readonly x: number; readonly y: number },
): Omit<PlacedStructure, "roomBelow"> {
  const spaces = structure.spaces.map((space) => {
    const { x, y, width, depth } = space.plan;
    return {
      space,
      box: { x: x * scale + shift.x, y: y * scale + shift.y, width: width * scale, height: depth * scale },
    };
  });
  const left = Math.min(...spaces.map(({ box }) => box.x));
  const top = Math.min(...spaces.map(({ box }) => box.y));
  const right = Math.max(...spaces.map(({ box }) => box.x + box.width));
  const bottom = Math.max(...spaces.map(({ box }) => box.y + box.height));
  return {
    structure,
    spaces,
    frame: { x: left - FRAME, y: top - FRAME, width: right - left + 2 * FRAME, height: bottom - top + 2 * FRAME },
  };
}

/** True if the other frame begins below this one, over some of its width, too near for its words and the other's name. */
function isUnder(frame: Box, other: Box): boolean {
  const overlaps = other.x < frame.x + frame.width && other.x + other.width > frame.x;
  const gap = other.y - (frame.y + frame.height);
  return overlaps && gap >= 0 && gap < BELOW + ABOVE;
}

function centreOf({ x, y, width, height }: Box): { readonly x: number; readonly y: number } {
  return { x: x + width / 2, y: y + height / 2 };
}
