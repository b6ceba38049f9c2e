/** Base64, hexadecimal, UTF-8, big-endian numbers and SHA-256: pairs of writer and reader, and one spelling for each value. */
import { hash } from "node:crypto";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { base64Size, fillFromBase64, fillFromBase64ByTable, fromBase64, fromBase64ByTable, toBase64, toBase64ByTable } from "./base64.ts";
import { readU16, readU64, u16, u64 } from "./big-endian.ts";
import { concatBytes, equalBytes } from "./concat.ts";
import { fromHex, fromHexByParsing, toHex, toHexByTable } from "./hex.ts";
import { replaceSha256, sha256, sha256AsHex } from "./sha256.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

const bytes = fc.uint8Array({ maxLength: 200 });

describe("base64", () => {
  it("R3 reads back what it wrote, with and without the platform's own", () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const text = Buffer.from(value).toString("base64");
        expect(toBase64(value)).toBe(text);
        expect(toBase64ByTable(value)).toBe(text);
        expect(fromBase64(text)).toEqual(value);
        expect(fromBase64ByTable(text)).toEqual(value);
      }),
    );
  });

  it("R3 gives the same verdict on any text, with and without the platform's own", () => {
    const text = fc.string({ unit: fc.constantFrom(..."ABab01+/=-_ \n\tЖ"), maxLength: 12 });
    fc.assert(
      fc.property(text, (value) => {
        const read = fromBase64(value);
        expect(fromBase64ByTable(value)).toEqual(read);
        if (read !== undefined) expect(toBase64(read)).toBe(value);
      }),
      { numRuns: 5000 },
    );
  });

  it("R3 fills a place exactly when the canonical text of as many bytes is given", () => {
    const text = fc.string({ unit: fc.constantFrom(..."ABab01+/=-_ \n\tЖ"), maxLength: 12 });
    fc.assert(
      fc.property(text, fc.nat(10), (value, size) => {
        const read = fromBase64(value);
        if (read !== undefined) expect(base64Size(value)).toBe(read.length);
        // The place is within a longer array, of which nothing else may change.
        for (const length of [size, base64Size(value)])
          for (const fill of [fillFromBase64, fillFromBase64ByTable]) {
            const around = new Uint8Array(length + 2).fill(7);
            const place = around.subarray(1, 1 + length);
            expect(fill(place, value)).toBe(read?.length === length);
            if (read?.length === length) expect(place).toEqual(read);
            expect([around[0], around.at(-1)]).toEqual([7, 7]);
          }
      }),
      { numRuns: 5000 },
    );
  });

  it.each(["AA", "AA=", "AB==", "AAB=", "A===", "====", "AA==\n", " AA==", "AA ==", "A-A_", "AA==AA==", "AAAA=", "\u00c1AAA"])(
    "R3 refuses %j",
    (text) => {
      expect(fromBase64(text)).toBeUndefined();
      expect(fromBase64ByTable(text)).toBeUndefined();
      for (const length of [0, 1, 2, 3, 4, 5, 6])
        for (const fill of [fillFromBase64, fillFromBase64ByTable]) expect(fill(new Uint8Array(length), text)).toBe(false);
    },
  );
});

describe("hexadecimal", () => {
  it("reads back what it wrote, with and without the platform's own", () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const text = Buffer.from(value).toString("hex");
        expect(toHex(value)).toBe(text);
        expect(toHexByTable(value)).toBe(text);
        expect(fromHex(text)).toEqual(value);
        expect(fromHexByParsing(text)).toEqual(value);
      }),
    );
  });

  it.each(["0", "0g", "AB", "0x00", " 00", "00\n", "٠٠"])("refuses %j", (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});

describe("UTF-8", () => {
  it("reads back any well-formed text, a byte order mark included", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => { expect(decodeUtf8(encodeUtf8(text))).toBe(text); }));
    expect(decodeUtf8(encodeUtf8("\ufeffa"))).toBe("\ufeffa");
  });

  it("either refuses bytes or gives a text with those bytes", () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const text = decodeUtf8(value);
        if (text !== undefined) expect(encodeUtf8(text)).toEqual(value);
      }),
    );
    for (const bad of ["c080", "eda080", "f4908080", "ff", "e282"]) expect(decodeUtf8(Buffer.from(bad, "hex"))).toBeUndefined();
  });
});

describe("big-endian numbers", () => {
  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger().map(Math.abs), fc.nat(0xffff), bytes, (large, small, before) => {
        expect(readU64(concatBytes(before, u64(large)), before.length)).toBe(large);
        expect(readU16(concatBytes(before, u16(small)), before.length)).toBe(small);
        expect(Buffer.from(u64(large)).readBigUInt64BE()).toBe(BigInt(large));
      }),
    );
  });

  it("refuses what does not fit", () => {
    expect(() => u16(0x1_0000)).toThrow(RangeError);
    expect(() => u16(-1)).toThrow(RangeError);
    expect(() => u64(2 ** 53)).toThrow(RangeError);
    expect(() => u64(0.5)).toThrow(RangeError);
    expect(readU64(Buffer.from("0020000000000000", "hex"), 0)).toBeUndefined();
    expect(readU64(Buffer.from("001fffffffffffff", "hex"), 0)).toBe(Number.MAX_SAFE_INTEGER);
    expect(readU64(new Uint8Array(9), 2)).toBeUndefined();
    expect(readU16(new Uint8Array(2), 1)).toBeUndefined();
  });
});

describe("SHA-256", () => {
  afterAll(() => replaceSha256((value) => toHex(nobleSha256(value))));

  it("agrees with the platform, and can be replaced by it and by nothing else", () => {
    const native = (value: Uint8Array) => hash("sha256", value, "hex");
    const agrees = () =>
      fc.assert(
        fc.property(bytes, (value) => {
          expect(sha256(value)).toEqual(nobleSha256(value));
          expect(sha256AsHex(value)).toBe(native(value));
        }),
      );
    agrees();
    expect(() => replaceSha256((value) => toHex(value.slice(0, 32)))).toThrow();
    expect(() => replaceSha256((value) => native(value.slice(0, 500)))).toThrow();
    expect(() => replaceSha256((value) => native(value).toUpperCase())).toThrow();
    replaceSha256(native);
    agrees();
  });
});

it("compares bytes by value", () => {
  fc.assert(fc.property(bytes, bytes, (left, right) => { expect(equalBytes(left, right)).toBe(toHex(left) === toHex(right)); }));
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
});
