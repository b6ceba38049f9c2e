import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readVectors } from "../../tools/vectors.ts";
import { fromBase64 } from "../bytes/base64.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { keyId, MLDSA44_COSIGNATURE } from "../signing/key-id.ts";
import { nobleSigner, nobleVerify } from "../signing/noble.ts";
import { addSignatures, formatNote, parseNote, parseSignatureLines, type Note } from "../signing/note.ts";
import { rawPair } from "../signing/pair.ts";
import { parseVerifierKey } from "../signing/verifier-key.ts";
import { signHead, type Head } from "./checkpoint.ts";
import { cosign } from "./cosignature.ts";
import { leafHash, MerkleTree } from "./merkle.ts";
import {
  answerSignSubtree,
  cosignSubtree,
  decideSignSubtree,
  formatSignSubtree,
  isSubtreeCosigned,
  parseSignSubtree,
  type SubtreeDecision,
} from "./sign-subtree.ts";
import { isSubtree, subtreeConsistencyProofFrom, subtreeRootFrom } from "./subtree.ts";
import { WITNESS_REQUEST_LIMIT } from "./witness-request.ts";

const base64 = z.string().transform((text) => new Uint8Array(Buffer.from(text, "base64")));
const probes = readVectors(
  "merkle-subtreeconsistency",
  z.object({
    cases: z.array(
      z.object({ file: z.string(), start: z.number(), end: z.number(), size: z.number(), root1: base64, root2: base64, proof: z.array(base64).nullable(), wantErr: z.boolean() }),
    ),
  }),
);
const lattice = readVectors(
  "cosignature-mldsa44-selfmade",
  z.object({
    logOrigin: z.string(),
    vkey: z.string(),
    cases: z.array(z.object({ name: z.string(), start: z.string(), end: z.string(), hashB64: z.string(), noteSignatureLine: z.string() })),
  }),
);

const ORIGIN = "aurelia.example/exercise/log";
const TIME = 1_804_000_000;
const seeded = (seed: number) =>
  nobleSigner({ ed25519: new Uint8Array(32).fill(seed), mldsa44: new Uint8Array(32).fill(seed + 100) });
const [log, stranger, watcher] = [seeded(1), seeded(2), seeded(3)];
const own = { name: "watchers.example/witness", pair: watcher.pair };

const tree = new MerkleTree();
for (const word of "abcdefghijklmnopqrst") tree.append(leafHash(encodeUtf8(word)));
const hashes = (level: number, index: number) => tree.subtree(level, index);

const publicKey = rawPair(watcher.pair).mldsa44;
const ownKey = { name: own.name, type: MLDSA44_COSIGNATURE, publicKey, id: keyId(own.name, MLDSA44_COSIGNATURE, publicKey) };

async function noteOf(head: Head, { by = watcher, as = own.name, at = TIME } = {}): Promise<Note> {
  const signed = parseNote(await signHead(head, log, ORIGIN, TIME));
  if (!signed.ok) throw new Error(signed.refusal.sentence);
  return addSignatures(signed.value, await cosign(head, by, as, at));
}

const headAt = (size: number, root = tree.root(size)): Head => ({ origin: ORIGIN, size, root });
const note = await noteOf(headAt(14));
const asked = (start: number, end: number, size = 14) => ({
  start,
  end,
  root: subtreeRootFrom(hashes, start, end),
  proof: subtreeConsistencyProofFrom(hashes, start, end, size),
  note,
});
const decide = (body: string | Uint8Array) => decideSignSubtree(body, (origin) => (origin === ORIGIN ? own : undefined), nobleVerify);
const told = (decision: SubtreeDecision) => ("refusal" in decision ? `${decision.status} ${decision.refusal.code}` : String(decision.status));
const good = formatSignSubtree(asked(8, 13));

describe.skipIf(probes === undefined)("subtree consistency probes, as requests to a witness", () => {
  it("R13 signs what holds, and answers the others with 400 or 422", async () => {
    const statuses = new Map<number, number>();
    for (const { file, start, end, size, root1, root2, proof, wantErr } of probes!.cases) {
      // No head has size 0 and entries, and no subtree has none.
      if (size === 0 || start >= end || root1.length !== 32 || root2.length !== 32 || proof?.some((hash) => hash.length !== 32)) continue;
      const lines = [root1, ...(proof ?? [])].map((hash) => `${Buffer.from(hash).toString("base64")}\n`).join("");
      const decision = await decide(`subtree ${start} ${end}\n${lines}\n${formatNote(await noteOf(headAt(size, root2)))}`);
      expect([file, decision.status === 200]).toEqual([file, !wantErr]);
      if (decision.status !== 200) expect([400, 422]).toContain(decision.status);
      statuses.set(decision.status, (statuses.get(decision.status) ?? 0) + 1);
    }
    expect(new Set(statuses.keys())).toEqual(new Set([200, 400, 422]));
  });
});

describe.skipIf(lattice === undefined)("ML-DSA-44 subtree cosignatures, checked in a browser", () => {
  it("R13 reads each as C2SP has it, and over no other subtree", async () => {
    const key = parseVerifierKey(lattice!.vkey);
    if (!key.ok) return expect.fail(key.refusal.sentence);
    for (const { start, end, hashB64, noteSignatureLine } of lattice!.cases) {
      const lines = parseSignatureLines(`${noteSignatureLine}\n`);
      if (!lines.ok) return expect.fail(lines.refusal.sentence);
      const subtree = { origin: lattice!.logOrigin, start: Number(start), end: Number(end), root: fromBase64(hashB64) ?? new Uint8Array(0) };
      const holds = (changed: object) => isSubtreeCosigned(lines.value, { ...subtree, ...changed }, key.value, nobleVerify);
      expect([await holds({}), await holds({ end: subtree.end + 1 }), await holds({ origin: "other" }), await holds({ root: new Uint8Array(32) })]).toEqual([true, false, false, false]);
    }
  });
});

describe("sign-subtree", () => {
  it("R13 signs every subtree of a head that the witness has cosigned, with one line of type 0x06 that claims no time", async () => {
    for (let start = 0; start < 14; start += 1)
      for (let end = start + 1; end <= 14; end += 1) {
        if (!isSubtree(start, end)) continue;
        const decision = await decide(formatSignSubtree(asked(start, end)));
        if (decision.status !== 200) return expect.fail(`${start} ${end} ${told(decision)}`);
        if (end !== 14 && end !== 13) continue;
        const answer = answerSignSubtree(decision, await cosignSubtree(decision.subtree, watcher, own.name));
        const lines = parseSignatureLines(answer.body);
        if (!lines.ok) return expect.fail(answer.body);
        expect(lines.value.map(({ name, id, signature }) => [name, id, signature.length, [...signature.subarray(0, 8)]])).toEqual([
          [own.name, ownKey.id, 2428, [0, 0, 0, 0, 0, 0, 0, 0]],
        ]);
        expect(await isSubtreeCosigned(lines.value, decision.subtree, ownKey, nobleVerify)).toBe(true);
      }
  });

  it("R13 takes no line over entries after the first that claims a time: C2SP has none there", async () => {
    const subtree = { origin: ORIGIN, start: 8, end: 13, root: subtreeRootFrom(hashes, 8, 13) };
    const line = await cosignSubtree(subtree, watcher, own.name);
    expect(await isSubtreeCosigned([line], subtree, ownKey, nobleVerify)).toBe(true);
    const timed = line.signature.slice();
    timed.set([1], 7);
    expect(await isSubtreeCosigned([{ ...line, signature: timed }], subtree, ownKey, nobleVerify)).toBe(false);
    expect(await isSubtreeCosigned([], subtree, ownKey, nobleVerify)).toBe(false);
    expect(await isSubtreeCosigned([line], subtree, { ...ownKey, type: 4 }, nobleVerify)).toBe(false);
  });

  it("R13 takes the witness's line alone for its own: not its log's, not another witness's, not one under another head", async () => {
    const with_ = (signatures: Note["signatures"], text = note.text) => decide(formatSignSubtree({ ...asked(8, 13), note: { text, signatures } }));
    const [logEdwards, logLattice, ownEdwards, ownLattice] = note.signatures;
    if (logEdwards === undefined || logLattice === undefined || ownEdwards === undefined || ownLattice === undefined) return expect.fail();
    expect(told(await with_([ownLattice]))).toBe("200");
    expect(told(await with_([ownEdwards]))).toBe("403 witness-not-cosigned");
    expect(told(await with_([logEdwards, logLattice]))).toBe("403 witness-not-cosigned");
    expect(told(await with_([{ ...ownLattice, signature: new Uint8Array(2428) }]))).toBe("403 witness-not-cosigned");
    expect(told(await with_((await noteOf(headAt(14), { by: stranger })).signatures))).toBe("403 witness-not-cosigned");
    expect(told(await with_([ownLattice], note.text.replace("\n14\n", "\n16\n")))).toBe("403 witness-not-cosigned");
    expect(told(await with_([ownLattice], note.text.replace(ORIGIN, "borealis.example/log")))).toBe("404 witness-origin-unknown");
    expect(told(await decide(`${good}no line\n`))).toBe("403 note-signature-malformed");
  });

  it("R13 takes a head that it cosigned without a time, as it answers for a subtree from entry 0 on", async () => {
    const head = headAt(13);
    const line = await cosignSubtree({ origin: ORIGIN, start: 0, end: 13, root: head.root }, watcher, own.name);
    const timeless = { text: (await noteOf(head)).text, signatures: [line] };
    expect(told(await decide(formatSignSubtree({ ...asked(8, 12, 13), note: timeless })))).toBe("200");
  });

  it.each([
    ["nothing", () => ""],
    ["another word", () => good.replace("subtree", "Subtree")],
    ["one number", () => good.replace("subtree 8 13", "subtree 8")],
    ["three numbers", () => good.replace("subtree 8 13", "subtree 8 13 14")],
    ["two spaces", () => good.replace("subtree 8", "subtree  8")],
    ["a leading zero", () => good.replace("subtree 8", "subtree 08")],
    ["a sign", () => good.replace("subtree 8", "subtree +8")],
    ["2^53", () => good.replace("8 13", "8 9007199254740992")],
    ["no subtree", () => good.replace("8 13", "7 13")],
    ["a subtree of nothing", () => good.replace("8 13", "8 8")],
    ["one that runs back", () => good.replace("8 13", "16 13")],
    ["one beyond the head", () => good.replace("8 13", "8 15")],
    ["no root", () => good.replace(/\n[^\n]+\n[^]*?\n\n/, "\n\n")],
    ["a root of 31 bytes", () => good.replace(/\n[^\n]+\n/, `\n${"A".repeat(42)}==\n`)],
    ["url-safe base64", () => good.replace(/\n[^\n]+\n/, `\n${"-".repeat(43)}=\n`)],
    ["64 proof lines", () => good.replace("\n\n", `\n${`${"A".repeat(43)}=\n`.repeat(64)}\n`)],
    ["a proof line of 31 bytes", () => good.replace("\n\n", `\n${"A".repeat(42)}==\n\n`)],
    ["carriage returns", () => good.replaceAll("\n", "\r\n")],
    ["no blank line", () => good.replaceAll("\n\n", "\n")],
    ["a head without lines", () => good.slice(0, good.lastIndexOf("\n\n") + 1)],
    ["two lines of one key", () => `${good}${good.split("\n").at(-2)}\n`],
    ["bytes that are no text", () => Uint8Array.of(0xff, 0x0a, 0x0a)],
    ["more than fits", () => `${good}${"x".repeat(WITNESS_REQUEST_LIMIT)}`],
  ])("R13 answers 400 to %s", async (_, body) => {
    expect((await decide(body())).status).toBe(400);
  });

  it("R13 answers 422 to a proof that does not hold, and signs nothing then", async () => {
    const { proof, ...rest } = asked(8, 13);
    for (const odd of [proof.slice(1), [...proof, new Uint8Array(32)], [...proof].reverse(), proof.map(() => new Uint8Array(32))])
      expect(told(await decide(formatSignSubtree({ ...rest, proof: odd })))).toBe("422 witness-subtree-proof");
    expect(told(await decide(formatSignSubtree({ ...rest, proof, root: tree.root(13) })))).toBe("422 witness-subtree-proof");
    expect(() => answerSignSubtree({ status: 200, subtree: { ...rest, origin: ORIGIN } })).toThrow(TypeError);
  });

  it("R13 writes and reads a request as it is", () => {
    expect(good.startsWith("subtree 8 13\n")).toBe(true);
    const read = parseSignSubtree(good);
    expect(read.ok && formatSignSubtree(read.value)).toBe(good);
    expect(() => formatSignSubtree({ ...asked(8, 13), start: 7 })).toThrow(TypeError);
  });
});
