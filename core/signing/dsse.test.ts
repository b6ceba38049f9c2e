import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readVectors } from "../../tools/vectors.ts";
import { toHex } from "../bytes/hex.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import { encodeEnvelope, ENVELOPE_LIMIT, parseEnvelope, preAuthenticationEncoding, type Envelope } from "./dsse.ts";

const vectors = readVectors(
  "dsse",
  z.object({
    signature: z.object({ payloadType: z.string(), payloadUtf8: z.string(), pae: z.string(), envelope: z.unknown() }),
    paeCases: z.array(
      z.object({ payloadType: z.string(), payloadUtf8: z.string(), pae: z.string().exactOptional(), paeHex: z.string().exactOptional() }),
    ),
  }),
);

const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const keyid = fc.uint8Array({ minLength: 4, maxLength: 4 }).map(toHex);
const envelopes: fc.Arbitrary<Envelope> = fc
  .tuple(fc.constantFrom("application/vnd.countersign.letter.v1+json", "a", "text/plain"), fc.uint8Array({ maxLength: 400 }), keyid, bytes(64), keyid, bytes(2420))
  .map(([payloadType, payload, firstId, first, secondId, second]) => ({
    payloadType,
    payload,
    signatures: [{ keyid: firstId, sig: first }, { keyid: secondId, sig: second }],
  }));

function sample(payload: Uint8Array = encodeUtf8("{}")): Envelope {
  return {
    payloadType: "application/vnd.countersign.letter.v1+json",
    payload,
    signatures: [
      { keyid: "00c0ffee", sig: new Uint8Array(64).fill(1) },
      { keyid: "12345678", sig: new Uint8Array(2420).fill(2) },
    ],
  };
}

function codeOf(text: string): string {
  const read = parseEnvelope(encodeUtf8(text));
  return read.ok ? "accepted" : read.refusal.code;
}

describe.skipIf(vectors === undefined)("DSSE vectors", () => {
  it("R3 encodes what is signed as DSSE does, with lengths in bytes", () => {
    for (const { payloadType, payloadUtf8, pae, paeHex } of [vectors!.signature, ...vectors!.paeCases].map((entry) => ({ paeHex: undefined, ...entry }))) {
      const encoded = preAuthenticationEncoding(payloadType, encodeUtf8(payloadUtf8));
      expect(toHex(encoded)).toBe(paeHex ?? toHex(encodeUtf8(pae ?? "")));
    }
  });

  it("R3 refuses an envelope with one signature of another algorithm", () => {
    expect(codeOf(JSON.stringify(vectors?.signature.envelope))).toBe("envelope-malformed");
  });
});

describe("envelopes", () => {
  it("R3 reads back what it wrote, and writes it the same again", () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        const encoded = encodeEnvelope(envelope);
        const signedBytes = preAuthenticationEncoding(envelope.payloadType, envelope.payload);
        expect(parseEnvelope(encoded)).toEqual({ ok: true, value: { ...envelope, signedBytes } });
        expect(JSON.parse(decodeUtf8(encoded) ?? "")).toMatchObject({ payloadType: envelope.payloadType });
      }),
    );
  });

  it("R3 refuses or re-encodes to the same bytes whatever a byte is changed, added or left out", () => {
    const encoded = encodeEnvelope(sample());
    const text = decodeUtf8(encoded) ?? "";
    // The two long runs of base64 behave alike in every place: their ends are enough.
    const places = Array.from(encoded.keys()).filter((at) => at < 220 || at > encoded.length - 60);
    for (const at of places)
      for (const letter of ["", " ", "=", '"', "A", "\\", "é"])
        for (const changed of [text.slice(0, at) + letter + text.slice(at + 1), text.slice(0, at) + letter + text.slice(at)]) {
          const read = parseEnvelope(encodeUtf8(changed));
          if (read.ok && decodeUtf8(encodeEnvelope(read.value)) !== changed) expect.fail(changed.slice(0, 300));
        }
  });

  const text = decodeUtf8(encodeEnvelope(sample())) ?? "";
  it.each([
    ["nothing", ""],
    ["a line feed at the end", `${text}\n`],
    ["white space", text.replace(":", ": ")],
    ["members in another order", JSON.stringify({ payloadType: "a", ...JSON.parse(text) })],
    ["an unknown member", text.replace("{", '{"extra":1,')],
    ["url-safe base64", text.replace("AQEB", "-_EB")],
    ["base64 without padding", text.replaceAll("=", "")],
    ["bits left over", text.replace("e30=", "e31=")],
    ["a key id in upper case", text.replace("00c0ffee", "00C0FFEE")],
    ["an empty key id", text.replace("00c0ffee", "")],
    ["a type that JSON would escape", text.replace("letter", 'let\\"ter')],
    ["a type outside ASCII", text.replace("letter", "lettér")],
    ["the signatures exchanged", JSON.stringify({ ...JSON.parse(text), signatures: JSON.parse(text).signatures.reverse() })],
    ["one signature", text.replace(/,\{"keyid":"12345678".*\}\]/, "]")],
    ["three signatures", text.replace("]}", `,${text.match(/\{"keyid":"00.*?\}/)?.[0]}]}`)],
    ["a short second signature", JSON.stringify({ ...JSON.parse(text), signatures: [JSON.parse(text).signatures[0], { keyid: "12345678", sig: "AAAA" }] })],
    ["a byte order mark", `\ufeff${text}`],
  ])("R3 refuses %s", (_, changed) => {
    expect(codeOf(changed)).toMatch(/^envelope-/);
  });

  it("R3 reads an envelope of 46,000 bytes of payload, and nothing that no log could hold", () => {
    expect(encodeEnvelope(sample(new Uint8Array(46_000))).length).toBeLessThanOrEqual(ENVELOPE_LIMIT);
    const large = parseEnvelope(new Uint8Array(ENVELOPE_LIMIT + 1));
    expect(!large.ok && large.refusal.code).toBe("envelope-too-large");
  });

  it("throws when a program asks it to write what it would refuse", () => {
    const { signatures } = sample();
    expect(() => encodeEnvelope({ ...sample(), payloadType: 'a"b' })).toThrow(TypeError);
    expect(() => encodeEnvelope({ ...sample(), signatures: [signatures[1], signatures[0]] })).toThrow(TypeError);
    expect(() => encodeEnvelope({ ...sample(), signatures: [{ ...signatures[0], keyid: "x" }, signatures[1]] })).toThrow(TypeError);
  });
});
