/** What C2SP asks is shown by tests that exist, or there is a reason; and every file of vectors that fits is used. */
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { conformanceTable, readSource, SPECIFICATIONS, UNUSED_VECTORS, vectorUses } from "./conformance-table.ts";

const VECTORS = new URL("../../shared/vectors/", import.meta.url);

/** A title stands in the source as it is, behind a bracket and in quotation marks. */
function hasTest(source: string, title: string): boolean {
  return title.length > 5 && new RegExp(`\\(\\s*["\`]${title.replaceAll(/[$.*+?^()[\]{}|\\]/g, "\\$&")}`).test(source);
}

describe("what C2SP asks", () => {
  it.each(SPECIFICATIONS.map(({ name, demands }) => [name, demands] as const))("%s: each row names tests that exist, or says why there is none", (_, demands) => {
    expect(demands.length).toBeGreaterThan(5);
    expect(new Set(demands.map(([, what]) => what)).size).toBe(demands.length);
    for (const [, what, shown, because = ""] of demands) {
      expect([what, shown.length > 0 || because.length > 20]).toEqual([what, true]);
      for (const [file, title] of shown) {
        expect([what, file, title, hasTest(readSource(file), title)]).toEqual([what, file, title, true]);
      }
    }
  });

  it("stands in docs/conformance.md: after a change run `npm run conformance`", () => {
    expect(readSource("docs/conformance.md")).toBe(conformanceTable());
  });
});

describe("vectors of other projects", () => {
  it.skipIf(!existsSync(VECTORS))("are each used, or there is a reason", () => {
    const there = readdirSync(VECTORS).map((name) => name.replace(/\.json$/, ""));
    expect([...vectorUses().keys(), ...Object.keys(UNUSED_VECTORS)].sort()).toEqual(there.sort());
  });
});
