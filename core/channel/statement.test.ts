/** A body is signed with all its members, so a reader must know of each of them. */
import { expect, it } from "vitest";
import type { z } from "zod";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { canonicalJson, parseCanonical } from "../bytes/canonical.ts";
import { kinds } from "../kinds.ts";
import { piece } from "../text/text-document.ts";
import { readStatement, sealStatement, type Payload } from "./statement.ts";

const HIDDEN = "__proto__";

const payload: Payload = {
  channel: "00".repeat(32),
  author: "aurelia",
  at: "2027-03-01T00:00:00Z",
  seen: [{ log: "aurelia", size: 0, root: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }],
  kind: "letter",
  body: {},
  files: [],
  salt: "AAAAAAAAAAAAAAAAAAAAAA==",
};

/** As its author signs it. */
function leafWith(body: string): Uint8Array {
  return sealStatement(payload, canonicalJson({ ...payload, body: JSON.parse(body) as unknown }), [
    { keyid: "00000000", sig: new Uint8Array(64) },
    { keyid: "00000000", sig: new Uint8Array(2420) },
  ]);
}

it("R3 reads no statement with a member that would be lost: what both sides signed must stand before both", () => {
  expect(readStatement(leafWith('{"a":1}'))).toMatchObject({ ok: true, value: { payload: { body: { a: 1 } } } });
  expect(readStatement(leafWith(`{"${HIDDEN}":{"b":2},"a":1}`))).toMatchObject({ ok: false, refusal: { code: "statement-malformed", where: "body" } });
});

it("R3 refuses such a member wherever a body or a document may have members of any name", () => {
  const read = (schema: z.ZodType, text: string) => {
    const json = parseCanonical(encodeUtf8(text));
    return schema.safeParse(json.ok ? json.value : undefined).success;
  };
  const bracket = (sets: string) => `{"alternatives":[{"by":[],"id":"a","sets":${sets},"text":{"en":"x"}}],"bracket":"b"}`;
  expect(read(piece, bracket('{"visits":3}'))).toBe(true);
  expect(read(piece, bracket(`{"${HIDDEN}":3,"visits":3}`))).toBe(false);
  for (const { body } of kinds.values()) expect(body.safeParse(JSON.parse(`{"${HIDDEN}":{}}`)).error?.issues.some(({ code }) => code === "unrecognized_keys")).toBe(true);
});
