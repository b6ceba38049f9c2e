import fc from "fast-check";
import { expect, it } from "vitest";
import { canonicalJson } from "../bytes/canonical.ts";
import { encodeEnvelope } from "../signing/dsse.ts";
import { payloadSchema, payloadType, readStatement, type Payload } from "./statement.ts";

const good: Payload = {
  channel: "0a".repeat(32),
  author: "aurelia",
  at: "2027-03-11T02:07:00Z",
  seen: [
    { log: "aurelia", size: 3, root: `${"A".repeat(43)}=` },
    { log: "borealis", size: 0, root: `${"B".repeat(42)}A=` },
  ],
  kind: "letter",
  body: { title: { en: "Note" }, answers: [] },
  files: [{ sha256: "0b".repeat(32), size: 5, type: "text/plain", name: "page.txt" }],
  salt: `${"C".repeat(21)}A==`,
};

/** Near to what may stand there, and far from it. */
const value = fc.oneof(
  fc.constantFrom<unknown>("", "a", "aurelia", "Aurelia", "a".repeat(41), "0A".repeat(32), "2027-02-29T00:00:00Z", "2028-02-29T24:00:00Z", "2028-02-29T23:59:59Z", "+027-03-11T02:07:00Z"),
  fc.constantFrom<unknown>(0, -1, 2 ** 53 - 1, null, true, [], {}, [{}], [null], `${"C".repeat(21)}B==`, `${"B".repeat(43)}=`, { ["__proto__"]: 1 }, JSON.parse('{"__proto__":1}')),
  fc.jsonValue({ maxDepth: 2 }),
);
/** Where in a payload, by names and positions. */
const place = fc.constantFrom<readonly string[]>(
  ...Object.keys(good).map((name) => [name]),
  ["more"], ["__proto__"], ["seen", "0"], ["seen", "1", "log"], ["seen", "1", "size"], ["seen", "0", "root"], ["seen", "0", "more"], ["seen", "2"],
  ["body", "__proto__"], ["body", "more"], ["files", "0"], ["files", "0", "size"], ["files", "0", "name"], ["files", "0", "readers"], ["files", "1"],
);

it("R3 a payload that is read is one of the schema, and the other way round", () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.array(fc.record({ place, value, without: fc.boolean() }), { maxLength: 2 }), (changes) => {
      const payload: unknown = structuredClone(good);
      for (const { place: at, value: put, without } of changes) change(payload, at, without ? undefined : put);
      let bytes: Uint8Array;
      try {
        bytes = canonicalJson(payload);
      } catch {
        return;
      }
      const { kind } = payload as { kind?: unknown };
      const type = payloadType(typeof kind === "string" && /^[a-z-]+$/.test(kind) ? kind : "letter");
      const signatures = [64, 2420].map((length) => ({ keyid: "00000000", sig: new Uint8Array(length) }));
      const [first, second] = signatures;
      if (first === undefined || second === undefined) throw new Error("two signatures");
      const read = readStatement(encodeEnvelope({ payloadType: type, payload: bytes, signatures: [first, second] }));
      const parsed = payloadSchema.safeParse(payload);
      expect(read.ok || read.refusal.code !== "statement-malformed").toBe(parsed.success);
      if (!read.ok) return;
      taken += 1;
      expect(read.value.payload).toEqual(parsed.data);
    }),
    { numRuns: 1000 },
  );
  expect(taken).toBeGreaterThan(50);
});

function change(root: unknown, place: readonly string[], value: unknown): void {
  let at = root;
  for (const name of place.slice(0, -1)) {
    if (typeof at !== "object" || at === null) return;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  const name = place.at(-1) ?? "";
  if (typeof at !== "object" || at === null || (Array.isArray(at) && Number(name) > at.length)) return;
  if (value === undefined && !Array.isArray(at)) Reflect.deleteProperty(at, name);
  else Object.defineProperty(at, name, { value: value ?? null, enumerable: true, configurable: true, writable: true });
}
