/** A part of what `npm run bits` does for every byte. */
import { describe, expect, it } from "vitest";
import { bundleFlips } from "./_bit-flips.ts";

describe("one changed bit in a bundle", () => {
  it("R18 is noticed by the whole of verify, with the platform's own signatures, and has a place", { timeout: 60_000 }, async () => {
    const { tried, of, unnoticed } = await bundleFlips(17, 61);
    expect(tried).toBeGreaterThan(of / 62);
    expect(unnoticed).toEqual([]);
  });
});
