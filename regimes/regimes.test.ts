import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { termsSchema, type Terms } from "@countersign/core/terms/terms.ts";

const folder = import.meta.dirname;
const files = readdirSync(folder).filter((file) => file.endsWith(".json") && file !== "package.json");

function read(file: string): Terms {
  return termsSchema.parse(JSON.parse(readFileSync(`${folder}/${file}`, "utf8")));
}

describe("agreements' terms as data", () => {
  it("has one file for each regime", () => {
    expect(files).toContain("exercise.json");
  });

  it.each(files)("reads %s under the schema and names it by its id", (file) => {
    expect(`${read(file).id}.json`).toBe(file);
  });

  it.each(files)(
    "names in %s only what it has: evidence words ascend, quotas are between its sides, items and States are where their kind needs them",
    (file) => {
      const { evidenceWords, obligations, quotas, sides } = read(file);
      const bounds = evidenceWords.map(({ from }) => Number(from));
      expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
      for (const { inspecting, inspected } of quotas) expect(new Set([inspecting, inspected])).toEqual(new Set(sides));
      for (const { kind, item, state, territory } of obligations)
        expect([item !== undefined, state !== undefined, territory !== undefined]).toEqual(
          kind === "absence" ? [true, false, false] : [false, true, true],
        );
    },
  );

  it("mirrors the exercise: as many inspections for either side, and each owes an absence and the same restraint", () => {
    const { obligations, quotas, sides } = read("exercise.json");
    expect(new Set(quotas.map(({ inspections, siteCount }) => `${inspections} ${siteCount}`)).size).toBe(1);
    const owed = sides.map((side) =>
      obligations
        .filter(({ owedBy }) => owedBy.includes(side))
        .map(({ kind }) => kind)
        .sort(),
    );
    expect(owed[0]).toEqual(owed[1]);
  });
});
