import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readVectors } from "../../tools/vectors.ts";
import { CANONICAL_DEPTH, canonicalJson, parseCanonical } from "./canonical.ts";
import { toHex } from "./hex.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

const vectors = readVectors(
  "jcs-rfc8785",
  z.object({ cases: z.array(z.object({ name: z.string(), input: z.string(), canonicalHex: z.string() })) }),
);

function codeOf(text: string): string {
  const read = parseCanonical(encodeUtf8(text));
  return read.ok ? "accepted" : read.refusal.code;
}

/** Any JSON value that may be signed. */
const signable = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger().filter((value) => !Object.is(value, -0)),
    fc.string({ unit: "binary" }),
    fc.array(tie("value")),
    fc.dictionary(fc.oneof(fc.string({ unit: "binary" }), fc.nat().map(String), fc.constant("__proto__")), tie("value"), { noNullPrototype: false }),
  ),
})).value;

describe.skipIf(vectors === undefined)("RFC 8785 vectors", () => {
  it.each(vectors?.cases ?? [])("R3 writes $name as RFC 8785 does, unless it holds floats", ({ name, input, canonicalHex }) => {
    const value: unknown = JSON.parse(input);
    if (name === "values") expect(() => canonicalJson(value)).toThrow("whole number");
    else expect(toHex(canonicalJson(value))).toBe(canonicalHex);
    expect(codeOf(input)).toBe("json-not-canonical");
  });
});

describe("canonical JSON", () => {
  it("R3 reads back what it wrote, and writes it the same again", () => {
    fc.assert(
      fc.property(signable, (value) => {
        const bytes = canonicalJson(value);
        const read = parseCanonical(bytes);
        expect(read.ok && canonicalJson(read.value)).toEqual(bytes);
        expect(read.ok && JSON.stringify(read.value).length).toBe(JSON.stringify(value).length);
      }),
      { numRuns: 500 },
    );
  });

  it("R3 refuses JSON that is not exactly its own canonical form", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        const value: unknown = JSON.parse(text);
        const read = parseCanonical(encodeUtf8(text));
        let written: string | undefined;
        try {
          written = decodeUtf8(canonicalJson(value));
        } catch {
          written = undefined;
        }
        expect(read.ok).toBe(written === text);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["a name used twice", '{"a":1,"a":1}'],
    ["white space", '{"a": 1}'],
    ["a line feed at the end", '{"a":1}\n'],
    ["another order", '{"b":1,"a":2}'],
    ["number-like names in the order of numbers", '{"9":1,"10":1}'],
    ["a float", "1.5"],
    ["a whole number written as a float", "1.0"],
    ["an exponent", "1e3"],
    ["minus zero", "-0"],
    ["2^53", "9007199254740992"],
    ["a number that JavaScript rounds", "9007199254740993"],
    ["a needless escape", '"\\u0041"'],
    ["an escaped slash", '"\\/"'],
    ["an escape in upper case", '"\\u001F"'],
    ["a lone surrogate", '"\\ud800"'],
    ["a lone surrogate in a name", '{"\\udc00":1}'],
    ["a pair written as escapes", '"\\ud83d\\ude02"'],
  ])("R3 refuses %s", (_, text) => {
    expect(codeOf(text)).toBe("json-not-canonical");
  });

  it("R3 keeps a backslash before ud, which is no surrogate", () => {
    expect(codeOf('"\\\\ud800"')).toBe("accepted");
  });

  it("R3 refuses bytes that are no UTF-8, a byte order mark and what is no JSON", () => {
    const invalid = parseCanonical(Uint8Array.of(0x22, 0xff, 0x22));
    expect(!invalid.ok && invalid.refusal.code).toBe("json-not-utf8");
    expect(codeOf("\ufeff1")).toBe("json-malformed");
    expect(codeOf("")).toBe("json-malformed");
    expect(codeOf("{")).toBe("json-malformed");
  });

  it("R3 reads to a bounded depth and does not run out of stack beyond it", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(codeOf(nested(CANONICAL_DEPTH))).toBe("accepted");
    expect(codeOf(nested(CANONICAL_DEPTH + 1))).toBe("json-not-canonical");
    expect(codeOf(nested(1_000_000))).toMatch(/^json-/);
    expect(codeOf('{"a":'.repeat(100_000) + "1" + "}".repeat(100_000))).toMatch(/^json-/);
  });

  it("R3 accepts the largest whole numbers", () => {
    expect(codeOf("9007199254740991")).toBe("accepted");
    expect(codeOf("-9007199254740991")).toBe("accepted");
  });

  it.each([
    ["undefined", { a: undefined }],
    ["a hole", [1, , 2]],
    ["a function", () => 1],
    ["a big integer", 1n],
    ["a date", new Date(0)],
    ["bytes", new Uint8Array(2)],
    ["not a number", Number.NaN],
    ["a lone surrogate", "\ud800"],
  ])("R3 throws when a program asks it to write %s", (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
