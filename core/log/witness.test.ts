import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readVectors } from "../../tools/vectors.ts";
import { fromHex } from "../bytes/hex.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { ED25519_NOTE, keyId, MLDSA44_COSIGNATURE } from "../signing/key-id.ts";
import { nobleSigner, nobleVerify } from "../signing/noble.ts";
import { addSignatures, formatNote, NOTE_LIMIT, parseNote, parseSignatureLines, type Note } from "../signing/note.ts";
import { rawPair } from "../signing/pair.ts";
import type { VerifierKey } from "../signing/verifier-key.ts";
import { formatCheckpointText, openHead, signHead, type Head, type OpenedHead } from "./checkpoint.ts";
import { cosign, readCosignatures } from "./cosignature.ts";
import { checkForkProof, findFork } from "./fork.ts";
import { EMPTY_ROOT, leafHash, MerkleTree } from "./merkle.ts";
import { cosignSubtree } from "./sign-subtree.ts";
import {
  answerAddCheckpoint,
  decideAddCheckpoint,
  formatAddCheckpoint,
  parseAddCheckpoint,
  readStoredSize,
  witnessedPath,
  type WitnessAnswer,
  type WitnessDecision,
  type WitnessedLog,
} from "./witness.ts";
import { WITNESS_REQUEST_LIMIT } from "./witness-request.ts";

const vectors = readVectors(
  "witness-add-checkpoint",
  z.object({
    log: z.object({ origin: z.string(), ed25519PublicKeyHex: z.string(), keyIdHex: z.string() }),
    steps: z.array(z.object({ body: z.string(), expect: z.string(), c2spStatusToday: z.number() })),
  }),
);
const paths = readVectors(
  "cosignature-ed25519",
  z.object({ originHash: z.object({ origin: z.string(), sha256hex: z.string() }) }),
);

const ORIGIN = "aurelia.example/exercise/log";
const TIME = 1_804_000_000;
const seeded = (seed: number) =>
  nobleSigner({ ed25519: new Uint8Array(32).fill(seed), mldsa44: new Uint8Array(32).fill(seed + 100) });
const [log, stranger, watcher] = [seeded(1), seeded(2), seeded(3)];
const witnessKey = { name: "watchers.example/witness", pair: watcher.pair };
const { ed25519, mldsa44 } = rawPair(log.pair);
const keys: readonly VerifierKey[] = [
  { name: ORIGIN, type: ED25519_NOTE, publicKey: ed25519, id: keyId(ORIGIN, ED25519_NOTE, ed25519) },
  { name: ORIGIN, type: MLDSA44_COSIGNATURE, publicKey: mldsa44, id: keyId(ORIGIN, MLDSA44_COSIGNATURE, mldsa44) },
];

/** A witness that keeps what it is told to, as a node would. */
class Witness {
  readonly #logs: Map<string, WitnessedLog>;
  clockSeconds = TIME;

  constructor(logs: Readonly<Record<string, readonly VerifierKey[]>>) {
    this.#logs = new Map(Object.entries(logs).map(([origin, own]) => [origin, { keys: own }]));
  }

  latest(origin: string): OpenedHead | undefined {
    return this.#logs.get(origin)?.latest;
  }

  decide(body: string | Uint8Array): Promise<WitnessDecision> {
    return decideAddCheckpoint(body, (origin) => this.#logs.get(origin), nobleVerify);
  }

  async answer(body: string | Uint8Array): Promise<WitnessAnswer> {
    const decision = await this.decide(body);
    if (decision.status !== 200) return answerAddCheckpoint(decision);
    const { head, note } = decision.submitted;
    this.#logs.set(head.origin, { keys: this.#logs.get(head.origin)?.keys ?? [], latest: decision.submitted });
    return answerAddCheckpoint(decision, await cosign(head, watcher, witnessKey.name, this.clockSeconds, note.text));
  }
}

function treeOf(...words: readonly string[]): MerkleTree {
  const tree = new MerkleTree();
  for (const word of words) tree.append(leafHash(encodeUtf8(word)));
  return tree;
}

const tree = treeOf(..."abcdefghijklmnopqrst");
const other = treeOf(..."abcdefghiJKLMNOPQRST");

function noteOf(text: string): Note {
  const read = parseNote(text);
  if (!read.ok) throw new Error(read.refusal.sentence);
  return read.value;
}

const signedNote = async (head: Head, signer = log) => noteOf(await signHead(head, signer, ORIGIN, TIME));
const noteAt = (size: number, of = tree, signer = log) =>
  signedNote({ origin: ORIGIN, size, root: of.root(size) }, signer);
const request = async (oldSize: number, size: number, of = tree) =>
  formatAddCheckpoint({ oldSize, proof: of.consistencyProof(oldSize, size), note: await noteAt(size, of) });

async function witnessAt(size: number): Promise<Witness> {
  const witness = new Witness({ [ORIGIN]: keys });
  if (size > 0) expect((await witness.answer(await request(0, size))).status).toBe(200);
  return witness;
}

async function statusOf(witness: Witness, body: string | Uint8Array): Promise<string> {
  const decision = await witness.decide(body);
  return "refusal" in decision ? `${decision.status} ${decision.refusal.code}` : String(decision.status);
}

describe.skipIf(vectors === undefined)("a conversation with another project's witness", () => {
  it("R13 gives the nine answers that C2SP asks for today", async () => {
    const { origin, ed25519PublicKeyHex, keyIdHex } = vectors!.log;
    const publicKey = fromHex(ed25519PublicKeyHex)!;
    const key = { name: origin, type: ED25519_NOTE, publicKey, id: keyId(origin, ED25519_NOTE, publicKey) };
    expect(key.id).toBe(keyIdHex);
    const witness = new Witness({ [origin]: [key] });
    expect(vectors!.steps).toHaveLength(9);
    for (const [index, { body, expect: wanted, c2spStatusToday }] of vectors!.steps.entries()) {
      const answer = await witness.answer(body);
      expect([index, answer.status]).toEqual([index, c2spStatusToday]);
      if (answer.status === 409) expect(wanted).toBe(`body == ${JSON.stringify(answer.body)}`);
      if (answer.status === 200)
        expect(parseSignatureLines(answer.body)).toMatchObject({
          ok: true,
          value: [{ name: witnessKey.name }, { name: witnessKey.name }],
        });
      // The second step's line fails because its base64 has bits left over, which some readers drop.
      const submitted = parseAddCheckpoint(body);
      expect(submitted.ok ? formatAddCheckpoint(submitted.value) : submitted.refusal.code).toBe(
        index === 1 ? "note-signature-malformed" : body,
      );
    }
    expect(witness.latest(origin)?.head.size).toBe(5);
  });

  it.skipIf(paths === undefined)("R13 serves what it cosigned under the hash of the origin", () => {
    expect(witnessedPath(paths!.originHash.origin)).toBe(`${paths!.originHash.sha256hex}/checkpoint`);
  });
});

describe("a witness", () => {
  it("R13 cosigns a log from its first head to each that follows", async () => {
    const witness = await witnessAt(3);
    for (const [from, to] of [
      [3, 4],
      [4, 11],
      [11, 20],
    ] as const)
      expect((await witness.answer(await request(from, to))).status).toBe(200);
    expect(witness.latest(ORIGIN)?.head).toEqual({ origin: ORIGIN, size: 20, root: tree.root() });
  });

  it("R13 answers with lines that hold on the head, and keeps it with its log's lines alone", async () => {
    const witness = await witnessAt(0);
    const note = await noteAt(7);
    const grease = { name: "grease.example", id: "00000000", signature: Uint8Array.of(1) };
    const answer = await witness.answer(
      formatAddCheckpoint({ oldSize: 0, proof: [], note: addSignatures(note, [grease]) }),
    );
    expect(answer).toMatchObject({ status: 200, contentType: "text/plain; charset=utf-8" });
    const lines = parseSignatureLines(answer.body);
    const kept = witness.latest(ORIGIN);
    if (!lines.ok || kept === undefined) return expect.fail(answer.body);
    expect(formatNote(kept.note)).toBe(formatNote(note));
    const served = addSignatures(kept.note, lines.value);
    expect(await readCosignatures(served, kept.head, [witnessKey], nobleVerify)).toEqual([
      { name: witnessKey.name, timeSeconds: TIME },
    ]);
    expect((await openHead(formatNote(served), { name: ORIGIN, pair: log.pair }, nobleVerify)).ok).toBe(true);
  });

  it("R13 cosigns the same head again at a later time", async () => {
    const witness = await witnessAt(7);
    witness.clockSeconds += 3600;
    const answer = await witness.answer(await request(7, 7));
    const lines = parseSignatureLines(answer.body);
    const note = addSignatures(await noteAt(7), lines.ok ? lines.value : []);
    expect(
      await readCosignatures(note, { origin: ORIGIN, size: 7, root: tree.root(7) }, [witnessKey], nobleVerify),
    ).toEqual([{ name: witnessKey.name, timeSeconds: TIME + 3600 }]);
  });

  it("R13 cosigns the empty log, with the empty root alone", async () => {
    const witness = await witnessAt(0);
    const empty = { origin: ORIGIN, size: 0, root: EMPTY_ROOT };
    expect(
      (await witness.answer(formatAddCheckpoint({ oldSize: 0, proof: [], note: await signedNote(empty) }))).status,
    ).toBe(200);
    expect((await witness.answer(await request(0, 5))).status).toBe(200);
    // Signed by hand: the program itself writes no such head.
    const text = formatCheckpointText(empty).replace(/[^\n]+\n$/, `${"A".repeat(43)}=\n`);
    const { ed25519: signature } = await log.sign(encodeUtf8(text));
    const [edwards] = keys;
    const single = new Witness({ [ORIGIN]: [edwards!] });
    const note = { text, signatures: [{ name: ORIGIN, id: edwards!.id, signature }] };
    expect(await statusOf(single, formatAddCheckpoint({ oldSize: 0, proof: [], note }))).toBe("422 witness-empty-root");
  });

  it("R13 covers a line behind the root with its Ed25519 line", async () => {
    const [edwards] = keys;
    const witness = new Witness({ [ORIGIN]: [edwards!] });
    const text = `${formatCheckpointText({ origin: ORIGIN, size: 7, root: tree.root(7) })}note to self\n`;
    const { ed25519: signature } = await log.sign(encodeUtf8(text));
    const note = { text, signatures: [{ name: ORIGIN, id: edwards!.id, signature }] };
    const lines = parseSignatureLines(
      (await witness.answer(formatAddCheckpoint({ oldSize: 0, proof: [], note }))).body,
    );
    const served = addSignatures(note, lines.ok ? lines.value : []);
    expect(
      await readCosignatures(served, { origin: ORIGIN, size: 7, root: tree.root(7) }, [witnessKey], nobleVerify),
    ).toHaveLength(1);
  });

  it("R13 takes a head whose log signs it with ML-DSA-44 and claims no time, as C2SP lets a log", async () => {
    const [, lattice] = keys;
    const witness = new Witness({ [ORIGIN]: [lattice!] });
    const head = { origin: ORIGIN, size: 7, root: tree.root(7) };
    const line = await cosignSubtree({ origin: ORIGIN, start: 0, end: 7, root: head.root }, log, ORIGIN);
    const note = { text: formatCheckpointText(head), signatures: [line] };
    expect(await statusOf(witness, formatAddCheckpoint({ oldSize: 0, proof: [], note }))).toBe("200");
    // Under the pair of a charter a head has a time.
    const both = addSignatures(await signedNote(head), [line]);
    expect((await openHead(both, { name: ORIGIN, pair: log.pair }, nobleVerify)).ok).toBe(false);
  });

  it("R13 names the size it has when asked from another one, below or above", async () => {
    const witness = await witnessAt(7);
    for (const body of [
      await request(0, 9),
      await request(5, 9),
      await request(8, 9),
      await request(0, 7),
      await request(2, 5),
    ]) {
      const answer = await witness.answer(body);
      expect(answer).toEqual({ status: 409, contentType: "text/x.tlog.size", body: "7\n" });
      expect(readStoredSize(answer.body)).toEqual({ ok: true, value: 7 });
    }
    expect(await (await witnessAt(0)).answer(await request(3, 9))).toMatchObject({ status: 409, body: "0\n" });
    expect((await witness.answer(await request(7, 9))).status).toBe(200);
  });

  it.each(["", "7", "7\n\n", "07\n", "-1\n", "9007199254740992\n", "seven\n"])(
    "R13 reads no size in the answer %j",
    (body) => {
      expect(readStoredSize(body).ok).toBe(false);
    },
  );

  it("R13 says what is wrong in the order of C2SP's answers", async () => {
    const witness = await witnessAt(7);
    const note = await noteAt(9);
    const body = async (oldSize: number, odd: Partial<Note>, proof = tree.consistencyProof(7, 9)) =>
      formatAddCheckpoint({ oldSize, proof, note: { ...note, ...odd } });
    const unknown = note.text.replace(ORIGIN, "borealis.example/log");
    const none = [{ name: "nobody", id: "00000000", signature: Uint8Array.of(1) }];
    const [edwards, lattice] = note.signatures;
    const failing = { ...lattice!, signature: new Uint8Array(2428) };
    expect(await statusOf(witness, await body(10, { text: unknown, signatures: none }))).toBe("400 witness-old-size");
    expect(await statusOf(witness, await body(9, { text: unknown, signatures: none }))).toBe(
      "404 witness-origin-unknown",
    );
    expect(await statusOf(witness, await body(6, { signatures: none }))).toBe("403 head-line-missing");
    expect(await statusOf(witness, await body(6, { signatures: [edwards!] }))).toBe("403 head-line-missing");
    expect(await statusOf(witness, await body(6, { signatures: [edwards!, failing] }))).toBe("403 head-line-fails");
    expect(
      await statusOf(witness, formatAddCheckpoint({ oldSize: 6, proof: [], note: await noteAt(9, tree, stranger) })),
    ).toBe("403 head-line-missing");
    const [good, foreign] = [await body(7, {}), await body(7, { text: unknown })];
    expect(await statusOf(witness, `${good}no line\n`)).toBe("403 note-signature-malformed");
    expect(await statusOf(witness, `${foreign}no line\n`)).toBe("404 witness-origin-unknown");
    expect(await statusOf(witness, await body(6, {}, []))).toBe("409");
    expect(await statusOf(witness, await body(7, {}, []))).toBe("422 witness-proof");
    expect(await statusOf(witness, await body(7, {}))).toBe("200");
  });

  it("R13 wants an empty proof from size 0 on, and to the same size", async () => {
    const [root, empty, seven] = [tree.root(1), await witnessAt(0), await witnessAt(7)];
    expect(await statusOf(empty, formatAddCheckpoint({ oldSize: 0, proof: [root], note: await noteAt(7) }))).toBe(
      "422 witness-proof",
    );
    expect(await statusOf(seven, formatAddCheckpoint({ oldSize: 7, proof: [root], note: await noteAt(7) }))).toBe(
      "422 witness-proof",
    );
  });

  it.each([
    ["nothing", () => ""],
    ["no old size", (good: string) => good.replace("old 0\n", "")],
    ["a capital", (good: string) => good.replace("old", "Old")],
    ["a leading zero", (good: string) => good.replace("old 0", "old 00")],
    ["an old size of 2^53", (good: string) => good.replace("old 0", "old 9007199254740992")],
    ["two spaces", (good: string) => good.replace("old 0", "old  0")],
    ["carriage returns", (good: string) => good.replaceAll("\n", "\r\n")],
    ["64 proof lines", (good: string) => good.replace("\n", `\n${`${"A".repeat(43)}=\n`.repeat(64)}`)],
    ["a proof line of 31 bytes", (good: string) => good.replace("\n", `\n${"A".repeat(42)}==\n`)],
    ["url-safe base64", (good: string) => good.replace("\n", `\n${"-".repeat(43)}=\n`)],
    ["no blank line", (good: string) => good.replaceAll("\n\n", "\n")],
    ["two blank lines", (good: string) => good.replace("\n\n", "\n\n\n")],
    ["a head without lines", (good: string) => good.slice(0, good.lastIndexOf("\n\n") + 1)],
    ["a head of two lines", (good: string) => good.replace(/\n7\n/, "\n")],
    ["a size with a sign", (good: string) => good.replace(/\n7\n/, "\n+7\n")],
    ["two lines of one key", (good: string) => `${good}${good.split("\n").at(-2)}\n`],
    ["bytes that are no text", () => Uint8Array.of(0xff, 0x0a, 0x0a)],
    ["more than fits", (good: string) => `${good}${"x".repeat(WITNESS_REQUEST_LIMIT)}`],
  ])("R13 answers 400 to %s", async (_, change) => {
    const decision = await (await witnessAt(0)).decide(change(await request(0, 7)));
    expect(decision.status).toBe(400);
  });

  it("R13 takes the largest proof and head that are allowed", async () => {
    const note = await noteAt(7);
    const wide = addSignatures(note, [{ name: "grease.example", id: "00000000", signature: new Uint8Array(700_000) }]);
    expect(formatNote(wide).length).toBeLessThan(NOTE_LIMIT);
    const body = formatAddCheckpoint({ oldSize: 3, proof: Array.from({ length: 63 }, () => EMPTY_ROOT), note: wide });
    expect(await statusOf(await witnessAt(3), encodeUtf8(body))).toBe("422 witness-proof");
  });

  it("throws when a program asks it to write what it would refuse, or to accept without cosigning", async () => {
    const note = await noteAt(7);
    expect(() => formatAddCheckpoint({ oldSize: -1, proof: [], note })).toThrow(TypeError);
    expect(() =>
      formatAddCheckpoint({ oldSize: 0, proof: Array.from({ length: 64 }, () => EMPTY_ROOT), note }),
    ).toThrow(TypeError);
    const decision = await (await witnessAt(0)).decide(await request(0, 7));
    expect(() => answerAddCheckpoint(decision)).toThrow(TypeError);
  });
});

describe("a log that shows a witness two versions", () => {
  const context = { channel: "0".repeat(64), log: { name: ORIGIN, pair: log.pair } };

  /** What a witness does with evidence: makes the document, and somebody else checks it. */
  async function proven(decision: WitnessDecision): Promise<string> {
    if (!("evidence" in decision) || decision.evidence === undefined) return "nothing";
    const { latest, submitted, shown } = decision.evidence;
    const proof = findFork({ ...context, ...(shown === undefined ? {} : { shown }) }, submitted, latest);
    if (proof === undefined) return "no document";
    const checked = await checkForkProof(proof, context.log, nobleVerify);
    return checked.ok ? "fork" : checked.refusal.code;
  }

  it("R15 is never cosigned, and two roots of one size are evidence whatever old size it names", async () => {
    const witness = await witnessAt(11);
    const roots = await witness.decide(await request(11, 11, other));
    expect(roots).toMatchObject({ status: 422, refusal: { code: "witness-roots-differ" } });
    expect(await proven(roots)).toBe("fork");
    const conflict = await witness.decide(await request(0, 11, other));
    expect(conflict).toMatchObject({ status: 409, storedSize: 11 });
    expect(await proven(conflict)).toBe("fork");
    expect(answerAddCheckpoint(conflict).body).toBe("11\n");
    expect(witness.latest(ORIGIN)?.head.root).toEqual(tree.root(11));
  });

  it("R15 is evidence when the larger head's own proof begins at another root", async () => {
    const witness = await witnessAt(11);
    const decision = await witness.decide(await request(11, 18, other));
    expect(decision).toMatchObject({ status: 422, refusal: { code: "witness-proof" } });
    expect(await proven(decision)).toBe("fork");
  });

  it("R15 is no evidence when a proof only fails, or leaves the old root out", async () => {
    const witness = await witnessAt(11);
    const note = await noteAt(18, other);
    for (const proof of [
      [],
      tree.consistencyProof(11, 18),
      other.consistencyProof(11, 18).slice(1),
      other.consistencyProof(12, 18),
    ])
      expect(await proven(await witness.decide(formatAddCheckpoint({ oldSize: 11, proof, note })))).toBe("nothing");
    const complete = await (await witnessAt(16)).decide(await request(16, 18, other));
    expect(complete.status).toBe(422);
    expect(await proven(complete)).toBe("nothing");
  });

  it("R15 is no evidence when the log has not signed it", async () => {
    const witness = await witnessAt(11);
    const decision = await witness.decide(
      formatAddCheckpoint({ oldSize: 11, proof: [], note: await noteAt(11, other, stranger) }),
    );
    expect(decision.status).toBe(403);
    expect(await proven(decision)).toBe("nothing");
  });

  it("R15 accuses nobody of a head that follows", async () => {
    const witness = await witnessAt(11);
    for (const body of [await request(11, 18), await request(11, 11), await request(0, 18), await request(0, 11)])
      expect(await proven(await witness.decide(body))).toBe("nothing");
  });
});
