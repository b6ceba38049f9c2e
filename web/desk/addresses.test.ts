import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hrefOf, pathOf, placeOf, readSearch, searchOf } from "./addresses.ts";

describe("places as addresses", () => {
  test.each([
    ["overview", {}],
    ["site", { site: "A-01" }],
    ["assurance", { site: "A-01" }],
    ["inspection", { inspection: "ab".repeat(32) }],
    ["record", { log: "borealia", index: 41 }],
    ["record", {}],
    ["text", { provision: "art-5" }],
    ["exchange", { circle: "0cbd80c5", provision: "p-11" }],
  ] as const)("%s %o comes back as it was", (page, params) => {
    const address = new URL(hrefOf("aurelia", page, params), "http://here");
    const [, desk, node, ...path] = address.pathname.split("/").map(decodeURIComponent);
    expect([desk, node]).toEqual(["desk", "aurelia"]);
    expect(placeOf(path, readSearch(Object.fromEntries(address.searchParams)))).toEqual({ page, params });
  });

  test("language and moment stay, a circle stays until another is named, a provision does not", () => {
    const before = { lang: "ru", "as-of": "2022-02-02T12:00:00Z", circle: "0cbd80c5", provision: "p-11" };
    expect(searchOf(before)).toEqual({ lang: "ru", "as-of": "2022-02-02T12:00:00Z", circle: "0cbd80c5" });
    expect(searchOf(before, { circle: "fbd4ad9e" })).toMatchObject({ circle: "fbd4ad9e" });
  });

  test("what is typed by hand gives a place or none, never an error", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { maxLength: 5 }),
        fc.dictionary(fc.string(), fc.anything()),
        (path, search) => {
          const place = placeOf(path, readSearch(search));
          if (place !== undefined) expect(placeOf(pathOf(place.page, place.params), readSearch(search))).toEqual(place);
        },
      ),
    );
  });
});
