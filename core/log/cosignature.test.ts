import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readVectors } from "../../tools/vectors.ts";
import { fromBase64 } from "../bytes/base64.ts";
import { fromHex, toHex } from "../bytes/hex.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import { cosignerKeyIds, keyId } from "../signing/key-id.ts";
import { nobleSigner, nobleVerify } from "../signing/noble.ts";
import { addSignatures, formatNote, formatSignatureLines, parseNote, parseSignatureLines, signatureOf, type Note, type NoteSignature } from "../signing/note.ts";
import { rawPair } from "../signing/pair.ts";
import { parseVerifierKey } from "../signing/verifier-key.ts";
import { openHead, signHead, type Head } from "./checkpoint.ts";
import { cosign, readCosignatures } from "./cosignature.ts";
import { readTimedSignature, subtreeMessage, timedTextMessage } from "./head-message.ts";
import { leafHash } from "./merkle.ts";

const edwardsVectors = readVectors(
  "cosignature-ed25519",
  z.object({
    cases: z.array(z.object({ name: z.string(), vkey: z.string(), note: z.string(), timestamp: z.string().exactOptional() })),
    formatsTimestamp: z.object({ sigBase64: z.string(), timestamp: z.string() }),
    specExample: z.object({ noteText: z.string(), cosignedMessage: z.string(), line: z.string(), timestamp: z.string() }),
  }),
);
const latticeVectors = readVectors(
  "cosignature-mldsa44-selfmade",
  z.object({
    seedHex: z.string(),
    cosignerName: z.string(),
    logOrigin: z.string(),
    vkey: z.string(),
    cases: z.array(
      z.object({ name: z.string(), timestamp: z.string(), start: z.string(), end: z.string(), hashB64: z.string(), signedMessageHex: z.string(), noteSignatureLine: z.string() }),
    ),
    independentVkey: z.object({ specId: z.string(), vkey: z.string() }),
  }),
);

const ORIGIN = "aurelia.example/exercise/log";
const TIME = 1_804_000_000;
const seeded = (seed: number) => nobleSigner({ ed25519: new Uint8Array(32).fill(seed), mldsa44: new Uint8Array(32).fill(seed + 100) });
const log = seeded(1);
const mirrors = [2, 3, 4].map((seed) => ({ name: `party-${seed}.example/mirror`, signer: seeded(seed), pair: seeded(seed).pair }));
const [first, second, third] = mirrors as [(typeof mirrors)[0], (typeof mirrors)[0], (typeof mirrors)[0]];
const head: Head = { origin: ORIGIN, size: 41, root: leafHash(encodeUtf8("a root")) };

const opened = await openHead(await signHead(head, log, ORIGIN, TIME), { name: ORIGIN, pair: log.pair }, nobleVerify);
const signed: Note = opened.ok ? opened.value.note : { text: "", signatures: [] };
const lines = await cosign(head, first.signer, first.name, TIME + 5);

describe.skipIf(edwardsVectors === undefined)("Ed25519 cosignatures of other projects", () => {
  it.each(edwardsVectors?.cases ?? [])("R13 $name", async ({ note: text, vkey, timestamp }) => {
    const [note, key] = [parseNote(text), parseVerifierKey(vkey)];
    if (!note.ok || !key.ok) return expect.fail("does not read");
    const line = signatureOf(note.value, key.value.name, key.value.id);
    const timed = readTimedSignature(line ?? new Uint8Array(0), 64);
    if (timed === undefined) return expect.fail("no timed line");
    expect(timed.timeSeconds).toBe(Number(timestamp ?? timed.timeSeconds));
    const check = { algorithm: "ed25519", publicKey: key.value.publicKey, signature: timed.signature } as const;
    const message = timedTextMessage(note.value.text, timed.timeSeconds);
    expect(await nobleVerify([{ ...check, message }, { ...check, message: timedTextMessage(note.value.text, timed.timeSeconds + 1) }])).toEqual([true, false]);
  });

  it("R13 writes the message and reads the time as C2SP shows them", () => {
    const { noteText, cosignedMessage, line, timestamp } = edwardsVectors!.specExample;
    expect(decodeUtf8(timedTextMessage(noteText, Number(timestamp)))).toBe(cosignedMessage);
    const read = parseSignatureLines(`${line}\n`);
    expect(read.ok && readTimedSignature(read.value[0]!.signature, 64)?.timeSeconds).toBe(Number(timestamp));
    const { sigBase64, timestamp: other } = edwardsVectors!.formatsTimestamp;
    expect(readTimedSignature(fromBase64(sigBase64)!.subarray(4), 64)?.timeSeconds).toBe(Number(other));
  });
});

describe.skipIf(latticeVectors === undefined)("ML-DSA-44 cosignatures, checked in a browser", () => {
  it.each(latticeVectors?.cases ?? [])("R13 $name", async ({ timestamp, start, end, hashB64, signedMessageHex, noteSignatureLine }) => {
    const { cosignerName, logOrigin, vkey, seedHex } = latticeVectors!;
    const message = subtreeMessage(cosignerName, Number(timestamp), logOrigin, Number(start), Number(end), fromBase64(hashB64)!);
    expect(toHex(message)).toBe(signedMessageHex);
    const [key, read] = [parseVerifierKey(vkey), parseSignatureLines(`${noteSignatureLine}\n`)];
    if (!key.ok || !read.ok) return expect.fail("does not read");
    const { id, signature: bytes } = read.value[0]!;
    expect(id).toBe(key.value.id);
    expect(await nobleVerify([{ algorithm: "ml-dsa-44", publicKey: key.value.publicKey, message, signature: bytes.subarray(8) }])).toEqual([true]);
    const again = nobleSigner({ ed25519: new Uint8Array(32), mldsa44: fromHex(seedHex)! });
    expect((await again.sign(message)).mldsa44).toEqual(bytes.subarray(8));
  });

  it("R13 refuses a subtree's time 0 as the time of a head", () => {
    const subtree = latticeVectors!.cases.find((entry) => entry.start !== "0")!;
    const read = parseSignatureLines(`${subtree.noteSignatureLine}\n`);
    expect(read.ok && readTimedSignature(read.value[0]!.signature, 2420)).toBeUndefined();
  });

  it("prints the right id for a verifier key that another project publishes with a wrong one", () => {
    const { vkey, specId } = latticeVectors!.independentVkey;
    const read = parseVerifierKey(vkey);
    expect(!read.ok && read.refusal.code).toBe("vkey-id");
    expect(!read.ok && read.refusal.sentence).toContain(specId);
  });
});

describe("cosignatures", () => {
  const everyone = mirrors.map(({ name, pair }) => ({ name, pair }));
  const namesOn = async (note: Note, of: Head = head) => (await readCosignatures(note, of, everyone, nobleVerify)).map(({ name }) => name);
  const without = (note: Note, line: NoteSignature): Note => ({ text: note.text, signatures: note.signatures.filter((other) => other !== line) });

  it("R13 reads what a mirror signed, with its time, in the order asked", async () => {
    const note = addSignatures(addSignatures(signed, await cosign(head, second.signer, second.name, TIME + 9)), lines);
    expect(await readCosignatures(note, head, everyone, nobleVerify)).toEqual([
      { name: first.name, timeSeconds: TIME + 5 },
      { name: second.name, timeSeconds: TIME + 9 },
    ]);
    expect(await readCosignatures(signed, head, everyone, nobleVerify)).toEqual([]);
  });

  it("R13 keeps a note with cosignatures readable as a note and as a head", async () => {
    const text = formatNote(addSignatures(signed, lines));
    const again = await openHead(text, { name: ORIGIN, pair: log.pair }, nobleVerify);
    expect(again.ok && (await namesOn(again.value.note))).toEqual([first.name]);
    expect(parseSignatureLines(formatSignatureLines(lines))).toEqual({ ok: true, value: [...lines] });
  });

  it("R13 carries the ids of the types 0x04 and 0x06", () => {
    const { ed25519, mldsa44 } = rawPair(first.pair);
    expect(lines.map((line) => line.id)).toEqual([keyId(first.name, 4, ed25519), keyId(first.name, 6, mldsa44)]);
    expect(lines.map((line) => line.signature.length)).toEqual([72, 2428]);
  });

  it("R13 counts only both lines of one time", async () => {
    const note = addSignatures(signed, lines);
    for (const line of lines) expect(await namesOn(without(note, line))).toEqual([]);
    const [later] = await cosign(head, first.signer, first.name, TIME + 6);
    expect(await namesOn(addSignatures(note, [later]))).toEqual([]);
  });

  it("R13 counts a time that no instant has as none: nobody could write it down", async () => {
    for (const [time, counts] of [[253_402_300_799, true], [253_402_300_800, false], [Number.MAX_SAFE_INTEGER, false]] as const)
      expect(await namesOn(addSignatures(signed, await cosign(head, first.signer, first.name, time)))).toEqual(counts ? [first.name] : []);
  });

  it("R13 counts a failing line as none, and spoils nobody else's", async () => {
    const note = addSignatures(addSignatures(signed, lines), await cosign(head, third.signer, third.name, TIME));
    for (const line of lines)
      for (const at of [0, 7, 8, line.signature.length - 1]) {
        const signature = line.signature.slice();
        signature[at] = signature[at]! ^ 1;
        expect(await namesOn(addSignatures(note, [{ ...line, signature }]))).toEqual([third.name]);
      }
    for (const signature of [new Uint8Array(1), new Uint8Array(72), new Uint8Array(2428)])
      expect(await namesOn(addSignatures(note, [{ ...lines[0], signature }]))).toEqual([third.name]);
  });

  it("R13 binds a cosignature to its head, its log and its cosigner's name", async () => {
    const other = { ...head, size: 42 };
    expect(await namesOn({ text: signed.text.replace("\n41\n", "\n42\n"), signatures: lines }, other)).toEqual([]);
    // Under another name the same key has other ids; the ML-DSA-44 message names its cosigner and fails.
    const ids = cosignerKeyIds(second.name, first.pair);
    const renamed = [{ ...lines[0], name: second.name, id: ids.ed25519 }, { ...lines[1], name: second.name, id: ids.mldsa44 }];
    expect(await readCosignatures(addSignatures(signed, renamed), head, [{ name: second.name, pair: first.pair }], nobleVerify)).toEqual([]);
  });

  it("R13 refuses quietly a cosigner whose name no line can carry", async () => {
    const long = { name: "é".repeat(200), pair: first.pair };
    expect(await readCosignatures(addSignatures(signed, lines), head, [long], nobleVerify)).toEqual([]);
  });

  it("R13 does not sign without a time", async () => {
    await expect(cosign(head, first.signer, first.name, 0)).rejects.toThrow(RangeError);
    expect(() => subtreeMessage("", 1, "a", 0, 1, head.root)).toThrow(RangeError);
    expect(() => subtreeMessage("a", 1, "é".repeat(128), 0, 1, head.root)).toThrow(RangeError);
  });
});
