import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readVectors } from "../../tools/vectors.ts";
import { toBase64 } from "../bytes/base64.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { ED25519_COSIGNATURE, ED25519_NOTE, MLDSA44_COSIGNATURE } from "../signing/key-id.ts";
import { nobleSigner, nobleVerify } from "../signing/noble.ts";
import { addSignatures, formatNote, parseNote, type Note } from "../signing/note.ts";
import { rawPair } from "../signing/pair.ts";
import { formatVerifierKey } from "../signing/verifier-key.ts";
import { signHead } from "./checkpoint.ts";
import { cosign } from "./cosignature.ts";
import { leafHash, MerkleTree } from "./merkle.ts";
import { parsePolicy, type Policy } from "./tlog-policy.ts";
import { checkTlogProof, formatTlogProof, parseTlogProof, TLOG_PROOF_LIMIT } from "./tlog-proof.ts";

const vectors = readVectors(
  "tlog-proof",
  z.object({
    vkey: z.string(),
    valid: z.array(z.object({ index: z.number(), entryUtf8: z.string(), proof: z.string() })),
    invalid: z.array(z.object({ desc: z.string(), proof: z.string() })),
  }),
);

const ORIGIN = "aurelia.example/exercise/log";
const TIME = 1_804_000_000;
const seeded = (seed: number) =>
  nobleSigner({ ed25519: new Uint8Array(32).fill(seed), mldsa44: new Uint8Array(32).fill(seed + 100) });
const [log, mirror, other] = [seeded(1), seeded(2), seeded(3)];
const logKey = { name: ORIGIN, pair: log.pair };

const entries = Array.from({ length: 13 }, (_, index) => encodeUtf8(`entry ${index}`));
const tree = new MerkleTree();
for (const entry of entries) tree.append(leafHash(entry));
const head = { origin: ORIGIN, size: 13, root: tree.root() };
const note = noteOf(await signHead(head, log, ORIGIN, TIME));
const file = formatTlogProof({ index: 5, hashes: tree.inclusionProof(5), note });
const entry = entries[5]!;

function noteOf(text: string): Note {
  const read = parseNote(text);
  if (!read.ok) throw new Error(read.refusal.sentence);
  return read.value;
}

function policyOf(text: string): Policy {
  const read = parsePolicy(text);
  if (!read.ok) throw new Error(read.refusal.sentence);
  return read.value;
}

const edwards = (name: string, type: number, { pair }: typeof log) =>
  formatVerifierKey(name, type, rawPair(pair).ed25519);
const POLICY = [
  `log ${edwards(ORIGIN, ED25519_NOTE, log)}`,
  `log ${formatVerifierKey(ORIGIN, MLDSA44_COSIGNATURE, rawPair(log.pair).mldsa44)}`,
  `witness mirror ${edwards("borealis.example/mirror", ED25519_COSIGNATURE, mirror)}`,
  "quorum mirror",
  "",
].join("\n");

const codeOf = async (
  text: string | Uint8Array,
  proven: Parameters<typeof checkTlogProof>[1] = { entry },
  trusted: Parameters<typeof checkTlogProof>[2] = logKey,
) => {
  const checked = await checkTlogProof(text, proven, trusted, nobleVerify);
  return checked.ok ? "accepted" : checked.refusal.code;
};
const readCode = (text: string | Uint8Array) => {
  const read = parseTlogProof(text);
  return read.ok ? "accepted" : read.refusal.code;
};

describe.skipIf(vectors === undefined)("proofs of other projects", () => {
  const policy = () => policyOf(`log ${vectors?.vkey}\nquorum none\n`);

  it.each(vectors?.valid ?? [])(
    "R2 checks the proof of entry $index, and of no other entry",
    async ({ index, entryUtf8, proof }) => {
      const checked = await checkTlogProof(proof, { entry: encodeUtf8(entryUtf8) }, policy(), nobleVerify);
      expect(checked).toMatchObject({
        ok: true,
        value: { index, head: { origin: "example.com/log/testdata", size: 15 }, cosignatures: [] },
      });
      expect(await codeOf(proof, { entry: encodeUtf8(`${entryUtf8}.`) }, policy())).toBe("proof-inclusion");
      const read = parseTlogProof(encodeUtf8(proof));
      expect(read.ok && formatTlogProof(read.value)).toBe(proof);
    },
  );

  it.each(vectors?.invalid ?? [])("R2 refuses: $desc", ({ proof }) => {
    // Refused for what is wrong with it, not for the word in place of its head.
    expect(readCode(proof)).toMatch(/^proof-(?:header|extra|index|hashes)$/);
  });
});

describe("proofs of an entry", () => {
  it("R2 checks every entry's proof with the entry or its leaf hash", async () => {
    for (const [index, proven] of entries.entries()) {
      const text = formatTlogProof({ index, hashes: tree.inclusionProof(index), note });
      for (const leaf of [{ entry: proven }, { leafHash: leafHash(proven) }])
        expect(await checkTlogProof(text, leaf, logKey, nobleVerify)).toEqual({
          ok: true,
          value: { index, head, cosignatures: [] },
        });
    }
  });

  it("R2 carries extra data, which nothing covers, and the head as it stood", async () => {
    const extra = encodeUtf8("for whoever asks");
    const text = formatTlogProof({ index: 5, hashes: tree.inclusionProof(5), note, extra });
    expect(text.split("\n").slice(0, 3)).toEqual(["c2sp.org/tlog-proof@v1", `extra ${toBase64(extra)}`, "index 5"]);
    expect(text.endsWith(`\n\n${formatNote(note)}`)).toBe(true);
    expect(await checkTlogProof(text, { entry }, logKey, nobleVerify)).toEqual({
      ok: true,
      value: { index: 5, head, cosignatures: [], extra },
    });
    expect(parseTlogProof(text)).toEqual({
      ok: true,
      value: { index: 5, hashes: tree.inclusionProof(5), note, extra },
    });
    const none = formatTlogProof({ index: 5, hashes: tree.inclusionProof(5), note, extra: new Uint8Array(0) });
    expect(parseTlogProof(none)).toMatchObject({ ok: true, value: { extra: new Uint8Array(0) } });
  });

  it("R2 proves the only entry of a log with no hash", async () => {
    const single = new MerkleTree();
    single.append(leafHash(entry));
    const first = noteOf(await signHead({ origin: ORIGIN, size: 1, root: single.root() }, log, ORIGIN, TIME));
    expect(await codeOf(formatTlogProof({ index: 0, hashes: [], note: first }))).toBe("accepted");
  });

  it("R13 never accepts an entry without a head that its log signed", async () => {
    const forged = noteOf(await signHead(head, other, ORIGIN, TIME));
    const changed = note.signatures.map((line) => ({
      ...line,
      signature: line.signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
    }));
    const unsigned = { text: note.text, signatures: [{ name: "nobody", id: "00000000", signature: Uint8Array.of(1) }] };
    for (const [odd, code] of [
      [forged, "head-line-missing"],
      [unsigned, "head-line-missing"],
      [{ text: note.text, signatures: note.signatures.slice(0, 1) }, "head-line-missing"],
      [addSignatures(note, changed.slice(0, 1)), "head-line-fails"],
      [addSignatures(note, changed.slice(1)), "head-line-fails"],
    ] as const) {
      const text = formatTlogProof({ index: 5, hashes: tree.inclusionProof(5), note: odd });
      expect(await codeOf(text)).toBe(code);
      expect(await codeOf(text, { entry }, policyOf(POLICY.replace("quorum mirror", "quorum none")))).toBe(code);
    }
    expect(await codeOf(file, { entry }, { name: "borealis.example/log", pair: log.pair })).toBe("head-origin-differs");
  });

  it("R13 accepts under a policy only what its quorum has cosigned", async () => {
    expect(await codeOf(file, { entry }, policyOf(POLICY))).toBe("policy-quorum");
    const cosigned = addSignatures(note, await cosign(head, mirror, "borealis.example/mirror", TIME + 7));
    const text = formatTlogProof({ index: 5, hashes: tree.inclusionProof(5), note: cosigned });
    const checked = await checkTlogProof(text, { entry }, policyOf(POLICY), nobleVerify);
    expect(checked).toMatchObject({
      ok: true,
      value: { cosignatures: [{ witness: "mirror", timeSeconds: TIME + 7 }] },
    });
    expect(await codeOf(text, { entry: entries[6]! }, policyOf(POLICY))).toBe("proof-inclusion");
  });

  it("R2 refuses another entry, index, hash or order of hashes", async () => {
    const hashes = tree.inclusionProof(5);
    const made = (odd: object) => formatTlogProof({ index: 5, hashes, note, ...odd });
    expect(await codeOf(file, { entry: entries[4]! })).toBe("proof-inclusion");
    expect(await codeOf(file, { leafHash: new Uint8Array(31) })).toBe("proof-inclusion");
    expect(await codeOf(made({ index: 4 }))).toBe("proof-inclusion");
    expect(await codeOf(made({ hashes: hashes.toReversed() }))).toBe("proof-inclusion");
    expect(await codeOf(made({ hashes: [tree.root(), ...hashes.slice(1)] }))).toBe("proof-inclusion");
  });

  it("R2 says so when index and head are of two trees", async () => {
    const hashes = tree.inclusionProof(5, 7);
    const lines = (index: number, from: readonly Uint8Array[]) =>
      file.replace(/index 5\n[^]*?\n\n/, `index ${index}\n${from.map((hash) => `${toBase64(hash)}\n`).join("")}\n`);
    expect(readCode(lines(5, tree.inclusionProof(5)))).toBe("accepted");
    expect(readCode(lines(5, hashes))).toBe("proof-hashes");
    const read = parseTlogProof(lines(5, hashes));
    expect(!read.ok && read.refusal.sentence).toContain("has 3 hashes; the entry 5 in a tree of 13 needs 4");
    expect(readCode(lines(13, hashes))).toBe("proof-index");
  });

  it.each([
    ["no line feed after the header", "c2sp.org/tlog-proof@v1", "proof-index"],
    ["another version", file.replace("@v1", "@v2"), "proof-header"],
    ["a byte order mark", `\ufeff${file}`, "proof-header"],
    ["carriage returns", file.replaceAll("\n", "\r\n"), "proof-header"],
    ["extra data behind the index", file.replace("index 5\n", "index 5\nextra AAAA\n"), "proof-hashes"],
    ["two lines of extra data", file.replace("index 5\n", "extra AAAA\nextra AAAA\nindex 5\n"), "proof-index"],
    ["extra data with bits left over", file.replace("index 5\n", "extra AB==\nindex 5\n"), "proof-extra"],
    ["too much extra data", file.replace("index 5\n", `extra ${"AAAA".repeat(30_000)}\nindex 5\n`), "proof-extra"],
    ["an index with a leading zero", file.replace("index 5", "index 05"), "proof-index"],
    ["an index of 2^53", file.replace("index 5", "index 9007199254740992"), "proof-index"],
    ["a space behind the index", file.replace("index 5", "index 5 "), "proof-index"],
    ["a hash with bits left over", file.replace(/(\nindex 5\n.{42}).=/, "$1B="), "proof-hashes"],
    [
      "a hash of 31 bytes",
      file.replace(/\nindex 5\n.*\n/, `\nindex 5\n${toBase64(new Uint8Array(31))}\n`),
      "proof-hashes",
    ],
    [
      "64 hashes",
      file.replace("index 5\n", `index 5\n${`${toBase64(new Uint8Array(32))}\n`.repeat(60)}`),
      "proof-hashes",
    ],
    ["no blank line", file.replaceAll("\n\n", "\n"), "proof-cut"],
    ["two blank lines before the head", file.replace("\n\n", "\n\n\n"), "head-origin"],
    ["no signature lines", file.slice(0, file.lastIndexOf("\n\n") + 1), "note-malformed"],
    ["a head cut at its end", file.slice(0, -1), "note-malformed"],
    ["more than fits", `${file}${" ".repeat(TLOG_PROOF_LIMIT)}`, "proof-too-large"],
    ["bytes that are no text", Uint8Array.of(0xff), "proof-not-utf8"],
  ])("R2 refuses %s", (_, text, code) => {
    expect(readCode(text)).toBe(code);
  });

  it("throws when a program asks it to write what it would refuse", () => {
    for (const odd of [
      { index: -1 },
      { index: 13 },
      { hashes: [] },
      { hashes: [new Uint8Array(31)] },
      { extra: new Uint8Array(70_000) },
      { note: { text: "no head\n", signatures: note.signatures } },
    ])
      expect(() => formatTlogProof({ index: 5, hashes: tree.inclusionProof(5), note, ...odd })).toThrow(TypeError);
  });
});
