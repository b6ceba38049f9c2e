import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readVectors } from "../../tools/vectors.ts";
import { toBase64 } from "../bytes/base64.ts";
import { concatBytes } from "../bytes/concat.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256 } from "../bytes/sha256.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { fingerprint, keyId, statementKeyIds } from "./key-id.ts";
import { nobleSigner, nobleVerify } from "./noble.ts";
import { addSignatures, formatNote, formatSignatureLines, NOTE_LIMIT, parseNote, parseSignatureLines, signatureOf } from "./note.ts";
import { rawPair } from "./pair.ts";
import { formatVerifierKey, parseVerifierKey } from "./verifier-key.ts";

const vectors = readVectors(
  "signed-note",
  z.object({
    cases: z.array(
      z.object({
        name: z.string(),
        note: z.string().exactOptional(),
        vkey: z.string().exactOptional(),
        vkeys: z.array(z.string()).exactOptional(),
        vkeyValid: z.boolean().exactOptional(),
        valid: z.boolean().nullish(),
      }),
    ),
  }),
);
const lattice = readVectors("cosignature-mldsa44-selfmade", z.object({ vkey: z.string(), independentVkey: z.unknown() }));

const pair = nobleSigner({ ed25519: new Uint8Array(32).fill(3), mldsa44: new Uint8Array(32).fill(4) }).pair;

function codeOf(text: string | Uint8Array): string {
  const read = parseNote(text);
  return read.ok ? "accepted" : read.refusal.code;
}

function line(name: string, bytes: Uint8Array): string {
  return `— ${name} ${toBase64(bytes)}\n`;
}

const name = fc.string({ unit: fc.constantFrom(..."ab./-é—"), minLength: 1, maxLength: 12 });
const signatures = fc.uniqueArray(
  fc.record({ name, id: fc.uint8Array({ minLength: 4, maxLength: 4 }).map(toHex), signature: fc.uint8Array({ minLength: 1, maxLength: 80 }) }),
  { selector: (entry) => `${entry.name} ${entry.id}`, minLength: 1, maxLength: 20 },
);
const text = fc.array(fc.string({ unit: fc.constantFrom(..."a é\n—"), maxLength: 10 })).map((lines) => `${lines.join("\n")}\n`);

describe.skipIf(vectors === undefined)("signed notes of other projects", () => {
  it.each((vectors?.cases ?? []).filter((entry) => entry.note !== undefined))("reads: $name", async ({ note = "", vkey, vkeys, valid }) => {
    const read = parseNote(encodeUtf8(note));
    if (!read.ok) return expect.fail(read.refusal.sentence);
    expect(formatNote(read.value)).toBe(note);
    for (const keyText of vkeys ?? (vkey === undefined ? [] : [vkey])) {
      const key = parseVerifierKey(keyText);
      // ECDSA (0x02) and RFC 6962 (0x05) keys belong to other kinds of log.
      if (!key.ok) return expect(key.refusal.code).toBe("vkey-type");
      const signature = signatureOf(read.value, key.value.name, key.value.id);
      if (signature === undefined) return expect.fail("no line of the key");
      const answers = await nobleVerify([{ algorithm: "ed25519", publicKey: key.value.publicKey, message: encodeUtf8(read.value.text), signature }]);
      expect(answers).toEqual([valid]);
    }
  });

  it.each((vectors?.cases ?? []).filter((entry) => entry.vkeyValid === false))("refuses: $name", ({ vkey = "" }) => {
    expect(parseVerifierKey(vkey).ok).toBe(false);
  });
});

describe("signed notes", () => {
  it("reads back what it wrote, whatever blank lines the text has", () => {
    fc.assert(
      fc.property(text, signatures, (noteText, lines) => {
        const note = { text: noteText, signatures: lines };
        expect(parseNote(encodeUtf8(formatNote(note)))).toEqual({ ok: true, value: note });
      }),
      { numRuns: 300 },
    );
  });

  it("refuses or writes the same again whatever is changed", () => {
    const whole = formatNote({ text: "a\n\nb\n", signatures: [{ name: "k", id: "01020304", signature: new Uint8Array(5) }, { name: "l", id: "01020304", signature: new Uint8Array(6) }] });
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(2), fc.string({ unit: fc.constantFrom(..." \n—+=A\u0000\t\r\u00a0\ud800"), maxLength: 2 }), (at, cut, put) => {
        const changed = whole.slice(0, at) + put + whole.slice(at + cut);
        const read = parseNote(changed);
        if (read.ok) expect(formatNote(read.value)).toBe(changed);
      }),
      { numRuns: 3000 },
    );
  });

  const good = line("k", Uint8Array.of(1, 2, 3, 4, 5));
  it.each([
    ["nothing", ""],
    ["no signature", "a\n"],
    ["a blank line and no signature", "a\n\n"],
    ["no line feed at the end", `a\n\n${good.trimEnd()}`],
    ["a blank line after the signatures", `a\n\n${good}\n`],
    ["one line feed before the signatures", `a\n${good}`],
    ["text after a signature", `a\n\n${good}b\n`],
    ["a hyphen for the dash", `a\n\n${good.replace("—", "-")}`],
    ["two spaces", `a\n\n${good.replace("k ", "k  ")}`],
    ["a space at the end of a line", `a\n\n${good.replace("\n", " \n")}`],
    ["no name", `a\n\n${good.replace("k ", " ")}`],
    ["a plus in a name", `a\n\n${good.replace("k ", "k+l ")}`],
    ["a no-break space in a name", `a\n\n${good.replace("k ", "k\u00a0l ")}`],
    ["bad base64", `a\n\n${good.replace("=", "-")}`],
    ["url-safe base64", `a\n\n${line("k", new Uint8Array(6).fill(0xff)).replaceAll("/", "_")}`],
    ["base64 without its padding", `a\n\n${good.replace("=", "")}`],
    ["base64 with more padding", `a\n\n${good.replace("=", "==")}`],
    ["a space within base64", `a\n\n${line("k", new Uint8Array(6)).replace("AAAA\n", "AA AA\n")}`],
    ["bits left over in base64", `a\n\n${line("k", Uint8Array.of(1, 2, 3, 4, 5)).replace("AU=", "AV=")}`],
    ["a signature of an id alone", `a\n\n${line("k", Uint8Array.of(1, 2, 3, 4))}`],
    ["a carriage return", `a\r\n\n${good}`],
    ["a tab", `a\t\n\n${good}`],
    ["half a surrogate pair", `\ud800\n\n${good}`],
    ["two lines of one key", `a\n\n${good}${line("k", Uint8Array.of(1, 2, 3, 4, 6))}`],
  ])("refuses %s", (_, note) => {
    expect(codeOf(note)).toMatch(/^note-/);
  });

  it("refuses two lines of one name and id, whatever stands in them", () => {
    const line = { name: "k", id: "01020304", signature: new Uint8Array(5) };
    const twice = `a\n\n${formatSignatureLines([line])}${formatSignatureLines([{ ...line, signature: new Uint8Array(6) }])}`;
    expect(parseNote(twice)).toMatchObject({ ok: false, refusal: { code: "note-signature-duplicate" } });
  });

  it("takes the last blank line for the end of the text, even where lines before it look like signatures", () => {
    const inner = formatNote({ text: "inner\n", signatures: [{ name: "k", id: "01020304", signature: Uint8Array.of(9) }] });
    const outer = { text: `${inner}\nmore\n`, signatures: [{ name: "k", id: "01020304", signature: Uint8Array.of(7) }] };
    expect(parseNote(formatNote(outer))).toEqual({ ok: true, value: outer });
    expect(parseNote(`${inner}\n${good}`)).toMatchObject({ ok: true, value: { text: inner } });
  });

  it("keeps lines of unknown keys, and finds a key by name and id together", () => {
    const lines = ["k", "l", "k"].map((of, index) => ({ name: of, id: index === 2 ? "00000002" : "00000001", signature: Uint8Array.of(index) }));
    const read = parseNote(formatNote({ text: "a\n", signatures: lines }));
    if (!read.ok) return expect.fail(read.refusal.sentence);
    expect(lines.map(({ name: of, id }) => signatureOf(read.value, of, id))).toEqual(lines.map(({ signature }) => signature));
    expect(signatureOf(read.value, "l", "00000002")).toBeUndefined();
  });

  it("refuses bytes that are no UTF-8 and notes beyond the size limit before reading them", () => {
    expect(codeOf(Uint8Array.of(0xff, 0x0a, 0x0a))).toBe("note-not-utf8");
    expect(codeOf(new Uint8Array(NOTE_LIMIT + 1))).toBe("note-too-large");
    expect(codeOf(`a\n\n${Array.from({ length: 1025 }, (_, index) => line(`k${index}`, new Uint8Array(5))).join("")}`)).toBe("note-too-many-lines");
  });

  it("accepts a hundred pairs of lines, and one name with two ids", () => {
    const lines = Array.from({ length: 100 }, (_, index) => [
      { name: `p${index}`, id: "00000001", signature: new Uint8Array(72) },
      { name: `p${index}`, id: "00000002", signature: new Uint8Array(2428) },
    ]).flat();
    expect(codeOf(formatNote({ text: "a\n", signatures: lines }))).toBe("accepted");
  });

  it("R13 replaces the line of the same key and keeps all others", () => {
    const [a, b, newer] = [
      { name: "a", id: "00000001", signature: Uint8Array.of(1) },
      { name: "b", id: "00000001", signature: Uint8Array.of(2) },
      { name: "a", id: "00000001", signature: Uint8Array.of(3) },
    ] as const;
    expect(addSignatures({ text: "t\n", signatures: [a, b] }, [newer]).signatures).toEqual([b, newer]);
    expect(parseSignatureLines(formatSignatureLines([a, b]))).toEqual({ ok: true, value: [a, b] });
    expect(parseSignatureLines("").ok).toBe(false);
  });

  it("throws when a program asks it to write what it would refuse", () => {
    expect(() => formatSignatureLines([{ name: "a b", id: "00000001", signature: Uint8Array.of(1) }])).toThrow(TypeError);
    expect(() => formatSignatureLines([{ name: "a", id: "1", signature: Uint8Array.of(1) }])).toThrow(TypeError);
    expect(() => formatSignatureLines([{ name: "a", id: "00000001", signature: new Uint8Array(0) }])).toThrow(TypeError);
  });
});

describe("key ids and verifier keys", () => {
  it("follows the formula of C2SP, per type", () => {
    const { ed25519, mldsa44 } = rawPair(pair);
    const byHand = (type: number, key: Uint8Array) => toHex(sha256(concatBytes(encodeUtf8("aurelia.example/log\n"), Uint8Array.of(type), key))).slice(0, 8);
    expect(statementKeyIds("aurelia.example/log", pair)).toEqual({ ed25519: byHand(1, ed25519), mldsa44: byHand(6, mldsa44) });
    expect(keyId("aurelia.example/log", 4, ed25519)).toBe(byHand(4, ed25519));
  });

  it("R1 takes the fingerprint over both keys", () => {
    const { ed25519, mldsa44 } = rawPair(pair);
    expect(fingerprint(pair)).toBe(toHex(sha256(concatBytes(ed25519, mldsa44))));
  });

  it("reads back what it wrote", () => {
    const { ed25519, mldsa44 } = rawPair(pair);
    for (const [type, publicKey] of [[1, ed25519], [4, ed25519], [6, mldsa44]] as const) {
      const read = parseVerifierKey(formatVerifierKey("k/é", type, publicKey));
      expect(read).toEqual({ ok: true, value: { name: "k/é", type, publicKey, id: keyId("k/é", type, publicKey) } });
    }
    expect(() => formatVerifierKey("k", 6, ed25519)).toThrow(TypeError);
    expect(() => formatVerifierKey("k+", 1, ed25519)).toThrow(TypeError);
  });

  it("prints the right id when a verifier key carries a wrong one", () => {
    const key = formatVerifierKey("k", 1, rawPair(pair).ed25519);
    const right = key.split("+")[1] ?? "";
    const read = parseVerifierKey(key.replace(right, "00000000"));
    expect(!read.ok && read.refusal.code).toBe("vkey-id");
    expect(!read.ok && read.refusal.sentence).toContain(right);
  });

  it.each(["", "k", "k+00000000", "k+00000000+", "k+0000000+AAAA", "k+00000000+A", "k l+00000000+AAAA", `k+00000000+${"A".repeat(5000)}`])("refuses the verifier key %j", (key) => {
    expect(parseVerifierKey(key).ok).toBe(false);
  });

  it.skipIf(lattice === undefined)("reads an ML-DSA-44 verifier key made elsewhere", () => {
    expect(parseVerifierKey(lattice?.vkey ?? "").ok).toBe(true);
  });

  it("R4 throws for a pair that no charter would have let in", () => {
    expect(() => rawPair({ ed25519: "AAAA", mldsa44: pair.mldsa44 })).toThrow(TypeError);
    expect(rawPair(pair)).toBe(rawPair(pair));
  });
});
