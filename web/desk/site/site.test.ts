import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { agreedExercise } from "@countersign/core/inspect/_exercise-record.ts";
import { inspect, MOROZNA, TARN } from "@countersign/core/inspect/_visit.ts";
import { site as siteKind } from "@countersign/core/declare/site.ts";
import { siteById, spacesOf } from "@countersign/core/declare/sites.ts";
import { termsSchema } from "@countersign/core/terms/terms.ts";
import { neighbour, scaleLength, structurePlan, wholePlan } from "./diagram-layout.ts";
import { siteVisits } from "./site-visit.ts";
import { countStates, shortNumber, spaceStates } from "./space-state.ts";

const fileOf = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8"));
const terms = termsSchema.parse(fileOf("regimes/exercise.json"));

describe("what was done to each space", () => {
  test("of a site never visited is that it is declared, and nothing more", () => {
    const state = agreedExercise(terms).record.fold();
    const declared = siteById(state, "B-01");
    if (declared === undefined) throw new Error("not declared");
    const states = spaceStates(declared, undefined, state);
    expect(new Set(states.map(({ words }) => words))).toEqual(new Set(["declared-state"]));
    expect(states.find(({ space }) => space.id === "cell-01")?.holds).toMatchObject({ type: "kestrel-1" });
    expect(states.find(({ space }) => space.id === "cell-02")?.holds).toBe("empty");
  });

  test("is told apart for drawn and not drawn, and adds up to all spaces", () => {
    const made = agreedExercise(terms);
    inspect(made, TARN);
    const state = made.record.fold();
    const [visit] = siteVisits(state, "A-01", false);
    if (visit === undefined) throw new Error("no visit");
    const states = spaceStates(visit.declared, visit, state);
    const counts = countStates(states);
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(spacesOf(visit.declared.site).length);
    const drawn = new Set(visit.draw?.cells ?? []);
    for (const { space, words } of states)
      if (visit.draw?.list.includes(space.id) === true && !drawn.has(space.id)) expect(words).toBe("not-drawn");
    expect(visit.report).toBeDefined();
  });

  test("stands in the visits of that site alone, newest first", () => {
    const made = agreedExercise(terms);
    inspect(made, MOROZNA);
    inspect(made, TARN);
    const state = made.record.fold();
    expect(siteVisits(state, "B-03", false).map(({ number }) => number)).toEqual([1]);
    expect(siteVisits(state, "A-01", false).map(({ number }) => number)).toEqual([2]);
    expect(siteVisits(state, "A-02", false)).toEqual([]);
  });

  test("short numbers are those on the walls", () => {
    expect([shortNumber("cell-13"), shortNumber("bay-01"), shortNumber("S-1"), shortNumber("H-1")]).toEqual([
      "13",
      "01",
      "S-1",
      "H-1",
    ]);
  });
});

describe("the diagram", () => {
  const site = siteKind.body.parse(
    (fileOf("cases/exercise/case.json") as { acts: { label: string; body: unknown }[] }).acts.find(
      ({ label }) => label === "site-a-01",
    )?.body,
  );

  test("keeps the declared arrangement at one scale", () => {
    const layout = wholePlan(site, 720);
    for (const { structure, spaces } of layout.structures)
      for (const [index, { box }] of spaces.entries()) {
        const plan = structure.spaces[index]?.plan;
        expect(box.width).toBeCloseTo((plan?.width ?? 0) * layout.scale, 6);
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(720);
        expect(box.y + box.height).toBeLessThanOrEqual(layout.height);
      }
  });

  test("has cells for fingers where structures stand one below the other", () => {
    const [structure] = site.structures;
    if (structure === undefined) throw new Error("no structure");
    const layout = structurePlan(structure, 358);
    expect(layout.width).toBeLessThanOrEqual(358);
    for (const { box } of layout.structures[0]?.spaces ?? [])
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(24);
  });

  test("is walked by place: every space is reached from every other", () => {
    const places = wholePlan(site, 720).structures.flatMap(({ spaces }) => spaces);
    const [first] = places;
    const reached = new Set<string>();
    const open = [first?.space.id ?? ""];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (reached.has(id)) continue;
      reached.add(id);
      for (const direction of ["left", "right", "up", "down"] as const) {
        const next = neighbour(places, id, direction);
        if (next !== undefined) open.push(next);
      }
    }
    expect(reached.size).toBe(places.length);
  });

  test("has a scale of whole metres", () => {
    expect(scaleLength(0.05, 110)).toEqual({ metres: 2, pixels: 100 });
  });
});
