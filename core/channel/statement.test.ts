/** What stands in a statement is what its readers see: no member and no letter of it is lost or moved. */
import { expect, it } from "vitest";
import type { z } from "zod";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { canonicalJson, parseCanonical } from "../bytes/canonical.ts";
import { kinds } from "../kinds.ts";
import { source, words } from "../bytes/fields.ts";
import { agreementDocument, piece } from "../text/text-document.ts";
import { fileReference, readStatement, sealStatement, type Payload } from "./statement.ts";

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

it("R3 shows no text in another order than it was signed in: a character that turns letters round is refused wherever people read", () => {
  const turning = ["\u061c", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\u0000", "\u001b", "\u007f", "\u0085"];
  const file = { sha256: "00".repeat(32), size: 1, type: "text/plain" };
  for (const one of turning) {
    const text = `shall ${one}ton${one} deploy`;
    expect(words.safeParse({ en: text }).success).toBe(false);
    expect(words.safeParse({ en: "shall", ru: text }).success).toBe(false);
    expect(source.safeParse({ title: text, seen: "C" }).success).toBe(false);
    expect(fileReference.safeParse({ ...file, name: text }).success).toBe(false);
    expect(joined(text)).toBe(false);
  }
  const plain = "Первая строка,\r\n\tи вторая: 3 × «a» — b";
  expect([words.safeParse({ en: plain }).success, joined(plain)]).toEqual([true, true]);
  expect(fileReference.safeParse({ ...file, name: "Отчёт № 3.pdf" }).success).toBe(true);

  function joined(text: string): boolean {
    return agreementDocument.shape.provisions.element.shape.text.safeParse({ en: text }).success;
  }
});
