import fc from "fast-check";
import { expect, test } from "vitest";
import { equalBytes } from "@countersign/core/bytes/concat.ts";
import { sameBytes } from "./same-bytes.ts";

test("two arrays are the same exactly where they are byte by byte, whatever arrays they are views of", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), fc.nat(20), (bytes, other, shift) => {
      const place = new Uint8Array(shift + bytes.length + 3);
      place.set(bytes, shift);
      const view = place.subarray(shift, shift + bytes.length);
      expect(sameBytes(view, bytes)).toBe(true);
      expect(sameBytes(bytes, other)).toBe(equalBytes(bytes, other));
      expect(sameBytes(place.subarray(shift, shift + bytes.length + 1), bytes)).toBe(false);
      for (let at = 0; at < bytes.length; at += 1) {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ 1;
        expect(sameBytes(view, changed)).toBe(false);
      }
    }),
    { numRuns: 50 },
  );
});
