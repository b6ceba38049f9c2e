import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readVectors } from "../../tools/vectors.ts";
import { equalBytes } from "../bytes/concat.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { nobleSigner, nobleVerify } from "../signing/noble.ts";
import { addSignatures, formatNote, parseNote, type Note } from "../signing/note.ts";
import { equalHeads, formatCheckpointText, openHead, parseCheckpointText, signHead, type Head } from "./checkpoint.ts";
import { EMPTY_ROOT, leafHash } from "./merkle.ts";

const vectors = readVectors(
  "checkpoint-parse",
  z.object({
    valid: z.array(z.object({ text: z.string(), c2spStrict: z.boolean() })),
    invalid: z.array(z.object({ desc: z.string(), text: z.string() })),
  }),
);

const ORIGIN = "aurelia.example/exercise/log";
const TIME = 1_804_000_000;
const signer = nobleSigner({ ed25519: new Uint8Array(32).fill(1), mldsa44: new Uint8Array(32).fill(2) });
const other = nobleSigner({ ed25519: new Uint8Array(32).fill(3), mldsa44: new Uint8Array(32).fill(4) });
const logKey = { name: ORIGIN, pair: signer.pair };
const head: Head = { origin: ORIGIN, size: 41, root: leafHash(encodeUtf8("a root")) };

const signed = await signHead(head, signer, ORIGIN, TIME);

async function codeOf(note: string | Uint8Array | Note, key = logKey): Promise<string> {
  const opened = await openHead(note, key, nobleVerify);
  return opened.ok ? "accepted" : opened.refusal.code;
}

function noteOf(text: string): Note {
  const note = parseNote(text);
  if (!note.ok) throw new Error(note.refusal.sentence);
  return note.value;
}

describe.skipIf(vectors === undefined)("texts of heads of other projects", () => {
  it.each([...(vectors?.invalid ?? []), ...(vectors?.valid ?? []).filter((entry) => !entry.c2spStrict).map(({ text }) => ({ desc: "a short root", text }))])(
    "R13 refuses $desc",
    ({ text }) => {
      expect(parseCheckpointText(text).ok).toBe(false);
    },
  );
});

describe("texts of heads", () => {
  it("R13 have an origin of 1 to 255 bytes", () => {
    const text = (origin: string) => `${origin}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`;
    for (const origin of ["a", "a".repeat(255), `a${"é".repeat(127)}`]) expect(parseCheckpointText(text(origin)).ok).toBe(true);
    for (const origin of ["", "a".repeat(256), "é".repeat(128)])
      expect(parseCheckpointText(text(origin))).toMatchObject({ ok: false, refusal: { code: "head-origin" } });
  });

  const heads: fc.Arbitrary<Head> = fc.record({
    origin: fc.string({ unit: "binary", minLength: 1, maxLength: 60 }).filter((text) => !text.includes("\n")),
    size: fc.maxSafeInteger().map(Math.abs).filter((size) => size > 0),
    root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  });

  it("R13 reads back what it wrote", () => {
    fc.assert(
      fc.property(heads, (any) => {
        expect(parseCheckpointText(formatCheckpointText(any))).toEqual({ ok: true, value: any });
      }),
    );
    const empty = { origin: ORIGIN, size: 0, root: EMPTY_ROOT };
    expect(parseCheckpointText(formatCheckpointText(empty))).toEqual({ ok: true, value: empty });
  });

  it.each([
    ["a leading zero", "log\n041\nROOT\n"],
    ["a sign", "log\n+41\nROOT\n"],
    ["2^53", "log\n9007199254740992\nROOT\n"],
    ["a space", "log\n41 \nROOT\n"],
    ["digits of another script", "log\n٤١\nROOT\n"],
    ["no origin", "\n41\nROOT\n"],
    ["an origin of 256 bytes", `${"é".repeat(128)}\n41\nROOT\n`],
    ["size 0 with a root", "log\n0\nROOT\n"],
    ["url-safe base64", "log\n41\nTszzRgjTG6xce-z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n"],
    ["an empty extension line", "log\n41\nROOT\n\n"],
    ["no line feed at the end", "log\n41\nROOT"],
    ["no line feed after an extension", "log\n41\nROOT\next"],
  ])("R13 refuses %s", (_, text) => {
    expect(parseCheckpointText(text.replace("ROOT", "TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=")).ok).toBe(false);
  });

  it("R13 reads past extension lines, which C2SP allows", () => {
    const text = formatCheckpointText(head);
    expect(parseCheckpointText(`${text}Timestamp: 1\n`)).toEqual({ ok: true, value: head });
  });

  it("throws when a program asks for a head that cannot be", () => {
    for (const odd of [{ origin: "" }, { origin: "a\nb" }, { size: -1 }, { size: 0.5 }, { size: 0 }, { size: 2 ** 53 }, { root: new Uint8Array(31) }])
      expect(() => formatCheckpointText({ ...head, ...odd })).toThrow(TypeError);
  });

  it("R13 compares heads by origin, size and root", () => {
    expect(equalHeads(head, { ...head, root: head.root.slice() })).toBe(true);
    for (const odd of [{ origin: "b" }, { size: 40 }, { root: EMPTY_ROOT }]) expect(equalHeads(head, { ...head, ...odd })).toBe(false);
  });
});

describe("signed heads", () => {
  it("R13 opens what its log signed, from text, bytes or a note", async () => {
    for (const form of [signed, encodeUtf8(signed), noteOf(signed)]) {
      const opened = await openHead(form, logKey, nobleVerify);
      expect(opened.ok && opened.value.head).toEqual(head);
      expect(opened.ok && formatNote(opened.value.note)).toBe(signed);
    }
  });

  it("R13 signs the same head at another time with other bytes, and both are the same head", async () => {
    const later = await signHead(head, signer, ORIGIN, TIME + 60);
    expect(later).not.toBe(signed);
    const opened = await openHead(later, logKey, nobleVerify);
    expect(opened.ok && equalHeads(opened.value.head, head)).toBe(true);
  });

  it("R13 finds its lines among unknown ones, in any place", async () => {
    const note = noteOf(signed);
    const grease = [
      { name: "grease.example", id: "00000000", signature: Uint8Array.of(1) },
      { name: ORIGIN, id: "00000000", signature: new Uint8Array(64) },
    ];
    const [first, second] = note.signatures;
    for (const signatures of [[...grease, ...note.signatures], [second!, grease[0]!, first!]]) expect(await codeOf({ text: note.text, signatures })).toBe("accepted");
  });

  it("R13 requires both lines", async () => {
    const { text, signatures } = noteOf(signed);
    for (const signature of signatures) expect(await codeOf({ text, signatures: [signature] })).toBe("head-line-missing");
    expect(await codeOf(await signHead(head, other, ORIGIN, TIME))).toBe("head-line-missing");
  });

  it("R13 refuses a head on which either line fails", async () => {
    const note = noteOf(signed);
    for (const line of note.signatures)
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (place, mask) => {
          const signature = line.signature.slice();
          signature[place % signature.length] = signature[place % signature.length]! ^ mask;
          expect(await codeOf(addSignatures(note, [{ ...line, signature }]))).toBe("head-line-fails");
        }),
        { numRuns: 15 },
      );
    const [edwards, lattice] = note.signatures;
    for (const changed of [{ ...edwards!, signature: edwards!.signature.slice(1) }, { ...lattice!, signature: lattice!.signature.slice(8) }])
      expect(await codeOf(addSignatures(note, [changed]))).toBe("head-line-fails");
    const untimed = lattice!.signature.slice().fill(0, 0, 8);
    expect(await codeOf(addSignatures(note, [{ ...lattice!, signature: untimed }]))).toBe("head-line-fails");
  });

  it("R13 refuses another size, root or origin under the same lines", async () => {
    const { signatures } = noteOf(signed);
    const root = EMPTY_ROOT;
    expect(equalBytes(root, head.root)).toBe(false);
    for (const odd of [{ size: 42 }, { root }]) expect(await codeOf({ text: formatCheckpointText({ ...head, ...odd }), signatures })).toBe("head-line-fails");
    expect(await codeOf({ text: formatCheckpointText({ ...head, origin: "b" }), signatures })).toBe("head-origin-differs");
    expect(await codeOf(signed, { name: "borealis.example/exercise/log", pair: signer.pair })).toBe("head-origin-differs");
  });

  it("R13 refuses extension lines even if the Ed25519 line covers them", async () => {
    const text = `${formatCheckpointText(head)}note to self\n`;
    const { ed25519 } = await signer.sign(encodeUtf8(text));
    const [edwards, lattice] = noteOf(signed).signatures;
    expect(await codeOf({ text, signatures: [{ ...edwards!, signature: ed25519 }, lattice!] })).toBe("head-extension");
  });

  it("R13 passes on why a note does not read", async () => {
    expect(await codeOf("")).toBe("note-malformed");
    expect(await codeOf(signed.replace("\n41\n", "\n041\n"))).toBe("head-size");
  });

  it("R13 does not sign without a time", async () => {
    await expect(signHead(head, signer, ORIGIN, 0)).rejects.toThrow(RangeError);
  });
});
